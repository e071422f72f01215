package fhir

import (
	"errors"
	"fmt"
)

// Kind says what is wrong with a document, a reference, a date or an id.
// The zero Kind belongs to errors of other packages.
type Kind uint8

const (
	// Malformed is text that is not one JSON document: cut off, followed by
	// something else, with a member name twice or in two letter cases, with
	// bytes that are not UTF-8. The answer cannot be trusted; a read may be
	// repeated.
	Malformed Kind = iota + 1
	// TooLarge is a document over one of the limits in Options.
	TooLarge
	// WrongType is a member whose value has a shape its FHIR type cannot have,
	// such as an object where a date belongs. Error.Element names it.
	WrongType
	// WrongResource is null, an array, an object without resourceType, or
	// another resource than the one asked for.
	WrongResource
	// OutcomeError is an OperationOutcome that reports an error or worse where
	// data was expected, often with HTTP status 200. Error.Outcome holds it.
	OutcomeError
	// Invalid is a value that FHIR does not allow: an id, a date, a reference,
	// a string that is not UTF-8. Nothing was sent; correct the value.
	Invalid
)

// String returns the kind in words.
func (k Kind) String() string {
	switch k {
	case Malformed:
		return "malformed JSON"
	case TooLarge:
		return "document too large"
	case WrongType:
		return "member of the wrong type"
	case WrongResource:
		return "unexpected resource"
	case OutcomeError:
		return "operation outcome reports an error"
	case Invalid:
		return "invalid value"
	}
	return "unknown"
}

// Error is the only error type of this package. Its text never contains
// anything of the input: FHIR documents are full of names and birth dates.
type Error struct {
	// Kind says what to do about it.
	Kind Kind
	// Element names a member this package knows, such as "Patient.birthDate";
	// empty if the place has no such name.
	Element string
	// Offset is the byte position in the document, not counting a byte order
	// mark, or in the resource if that is an entry of a Bundle.
	Offset int
	// Outcome is the OperationOutcome that came instead of the resource asked
	// for, else nil. Its texts may hold personal data.
	Outcome *OperationOutcome

	what string // our own words for the details, never input
}

// Error describes the problem without any content of the document.
func (e *Error) Error() string {
	text := "fhir: " + e.Kind.String()
	if e.Element != "" {
		text += " in " + e.Element
	}
	if e.what != "" {
		text += ": " + e.what
	}
	if e.Offset > 0 {
		text += fmt.Sprintf(" (at byte %d)", e.Offset)
	}
	if e.Outcome != nil {
		text += " (" + e.Outcome.Summary() + ")"
	}
	return text
}

// KindOf returns the Kind of the first *Error in err's chain, or 0.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// invalid reports a value of the caller's.
func invalid(element, what string) error {
	return &Error{Kind: Invalid, Element: element, what: what}
}
