// Package people compares persons of vendors that find more than they were asked for: the
// driver looks at each record once more. What it compares never leaves it.
package people

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

// Fits reports whether p answers every field of q: names by their start, e-mail address,
// birth date and identifier as a whole, a telephone by its digits. A field that the record
// does not have is no match.
func Fits(p *emr.Patient, q emr.PatientQuery) bool {
	if !q.Born.IsZero() && !q.Born.Equal(p.Born) {
		return false
	}
	if !StartsLike(q.Family, p.Family) || !StartsLike(q.Given, p.Given, Join(p.Given, p.Middle)) {
		return false
	}
	if !q.Email.IsZero() && !AnyEmail(p.Emails, q.Email) {
		return false
	}
	if !q.Phone.IsZero() && !AnyPhone(p.Phones, q.Phone) {
		return false
	}
	return q.Identifier.Value.IsZero() || anyIdentifier(p.Identifiers, q.Identifier)
}

// AnyEmail reports whether want is among all, in any letter case.
func AnyEmail(all []emr.PHI, want emr.PHI) bool {
	for _, e := range all {
		if e.EqualFold(want) {
			return true
		}
	}
	return false
}

// AnyPhone reports whether want is among all, see SamePhone.
func AnyPhone(all []emr.Phone, want emr.PHI) bool {
	for _, p := range all {
		if SamePhone(p.Number, want) {
			return true
		}
	}
	return false
}

func anyIdentifier(all []emr.Identifier, want emr.Identifier) bool {
	for _, i := range all {
		if i.Value.EqualFold(want.Value) && (want.System == "" || want.System == i.System) {
			return true
		}
	}
	return false
}

// Join writes two names with a blank between them.
func Join(first, second emr.PHI) emr.PHI {
	return emr.NewPHI(strings.TrimSpace(first.Reveal() + " " + second.Reveal()))
}

// StartsLike reports whether one of the texts starts as want says, ignoring case, blanks
// and the signs between words. An empty want asks nothing.
func StartsLike(want emr.PHI, texts ...emr.PHI) bool {
	start := Letters(want.Reveal())
	if len(start) == 0 {
		return true
	}
	for _, t := range texts {
		if BeginsWith(Letters(t.Reveal()), start) {
			return true
		}
	}
	return false
}

// mostName is as much of a name as is looked at.
const mostName = 1 << 10

// Letters are the letters and digits of a name in lower case, without the marks that
// Unicode may write apart from their letter.
func Letters(name string) []rune {
	var letters []rune
	for _, r := range strings.ToLower(name[:min(len(name), mostName)]) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, r)
		}
	}
	return letters
}

// BeginsWith compares letter by letter. A Latin letter with an accent also matches a
// plain one ("Müller" and "Muller"): how a vendor folds them is its own affair, and the
// core compares names once more.
func BeginsWith(name, start []rune) bool {
	if len(name) < len(start) {
		return false
	}
	for i, want := range start {
		if have := name[i]; have != want && !isAccented(have, want) {
			return false
		}
	}
	return true
}

// isAccented reports whether one is a Latin letter outside ASCII and the other one within.
func isAccented(a, b rune) bool {
	return (a < utf8.RuneSelf) != (b < utf8.RuneSelf) && unicode.Is(unicode.Latin, a) && unicode.Is(unicode.Latin, b)
}
