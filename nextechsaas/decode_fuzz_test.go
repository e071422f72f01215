package nextechsaas

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// FuzzVisits: an answer is read whole or not at all, and the document of a visit is the one
// that encoding/json finds beside its summary.
func FuzzVisits(f *testing.F) {
	for _, seed := range []string{
		twoVisits, `[]`, `null`, `{"summary":{"encounterId":1},"ccd":"<p>"}`, `[{"ccd":"a","summary":{"encounterId":1}},{"ccd":"b","summary":{"encounterId":2}}]`,
		`[{"summary":{"encounterId":"7","encounterDate":"2020-06-02"},"ccd":null}]`, `[{"SUMMARY":{"encounterID":1},"CCD":"\ud83d\ude00\\\""}]`, `[{"summary":{},"ccd":"x"}]`, `[{"summary":{"encounterId":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _ := dial(t, func(cfg *Config) { cfg.PerSecond = 1e6 }, reply{body: string(body)})
		nx, _ := emr.As[*Client](c)
		page, err := nx.Parts().EncounterReader.ListEncounters(t.Context(), emr.EncounterQuery{Patient: patient("7")}, "")
		if err != nil {
			if wantKind(t, err, emr.KindProtocol); len(page.Items) != 0 {
				t.Fatal("a part of a broken answer")
			}
			return
		}
		var plain []struct {
			Summary json.RawMessage
			CCD     *string
		}
		text := strings.TrimPrefix(string(body), "\ufeff")
		if strings.HasPrefix(strings.TrimSpace(text), "{") {
			text = "[" + text + "]"
		}
		if json.Unmarshal([]byte(text), &plain) != nil {
			return // a ccd that is no text: passed over here, refused when it is opened
		}
		if len(plain) != len(page.Items) {
			t.Fatalf("%d visits of %d", len(page.Items), len(plain))
		}
		for i, e := range page.Items {
			if e.ID.IsZero() || !json.Valid(e.Source.Reveal()) || e.Start != e.End {
				t.Fatal("a visit without id or source, or of two days")
			}
			if first(page.Items, e.ID) != i {
				continue // a second visit of this id: the first one is opened
			}
			html, err := documentOf(t, nx, e.ID)
			switch {
			case plain[i].CCD == nil:
				wantKind(t, err, emr.KindNotFound)
			case err != nil || html != *plain[i].CCD:
				t.Fatalf("visit %d: %q, %v; want %q", i, html, err, *plain[i].CCD)
			}
		}
	})
}

func first(all []*emr.Encounter, id emr.EncounterID) int {
	for i, e := range all {
		if e.ID.Reveal() == id.Reveal() {
			return i
		}
	}
	return -1
}

func documentOf(t *testing.T, nx *Client, id emr.EncounterID) (string, error) {
	t.Helper()
	content, err := nx.Parts().SummaryReader.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("7"), Encounter: id})
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(content.Body)
	if bad := content.Body.Close(); bad != nil {
		t.Error(bad)
	}
	return string(data), err
}

// FuzzPatients: whoever is found has an id that can be sent and a source without numbers
// that nobody may keep.
func FuzzPatients(f *testing.F) {
	for _, seed := range []string{marisol, "[" + marisol + "]", `[]`, `null`, `[{"patientId":"7","dob":"1991-05-17","note":"900-55-0142"}]`, `[{"patientId":1,"PATIENTID":2}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _ := dial(t, func(cfg *Config) { cfg.PerSecond = 1e6 }, reply{body: string(body)})
		query := emr.PatientQuery{Vendor: PatientFilter{Term: emr.NewPHI("x")}}
		all, err := emr.Collect(c.FindPatients(t.Context(), query))
		if err != nil {
			wantKind(t, err, emr.KindProtocol)
			return
		}
		for _, p := range all {
			raw := p.Source.Reveal()
			if !vendorjson.IsWholeNumber(p.ID.Reveal()) || !json.Valid(raw) || written.Match(raw) {
				t.Fatalf("id %s, source %s", p.ID.Reveal(), raw)
			}
			var members map[string]json.RawMessage
			if json.Unmarshal(raw, &members) != nil {
				t.Fatalf("%s", raw)
			}
			for name := range members {
				if isSSN(name) {
					t.Fatalf("%s is kept", name)
				}
			}
		}
	})
}

// FuzzSections: names, or an error.
func FuzzSections(f *testing.F) {
	for _, seed := range []string{`["history"]`, `[{"id":1,"name":"history"}]`, `[]`, `null`, `{}`, `[[]]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _ := dial(t, func(cfg *Config) { cfg.PerSecond = 1e6 }, reply{body: string(body)})
		nx, _ := emr.As[*Client](c)
		names, err := nx.EncounterSections(t.Context())
		if err != nil {
			wantKind(t, err, emr.KindProtocol)
			return
		}
		for _, n := range names {
			if n == "" {
				t.Fatal("a section without a name")
			}
		}
	})
}
