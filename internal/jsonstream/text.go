package jsonstream

import (
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Stream opens the next value, a text of any length. It must be read to io.EOF before the
// Reader is used again. Read gives UTF-8; what cannot be written so is the replacement
// character, as in encoding/json.
func (d *Reader) Stream() (*Text, error) {
	if d.err != nil {
		return nil, d.err
	}
	c, err := d.next()
	switch {
	case err != nil:
		return nil, d.fail(err)
	case c != '"':
		return nil, d.fail(ErrBroken)
	}
	return &Text{d: d}, nil
}

// Text is a text that is read as a stream.
type Text struct {
	d    *Reader
	rest []byte // of an escape that did not fit
	buf  [2 * utf8.UTFMax]byte
	end  bool
}

// Read gives the next part of the text, without escapes.
func (t *Text) Read(to []byte) (n int, err error) {
	if t.d.err != nil && !t.end {
		return 0, t.d.err
	}
	for n < len(to) {
		if len(t.rest) > 0 {
			c := copy(to[n:], t.rest)
			n, t.rest = n+c, t.rest[c:]
			continue
		}
		if t.end {
			break
		}
		plain, err := t.plain(to[n:])
		n += plain
		if err != nil {
			return n, t.d.fail(err)
		}
	}
	if n == 0 && t.end && len(to) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// plain copies what needs no translation, up to a quote or an escape, which it handles.
func (t *Text) plain(to []byte) (int, error) {
	r := t.d.r
	if _, err := r.Peek(1); err != nil {
		return 0, err
	}
	have, _ := r.Peek(min(r.Buffered(), len(to)))
	n := 0
	for n < len(have) && have[n] != '"' && have[n] != '\\' && have[n] >= ' ' && have[n] < utf8.RuneSelf {
		n++
	}
	copy(to, have[:n])
	if _, err := r.Discard(n); err != nil {
		return n, err
	}
	if n == len(have) {
		return n, nil
	}
	switch c := have[n]; {
	case c == '"':
		t.end = true
		_, err := r.Discard(1)
		return n, err
	case c == '\\':
		return n, t.escape()
	case c < ' ':
		return n, ErrBroken
	}
	c, _, err := r.ReadRune() // outside ASCII; utf8.RuneError for what is no UTF-8
	t.rest = utf8.AppendRune(t.buf[:0], c)
	return n, err
}

// escape translates what follows a backslash.
func (t *Text) escape() error {
	r := t.d.r
	pair, err := r.Peek(2)
	if err != nil {
		return cutOff(err)
	}
	sign := pair[1]
	if _, err := r.Discard(2); err != nil {
		return err
	}
	if sign == 'u' {
		return t.unicode()
	}
	i := strings.IndexByte(`"\/bfnrt`, sign)
	if i < 0 {
		return ErrBroken
	}
	t.rest = append(t.buf[:0], "\"\\/\b\f\n\r\t"[i])
	return nil
}

// unicode translates \uXXXX, and a pair of them where the first is half of a character.
func (t *Text) unicode() error {
	r := t.d.r
	digits, err := r.Peek(4)
	if err != nil {
		return cutOff(err)
	}
	c, ok := hex(digits)
	if !ok {
		return ErrBroken
	}
	if _, err := r.Discard(4); err != nil {
		return err
	}
	if utf16.IsSurrogate(c) {
		if next, err := r.Peek(6); err == nil && next[0] == '\\' && next[1] == 'u' {
			low, _ := hex(next[2:])
			if both := utf16.DecodeRune(c, low); both != utf8.RuneError {
				t.rest = utf8.AppendRune(t.buf[:0], both)
				_, err = r.Discard(6)
				return err
			}
		}
		c = utf8.RuneError
	}
	t.rest = utf8.AppendRune(t.buf[:0], c)
	return nil
}

// hex reads four digits.
func hex(digits []byte) (rune, bool) {
	var n rune
	for _, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			n = n<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
