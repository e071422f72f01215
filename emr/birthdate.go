package emr

import (
	"fmt"
	"log/slog"
	"time"
)

// BirthDate is a patient's day of birth. It hides like [PHI] and is never a
// time.Time, so that no zone can shift it. The zero value is "not known".
type BirthDate struct {
	_ [0]func()
	// A pointer to a pointer, because fmt prints the struct behind a single one when an
	// unexported holder meets a verb like %s.
	p **Date
}

// NewBirthDate makes a birth date from its parts. It does not check the calendar; ParseBirthDate does.
func NewBirthDate(year int, month time.Month, day int) BirthDate {
	return birthDateOf(Date{year, month, day})
}

func birthDateOf(d Date) BirthDate {
	p := &d
	return BirthDate{p: &p}
}

// ParseBirthDate reads YYYY-MM-DD. It fails with kind invalid, without repeating s.
func ParseBirthDate(s string) (BirthDate, error) {
	d, err := ParseDate(s)
	if err != nil {
		return BirthDate{}, Invalid("read birth date", "write the birth date as YYYY-MM-DD", string(FieldBorn))
	}
	return birthDateOf(d), nil
}

// Reveal returns the date; the zero Date when not known.
func (b BirthDate) Reveal() Date {
	if b.p == nil {
		return Date{}
	}
	return **b.p
}

// Equal reports whether both are the same day.
func (b BirthDate) Equal(c BirthDate) bool { return b.Reveal() == c.Reveal() }

// IsZero reports whether the date is not known.
func (b BirthDate) IsZero() bool { return b.Reveal().IsZero() }

// String returns "[redacted]", or "" when not known.
func (b BirthDate) String() string {
	if b.IsZero() {
		return ""
	}
	return redacted
}

// GoString is String.
func (b BirthDate) GoString() string { return b.String() }

// Format writes String for every verb.
func (b BirthDate) Format(s fmt.State, verb rune) { formatHidden(s, verb, b.String()) }

// LogValue is String.
func (b BirthDate) LogValue() slog.Value { return slog.StringValue(b.String()) }

// MarshalJSON always fails; see Revealed.
func (b BirthDate) MarshalJSON() ([]byte, error) { return nil, errEncode }

// MarshalText always fails; see Revealed.
func (b BirthDate) MarshalText() ([]byte, error) { return nil, errEncode }

// UnmarshalText reads YYYY-MM-DD; the empty text is not known.
func (b *BirthDate) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*b = BirthDate{}
		return nil
	}
	v, err := ParseBirthDate(string(text))
	if err != nil {
		return err
	}
	*b = v
	return nil
}

// UnmarshalJSON reads a JSON string YYYY-MM-DD or null.
func (b *BirthDate) UnmarshalJSON(data []byte) error {
	s, err := scanJSONText(data)
	if err != nil {
		return err
	}
	return b.UnmarshalText([]byte(s))
}

// Scan reads a database column: text, a date or NULL. A date column's own zone is kept.
func (b *BirthDate) Scan(src any) error {
	if t, ok := src.(time.Time); ok {
		*b = NewBirthDate(t.Date())
		return nil
	}
	s, err := scanText(src)
	if err != nil {
		return err
	}
	return b.UnmarshalText([]byte(s))
}
