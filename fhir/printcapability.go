package fhir

import (
	"fmt"
	"log/slog"
)

// Format prints the type and the number of members, for every verb.
func (x CapabilityStatement) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("CapabilityStatement", &x))
}

// LogValue prints the type and the number of members.
func (x CapabilityStatement) LogValue() slog.Value {
	return slog.StringValue(describe("CapabilityStatement", &x))
}

// Format prints the type and the number of members, for every verb.
func (x CapabilityRest) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("CapabilityRest", &x))
}

// LogValue prints the type and the number of members.
func (x CapabilityRest) LogValue() slog.Value {
	return slog.StringValue(describe("CapabilityRest", &x))
}

// Format prints the type and the number of members, for every verb.
func (x CapabilitySecurity) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("CapabilitySecurity", &x))
}

// LogValue prints the type and the number of members.
func (x CapabilitySecurity) LogValue() slog.Value {
	return slog.StringValue(describe("CapabilitySecurity", &x))
}

// Format prints the type and the number of members, for every verb.
func (x CapabilityResource) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("CapabilityResource", &x))
}

// LogValue prints the type and the number of members.
func (x CapabilityResource) LogValue() slog.Value {
	return slog.StringValue(describe("CapabilityResource", &x))
}

// Format prints the type and the number of members, for every verb.
func (x CapabilityInteraction) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("CapabilityInteraction", &x))
}

// LogValue prints the type and the number of members.
func (x CapabilityInteraction) LogValue() slog.Value {
	return slog.StringValue(describe("CapabilityInteraction", &x))
}

// Format prints the type and the number of members, for every verb.
func (x CapabilityParam) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("CapabilityParam", &x))
}

// LogValue prints the type and the number of members.
func (x CapabilityParam) LogValue() slog.Value {
	return slog.StringValue(describe("CapabilityParam", &x))
}
