package medtech

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// NHIFormat is one of the two forms of New Zealand's National Health Index number.
type NHIFormat string

// The forms: three letters and four digits, with a check digit; and since 2026 three
// letters, two digits and two letters, with a check letter.
const (
	NHIOld NHIFormat = "AAANNNC"
	NHINew NHIFormat = "AAANNAC"
)

// nhiLetters are the letters of NHI numbers, A is 1 and Z is 24: I and O are left out,
// for they look like digits.
const nhiLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ"

// FoldNHI is the number as it is stored and sent: upper case, nothing around it.
func FoldNHI(text string) string { return strings.ToUpper(strings.TrimSpace(text)) }

// NHIFormatOf returns the form of a number, "" for text of another shape, whatever its
// check character.
func NHIFormatOf(text string) NHIFormat {
	n := FoldNHI(text)
	if len(n) != 7 {
		return ""
	}
	shape := make([]byte, len(n))
	for i := range len(n) {
		switch {
		case n[i] >= '0' && n[i] <= '9':
			shape[i] = 'N'
		case strings.IndexByte(nhiLetters, n[i]) >= 0:
			shape[i] = 'A'
		default:
			return ""
		}
	}
	switch string(shape) {
	case "AAANNNN":
		return NHIOld
	case "AAANNAA":
		return NHINew
	}
	return ""
}

// ValidNHI reports whether text has the form of an NHI number and its check character is
// right. That a number is valid does not mean that it was given out; and Medtech's own
// sandbox has patients whose number is not valid, so this is no gate unless
// Config.StrictNHI makes it one. Source: HISO 10046:2023.
func ValidNHI(text string) bool {
	n := FoldNHI(text)
	sum := 0
	for i := range min(len(n), 6) {
		v := strings.IndexByte(nhiLetters, n[i]) + 1
		if v == 0 {
			v = int(n[i] - '0')
		}
		sum += v * (7 - i)
	}
	switch NHIFormatOf(n) {
	case NHIOld:
		rest := sum % 11
		return rest != 0 && int(n[6]-'0') == (11-rest)%10
	case NHINew:
		return n[6] == nhiLetters[23-sum%23-1]
	}
	return false
}

// IsTestNHI reports whether the number is one of those kept for tests: they begin with Z.
func IsTestNHI(text string) bool { return NHIFormatOf(text) != "" && FoldNHI(text)[0] == 'Z' }

// NHI is the identifier of a patient by the bare number: for emr.PatientQuery and
// emr.NewPatient.
func NHI(number string) emr.Identifier {
	return emr.Identifier{System: NHISystem, Use: "official", Value: emr.NewPHI(FoldNHI(number))}
}

// NHIOf is the NHI number of a patient, whatever name of the system the record has: one
// that is in use, before those that the record calls old. false for a patient without.
func NHIOf(p *emr.Patient) (emr.PHI, bool) {
	if p == nil {
		return emr.PHI{}, false
	}
	var old emr.PHI
	for _, i := range p.Identifiers {
		switch {
		case system(i.System) != NHISystem || i.Value.IsZero():
		case i.Use != "old":
			return emr.NewPHI(FoldNHI(i.Value.Reveal())), true
		case old.IsZero():
			old = emr.NewPHI(FoldNHI(i.Value.Reveal()))
		}
	}
	return old, !old.IsZero()
}

// checkNHI refuses a number that cannot be one, and with Config.StrictNHI one whose check
// character is wrong.
func (c *Client) checkNHI(op, number string) *emr.Error {
	switch {
	case number == "" || len(number) > 64 || strings.ContainsFunc(number, func(r rune) bool { return r <= ' ' || r > '~' || r == '|' || r == ',' }):
		return invalid(op, "this cannot be an NHI number", string(emr.FieldIdentifier))
	case c.cfg.StrictNHI && !ValidNHI(number):
		return invalid(op, "the NHI number is mistyped: its form or its check character is wrong", string(emr.FieldIdentifier))
	}
	return nil
}
