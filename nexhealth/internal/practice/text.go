package practice

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts, in characters. NexHealth documents no bounds: these are ours.
const (
	MaxName      = 200
	MaxSubdomain = 63 // a label of a host name
	MaxZip       = 12
	MaxWebsite   = 300
	MaxEmail     = 254
	MaxSystem    = 50
)

// IsLine reports whether the text is one visible line: no control characters, and none
// that turn the direction of writing, which make a text look like another one.
func IsLine(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' ||
			r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	})
}

// CheckName takes the name of a practice or a group.
func CheckName(name string) string {
	if !strings.ContainsFunc(name, unicode.IsLetter) {
		return "a name has letters"
	}
	return ""
}

// CheckSubdomain takes what can be a label of a host name.
func CheckSubdomain(s string) string {
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return "a subdomain has small letters, digits and hyphens: take it from the list of institutions"
		}
	}
	return ""
}

// CheckEmail takes a bare e-mail address.
func CheckEmail(s string) string {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
		return "this is no e-mail address"
	}
	return ""
}

// CheckSystem takes the name of a health record system, also of one that is not known.
func CheckSystem(s string) string {
	if !strings.ContainsFunc(s, unicode.IsLetter) {
		return "the name of a health record system has letters"
	}
	return ""
}
