package transport

import (
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Path joins segments to an escaped path that begins with "/". Each must be a FHIR name
// or id, [A-Za-z0-9.-]{1,64} and not "." or "..", or begin with "$" (an operation): an
// id with a slash would reach another resource, an empty one all patients. The error
// has kind invalid and does not show the value.
func Path(segments ...string) (string, error) {
	if len(segments) == 0 {
		return "", emr.Invalid("build path", "a path needs a segment", "path")
	}
	n := 0
	for _, s := range segments {
		if !isID(s) && !isOperation(s) {
			return "", emr.Invalid("build path", "an id must be 1 to 64 letters, digits, points or hyphens", "id")
		}
		n += len(s) + 1
	}
	b := make([]byte, 0, n)
	for _, s := range segments {
		b = append(b, '/')
		b = append(b, s...)
	}
	return string(b), nil
}

// isID reports whether s is a FHIR id that keeps its place in a path.
func isID(s string) bool {
	return len(s) <= 64 && s != "." && s != ".." && isWord(s)
}

// isOperation reports whether s is the name of a FHIR operation, "$autogen-ccd-if".
func isOperation(s string) bool {
	return len(s) <= 64 && strings.HasPrefix(s, "$") && isWord(s[1:]) && !strings.Contains(s, ".")
}

// isWord reports whether s is one or more of [A-Za-z0-9.-].
func isWord(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.':
		default:
			return false
		}
	}
	return s != ""
}

// isCleanPath reports whether an escaped path keeps to itself: it begins with "/", holds
// only what RFC 3986 allows, no segment but the last is empty, and none is "." or ".."
// or hides a control character.
func isCleanPath(p string) bool {
	if p == "" || p[0] != '/' {
		return false
	}
	for i := range len(p) {
		switch c := p[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("/-._~!$&'()*+,;=:@%", c) >= 0:
		default:
			return false
		}
	}
	rest, last := p[1:], false
	for !last {
		var seg string
		var more bool
		seg, rest, more = strings.Cut(rest, "/")
		last = !more
		if seg == "" && !last || seg == "." || seg == ".." {
			return false
		}
		if !strings.Contains(seg, "%") {
			continue
		}
		plain, err := url.PathUnescape(seg)
		if err != nil || plain == "." || plain == ".." || strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return false
		}
	}
	return true
}

// isQuery reports whether q can stand in a request line as it is.
func isQuery(q string) bool {
	return isHeaderValue(q) && !strings.ContainsAny(q, " #\t")
}
