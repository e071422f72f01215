package nextechsaas

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestASocialSecurityNumberIsFoundAtAnyDepthAndByItsForm(t *testing.T) {
	t.Parallel()
	const nested = `{"patientId":1042,"lastName":"Quint","kept":"yes","big":12345678901234567890,
 "demographics":{"SSN_Number":"900550142","more":[{"patientSSN":"x900"},{"note":"ssn 900-55-0142, 900 55 0142"}]},
 "ids":[{"type":"ssn","value":"900-55-0142"}],"Social Security No.":900550142,"ssnLast4":"0142"}`
	all, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{body: nested})
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	raw := string(all[0].Source.Reveal())
	for _, number := range []string{testSSN, "900 55 0142", "900550142", "x900", "0142"} {
		if strings.Contains(raw, number) {
			t.Errorf("the source holds %s: %s", number, raw)
		}
	}
	for _, other := range []string{`"kept":"yes"`, `12345678901234567890`, `"note":"ssn `, `"type":"ssn"`} {
		if !strings.Contains(raw, other) {
			t.Errorf("the source lost %s: %s", other, raw)
		}
	}
	for name, ssn := range map[string]bool{"ssn": true, "SSN": true, "lastFourSsn": true, "social_security": true, "className": false, "businessName": false, "chartNumber": false, "session": false} {
		if isSSN(name) != ssn {
			t.Errorf("%s: %v", name, !ssn)
		}
	}
}

func TestASocialSecurityNumberIsNotKeptFromAVisitOrAnError(t *testing.T) {
	t.Parallel()
	c, _ := dial(t, nil, reply{body: `[{"summary":{"encounterId":1,"department":"Retina","patient":{"ssn":"900-55-0142"}}}]`})
	visits, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: patient("1042")}))
	if err != nil || len(visits) != 1 {
		t.Fatal(len(visits), err)
	}
	if raw := string(visits[0].Source.Reveal()); strings.Contains(raw, testSSN) || VisitOf(visits[0]).Department != "Retina" {
		t.Errorf("the source is %s", raw)
	}
	for _, body := range []string{`{"message":"no person with ssn 900-55-0142"}`, `{"ssn":"900-55-0142"}`, `{"ssn":900550142}`, `SSN 900 55 0142`, `<p>900550142</p>`} {
		_, _, err := find(t, emr.PatientQuery{Family: emr.NewPHI("Quint")}, reply{status: 400, body: body})
		detail := wantKind(t, err, emr.KindInvalid).Detail()
		for _, number := range []string{testSSN, "900550142", "900 55 0142", "0142"} {
			if strings.Contains(detail, number) {
				t.Errorf("%s: the detail is %q", body, detail)
			}
		}
	}
}
