package fhir

import (
	"errors"
	"fmt"
	"log/slog"
)

// Raw is JSON text as it was received. It prints as its size only; take the
// text out with Bytes. Raw keeps the whole document it is part of in memory.
type Raw struct {
	doc      *string // behind a pointer: fmt shows no text even in unexported fields
	from, to uint32
}

// Bytes returns a copy of the text, nil if there is none.
func (r Raw) Bytes() []byte {
	if r.doc == nil {
		return nil
	}
	return []byte(r.text())
}

// Len returns the size of the text in bytes.
func (r Raw) Len() int { return int(r.to - r.from) }

func (r Raw) text() string {
	if r.doc == nil {
		return ""
	}
	return (*r.doc)[r.from:r.to]
}

// rawOf keeps text of our own making.
func rawOf(text string) Raw { return Raw{doc: &text, to: uint32(len(text))} }

// cursor reads the text again; it was checked when the document was read.
func (r Raw) cursor() *cursor {
	return &cursor{doc: r.doc, s: (*r.doc)[:r.to], i: int(r.from), trusted: true, maxDepth: maxBytes, maxItems: maxBytes}
}

// Format prints the size only, for every verb.
func (r Raw) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "fhir.Raw(%d bytes)", r.Len()) }

// LogValue prints the size only.
func (r Raw) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// MarshalJSON fails: it keeps the text out of JSON logs. Use Bytes.
func (r Raw) MarshalJSON() ([]byte, error) { return nil, errMarshal }

var (
	errMarshal   = errors.New("fhir: not for json.Marshal, which would write personal data to logs and lose unknown members; use fhir.Encode or Bytes")
	errUnmarshal = errors.New("fhir: not for json.Unmarshal, which would lose unknown members; use fhir.Decode")
)

// node is embedded in every resource and data type and remembers the JSON
// object it was decoded from.
type node struct{ src Raw }

// Raw returns the JSON text the value was decoded from, unchanged by later
// edits; it is empty for a value built in code.
func (n node) Raw() Raw { return n.src }

// Member returns a member as received, known to this package or not, such as
// "_birthDate" or "text". It does not see later edits.
func (n node) Member(name string) (Raw, bool) {
	for _, m := range n.members() {
		if m.key == name {
			return m.value, true
		}
	}
	return Raw{}, false
}

// MarshalJSON fails: the types of this package hold personal data, and
// encoding/json would lose the members they do not know. Use Encode.
func (node) MarshalJSON() ([]byte, error) { return nil, errMarshal }

// UnmarshalJSON fails; use Decode.
func (*node) UnmarshalJSON([]byte) error { return errUnmarshal }

func (n *node) self() *node { return n }

// member is a name and a value of the object a value was decoded from.
type member struct {
	key   string
	value Raw
}

// members lists the members of the source object in their order.
func (n node) members() []member {
	if n.src.doc == nil || n.src.text()[0] != '{' {
		return nil
	}
	all := make([]member, 0, 16)
	c := n.src.cursor()
	for o := c.object("", nil); o.next(); {
		all = append(all, member{o.key, c.raw()})
	}
	return all
}

// raw passes over a value and returns its text.
func (c *cursor) raw() Raw {
	c.space()
	from := c.i
	c.skip()
	return Raw{doc: c.doc, from: uint32(from), to: uint32(c.i)}
}
