package emr

import (
	"fmt"
	"log/slog"
)

// Source is the vendor's own resource behind a model, byte for byte. It hides like
// [PHI], for it holds everything.
type Source struct {
	_ [0]func()
	p **[]byte // see BirthDate
}

// NewSource keeps raw. The caller must not change it afterwards.
func NewSource(raw []byte) Source {
	if len(raw) == 0 {
		return Source{}
	}
	p := &raw
	return Source{p: &p}
}

// Reveal returns the vendor's bytes, nil when there are none. Do not change them.
func (s Source) Reveal() []byte {
	if s.p == nil {
		return nil
	}
	return **s.p
}

// IsZero reports whether there is no source.
func (s Source) IsZero() bool { return len(s.Reveal()) == 0 }

// Equal compares nothing: two reads of one record are the same record even when the
// vendor orders its members differently. It lets go-cmp compare models.
func (s Source) Equal(Source) bool { return true }

// String tells the size only.
func (s Source) String() string {
	if s.IsZero() {
		return ""
	}
	return fmt.Sprintf("[%d bytes]", len(s.Reveal()))
}

// GoString is String.
func (s Source) GoString() string { return s.String() }

// Format writes String for every verb.
func (s Source) Format(f fmt.State, verb rune) { formatHidden(f, verb, s.String()) }

// LogValue is String.
func (s Source) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON always fails; call Reveal.
func (s Source) MarshalJSON() ([]byte, error) { return nil, errEncode }

// MarshalText always fails; call Reveal.
func (s Source) MarshalText() ([]byte, error) { return nil, errEncode }
