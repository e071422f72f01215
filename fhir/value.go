package fhir

import (
	"strconv"
	"strings"
)

// The readers below accept what vendors send in place of what FHIR asks for:
// "true" for true, "1" for 1, a number for a string, one value for a list and
// a list for one value. null counts as absent.

// text reads a string. A number or a boolean gives its text; the strings of
// an array are joined with blanks (DSTU2 has a list of family names).
func (c *cursor) text(dst *string) {
	if c.err != nil {
		return
	}
	switch b := c.space(); {
	case b == '"':
		*dst = c.quoted()
	case b == '-' || '0' <= b && b <= '9':
		*dst = c.number()
	case b == 't' || b == 'f':
		*dst = c.literal()
	case b == 'n':
		c.literal()
	case b == '[':
		var all []string
		c.texts(&all)
		*dst = strings.Join(all, " ")
	default:
		c.mismatch("a string")
	}
}

// texts reads a list of strings; null elements keep their place as "".
func (c *cursor) texts(dst *[]string) {
	if c.err != nil {
		return
	}
	switch c.space() {
	case 'n':
		c.literal()
	case '[':
		for a := c.array(); a.next(); {
			var s string
			if c.space() == '[' {
				c.mismatch("a string")
				return
			}
			c.counted()
			c.text(&s)
			*dst = append(*dst, s)
		}
	default:
		var s string
		if c.text(&s); c.err == nil {
			*dst = append(*dst, s)
		}
	}
}

// boolean reads true or false, also in quotes.
func (c *cursor) boolean(dst **bool) {
	var s string
	from := c.i
	if c.text(&s); c.err != nil {
		return
	}
	switch s {
	case "true", "false":
		*dst = new(s == "true")
	case "":
	default:
		c.i = from
		c.mismatch("a boolean")
	}
}

// integer reads a whole number, also in quotes.
func (c *cursor) integer(dst *int64) {
	var s string
	from := c.i
	if c.text(&s); c.err != nil || s == "" {
		return
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		c.i = from
		c.mismatch("an integer")
		return
	}
	*dst = n
}

// count reads a whole number that may be zero or absent.
func (c *cursor) count(dst **int) {
	n := int64(-1)
	if c.integer(&n); c.err == nil && n >= 0 {
		*dst = new(int(n))
	}
}

// decimal reads a number, also in quotes, and keeps its text.
func (c *cursor) decimal(dst *Decimal) {
	var s string
	from := c.i
	if c.text(&s); c.err != nil {
		return
	}
	if s != "" && numberLen(s) != len(s) {
		c.i = from
		c.mismatch("a number")
		return
	}
	*dst = Decimal(s)
}

// counted bounds the list elements of one resource as a whole: an empty object
// takes 3 bytes in JSON and some hundred in memory.
func (c *cursor) counted() {
	if c.items++; c.items > c.maxItems {
		c.fail(TooLarge, "too many elements in a resource")
	}
}

// element is what every object type of this package can do.
type element interface {
	decode(*cursor)
	encode(*writer)
	self() *node
}

// pointer is the pointer to an object type, so that generic code can both
// hold values and call methods.
type pointer[T any] interface {
	*T
	element
}

// list reads a list of objects, or one object in its place.
func list[T any, P pointer[T]](c *cursor, dst *[]T) {
	if c.err != nil {
		return
	}
	switch c.space() {
	case 'n':
		c.literal()
	case '[':
		for a := c.array(); a.next(); {
			one[T, P](c, dst)
		}
	default:
		one[T, P](c, dst)
	}
}

// one reads a further element of a list. null keeps its place.
func one[T any, P pointer[T]](c *cursor, dst *[]T) {
	if c.counted(); len(*dst) == cap(*dst) { // most lists are short: 1, 4, 16, 32, ...
		size := 4 * cap(*dst)
		if size > 16 {
			size = 2 * cap(*dst)
		}
		grown := make([]T, len(*dst), max(1, size))
		copy(grown, *dst)
		*dst = grown
	}
	*dst = (*dst)[:len(*dst)+1]
	p := P(&(*dst)[len(*dst)-1])
	switch c.space() {
	case 'n':
		p.self().src = c.raw()
	case '[':
		c.mismatch("an object")
	default:
		p.decode(c)
	}
}
