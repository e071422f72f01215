package nextgen

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

// fits reports whether p answers every field of q that NextGen was not asked for by quick
// search, which ignores all else, and those it was asked for, which cost nothing to compare
// again. told names the field that only the server can judge: rows of the lookup do not
// show every telephone field.
func fits(p *emr.Patient, q emr.PatientQuery, told emr.Field) bool {
	switch {
	case !q.Born.IsZero() && !q.Born.Equal(p.Born):
		return false
	case !startsLike(q.Family, p.Family), !startsLike(q.Given, p.Given, emr.NewPHI(p.Given.Reveal()+p.Middle.Reveal())):
		return false
	case !q.Email.IsZero() && !slices.ContainsFunc(p.Emails, q.Email.EqualFold):
		return false
	case told != emr.FieldPhone && !q.Phone.IsZero() && !listsPhone(p, q.Phone):
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

// listsPhone reports whether the record shows the telephone number.
func listsPhone(p *emr.Patient, number emr.PHI) bool {
	want, _, _ := splitPhone(number.Reveal())
	return want != "" && slices.ContainsFunc(p.Phones, func(t emr.Phone) bool {
		have, _, _ := splitPhone(t.Number.Reveal())
		return have == want
	})
}

// sameNumber compares numbers that the site pads with zeros.
func sameNumber(a, b string) bool {
	trim := func(s string) string { return strings.TrimLeft(strings.TrimSpace(s), "0") }
	return strings.EqualFold(trim(a), trim(b))
}

// startsLike reports whether one of the texts starts as want says, ignoring case, blanks
// and the signs between words. An empty want asks nothing.
func startsLike(want emr.PHI, texts ...emr.PHI) bool {
	start := letters(want.Reveal())
	if len(start) == 0 {
		return true
	}
	return slices.ContainsFunc(texts, func(t emr.PHI) bool {
		name := letters(t.Reveal())
		if len(name) < len(start) {
			return false
		}
		for i, r := range start {
			if name[i] != r && !isAccented(name[i], r) {
				return false
			}
		}
		return true
	})
}

// isAccented reports whether one is a Latin letter outside ASCII and the other one within:
// how the site's database folds accents is its own affair, and the core compares again.
func isAccented(a, b rune) bool {
	return (a < utf8.RuneSelf) != (b < utf8.RuneSelf) && unicode.Is(unicode.Latin, a) && unicode.Is(unicode.Latin, b)
}

// letters are the letters and digits of a name in lower case.
func letters(name string) []rune {
	const most = 1 << 10 // as much of a name as is looked at
	var all []rune
	for _, r := range strings.ToLower(name[:min(len(name), most)]) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			all = append(all, r)
		}
	}
	return all
}
