package nextechsaas

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// Ids that no time and no request id holds by chance.
const canaryPatient, canaryVisit = "7731042199", "8831097755"

// canaries are what no log line and no error may hold. The person is invented.
var canaries = []string{
	testName, "marisol", "Quint", "RV-20871", "1991-05-17", "555-0142", "55-0142", "<html", "script", testToken, testPractice, canaryPatient, canaryVisit, "canary text", "term=", "start=",
}

// operations reach for every part of the driver, as a caller could.
func operations(p parts) map[string]func(context.Context) error {
	who := &emr.Patient{ID: emr.NewPatientID(canaryPatient)}
	find := func(q emr.PatientQuery) func(context.Context) error {
		return func(ctx context.Context) error { _, err := p.FindPatients(ctx, q, ""); return err }
	}
	summary := func(patient, visit string) func(context.Context) error {
		return func(ctx context.Context) error {
			q := emr.SummaryQuery{Patient: &emr.Patient{ID: emr.NewPatientID(patient)}, Encounter: emr.NewEncounterID(visit), Sections: []string{"canary text"}}
			content, err := p.OpenSummary(ctx, q)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, content.Body)
			return errors.Join(err, content.Body.Close())
		}
	}
	raw := func(r emr.RawRequest) func(context.Context) error {
		return func(ctx context.Context) error { _, err := p.Raw(ctx, &r); return err }
	}
	return map[string]func(context.Context) error{
		"find by chart": find(emr.PatientQuery{Identifier: emr.Identifier{Value: emr.NewPHI("RV-20871")}}),
		"find by name":  find(emr.PatientQuery{Family: emr.NewPHI("Quint"), Given: emr.NewPHI(testName), Born: emr.NewBirthDate(1991, 5, 17), Phone: emr.NewPHI("2065550142")}),
		"find by phone": find(emr.PatientQuery{Phone: emr.NewPHI("2065550142")}),
		"find by term":  find(emr.PatientQuery{Vendor: PatientFilter{Term: emr.NewPHI(testName)}}),
		"visits": func(ctx context.Context) error {
			_, err := p.ListEncounters(ctx, emr.EncounterQuery{Patient: who, From: date(1991, 5, 17)}, "")
			return err
		},
		"visits of a wrong id": func(ctx context.Context) error {
			_, err := p.ListEncounters(ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: emr.NewPatientID("../" + testName)}}, "")
			return err
		},
		"summary": summary(canaryPatient, canaryVisit), "summary elsewhere": summary(canaryPatient+"/"+testName, canaryVisit), "summary of nothing": summary(canaryPatient, ""),
		"sections": func(ctx context.Context) error { _, err := p.EncounterSections(ctx); return err },
		"check":    func(ctx context.Context) error { _, err := p.Check(ctx); return err },
		"raw":      raw(emr.RawRequest{Path: "/" + canaryPatient + "/encounters/search?start=1991-05-17"}), "raw write": raw(emr.RawRequest{Method: "POST", Path: "/" + testName}),
		"raw elsewhere": raw(emr.RawRequest{Path: "https://evil.example.test/" + testName}),
	}
}

// TestCanary runs every operation into every kind of answer and looks through what is said.
func TestCanary_nothingPersonalInErrorsAndLogs(t *testing.T) {
	t.Parallel()
	const text = "Marisol Quint RV-20871 1991-05-17 (206) 555-0142 900-55-0142 " + canaryPatient + " canary text"
	const visit = `{"summary":{"encounterId":` + canaryVisit + `,"encounterDate":"1991-05-17T00:00:00Z","type":"canary text"},"ccd":"<html><script>` + text + `</script>"}`
	person := strings.Replace(marisol, "1042", canaryPatient, 1)
	for i, answer := range []reply{
		{status: 400, body: `{"Message":"` + text + `"}`}, {status: 400, body: text}, {status: 403, body: `{"error":"` + text + `","error_description":"` + text + `"}`},
		{status: 404, body: "<html>" + text}, {status: 405, body: `{"resourceType":"OperationOutcome","issue":[{"details":{"text":"` + text + `"}}]}`},
		{status: 409, body: text}, {status: 422, body: text}, {status: 500, body: text}, {status: 401, body: text}, {status: 429, body: text},
		{body: "[" + person + "]"}, {body: person}, {body: person[:40]}, {body: `[{"patientId":"canary text"}]`}, {body: `[{"patientId":` + canaryPatient + `,"dob":"canary text"}]`},
		{body: "[" + visit + "]"}, {body: "[" + visit[:120]}, {body: `[{"summary":{"encounterId":` + canaryVisit + `,"encounterDate":"` + text + `"}}]`}, {body: `[{"summary":"` + text + `","ccd":"x"}]`},
		{body: `["` + text + `",7]`}, {body: text}, {body: "<html>" + text, kind: "text/html"}, {body: "[" + visit + "]" + text}, {body: ""},
	} {
		c, w := dial(t, func(cfg *Config) { cfg.PerSecond = 1000 }, answer)
		nx, ok := emr.As[*Client](c)
		if !ok {
			t.Fatal("not our client")
		}
		for name, do := range operations(parts{nx}) {
			if vendortest.CheckError(t, do(t.Context()), leak); t.Failed() {
				t.Fatalf("in answer %d to %s", i, name)
			}
		}
		w.mu.Lock()
		said := w.log.String()
		w.mu.Unlock()
		if c := leak(said); c != "" || !strings.Contains(said, `"msg"`) {
			t.Errorf("%d: the log holds %q, of %d bytes", i, c, len(said))
		}
		for _, r := range w.seen {
			if r.URL.Host != "saas.nextech-api.com" {
				t.Errorf("%d: a request to %s", i, r.URL.Host)
			}
		}
	}
}

// leak returns what text must not hold, "" if it holds nothing of it.
func leak(text string) string {
	for _, c := range canaries {
		if strings.Contains(text, c) {
			return c
		}
	}
	return ""
}
