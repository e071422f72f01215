package emr_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// choosy is a vendor that finds people by number, or by family name, birth date and phone.
func choosy(known ...*emr.Patient) (*fake, *[]emr.PatientQuery) {
	f := newFake()
	f.missing = []emr.Capability{emr.CanCreatePatient}
	f.info.Searches = [][]emr.Field{{emr.FieldIdentifier}, {emr.FieldFamily, emr.FieldBorn, emr.FieldPhone}}
	asked := &[]emr.PatientQuery{}
	f.people = func(_ context.Context, q emr.PatientQuery, _ emr.Cursor) (emr.Page[emr.Patient], error) {
		*asked = append(*asked, q)
		if s := q.Identifier.System; s != "" && s != "urn:number" {
			return emr.Page[emr.Patient]{}, emr.Invalid("find patients", "no such system", "identifier")
		}
		var page emr.Page[emr.Patient]
		for _, p := range known {
			if !q.Identifier.Value.IsZero() && p.Identifiers[0].Value.Equal(q.Identifier.Value) || !q.Phone.IsZero() && p.Phones[0].Number.Equal(q.Phone) {
				page.Items = append(page.Items, p)
			}
		}
		return page, nil
	}
	return f, asked
}

func TestSearches_FindOrCreateAsksAsTheVendorWants(t *testing.T) {
	t.Parallel()
	number := emr.Identifier{System: "urn:number", Value: emr.NewPHI("N-1")}
	person := emr.NewPatient{Given: emr.NewPHI("Nora"), Family: emr.NewPHI("Lindenfeld"), Born: emr.NewBirthDate(1988, 4, 12)}
	known := &emr.Patient{
		ID: emr.NewPatientID("7"), Given: person.Given, Family: person.Family, Born: person.Born,
		Phones: []emr.Phone{{Number: emr.NewPHI("2065550177")}}, Identifiers: []emr.Identifier{number},
	}
	for name, tt := range map[string]struct {
		edit  func(*emr.NewPatient)
		asked string
	}{
		"by number": {func(n *emr.NewPatient) { n.Identifiers = []emr.Identifier{number} }, "number"},
		"by phone":  {func(n *emr.NewPatient) { n.Phones = known.Phones }, "phone"},
		"number unknown": {func(n *emr.NewPatient) {
			n.Identifiers = []emr.Identifier{{Value: emr.NewPHI("N-2")}}
			n.Phones = known.Phones
		}, "number phone"},
		"number not searched": {func(n *emr.NewPatient) {
			n.Identifiers = []emr.Identifier{{System: "urn:chart", Value: emr.NewPHI("N-1")}}
			n.Phones = known.Phones
		}, "number phone"},
		"second phone": {func(n *emr.NewPatient) {
			n.Phones = []emr.Phone{{Number: emr.NewPHI("2065550100")}, {}, known.Phones[0]}
		}, "phone phone"},
	} {
		f, asked := choosy(known)
		n := person
		tt.edit(&n)
		found, err := emr.NewClient(f, nil).FindOrCreatePatient(t.Context(), &n)
		if err != nil || found.Patient == nil || found.Patient.ID != known.ID {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
		var how []string
		for _, q := range *asked {
			switch {
			case !q.Identifier.Value.IsZero() && q.Family.IsZero():
				how = append(how, "number")
			case !q.Phone.IsZero() && !q.Family.IsZero() && !q.Born.IsZero() && q.Given.IsZero():
				how = append(how, "phone")
			default:
				how = append(how, "wrong")
			}
		}
		if strings.Join(how, " ") != tt.asked {
			t.Errorf("%s: asked by %v", name, how)
		}
	}
}

func TestSearches_tooLittleIsRefusedAndNamed(t *testing.T) {
	t.Parallel()
	f, asked := choosy()
	n := &emr.NewPatient{Given: emr.NewPHI("Nora"), Family: emr.NewPHI("Lindenfeld"), Born: emr.NewBirthDate(1988, 4, 12)}
	_, err := emr.NewClient(f, nil).FindOrCreatePatient(t.Context(), n)
	e, ok := errors.AsType[*emr.Error](err)
	if !ok || e.Kind != emr.KindInvalid || strings.Join(e.Fields, " ") != "identifier phone" || len(*asked) != 0 {
		t.Errorf("%v, %d searches", err, len(*asked))
	}
	n.Identifiers = []emr.Identifier{{System: "urn:chart", Value: emr.NewPHI("1")}}
	if _, err := emr.NewClient(f, nil).FindOrCreatePatient(t.Context(), n); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("a number the vendor does not search by: %v", err)
	}
	n.Identifiers = []emr.Identifier{{System: "urn:number", Value: emr.NewPHI("1")}}
	if _, err := emr.NewClient(f, nil).FindOrCreatePatient(t.Context(), n); emr.KindOf(err) != emr.KindNotFound {
		t.Errorf("nobody: %v", err)
	}
}
