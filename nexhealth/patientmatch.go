package nexhealth

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

// fits reports whether p answers every field of q. NexHealth matches names fuzzily, its
// documentation contradicts itself about whether several filters must all match, and a
// filter it does not know is ignored: so nothing it finds is taken unseen. A field the
// record does not have is no match.
func fits(p *emr.Patient, q emr.PatientQuery) bool {
	if !q.Born.IsZero() && !q.Born.Equal(p.Born) {
		return false
	}
	if !startsLike(q.Family, p.Family) || !startsLike(q.Given, p.Given, join(p.Given, p.Middle)) {
		return false
	}
	if !q.Email.IsZero() && !anyEmail(p.Emails, q.Email) {
		return false
	}
	if !q.Phone.IsZero() && !anyPhone(p.Phones, q.Phone) {
		return false
	}
	return q.Identifier.Value.IsZero() || anyIdentifier(p.Identifiers, q.Identifier)
}

func anyEmail(all []emr.PHI, want emr.PHI) bool {
	for _, e := range all {
		if e.EqualFold(want) {
			return true
		}
	}
	return false
}

func anyPhone(all []emr.Phone, want emr.PHI) bool {
	for _, p := range all {
		if samePhone(p.Number, want) {
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

// join writes two names with a blank between them.
func join(first, second emr.PHI) emr.PHI {
	return emr.NewPHI(strings.TrimSpace(first.Reveal() + " " + second.Reveal()))
}

// startsLike reports whether one of the texts starts as want says, ignoring case, blanks
// and the signs between words. An empty want asks nothing.
func startsLike(want emr.PHI, texts ...emr.PHI) bool {
	start := nameLetters(want.Reveal())
	if len(start) == 0 {
		return true
	}
	for _, t := range texts {
		if beginsWith(nameLetters(t.Reveal()), start) {
			return true
		}
	}
	return false
}

// mostNameBytes is as much of a name as is looked at.
const mostNameBytes = 1 << 10

// nameLetters are the letters and digits of a name in lower case, without the marks that
// Unicode may write apart from their letter.
func nameLetters(name string) []rune {
	var letters []rune
	for _, r := range strings.ToLower(name[:min(len(name), mostNameBytes)]) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters = append(letters, r)
		}
	}
	return letters
}

// beginsWith compares letter by letter. A Latin letter with an accent also matches a
// plain one ("Müller" and "Muller"): how NexHealth folds them is its own affair, and the
// core compares names once more.
func beginsWith(name, start []rune) bool {
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

// isSamePerson reports whether two records are surely of one person: name, birth date and
// a telephone or e-mail address agree.
func isSamePerson(a, b *emr.Patient) bool {
	same := func(x, y emr.PHI) bool {
		p, q := nameLetters(x.Reveal()), nameLetters(y.Reveal())
		return len(p) == len(q) && beginsWith(p, q)
	}
	if a.Born.IsZero() || !a.Born.Equal(b.Born) || !same(a.Family, b.Family) || !same(a.Given, b.Given) {
		return false
	}
	for _, p := range a.Phones {
		if anyPhone(b.Phones, p.Number) {
			return true
		}
	}
	for _, e := range a.Emails {
		if anyEmail(b.Emails, e) {
			return true
		}
	}
	return false
}
