package fhir

import (
	"slices"
	"strconv"
	"strings"
)

// writer writes values as JSON. Each object is merged with the one it was
// decoded from: known members come from the Go fields, all others from the
// source text, in the order of the source.
type writer struct {
	buf   []byte
	names renames
	at    *frame
	depth int
	inner bool // in a contained resource
	err   *Error

	// typed is for tests: known members never come from the source text, so
	// that a round trip proves that the fields hold everything.
	typed bool
}

// maxNesting is far beyond what can be decoded; only a circle gets there.
const maxNesting = 1024

// frame is an object being written.
type frame struct {
	resource string   // its type, if it is a resource
	source   []member // members of the object it was decoded from
	parts    []part   // known members, in the order of the fields
}

// part is a known member; its value is buf[from:to], nothing if it is absent.
type part struct {
	key      string
	from, to int
	used     bool
}

// object writes x and returns how many members it has. An object without
// members is left out, unless it was received that way.
func (w *writer) object(x element) (members int) {
	n := x.self()
	source := n.src.text()
	f := frame{source: n.members(), parts: make([]part, 0, 16)}
	if r, ok := x.(Resource); ok {
		f.resource = r.ResourceType()
	} else if part, ok := x.(interface{ typeName() string }); ok {
		f.resource = part.typeName()
	}
	if w.depth > maxNesting {
		w.err = &Error{Kind: Invalid, what: "nested too deeply, or a circle"}
		return 0
	}
	up, start := w.at, len(w.buf)
	w.at = &f
	w.depth++
	x.encode(w)
	w.depth--
	w.at = up
	if w.err != nil {
		return 0
	}

	out := append(make([]byte, 0, 2*(len(w.buf)-start)+len(source)), '{')
	put := func(key, value string) {
		if members++; members > 1 {
			out = append(out, ',')
		}
		out, _ = appendQuoted(out, key)
		out = append(append(out, ':'), value...)
	}
	for _, m := range f.source {
		i := slices.IndexFunc(f.parts, func(p part) bool { return p.key == m.key })
		if i < 0 { // a field that is set replaces "maritalstatus"; both would be ambiguous
			i = slices.IndexFunc(f.parts, func(p part) bool { return p.to > p.from && strings.EqualFold(p.key, m.key) })
		}
		if i < 0 {
			put(m.key, m.value.text())
			continue
		}
		p := &f.parts[i]
		if !p.used && p.to > p.from {
			put(p.key, string(w.buf[p.from:p.to]))
		}
		p.used = true
	}
	for _, p := range f.parts {
		if !p.used && p.to > p.from {
			put(p.key, string(w.buf[p.from:p.to]))
		}
	}
	w.buf = w.buf[:start]
	switch {
	case members > 0:
		w.buf = append(append(w.buf, out...), '}')
	case source != "" && len(f.source) == 0: // {} or null
		w.buf = append(w.buf, source...)
	}
	return members
}

// source returns the values that a member has in the source: none, one, or
// several if Options.JoinArrays allowed that.
func (w *writer) source(key string) (all []Raw) {
	key = w.name(key)
	for _, m := range w.at.source {
		if m.key == key {
			all = append(all, m.value)
		}
	}
	return all
}

// name returns the release's name of a member.
func (w *writer) name(key string) string {
	if w.names == nil {
		return key
	}
	return w.names.theirs(w.at.resource, key)
}

// member writes a known member. write appends its value or nothing. same
// reports whether a source value means what the Go field says; that text is
// then kept as it is: 1.50, "true", null.
func (w *writer) member(key string, write func(), same func(*cursor) bool) {
	from := len(w.buf)
	if old := w.source(key); len(old) == 1 && same != nil && !w.typed && same(old[0].cursor()) {
		w.buf = append(w.buf, old[0].text()...)
	} else {
		write()
	}
	if w.err != nil && w.err.Element == "" {
		w.err.Element = key
	}
	w.at.parts = append(w.at.parts, part{key: w.name(key), from: from, to: len(w.buf)})
}

func (w *writer) text(key, value string) {
	w.member(key, func() {
		if value == "" {
			return
		}
		if w.listed(key) { // the family names of DSTU2
			w.buf = append(w.buf, '[')
			w.quoted(value)
			w.buf = append(w.buf, ']')
			return
		}
		w.quoted(value)
	}, func(c *cursor) bool {
		var old string
		c.text(&old)
		return old == value
	})
}

// listed reports whether a member that is single here is a list in the source,
// or in the release if there is no source.
func (w *writer) listed(key string) bool {
	if w.at.source != nil {
		if old := w.source(key); len(old) > 0 {
			return old[0].text()[0] == '['
		}
	}
	return w.names.has(many, w.at.resource, key)
}

func (w *writer) quoted(value string) {
	var ok bool
	if w.buf, ok = appendQuoted(w.buf, value); !ok && w.err == nil {
		w.err = &Error{Kind: Invalid, what: "not UTF-8"}
	}
}

func (w *writer) boolean(key string, value *bool) {
	w.member(key, func() {
		if value != nil {
			w.buf = strconv.AppendBool(w.buf, *value)
		}
	}, func(c *cursor) bool {
		var old *bool
		c.boolean(&old)
		return old == nil && value == nil || old != nil && value != nil && *old == *value
	})
}

func (w *writer) integer(key string, value int64) {
	w.member(key, func() {
		if value != 0 {
			w.buf = strconv.AppendInt(w.buf, value, 10)
		}
	}, func(c *cursor) bool {
		var old int64
		c.integer(&old)
		return old == value
	})
}

func (w *writer) decimal(key string, value Decimal) {
	w.member(key, func() {
		if n := numberLen(string(value)); n == len(value) {
			w.buf = append(w.buf, value...)
		} else if w.err == nil {
			w.err = &Error{Kind: Invalid, what: "not a number"}
		}
	}, func(c *cursor) bool {
		var old Decimal
		c.decimal(&old)
		return old == value
	})
}

// raw writes a value that is JSON already. Text of our own making is checked:
// it holds what the caller gave to NewExtension.
func (w *writer) raw(key string, value Raw) {
	w.member(key, func() {
		if value.from == 0 && w.err == nil {
			c := newCursor(value.Bytes(), nil)
			if c.skip(); c.err != nil || c.i != value.Len() {
				w.err = &Error{Kind: Invalid, what: "empty, not UTF-8 or not a number"}
			}
		}
		w.buf = append(w.buf, value.text()...)
	}, nil)
}

// head writes the members all resources share.
func (w *writer) head(resource, id string, meta *Meta, contained []Resource, extension []Extension) {
	w.text("resourceType", resource)
	w.text("id", id)
	w.part("meta", meta)
	w.contained("contained", contained)
	writeList(w, "extension", extension)
}
