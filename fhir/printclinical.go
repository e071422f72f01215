package fhir

import (
	"fmt"
	"log/slog"
)

// Format prints the type and the number of members, for every verb.
func (x Media) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Media", &x)) }

// LogValue prints the type and the number of members.
func (x Media) LogValue() slog.Value { return slog.StringValue(describe("Media", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Communication) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Communication", &x)) }

// LogValue prints the type and the number of members.
func (x Communication) LogValue() slog.Value { return slog.StringValue(describe("Communication", &x)) }

// Format prints the type and the number of members, for every verb.
func (x CommunicationPayload) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("CommunicationPayload", &x))
}

// LogValue prints the type and the number of members.
func (x CommunicationPayload) LogValue() slog.Value {
	return slog.StringValue(describe("CommunicationPayload", &x))
}

// Format prints the type and the number of members, for every verb.
func (x Task) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Task", &x)) }

// LogValue prints the type and the number of members.
func (x Task) LogValue() slog.Value { return slog.StringValue(describe("Task", &x)) }

// Format prints the type and the number of members, for every verb.
func (x TaskRestriction) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("TaskRestriction", &x)) }

// LogValue prints the type and the number of members.
func (x TaskRestriction) LogValue() slog.Value {
	return slog.StringValue(describe("TaskRestriction", &x))
}
