package fhir

import (
	"fmt"
	"log/slog"
	"strings"
)

// Everything below keeps personal data out of logs: all verbs of fmt and
// slog's handlers print the type and how much it holds.

// describe prints a value of this package without its content.
func describe(name string, x element) string {
	return fmt.Sprintf("fhir.%s(%d members)", name, (&writer{}).object(x))
}

// Format prints the number of entries, for every verb.
func (x Bundle) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "fhir.Bundle(%d entries)", len(x.entries))
}

// LogValue prints the number of entries.
func (x Bundle) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(x)) }

// Format prints the size of the resource, for every verb.
func (e Entry) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "fhir.Entry(%d bytes)", e.resource.Len())
}

// LogValue prints the size of the resource.
func (e Entry) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(e)) }

// MarshalJSON fails; use Raw.
func (e Entry) MarshalJSON() ([]byte, error) { return nil, errMarshal }

// Format prints the type only, for every verb.
func (r Ref) Format(f fmt.State, _ rune) { fmt.Fprint(f, "fhir.Ref") }

// LogValue prints the type only.
func (r Ref) LogValue() slog.Value { return slog.StringValue("fhir.Ref") }

// MarshalJSON fails: a reference names a patient.
func (r Ref) MarshalJSON() ([]byte, error) { return nil, errMarshal }

// Format prints the number of parameters, for every verb.
func (q Query) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "fhir.Query(%d parameters)", strings.Count(q.Encode(), "="))
}

// LogValue prints the number of parameters.
func (q Query) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(q)) }

// Format prints the type only, for every verb.
func (d Date) Format(f fmt.State, _ rune) { fmt.Fprint(f, "fhir.Date") }

// LogValue prints the type only.
func (d Date) LogValue() slog.Value { return slog.StringValue("fhir.Date") }

// MarshalText fails: it keeps birth dates out of JSON logs. Use string(d).
func (d Date) MarshalText() ([]byte, error) { return nil, errMarshal }

// Format prints the type only, for every verb.
func (d DateTime) Format(f fmt.State, _ rune) { fmt.Fprint(f, "fhir.DateTime") }

// LogValue prints the type only.
func (d DateTime) LogValue() slog.Value { return slog.StringValue("fhir.DateTime") }

// MarshalText fails: it keeps dates of patients out of JSON logs. Use
// string(d).
func (d DateTime) MarshalText() ([]byte, error) { return nil, errMarshal }
