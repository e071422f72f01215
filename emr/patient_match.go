package emr

import (
	"strings"
	"unicode"
)

// verdict is what one field says about two records.
type verdict int

const (
	silent verdict = iota // one of them does not know
	agrees
	contradicts
)

// furtherFields are what tells people of one name and birth date apart, in the order
// in which it is easiest to ask for.
func furtherFields() []Field {
	return []Field{FieldPhone, FieldEmail, FieldPostalCode, FieldIdentifier}
}

// isCandidate reports whether p has the full name and birth date of n. The start of a
// name is not a match.
func isCandidate(n *NewPatient, p *Patient) bool {
	if n.Born.IsZero() || !n.Born.Equal(p.Born) || !sameName(n.Family, p.Family) {
		return false
	}
	return sameName(n.Given, p.Given) || sameName(allGiven(n.Given, n.Middle), allGiven(p.Given, p.Middle))
}

// isAnother reports whether p, the vendor's answer to the creation of n, is somebody
// else. What the vendor leaves out tells nothing.
func isAnother(n *NewPatient, p *Patient) bool {
	differ := func(ours, theirs PHI) bool { return !ours.IsZero() && !theirs.IsZero() && !sameName(ours, theirs) }
	return !n.Born.IsZero() && !p.Born.IsZero() && !n.Born.Equal(p.Born) || differ(n.Family, p.Family) ||
		differ(n.Given, p.Given) && differ(allGiven(n.Given, n.Middle), allGiven(p.Given, p.Middle))
}

// allGiven joins first and middle names: records split them differently.
func allGiven(given, middle PHI) PHI { return NewPHI(given.Reveal() + " " + middle.Reveal()) }

// compare asks one further field.
func compare(n *NewPatient, p *Patient, f Field) verdict {
	switch f {
	case FieldPhone:
		return anyOf(numbers(n.Phones), numbers(p.Phones), samePhone)
	case FieldEmail:
		return anyOf(n.Emails, p.Emails, sameEmail)
	case FieldPostalCode:
		return anyOf([]PHI{n.Address.PostalCode}, []PHI{p.Address.PostalCode}, samePostalCode)
	case FieldIdentifier:
		return compareIdentifiers(n.Identifiers, p.Identifiers)
	}
	return silent
}

// anyOf compares every known value of one side with every one of the other.
func anyOf(ours, theirs []PHI, same func(a, b string) verdict) verdict {
	found := silent
	for _, a := range ours {
		for _, b := range theirs {
			if a.IsZero() || b.IsZero() {
				continue
			}
			switch same(a.Reveal(), b.Reveal()) {
			case agrees:
				return agrees
			case contradicts:
				found = contradicts
			}
		}
	}
	return found
}

func numbers(phones []Phone) []PHI {
	all := make([]PHI, len(phones))
	for i, p := range phones {
		all[i] = p.Number
	}
	return all
}

// samePhone compares the national significant digits: the last ten where both have as
// many, else one number has to end with the other. Numbers too short to hold an area
// code say nothing.
func samePhone(a, b string) verdict {
	a, b = phoneDigits(a), phoneDigits(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	const enough, countryCode = 8, 3
	switch {
	case len(a) < enough:
		return silent
	case strings.HasSuffix(b, a) && len(b)-len(a) <= countryCode:
		return agrees
	case len(a) >= 10 && a[len(a)-10:] == b[len(b)-10:]:
		return agrees
	}
	return contradicts
}

// phoneDigits are the digits before an extension, without international and trunk prefixes.
func phoneDigits(number string) string {
	var b strings.Builder
scan:
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && (unicode.IsLetter(r) || r == '#' || r == ';' || r == ','):
			break scan
		}
	}
	return strings.TrimLeft(b.String(), "0")
}

func sameEmail(a, b string) verdict {
	return verdictOf(strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)))
}

// samePostalCode ignores case, blanks and hyphens, and the last four digits of a
// nine-digit ZIP code if the other one has five.
func samePostalCode(a, b string) verdict {
	a, b = codeLetters(a), codeLetters(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return verdictOf(a == b || len(a) == 5 && len(b) == 9 && strings.HasPrefix(b, a))
}

func codeLetters(code string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, code)
}

// compareIdentifiers compares numbers of the same system only.
func compareIdentifiers(ours, theirs []Identifier) verdict {
	found := silent
	for _, a := range ours {
		for _, b := range theirs {
			if a.System == "" || a.System != b.System || a.Value.IsZero() || b.Value.IsZero() {
				continue
			}
			if a.Value.EqualFold(b.Value) {
				return agrees
			}
			found = contradicts
		}
	}
	return found
}

func verdictOf(same bool) verdict {
	if same {
		return agrees
	}
	return contradicts
}

// has reports whether the caller gave the field.
func (n *NewPatient) has(f Field) bool {
	known := func(all []PHI) bool {
		for _, p := range all {
			if !p.IsZero() {
				return true
			}
		}
		return false
	}
	switch f {
	case FieldGiven:
		return plainName(n.Given.Reveal()) != ""
	case FieldFamily:
		return plainName(n.Family.Reveal()) != ""
	case FieldBorn:
		return !n.Born.IsZero()
	case FieldPhone:
		return known(numbers(n.Phones))
	case FieldEmail:
		return known(n.Emails)
	case FieldPostalCode:
		return !n.Address.PostalCode.IsZero()
	case FieldIdentifier:
		for _, id := range n.Identifiers {
			if !id.Value.IsZero() {
				return true
			}
		}
	}
	return false
}
