package emr

import (
	"fmt"
	"log/slog"
	"strconv"
)

// String shows method and route template: path, query and body may be personal.
func (r RawRequest) String() string {
	method := r.Method
	if method == "" {
		method = "GET"
	}
	if r.Route == "" {
		return method
	}
	return method + " " + r.Route
}

// GoString is String.
func (r RawRequest) GoString() string { return r.String() }

// Format writes String for every verb.
func (r RawRequest) Format(s fmt.State, verb rune) { formatHidden(s, verb, r.String()) }

// LogValue is String.
func (r RawRequest) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalJSON always fails: the request may be personal.
func (r RawRequest) MarshalJSON() ([]byte, error) { return nil, errEncode }

// String shows status and size: the body may be personal.
func (r RawResponse) String() string {
	return "status " + strconv.Itoa(r.Status) + ", " + strconv.Itoa(len(r.Body)) + " bytes"
}

// GoString is String.
func (r RawResponse) GoString() string { return r.String() }

// Format writes String for every verb.
func (r RawResponse) Format(s fmt.State, verb rune) { formatHidden(s, verb, r.String()) }

// LogValue is String.
func (r RawResponse) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalJSON always fails: read Body.
func (r RawResponse) MarshalJSON() ([]byte, error) { return nil, errEncode }

// String hides the cursor: it may hold what was searched for.
func (c Cursor) String() string {
	if c == "" {
		return ""
	}
	return "[cursor]"
}

// GoString is String.
func (c Cursor) GoString() string { return c.String() }

// Format writes String for every verb.
func (c Cursor) Format(s fmt.State, verb rune) { formatHidden(s, verb, c.String()) }

// LogValue is String.
func (c Cursor) LogValue() slog.Value { return slog.StringValue(c.String()) }
