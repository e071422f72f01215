package nextgen

import (
	"cmp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
)

// fits reports whether p answers every field of q that NextGen was not asked for by quick
// search, which ignores all else, and those it was asked for, which cost nothing to compare
// again. told names the field that only the server can judge: rows of the lookup do not
// show every telephone field.
func fits(p *emr.Patient, q emr.PatientQuery, told emr.Field) bool {
	switch {
	case !q.Born.IsZero() && !q.Born.Equal(p.Born):
		return false
	case !people.StartsLike(q.Family, p.Family), !people.StartsLike(q.Given, p.Given, people.Join(p.Given, p.Middle)):
		return false
	case !q.Email.IsZero() && !people.AnyEmail(p.Emails, q.Email):
		return false
	case told != emr.FieldPhone && !q.Phone.IsZero() && !people.AnyPhone(p.Phones, q.Phone):
		return false
	}
	return q.Identifier.Value.IsZero() || told == emr.FieldIdentifier && !lists(p, cmp.Or(q.Identifier.System, MedicalRecordNumber)) || slices.ContainsFunc(p.Identifiers, func(i emr.Identifier) bool {
		return (q.Identifier.System == "" || q.Identifier.System == i.System) && sameNumber(i.Value.Reveal(), q.Identifier.Value.Reveal())
	})
}

// lists reports whether the record shows a number of that system.
func lists(p *emr.Patient, system string) bool {
	return slices.ContainsFunc(p.Identifiers, func(i emr.Identifier) bool { return i.System == system })
}

// sameNumber compares numbers that the site pads with zeros.
func sameNumber(a, b string) bool {
	trim := func(s string) string { return strings.TrimLeft(strings.TrimSpace(s), "0") }
	return strings.EqualFold(trim(a), trim(b))
}
