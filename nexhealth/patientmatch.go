package nexhealth

import (
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
)

// isSamePerson reports whether two records are surely of one person: name, birth date and
// a telephone or e-mail address agree.
func isSamePerson(a, b *emr.Patient) bool {
	same := func(x, y emr.PHI) bool {
		p, q := people.Letters(x.Reveal()), people.Letters(y.Reveal())
		return len(p) == len(q) && people.BeginsWith(p, q)
	}
	if a.Born.IsZero() || !a.Born.Equal(b.Born) || !same(a.Family, b.Family) || !same(a.Given, b.Given) {
		return false
	}
	for _, p := range a.Phones {
		if people.AnyPhone(b.Phones, p.Number) {
			return true
		}
	}
	for _, e := range a.Emails {
		if people.AnyEmail(b.Emails, e) {
			return true
		}
	}
	return false
}
