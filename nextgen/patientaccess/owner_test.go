package patientaccess

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

const stranger = "a3f1c2d4-9999-4aaa-8bbb-000000000009"

// TestALinkCannotChangeThePatient: the parameter of one server is another one's subject.
func TestALinkCannotChangeThePatient(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"patient", "Patient", "patient:Patient", "subject", "subject:Patient", "SUBJECT"} {
		for _, value := range []string{stranger, "Patient/" + stranger, baseR4 + "/Patient/" + stranger} {
			c, g := open(t, R4, always(searchset("?page=2&"+name+"="+value, -1, "1")))
			_, err := ofZelda(t, c)
			if wantKind(t, err, emr.KindProtocol); len(g.requests()) != 1 || strings.Contains(err.Error(), stranger) {
				t.Errorf("%s=%s: %v (%v)", name, value, g.requests(), err)
			}
		}
		for _, value := range []string{zelda, "Patient/" + zelda, baseR4 + "/Patient/" + zelda} {
			c, g := open(t, R4, inTurn(searchset("?page=2&"+name+"="+value, -1, "1"), searchset("", -1, "2")))
			ids, err := ofZelda(t, c)
			if err != nil || len(ids) != 2 || g.requests()[1] != "/Condition?page=2&"+patientQuery {
				t.Errorf("%s=%s: %v (%v)", name, value, g.requests(), err)
			}
		}
	}
	c, g := open(t, R4, always(searchset("?page=2&patient.identifier=x|1", -1, "1")))
	_, err := ofZelda(t, c)
	if wantKind(t, err, emr.KindProtocol); len(g.requests()) != 1 {
		t.Error(g.requests())
	}
}

// TestACursorCannotChangeThePatient: an application may hand it out and get it back changed.
func TestACursorCannotChangeThePatient(t *testing.T) {
	t.Parallel()
	for _, at := range []emr.Cursor{"patient=" + stranger, "~repeat=patient&subject=Patient/" + stranger, "page=2&Patient=" + stranger, "patient.name=x"} {
		c, g := open(t, R4, always(`{"resourceType":"Bundle"}`))
		_, err := parts{c}.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person()}, at)
		if e := wantKind(t, err, emr.KindInvalid); len(g.requests()) != 0 || !slices.Equal(e.Fields, []string{"cursor"}) {
			t.Errorf("%q: %v (%v)", string(at), g.requests(), err)
		}
	}
}

func TestASearchHandsOutNothingOfAnotherPatient(t *testing.T) {
	t.Parallel()
	body := func(kind, member, ref string) string {
		return fmt.Sprintf(`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":%q,"id":"1",%q:{"reference":%q}}}]}`, kind, member, ref)
	}
	for _, row := range []struct {
		v            Version
		kind, member string
	}{
		{R4, "Condition", "subject"}, {R4, "Coverage", "beneficiary"}, {R4, "Device", "patient"}, {R4, "Encounter", "subject"}, {R4, "DocumentReference", "subject"},
		{DSTU2, "Condition", "patient"}, {DSTU2, "Encounter", "patient"}, {DSTU2, "MedicationOrder", "patient"},
	} {
		q := new(fhir.Query).Add("patient", "Patient/"+zelda)
		for _, other := range []string{"Patient/" + stranger, " https://old.example/fhir/Patient/" + stranger} {
			c, _ := open(t, row.v, always(body(row.kind, row.member, other)))
			ids, err := collect(c, t, row.kind, q)
			if wantKind(t, err, emr.KindProtocol); len(ids) != 0 || strings.Contains(err.Error(), stranger) {
				t.Errorf("%s: %v, %v", row.kind, ids, err)
			}
		}
		for _, fine := range []string{"Patient/" + zelda, "Group/" + stranger, "#p", "urn:uuid:" + stranger, ""} {
			c, _ := open(t, row.v, always(body(row.kind, row.member, fine)))
			if ids, err := collect(c, t, row.kind, q); err != nil || len(ids) != 1 {
				t.Errorf("%s of %s: %v, %v", row.kind, fine, ids, err)
			}
		}
	}
}
