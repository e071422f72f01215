package clinicalimage

import (
	"errors"
	"fmt"
)

// Kind says why a picture cannot be used. It is stable and holds nothing personal.
type Kind string

const (
	// KindUnsupported is a file of a type that is not taken (HTTP 415).
	KindUnsupported Kind = "unsupported"
	// KindUnreadable is a damaged or cut off file (HTTP 422).
	KindUnreadable Kind = "unreadable"
	// KindTooManyPixels is a picture whose decoding would take more memory than allowed (HTTP 422).
	KindTooManyPixels Kind = "too_many_pixels"
	// KindTooLarge is a file above MaxInput, or one that cannot be made to fit (HTTP 413).
	KindTooLarge Kind = "too_large"
	// KindInvalid is an option that makes no sense, or a nil reader.
	KindInvalid Kind = "invalid"
)

// Error says why a picture cannot be used. Its text holds nothing of the picture.
type Error struct {
	Kind   Kind
	Format Format // what the file is, "" when unknown
	Hint   string // what to do next, for a person
	Err    error  // what a decoder said, may be nil
}

// Error names the kind, the format and the hint.
func (e *Error) Error() string {
	text := "clinicalimage: " + string(e.Kind)
	if e.Format != "" {
		text += " (" + string(e.Format) + ")"
	}
	if e.Hint != "" {
		text += ": " + e.Hint
	}
	return text
}

// Unwrap gives what a decoder said.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err, "" when it is not an *Error. A cancelled context and a
// reader that failed have no kind: errors.Is finds their own error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

func unreadable(f Format, err error) error {
	return &Error{Kind: KindUnreadable, Format: f, Err: err,
		Hint: "the file is damaged or cut off: take or send the picture again"}
}

func tooManyPixels(f Format, most string) error {
	return &Error{Kind: KindTooManyPixels, Format: f,
		Hint: fmt.Sprintf("decoding it would take more than %s: take the picture with a lower resolution", most)}
}

func unsupported(f Format, hint string) error {
	return &Error{Kind: KindUnsupported, Format: f, Hint: hint}
}
