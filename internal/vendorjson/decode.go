package vendorjson

import (
	"bytes"
	"encoding/json"

	"github.com/emrkit/emrkit/fhir"
)

// Problem says what is wrong with a document.
type Problem uint8

// The problems.
const (
	Malformed Problem = iota + 1 // not one JSON document, a name twice, not UTF-8: the answer was damaged
	TooLarge                     // deeper or longer than the limits
	Mistyped                     // JSON, and a member has a shape it cannot have
)

// Error is the only error type of this package.
type Error struct{ Problem Problem }

// Error says it in our own words.
func (e *Error) Error() string {
	switch e.Problem {
	case TooLarge:
		return "vendorjson: document too large"
	case Mistyped:
		return "vendorjson: a member has an unexpected shape"
	}
	return "vendorjson: malformed JSON"
}

// mostItems bounds arrays and objects; a page has 1,000 records at most.
const mostItems = 100_000

// Check reports whether data is exactly one JSON document: valid UTF-8, nothing after
// it, no member name twice or in two letter cases, not too deep. A byte order mark is
// allowed.
func Check(data []byte) error {
	err := fhir.Check(data, &fhir.Options{MaxItems: mostItems})
	switch {
	case err == nil:
		return nil
	case fhir.KindOf(err) == fhir.TooLarge:
		return &Error{TooLarge}
	}
	return &Error{Malformed}
}

// Decode checks data and reads it into v. Unknown members are passed over.
func Decode(data []byte, v any) error {
	if err := Check(data); err != nil {
		return err
	}
	return Into(data, v)
}

// Into reads data into v without Check: for a part of a document that was checked as a
// whole. An absent or null value is Mistyped: leaves may be null, records may not.
func Into(data []byte, v any) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if IsNull(data) {
		return &Error{Mistyped}
	}
	if json.Unmarshal(data, v) != nil { // its error may quote a value
		return &Error{Mistyped}
	}
	return nil
}

// IsNull reports whether data is absent or the literal null.
func IsNull(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) == 0 || string(data) == "null"
}
