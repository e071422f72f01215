package fhir

import "strings"

// cursor reads one JSON document from front to back and checks it on the way.
// The first error stays; from then on every method does nothing.
type cursor struct {
	doc      *string // the whole text, shared with all nodes
	s        string  // *doc
	i        int     // next byte
	depth    int
	maxDepth int
	maxItems int
	items    int  // elements of typed lists so far
	again    int  // bytes looked at again and names compared: what a document costs beside one pass
	inner    bool // in a contained resource
	trusted  bool // the text was checked before: only find the ends of things
	join     []string
	names    renames
	keys     []key // member names of all open objects
	place          // of the value being read
	err      *Error
}

func (c *cursor) fail(kind Kind, what string) {
	if c.err == nil {
		c.err = &Error{Kind: kind, Offset: c.i, what: what}
	}
}

// mismatch reports a value of the wrong shape in a member we know.
func (c *cursor) mismatch(want string) {
	if c.err != nil {
		return
	}
	wrong := &Error{Kind: WrongType, Offset: c.i, Element: c.element(), what: "want " + want}
	if c.skip(); c.err == nil { // it is a JSON value
		c.err = wrong
	}
}

func (c *cursor) element() string {
	if c.mem == "" {
		return c.typ
	}
	return c.typ + "." + c.mem
}

// end checks that nothing but white space follows the document.
func (c *cursor) end() error {
	if c.err == nil {
		if c.space(); c.i < len(c.s) {
			c.fail(Malformed, "something follows the document")
		}
	}
	if c.err != nil {
		return c.err
	}
	return nil
}

// space skips white space and returns the next byte, 0 at the end.
func (c *cursor) space() byte {
	for c.i < len(c.s) {
		switch b := c.s[c.i]; b {
		case ' ', '\n', '\t', '\r':
			c.i++
		default:
			return b
		}
	}
	return 0
}

// skip passes over one value of any shape.
func (c *cursor) skip() {
	if c.err != nil {
		return
	}
	switch b := c.space(); {
	case b == '"':
		c.passQuoted()
	case b == '{' || b == '[':
		if c.trusted {
			c.pass()
			return
		}
		if b == '[' {
			for a := c.array(); a.next(); {
				c.skip()
			}
			return
		}
		for o := c.object("", nil); o.next(); {
			c.skip()
		}
	case b == '-' || '0' <= b && b <= '9':
		c.number()
	default:
		c.literal()
	}
}

// pass finds the end of an object or array in text that was checked before.
func (c *cursor) pass() {
	open := 0
	for c.i < len(c.s) {
		switch c.s[c.i] {
		case '"':
			c.passQuoted()
			continue
		case '{', '[':
			open++
		case '}', ']':
			if open--; open == 0 {
				c.i++
				return
			}
		}
		c.i++
	}
}

// literal reads true, false or null.
func (c *cursor) literal() string {
	for _, word := range [...]string{"true", "false", "null"} {
		if strings.HasPrefix(c.s[c.i:], word) {
			c.i += len(word)
			return word
		}
	}
	if c.i >= len(c.s) {
		c.fail(Malformed, "unexpected end")
	} else {
		c.fail(Malformed, "not a JSON value")
	}
	return ""
}

// number reads a number and returns its text.
func (c *cursor) number() string {
	n := numberLen(c.s[c.i:])
	if n == 0 {
		c.fail(Malformed, "not a JSON number")
		return ""
	}
	c.i += n
	return c.s[c.i-n : c.i]
}

// numberLen returns how many bytes of s are a JSON number, 0 for none.
func numberLen(s string) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	zero := i < len(s) && s[i] == '0'
	from := i
	if !digits() || zero && i > from+1 {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		if i++; !digits() {
			return 0
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return 0
		}
	}
	return i
}
