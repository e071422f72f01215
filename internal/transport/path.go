package transport

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

// longestID is the most bytes of an id: opaque ids of real vendors have over 100.
const longestID = 512

// Path joins segments to a path that begins with "/", each escaped once into one segment of
// its own. An id is whatever the vendor gave out: up to 512 bytes of printable characters. Refused
// are ids that could lead elsewhere: empty or blank ones (all patients), and those with "."
// or ".." between slashes, also where they are escaped already, for proxies decode before
// they route. The error has kind invalid and does not show the value.
func Path(segments ...string) (string, error) {
	return join(segments, isSegment, "an id must be 1 to 512 printable characters and no way to another resource", url.PathEscape)
}

// FHIRPath is Path for vendors whose ids keep to FHIR: each segment is a name or id,
// [A-Za-z0-9.-]{1,64} and not "." or "..", or an operation, which begins with "$".
func FHIRPath(segments ...string) (string, error) {
	fits := func(s string) bool { return isID(s) || isOperation(s) }
	return join(segments, fits, "an id must be 1 to 64 letters, digits, points or hyphens", func(s string) string { return s })
}

func join(segments []string, fits func(string) bool, hint string, escape func(string) string) (string, error) {
	if len(segments) == 0 {
		return "", emr.Invalid("build path", "a path needs a segment", "path")
	}
	n := 0
	for _, s := range segments {
		if !fits(s) {
			return "", emr.Invalid("build path", hint, "id")
		}
		n += len(s) + 1
	}
	b := make([]byte, 0, n)
	for _, s := range segments {
		b = append(b, '/')
		b = append(b, escape(s)...)
	}
	return string(b), nil
}

// isSegment reports whether s keeps its place in a path once it is escaped, however often
// somebody on the way decodes it.
func isSegment(s string) bool {
	if len(s) > longestID || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return false
	}
	for {
		if strings.TrimSpace(s) == "" || strings.ContainsFunc(s, unicode.IsControl) {
			return false
		}
		for piece := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '/' || r == '\\' || r == ';' }) {
			if p := strings.TrimSpace(piece); p == "." || p == ".." {
				return false
			}
		}
		plain := decoded(s)
		if plain == s {
			return true
		}
		s = plain
	}
}

// decoded undoes every escape that is one, as lenient servers do.
func decoded(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if i+2 < len(s) && s[i] == '%' {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(n))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
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
