package nextechsaas

import (
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// The same member in two spellings is refused, by the list and by the document alike:
// which of them counts, nobody knows.
func TestFault_F4_whatComesTwiceIsRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`[{"summary":{"encounterId":1},"summary":{"encounterId":2},"ccd":"x"}]`,
		`[{"summary":{"encounterId":2},"ſummary":{"encounterId":1},"ccd":"x"}]`,
		`[{"summary":{"encounterId":1},"ccd":"x","CCD":"y"}]`,
		`[{"ccd":"x","summary":{"encounterId":1},"ccd":"y"}]`,
		`[{"summary":{"encounterId":1},"ccd":"x","ſummary":{"encounterId":2}}]`,
		`[{"summary":{"encounterId":2,"encounterID":1},"ccd":"x"}]`,
	} {
		c, _ := dial(t, nil, reply{body: body})
		_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7")}))
		wantKind(t, err, emr.KindProtocol)
		_, _, err = open(t, body, "1")
		wantKind(t, err, emr.KindProtocol)
	}
	_, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{body: `[{"patientId":1,"lastName":"Quint","laſtName":"Roy"}]`})
	wantKind(t, err, emr.KindProtocol)
}

// A visit of nobody knows whom is no reason to say that a visit is not there.
func TestFault_F3_aVisitWithoutIDIsNotPassedOver(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{}`, `{"message":"nothing"}`, `[{"encounterId":1,"ccd":"x"}]`, `[{"summary":{"summary":{"encounterId":1}},"ccd":"x"}]`,
		`[{"summary":{"encounterId":0},"ccd":"x"}]`, `[{"summary":{"encounterId":"abc"},"ccd":"x"}]`, `[{"summary":{"encounterId":-4},"ccd":"x"}]`,
	} {
		c, _ := dial(t, nil, reply{body: body})
		_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7")}))
		wantKind(t, err, emr.KindProtocol)
		_, _, err = open(t, body, "1")
		wantKind(t, err, emr.KindProtocol)
	}
}

func TestFault_F14_idsAndWordsThatCannotBeAreRefusedBeforeSending(t *testing.T) {
	t.Parallel()
	c, w := dial(t, nil, reply{body: "[]"})
	for _, id := range []string{"0", "-1", "1/2", "x", "007", "1042?x", "..", "%2e", " 7", "7\r\n", "9223372036854775808", "٧"} {
		_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient(id)}))
		wantKind(t, err, emr.KindInvalid)
		_, err = c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient(id), Encounter: emr.NewEncounterID("1")})
		wantKind(t, err, emr.KindInvalid)
		_, err = c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient("7"), Encounter: emr.NewEncounterID(id)})
		wantKind(t, err, emr.KindInvalid)
	}
	long := strings.Repeat("x", 2<<20)
	for _, q := range []emr.PatientQuery{{Family: emr.NewPHI(long)}, {Vendor: PatientFilter{Term: emr.NewPHI(long)}}, {Identifier: emr.Identifier{Value: emr.NewPHI(long)}}} {
		_, err := emr.Collect(c.FindPatients(t.Context(), q))
		wantKind(t, err, emr.KindInvalid)
	}
	_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7"), Sections: []string{long}}))
	wantKind(t, err, emr.KindInvalid)
	if len(w.seen) != 0 {
		t.Errorf("%d requests", len(w.seen))
	}
}

// What is unusual and no mistake is sent as it is, and adds no header and no parameter.
func TestFault_F15_aTermIsSentAsItIs(t *testing.T) {
	t.Parallel()
	for _, term := range []string{"a\r\nX-Evil: 1", "a\x00b", "&section=x#y", "a b+c%", "Ö’Neill \u202e"} {
		c, w := dial(t, nil, reply{body: "[]"})
		if _, err := emr.Collect(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI(term)})); err != nil {
			t.Errorf("%q: %v", term, err)
			continue
		}
		q := w.seen[0].URL.Query()
		if q.Get("term") != term || len(q) != 1 || w.seen[0].Header.Get("X-Evil") != "" {
			t.Errorf("%q was sent as %q", term, w.seen[0].URL.RawQuery)
		}
	}
}

func TestTheCalendarEndsWithItsFourDigits(t *testing.T) {
	t.Parallel()
	c, w := dial(t, nil, reply{body: "[]"})
	first, last := date(1, 1, 1), date(9999, 12, 31)
	if _, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("7"), From: first, To: last})); err != nil {
		t.Fatal(err)
	}
	if got := w.seen[0].URL.RawQuery; got != "end=9999-12-31&start=0001-01-01" {
		t.Error(got)
	}
}

func TestALayoutWritesEveryYearInFull(t *testing.T) {
	t.Parallel()
	for layout, ok := range map[string]bool{
		"1-2-2006": true, "2-1-2006": true, "20060102": true, "2006-01-02T15:04:05Z07:00": true, "2006-01-02 MST": true,
		"1/2/06": false, "02Jan06": false, "2006": false, "2006-01": false, "2006-01-02\r\n": false, "today": false,
	} {
		if isLayout(layout) != ok {
			t.Errorf("%q: %v", layout, !ok)
		}
	}
	for path, ok := range map[string]bool{
		"/{patientId}/encounters": true, "/v1/{patientId}/encounter": true,
		"/{patientId}/a\nb": false, "/{patientId}/\x7f": false, "/{patientId}/é": false, "/{patientId}/\u202e": false, "/x{patientId}": false, "//{patientId}": false, "/{patientId}/..": false,
	} {
		if isTemplate(path) != ok {
			t.Errorf("%q: %v", path, !ok)
		}
	}
}

// The resource is required for Microsoft's endpoint however its address is written.
func TestFault_C3_theResourceIsRequiredInAnySpellingOfTheAddress(t *testing.T) {
	t.Parallel()
	_, err := New(Config{PracticeID: testPractice, ClientID: "app", TokenURL: "HTTPS://Login.MicrosoftOnline.com/x/oauth2/token"}, nil)
	if e := wantKind(t, err, emr.KindConfig); strings.Join(e.Fields, " ") != "Resource" {
		t.Error(e.Fields)
	}
}

func TestANumberIsFoundInTheMiddleOfWords(t *testing.T) {
	t.Parallel()
	body := `[{"patientId":1,"lastName":"Quint","a":"SSN900-55-0142x","b":"900.55.0142","c":"900\u201155\u20110142","900-55-0142":1,
 "d":"900-55-0142 900-55-0142-900-55-0142","order":"1900-55-01423"}]`
	all, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{body: body})
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	raw := strings.ReplaceAll(string(all[0].Source.Reveal()), `"order":"1900-55-01423"`, "another number")
	if strings.Contains(raw, "0142") || !strings.Contains(raw, "another number") {
		t.Error(raw)
	}
}

// Millions of small values take their time, and no more than that.
func TestFault_F5_manySmallValuesAreReadInTime(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]string{"objects": `{"a":1},`, "numbers": "1,", "texts": `"",`, "blanks": " "} {
		body := `[{"summary":{"encounterId":1},"x":[` + strings.Repeat(unit, 256<<10/len(unit)) + `0],"ccd":"x"}]`
		begin := time.Now()
		if html, _, err := open(t, body, "1"); err != nil || html != "x" {
			t.Errorf("%s: %q, %v", name, html, err)
		}
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
	_, _, err := open(t, strings.Repeat("[", 1<<20), "1")
	wantKind(t, err, emr.KindProtocol)
	_, _, err = open(t, `[{"x":`+strings.Repeat("[", 1<<20), "1")
	wantKind(t, err, emr.KindProtocol)
}
