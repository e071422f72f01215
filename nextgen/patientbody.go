package nextgen

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// members are the PascalCase members of a body of POST and PATCH /persons: only those
// that are sent.
type members map[string]any

// setText sets a member to a text without the blanks around it; an empty one is left out.
func (m members) setText(name string, value emr.PHI) {
	if text := strings.TrimSpace(value.Reveal()); text != "" {
		m[name] = text
	}
}

// setBorn writes a birth date the way NextGen shows one: midnight, without a zone.
func (m members) setBorn(born emr.BirthDate) {
	if !born.IsZero() {
		m["DateOfBirth"] = born.Reveal().String() + "T00:00:00"
	}
}

// sexCode is NextGen's code for a sex. It has three: whatever is neither female nor male,
// and what nobody said, is U, unknown.
func sexCode(s emr.Sex) string {
	switch s {
	case emr.SexFemale:
		return "F"
	case emr.SexMale:
		return "M"
	}
	return "U"
}

// The telephone fields, in the order in which numbers without a use fill them.
var phoneFields = []string{"CellPhone", "HomePhone", "DayPhone", "AlternatePhone", "SecondaryHomePhone"}

// setPhones puts each number into the field of its use, or, where that is taken or there
// is none, into the next free one. It reports false for what no field takes: a number that
// is neither ten North American digits nor written with a + and a country code, and more
// numbers than there are fields.
func (m members) setPhones(phones []emr.Phone) bool {
	for _, p := range phones {
		if strings.TrimSpace(p.Number.Reveal()) == "" {
			continue
		}
		number, extension, home := splitPhone(p.Number.Reveal())
		if number == "" {
			return false
		}
		fields := phoneFields
		if !home {
			fields = []string{"InternationalHomePhone", "InternationalWorkPhone"}
		}
		if field := phoneField(p.Use, home); field != "" {
			fields = append([]string{field}, fields...)
		}
		if extension != "" && home { // only two fields have one
			fields = []string{"DayPhone", "AlternatePhone"}
		}
		placed := false
		for _, field := range fields {
			if _, taken := m[field]; taken && m[field] != number {
				continue
			}
			m[field], placed = number, true
			switch {
			case extension == "" || !home:
			case field == "DayPhone":
				m["DayPhoneExt"] = extension
			default:
				m["AlternatePhoneExtension"] = extension
			}
			break
		}
		if !placed {
			return false
		}
	}
	return true
}

func phoneField(use string, home bool) string {
	switch strings.ToLower(strings.TrimSpace(use)) {
	case "mobile", "cell":
		if home {
			return "CellPhone"
		}
	case "home":
		if home {
			return "HomePhone"
		}
		return "InternationalHomePhone"
	case "work", "day":
		if home {
			return "DayPhone"
		}
		return "InternationalWorkPhone"
	}
	return ""
}

// splitPhone reads a number: ten digits without the country code for North America (then
// home is true), else + and the digits; with the digits of an extension. number is "" for
// what is no telephone number.
func splitPhone(text string) (number, extension string, home bool) {
	var digits, ext strings.Builder
	plus, after := false, false
	for _, r := range strings.ToLower(strings.TrimSpace(text)) {
		switch {
		case r >= '0' && r <= '9' && after:
			ext.WriteRune(r)
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == '+' && digits.Len() == 0 && !plus:
			plus = true
		case strings.ContainsRune(" -.()/\u00a0\u2010\u2011\u2013", r):
		case strings.ContainsRune("xet#,;:", r) && digits.Len() >= 10: // x12, ext 12
			after = true
		default:
			return "", "", false
		}
	}
	d := digits.String()
	if len(d) == 11 && d[0] == '1' {
		d, plus = d[1:], false
	}
	switch {
	case plus && len(d) >= 7 && len(d) <= 15:
		return "+" + d, ext.String(), false
	case !plus && len(d) == 10 && d[0] >= '2' && d[3] >= '2':
		return d, ext.String(), true
	}
	return "", "", false
}

// setAddress writes two lines (further ones joined to the second), city, state and postal
// code: five or nine digits without a dash, any other code as an international one. The
// country is an id of the site's own list, which nobody gave us: it is not sent.
func (m members) setAddress(a emr.Address) {
	var first string
	var rest []string
	for _, l := range a.Lines {
		switch text := strings.TrimSpace(l.Reveal()); {
		case text == "":
		case first == "":
			first = text
		default:
			rest = append(rest, text)
		}
	}
	m.setText("AddressLine1", emr.NewPHI(first))
	m.setText("AddressLine2", emr.NewPHI(strings.Join(rest, ", ")))
	m.setText("City", a.City)
	m.setText("State", a.State)
	if zip, ok := zipDigits(a.PostalCode.Reveal()); ok {
		m.setText("Zip", emr.NewPHI(zip))
	} else {
		m.setText("InternationalZip", a.PostalCode)
	}
}

// zipDigits is a ZIP code without its dash; ok is false for other codes.
func zipDigits(code string) (zip string, ok bool) {
	zip = strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.TrimSpace(code))
	return zip, (len(zip) == 5 || len(zip) == 9) && isDigits(zip)
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// setIdentifiers writes the numbers a caller may choose. The person number and the medical
// record number are the site's to give: they are passed over.
func (m members) setIdentifiers(all []emr.Identifier) {
	for _, i := range all {
		switch i.System {
		case OtherNumber:
			m.setText("OtherIdNumber", i.Value)
		case ExternalNumber:
			m.setText("ExternalId", i.Value)
		}
	}
}
