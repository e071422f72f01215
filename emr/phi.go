package emr

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// redacted is what every hidden value prints.
const redacted = "[redacted]"

// PHI is a piece of text that identifies a patient: a name, phone, address,
// identifier, note. It hides itself in every fmt verb and in log/slog, also nested
// and in unexported fields. It cannot be compared with == and is no map key.
// JSON and text encoding fail, so that nothing leaks and nothing is silently lost:
// see [Revealed] for deliberate storage.
//
// The zero value is the empty text.
//
// Other libraries: go-cmp compares with the Equal method, but its report reads memory
// and shows the text, as spew does and a debugger; use them on invented people only.
// html/template and text/template print [redacted]. xml, yaml and other encoders that
// honour encoding.TextMarshaler fail, those that only look at exported fields write
// nothing. fmt's verb %p, which vet refuses here, prints an address.
type PHI struct {
	_ [0]func() // not comparable: == would compare pointers
	p *string   // a pointer, because fmt prints fields of unexported holders without asking
}

// NewPHI wraps s.
func NewPHI(s string) PHI {
	if s == "" {
		return PHI{}
	}
	return PHI{p: &s}
}

// Reveal returns the text. It is the one way to read it: search for calls of it to
// see where personal data leaves.
func (p PHI) Reveal() string {
	if p.p == nil {
		return ""
	}
	return *p.p
}

// Equal reports whether both hold the same text.
func (p PHI) Equal(q PHI) bool { return p.Reveal() == q.Reveal() }

// EqualFold reports whether both hold the same text, ignoring case and blanks at the ends.
func (p PHI) EqualFold(q PHI) bool {
	return strings.EqualFold(strings.TrimSpace(p.Reveal()), strings.TrimSpace(q.Reveal()))
}

// IsZero reports whether the text is empty.
func (p PHI) IsZero() bool { return p.Reveal() == "" }

// String returns "[redacted]", or "" for the empty text.
func (p PHI) String() string {
	if p.IsZero() {
		return ""
	}
	return redacted
}

// GoString is String.
func (p PHI) GoString() string { return p.String() }

// Format writes String for every verb.
func (p PHI) Format(s fmt.State, verb rune) { formatHidden(s, verb, p.String()) }

// LogValue is String.
func (p PHI) LogValue() slog.Value { return slog.StringValue(p.String()) }

// errEncode names the way out: the text is seen by whoever marshals a model by accident.
var errEncode = errors.New("emr: personal data is not encoded by accident: wrap the model in emr.Revealed, or call Reveal")

// MarshalJSON always fails; see Revealed.
func (p PHI) MarshalJSON() ([]byte, error) { return nil, errEncode }

// MarshalText always fails; see Revealed.
func (p PHI) MarshalText() ([]byte, error) { return nil, errEncode }

// UnmarshalJSON reads a JSON string; null is the empty text. Numbers are kept as
// their text, because vendors send identifiers both ways.
func (p *PHI) UnmarshalJSON(data []byte) error {
	s, err := scanJSONText(data)
	if err != nil {
		return err
	}
	*p = NewPHI(s)
	return nil
}

// UnmarshalText takes the text as it is.
func (p *PHI) UnmarshalText(text []byte) error {
	*p = NewPHI(string(text))
	return nil
}

// Scan reads a database column: text, bytes or NULL.
func (p *PHI) Scan(src any) error {
	s, err := scanText(src)
	if err != nil {
		return err
	}
	*p = NewPHI(s)
	return nil
}
