package fhir

import "slices"

// texts writes a list of strings. Elements that did not change keep their
// text, so that a null beside an extension stays null.
func (w *writer) texts(key string, values []string) {
	w.member(key, func() {
		if len(values) == 0 {
			return
		}
		var old []Raw
		if !w.typed {
			old = w.elements(key)
		}
		w.buf = append(w.buf, '[')
		for i, value := range values {
			if i > 0 {
				w.buf = append(w.buf, ',')
			}
			var before string
			if i < len(old) {
				old[i].cursor().text(&before)
			}
			if i < len(old) && before == value {
				w.buf = append(w.buf, old[i].text()...)
			} else {
				w.quoted(value)
			}
		}
		w.buf = append(w.buf, ']')
	}, func(c *cursor) bool {
		var old []string
		c.texts(&old)
		return slices.Equal(old, values)
	})
}

// elements returns the elements of the source arrays of a member.
func (w *writer) elements(key string) (all []Raw) {
	for _, value := range w.source(key) {
		if value.text()[0] != '[' {
			continue
		}
		c := value.cursor()
		for a := c.array(); a.next(); {
			all = append(all, c.raw())
		}
	}
	return all
}

// blank reports whether the cursor is at something that leaves a field of
// objects empty: null, an array that is empty or begins with null, or a text
// that Generic passed over.
func blank(c *cursor) bool {
	switch c.space() {
	case '{':
		return false
	case '[':
		a := c.array()
		return !a.next() || c.space() == 'n'
	}
	return true
}

// part writes a single object. Where the source has an array in its place it
// is written back as the first element of that array; without a source the
// release decides whether it is the one element of an array.
func (w *writer) part(key string, x element) {
	old := w.source(key)
	w.member(key, func() {
		from := len(w.buf)
		if x != nil {
			w.object(x)
		}
		if len(w.buf) == from {
			if len(old) == 1 && blank(old[0].cursor()) {
				w.buf = append(w.buf, old[0].text()...)
			}
			return
		}
		if len(old) == 0 && !w.names.has(many, w.at.resource, key) || len(old) > 0 && old[0].text()[0] != '[' {
			return
		}
		w.buf = append(slices.Insert(w.buf, from, '['), ']')
		if rest := w.elements(key); len(rest) > 1 {
			w.buf = w.buf[:len(w.buf)-1]
			for _, value := range rest[1:] {
				w.buf = append(append(w.buf, ','), value.text()...)
			}
			w.buf = append(w.buf, ']')
		}
	}, nil)
}

// writeOptional writes a single object that may be nil.
func writeOptional[T any, P pointer[T]](w *writer, key string, x *T) {
	if x == nil {
		w.part(key, nil)
		return
	}
	w.part(key, P(x))
}

// writeList writes a list of objects. Where the source has one object without
// brackets, one object is written back that way.
func writeList[T any, P pointer[T]](w *writer, key string, items []T) {
	writeEach(w, key, len(items), func(i int) element { return P(&items[i]) })
}

// contained writes contained resources. Those in a contained resource, which
// FHIR forbids, were not read either and stay as they are.
func (w *writer) contained(key string, items []Resource) {
	if w.inner {
		return
	}
	w.inner = true
	defer func() { w.inner = false }()
	writeEach(w, key, len(items), func(i int) element { return items[i] })
}

func writeEach(w *writer, key string, n int, item func(int) element) {
	old := w.source(key)
	w.member(key, func() {
		if n == 0 {
			if len(old) == 1 && blank(old[0].cursor()) {
				w.buf = append(w.buf, old[0].text()...)
			}
			return
		}
		start := len(w.buf)
		w.buf = append(w.buf, '[')
		for i := range n {
			from := len(w.buf)
			if x := item(i); x != nil {
				w.object(x)
			}
			if len(w.buf) > from && from > start+1 {
				w.buf = slices.Insert(w.buf, from, ',')
			}
		}
		switch {
		case len(w.buf) == start+1:
			w.buf = w.buf[:start]
		case n == 1 && w.unbracketed(key, old):
			w.buf = slices.Delete(w.buf, start, start+1)
		default:
			w.buf = append(w.buf, ']')
		}
	}, nil)
}

// unbracketed reports whether a list of one is written as the element alone: as
// the source has it, or the release if there is no source.
func (w *writer) unbracketed(key string, old []Raw) bool {
	if len(old) == 1 {
		return old[0].text()[0] == '{'
	}
	return len(old) == 0 && w.names.has(single, w.at.resource, key)
}
