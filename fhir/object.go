package fhir

// object reads the members of one JSON object:
//
//	for o := c.object("Period", &x.node); o.next(); {
//		switch o.key {
//		case "start": ...
//		default: c.skip()
//		}
//	}
//
// The body must consume the value of each member.
type object struct {
	c       *cursor
	typ     string
	at      *node
	key     string
	n       int            // members seen
	base    int            // where our names start in c.keys
	mask    uint64         // filter over our names
	exotic  bool           // a name that is not ASCII was seen
	many    map[string]int // by folded name, where it is among ours
	wrapped bool           // inside an array that stands in place of the object
	done    bool
	up      place // where the object is
}

// place is a position in our own names, for errors.
type place struct{ typ, mem string }

// key is a member name seen in an open object.
type key struct {
	name  string
	array bool // its value is an array
}

// object starts an object of the named type and notes in at where it is. An
// array in its place is accepted for its first element, null for none.
func (c *cursor) object(typ string, at *node) object {
	o := object{c: c, typ: typ, at: at, done: true}
	if c.err != nil {
		return o
	}
	b := c.space()
	if b == '[' && typ != "" {
		c.i++
		if o.wrapped = true; c.space() == ']' {
			c.i++
			return o
		}
		b = c.space()
	}
	switch {
	case b == '{':
		o.done = false
		o.base = len(c.keys)
		o.up = c.place
		if at != nil {
			at.src = Raw{doc: c.doc, from: uint32(c.i)}
		}
		c.i++
		c.deeper()
	case b == 'n':
		c.literal()
		o.unwrap()
	case typ == "":
		c.fail(Malformed, "not a JSON value")
	default:
		if c.typ == "" {
			c.typ = typ
		}
		c.mismatch("an object")
	}
	return o
}

func (c *cursor) deeper() {
	if c.depth++; c.depth > c.maxDepth {
		c.fail(TooLarge, "nested too deeply")
	}
}

// next moves to the next member and reports whether there is one.
func (o *object) next() bool {
	c := o.c
	if o.done || c.err != nil {
		return false
	}
	b := c.space()
	if b == '}' {
		o.close()
		return false
	}
	if o.n++; o.n > 1 {
		if b != ',' {
			c.fail(Malformed, "want , or }")
			return false
		}
		c.i++
		b = c.space()
	}
	if b != '"' {
		c.fail(Malformed, "want a member name")
		return false
	}
	o.key = c.quoted()
	if c.space() != ':' {
		c.fail(Malformed, "want :")
		return false
	}
	c.i++
	value := c.space()
	if !c.trusted {
		o.unique(value == '[')
	}
	if c.names != nil {
		o.key = c.names.ours(o.typ, o.key)
	}
	c.place = place{o.typ, o.key}
	return c.err == nil
}

func (o *object) close() {
	c := o.c
	c.i++
	c.depth--
	c.keys = c.keys[:o.base]
	if o.at != nil {
		o.at.src.to = uint32(c.i)
	}
	c.place = o.up
	o.done = true
	o.unwrap()
}

// unwrap passes over the rest of an array that stood in place of an object.
func (o *object) unwrap() {
	c := o.c
	if !o.wrapped {
		return
	}
	for a := (array{c: c, n: 1}); a.next(); {
		c.skip()
	}
}

// array reads the elements of a JSON array, like object.
type array struct {
	c    *cursor
	n    int // elements seen
	done bool
}

// array starts the array at the cursor.
func (c *cursor) array() array {
	c.i++
	c.deeper()
	return array{c: c}
}

func (a *array) next() bool {
	c := a.c
	if a.done || c.err != nil {
		return false
	}
	b := c.space()
	if b == ']' {
		c.i++
		c.depth--
		a.done = true
		return false
	}
	if a.n++; a.n > 1 {
		if b != ',' {
			c.fail(Malformed, "want , or ]")
			return false
		}
		c.i++
		b = c.space()
	}
	if a.n > c.maxItems && !c.trusted {
		c.fail(TooLarge, "too many elements in an array")
	}
	if b == ']' {
		c.fail(Malformed, "want a JSON value")
	}
	return c.err == nil
}
