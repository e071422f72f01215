package fhir

import (
	"unicode/utf16"
	"unicode/utf8"
)

// stops marks the bytes at which the inside of a string needs a closer look.
var stops = func() (t [256]bool) {
	for b := range 0x20 {
		t[b] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

// quoted reads a string. A string without escapes is a part of the document
// and costs no memory.
func (c *cursor) quoted() string {
	s, from := c.s, c.i+1
	i := from
	for i < len(s) && !stops[s[i]] {
		i++
	}
	if i < len(s) && s[i] == '"' {
		c.i = i + 1
		return s[from:i]
	}
	return c.unquote(append(make([]byte, 0, i-from+32), s[from:i]...), i)
}

// unquote goes on at s[i] behind what was read so far.
func (c *cursor) unquote(text []byte, i int) string {
	s := c.s
	for i < len(s) {
		switch b := s[i]; {
		case b == '"':
			c.i = i + 1
			return string(text)
		case b == '\\':
			r, n := unescape(s[i:])
			if n == 0 {
				c.i = i
				c.fail(Malformed, "bad escape in a string")
				return ""
			}
			text = utf8.AppendRune(text, r)
			i += n
		case b < ' ':
			c.i = i
			c.fail(Malformed, "control character in a string")
			return ""
		default:
			text = append(text, b)
			i++
		}
	}
	c.i = len(s)
	c.fail(Malformed, "unexpected end")
	return ""
}

// passQuoted checks a string without building it.
func (c *cursor) passQuoted() {
	s, i := c.s, c.i+1
	for ; i < len(s); i++ {
		if !stops[s[i]] {
			continue
		}
		if s[i] == '"' {
			c.i = i + 1
			return
		}
		n := 0
		if s[i] == '\\' {
			_, n = unescape(s[i:])
		}
		if n == 0 {
			c.i = i
			c.fail(Malformed, "bad escape or control character in a string")
			return
		}
		i += n - 1
	}
	c.i = len(s)
	c.fail(Malformed, "unexpected end")
}

// unescape returns the character of the escape at the start of s and its
// length, 0 if there is none. Half a surrogate pair is refused: it stands for
// no character, so it could not be written back.
func unescape(s string) (rune, int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := hex4(s[2:])
		if !ok {
			return 0, 0
		}
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		if len(s) < 8 || s[6] != '\\' || s[7] != 'u' {
			return 0, 0
		}
		low, ok := hex4(s[8:])
		if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
			return 0, 0
		}
		return r, 12
	}
	return 0, 0
}

func hex4(s string) (r rune, ok bool) {
	if len(s) < 4 {
		return 0, false
	}
	for _, b := range []byte(s[:4]) {
		switch {
		case '0' <= b && b <= '9':
			r = r<<4 | rune(b-'0')
		case 'a' <= b|0x20 && b|0x20 <= 'f':
			r = r<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// appendQuoted writes s as a JSON string. ok is false if s is not UTF-8,
// which JSON cannot carry; out must then not be used.
func appendQuoted(out []byte, s string) (_ []byte, ok bool) {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	from := 0
	for i := range len(s) {
		b := s[i]
		if !stops[b] {
			continue
		}
		out = append(out, s[from:i]...)
		from = i + 1
		switch b {
		case '"', '\\':
			out = append(out, '\\', b)
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		}
	}
	return append(append(out, s[from:]...), '"'), utf8.ValidString(s)
}
