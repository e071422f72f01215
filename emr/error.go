package emr

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// Error is the one error type of emrkit. Its text, its %#v and its slog value hold
// nothing that identifies a patient and no secret: they may be logged as they are.
type Error struct {
	Kind   Kind   // stable class
	Vendor string // "nextech"
	Name   string // the caller's own alias of the connection (Options.Name), never the practice id
	// Environment is that of the connection (Info.Environment): "production", "sandbox", ...
	// It is in LogValue and not in the text.
	Environment string
	Op          string        // "book appointment"
	Status      int           // HTTP status, 0 when there was no answer
	Code        string        // the vendor's own code; anything but [A-Za-z0-9_.-]{1,64} is not printed
	RequestID   string        // correlation id of the call (see WithCorrelationID)
	Attempts    int           // tries that went to the network, refused connections included; 0: none
	RetryAfter  time.Duration // how long the vendor asks to wait, 0 when it did not say
	Fields      []string      // names of the inputs at fault, never their values
	Hint        string        // our own sentence: what to do next
	Page        int           // page of the list (or of its window) that failed, from 1; 0: not a list
	Err         error         // refinement or cause: context errors, ErrSlotTaken, another *Error

	detail   PHI
	bookmark Bookmark
	unsent   bool // see Unsent
}

// Detail returns the vendor's own text about the failure, "" when it sent none. It
// may name a patient: show it to staff if they need it, never log it.
func (e *Error) Detail() string { return e.detail.Reveal() }

// WithDetail keeps the vendor's text for Detail, cut to 200 characters, and returns
// e. It is for drivers.
func (e *Error) WithDetail(text string) *Error {
	const most = 200
	if r := []rune(text); len(r) > most {
		text = string(r[:most])
	}
	e.detail = NewPHI(text)
	return e
}

// Error gives vendor, name, operation and kind, then what is known of refinement, status,
// code, page, fields, wait and request id, then the hint.
func (e *Error) Error() string {
	var b strings.Builder
	for _, part := range []string{e.Vendor, e.Name, e.Op} {
		if part != "" {
			b.WriteString(part)
			b.WriteString(": ")
		}
	}
	b.WriteString(string(e.Kind))
	var notes []string
	if key, _, ok := refined(e); ok {
		notes = append(notes, key)
	}
	if e.Status != 0 {
		notes = append(notes, "status "+strconv.Itoa(e.Status))
	}
	if c := e.code(); c != "" {
		notes = append(notes, "code "+c)
	}
	if len(e.Fields) > 0 {
		notes = append(notes, "fields "+strings.Join(e.Fields, ", "))
	}
	if e.Page > 0 {
		notes = append(notes, "page "+strconv.Itoa(e.Page))
	}
	if e.RetryAfter > 0 {
		notes = append(notes, "retry after "+e.RetryAfter.String())
	}
	if e.RequestID != "" {
		notes = append(notes, "request "+e.RequestID)
	}
	if len(notes) > 0 {
		b.WriteString(" (" + strings.Join(notes, ", ") + ")")
	}
	if e.Hint != "" {
		b.WriteString(": " + e.Hint)
	}
	return b.String()
}

// code returns Code if it is fit to print: vendors have put free text there.
func (e *Error) code() string {
	if len(e.Code) == 0 || len(e.Code) > 64 {
		return ""
	}
	for _, r := range []byte(e.Code) {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '.', r == '-':
		default:
			return ""
		}
	}
	return e.Code
}

// Is matches the sentinel of the error's kind: errors.Is(err, emr.ErrConflict).
func (e *Error) Is(target error) bool { return target == sentinelOf(e.Kind) }

// Unwrap gives the refinement or cause.
func (e *Error) Unwrap() error { return e.Err }

// Format prints the text of Error for every verb, so that %+v shows no field.
func (e Error) Format(s fmt.State, verb rune) { formatHidden(s, verb, e.Error()) }

// GoString is the text of Error.
func (e Error) GoString() string { return e.Error() }

// MarshalJSON writes what LogValue shows.
func (e Error) MarshalJSON() ([]byte, error) {
	shown := map[string]any{}
	for _, a := range e.LogValue().Group() {
		shown[a.Key] = a.Value.Any()
	}
	return json.Marshal(shown)
}

// LogValue gives the printable fields as a group.
func (e Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("kind", string(e.Kind))}
	add := func(key, v string) {
		if v != "" {
			attrs = append(attrs, slog.String(key, v))
		}
	}
	add("vendor", e.Vendor)
	add("name", e.Name)
	add("environment", e.Environment)
	add("op", e.Op)
	if key, _, ok := refined(&e); ok {
		add("key", key)
	}
	if e.Status != 0 {
		attrs = append(attrs, slog.Int("status", e.Status))
	}
	add("code", e.code())
	add("request_id", e.RequestID)
	if e.Attempts != 0 {
		attrs = append(attrs, slog.Int("attempts", e.Attempts))
	}
	if e.Page != 0 {
		attrs = append(attrs, slog.Int("page", e.Page))
	}
	if e.RetryAfter != 0 {
		attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
	}
	if len(e.Fields) > 0 {
		attrs = append(attrs, slog.String("fields", strings.Join(e.Fields, ",")))
	}
	add("hint", e.Hint)
	return slog.GroupValue(attrs...)
}

// KindOf returns the kind of any error: that of the outermost *Error, canceled or
// timeout for bare context errors, "" for nil and for errors of other packages.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return contextKind(err)
}

// Invalid makes the error for input refused before anything was sent. fields are
// input names, never values.
func Invalid(op, hint string, fields ...string) *Error {
	return &Error{Kind: KindInvalid, Op: op, Hint: hint, Fields: fields}
}
