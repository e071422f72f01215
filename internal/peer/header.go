package peer

import "strings"

// IsHeaderValue reports whether v is visible ASCII, blanks and tabs.
func IsHeaderValue(v string) bool {
	for i := range len(v) {
		if c := v[i]; c != '\t' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// FitsHeader is IsHeaderValue for ids and tokens: no blanks, and not what a hidden value
// prints as. The empty text fits.
func FitsHeader(text string) bool {
	return text != "[redacted]" && IsHeaderValue(text) && !strings.ContainsAny(text, " \t")
}

// IsToken reports whether s is a token of RFC 9110: a method or a header name.
func IsToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}
