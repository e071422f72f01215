package nexhealth

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// TestTwinsAreTwoPeople: a record is given up for another one only when name, birth date
// and a telephone or e-mail address are all the same.
func TestTwinsAreTwoPeople(t *testing.T) {
	t.Parallel()
	person := func(edit func(*emr.Patient)) *emr.Patient {
		p := &emr.Patient{
			Given: emr.NewPHI("Tessa"), Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(1988, time.November, 23),
			Phones: []emr.Phone{{Number: emr.NewPHI("2075550142")}}, Emails: []emr.PHI{emr.NewPHI("tessa@example.com")},
		}
		edit(p)
		return p
	}
	for name, c := range map[string]struct {
		edit func(*emr.Patient)
		same bool
	}{
		"the same":                    {func(*emr.Patient) {}, true},
		"written otherwise":           {func(p *emr.Patient) { p.Given, p.Family = emr.NewPHI("TESSA "), emr.NewPHI("mar-low") }, true},
		"only the telephone":          {func(p *emr.Patient) { p.Emails = nil }, true},
		"only the e-mail":             {func(p *emr.Patient) { p.Phones = nil }, true},
		"a twin":                      {func(p *emr.Patient) { p.Given = emr.NewPHI("Tilda") }, false},
		"a name that goes on":         {func(p *emr.Patient) { p.Given = emr.NewPHI("Tessandra") }, false},
		"a name that is cut":          {func(p *emr.Patient) { p.Given = emr.NewPHI("Tess") }, false},
		"another family":              {func(p *emr.Patient) { p.Family = emr.NewPHI("Barlow") }, false},
		"another family that goes on": {func(p *emr.Patient) { p.Family = emr.NewPHI("Marlowe") }, false},
		"another day":                 {func(p *emr.Patient) { p.Born = emr.NewBirthDate(1988, time.November, 22) }, false},
		"no day":                      {func(p *emr.Patient) { p.Born = emr.BirthDate{} }, false},
		"nothing to reach them by":    {func(p *emr.Patient) { p.Phones, p.Emails = nil, nil }, false},
		"another telephone and mail": {func(p *emr.Patient) {
			p.Phones, p.Emails = []emr.Phone{{Number: emr.NewPHI("2075550143")}}, []emr.PHI{emr.NewPHI("t@example.com")}
		}, false},
	} {
		a, b := person(func(*emr.Patient) {}), person(c.edit)
		if isSamePerson(a, b) != c.same || isSamePerson(b, a) != c.same {
			t.Errorf("%s: %v", name, !c.same)
		}
	}
	nobody := person(func(p *emr.Patient) { p.Born = emr.BirthDate{} })
	if isSamePerson(nobody, nobody) {
		t.Error("a record without a birth date is nobody in particular")
	}
}
