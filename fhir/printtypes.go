package fhir

import (
	"fmt"
	"log/slog"
)

// Format prints the type and the number of members, for every verb.
func (x Appointment) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Appointment", &x)) }

// LogValue prints the type and the number of members.
func (x Appointment) LogValue() slog.Value { return slog.StringValue(describe("Appointment", &x)) }

// Format prints the type and the number of members, for every verb.
func (x AppointmentParticipant) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("AppointmentParticipant", &x))
}

// LogValue prints the type and the number of members.
func (x AppointmentParticipant) LogValue() slog.Value {
	return slog.StringValue(describe("AppointmentParticipant", &x))
}

// Format prints the type and the number of members, for every verb.
func (x AppointmentResponse) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("AppointmentResponse", &x))
}

// LogValue prints the type and the number of members.
func (x AppointmentResponse) LogValue() slog.Value {
	return slog.StringValue(describe("AppointmentResponse", &x))
}

// Format prints the type and the number of members, for every verb.
func (x Binary) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Binary", &x)) }

// LogValue prints the type and the number of members.
func (x Binary) LogValue() slog.Value { return slog.StringValue(describe("Binary", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Link) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Link", &x)) }

// LogValue prints the type and the number of members.
func (x Link) LogValue() slog.Value { return slog.StringValue(describe("Link", &x)) }

// Format prints the type and the number of members, for every verb.
func (x EntryResponse) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("EntryResponse", &x)) }

// LogValue prints the type and the number of members.
func (x EntryResponse) LogValue() slog.Value { return slog.StringValue(describe("EntryResponse", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Identifier) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Identifier", &x)) }

// LogValue prints the type and the number of members.
func (x Identifier) LogValue() slog.Value { return slog.StringValue(describe("Identifier", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Reference) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Reference", &x)) }

// LogValue prints the type and the number of members.
func (x Reference) LogValue() slog.Value { return slog.StringValue(describe("Reference", &x)) }

// Format prints the type and the number of members, for every verb.
func (x CodeableConcept) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("CodeableConcept", &x)) }

// LogValue prints the type and the number of members.
func (x CodeableConcept) LogValue() slog.Value {
	return slog.StringValue(describe("CodeableConcept", &x))
}

// Format prints the type and the number of members, for every verb.
func (x Coding) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Coding", &x)) }

// LogValue prints the type and the number of members.
func (x Coding) LogValue() slog.Value { return slog.StringValue(describe("Coding", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Period) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Period", &x)) }

// LogValue prints the type and the number of members.
func (x Period) LogValue() slog.Value { return slog.StringValue(describe("Period", &x)) }

// Format prints the type and the number of members, for every verb.
func (x DocumentReference) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("DocumentReference", &x))
}

// LogValue prints the type and the number of members.
func (x DocumentReference) LogValue() slog.Value {
	return slog.StringValue(describe("DocumentReference", &x))
}

// Format prints the type and the number of members, for every verb.
func (x DocumentContent) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("DocumentContent", &x)) }

// LogValue prints the type and the number of members.
func (x DocumentContent) LogValue() slog.Value {
	return slog.StringValue(describe("DocumentContent", &x))
}

// Format prints the type and the number of members, for every verb.
func (x DocumentContext) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("DocumentContext", &x)) }

// LogValue prints the type and the number of members.
func (x DocumentContext) LogValue() slog.Value {
	return slog.StringValue(describe("DocumentContext", &x))
}

// Format prints the type and the number of members, for every verb.
func (x Encounter) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Encounter", &x)) }

// LogValue prints the type and the number of members.
func (x Encounter) LogValue() slog.Value { return slog.StringValue(describe("Encounter", &x)) }

// Format prints the type and the number of members, for every verb.
func (x EncounterParticipant) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("EncounterParticipant", &x))
}

// LogValue prints the type and the number of members.
func (x EncounterParticipant) LogValue() slog.Value {
	return slog.StringValue(describe("EncounterParticipant", &x))
}

// Format prints the type and the number of members, for every verb.
func (x EncounterLocation) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("EncounterLocation", &x))
}

// LogValue prints the type and the number of members.
func (x EncounterLocation) LogValue() slog.Value {
	return slog.StringValue(describe("EncounterLocation", &x))
}

// Format prints the type and the number of members, for every verb.
func (x Extension) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Extension", &x)) }

// LogValue prints the type and the number of members.
func (x Extension) LogValue() slog.Value { return slog.StringValue(describe("Extension", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Generic) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Generic", &x)) }

// LogValue prints the type and the number of members.
func (x Generic) LogValue() slog.Value { return slog.StringValue(describe("Generic", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Location) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Location", &x)) }

// LogValue prints the type and the number of members.
func (x Location) LogValue() slog.Value { return slog.StringValue(describe("Location", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Position) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Position", &x)) }

// LogValue prints the type and the number of members.
func (x Position) LogValue() slog.Value { return slog.StringValue(describe("Position", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Meta) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Meta", &x)) }

// LogValue prints the type and the number of members.
func (x Meta) LogValue() slog.Value { return slog.StringValue(describe("Meta", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Attachment) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Attachment", &x)) }

// LogValue prints the type and the number of members.
func (x Attachment) LogValue() slog.Value { return slog.StringValue(describe("Attachment", &x)) }

// Format prints the type and the number of members, for every verb.
func (x OperationOutcome) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("OperationOutcome", &x))
}

// LogValue prints the type and the number of members.
func (x OperationOutcome) LogValue() slog.Value {
	return slog.StringValue(describe("OperationOutcome", &x))
}

// Format prints the type and the number of members, for every verb.
func (x Issue) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Issue", &x)) }

// LogValue prints the type and the number of members.
func (x Issue) LogValue() slog.Value { return slog.StringValue(describe("Issue", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Patient) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Patient", &x)) }

// LogValue prints the type and the number of members.
func (x Patient) LogValue() slog.Value { return slog.StringValue(describe("Patient", &x)) }

// Format prints the type and the number of members, for every verb.
func (x PatientContact) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("PatientContact", &x)) }

// LogValue prints the type and the number of members.
func (x PatientContact) LogValue() slog.Value {
	return slog.StringValue(describe("PatientContact", &x))
}

// Format prints the type and the number of members, for every verb.
func (x PatientCommunication) Format(f fmt.State, _ rune) {
	fmt.Fprint(f, describe("PatientCommunication", &x))
}

// LogValue prints the type and the number of members.
func (x PatientCommunication) LogValue() slog.Value {
	return slog.StringValue(describe("PatientCommunication", &x))
}

// Format prints the type and the number of members, for every verb.
func (x PatientLink) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("PatientLink", &x)) }

// LogValue prints the type and the number of members.
func (x PatientLink) LogValue() slog.Value { return slog.StringValue(describe("PatientLink", &x)) }

// Format prints the type and the number of members, for every verb.
func (x HumanName) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("HumanName", &x)) }

// LogValue prints the type and the number of members.
func (x HumanName) LogValue() slog.Value { return slog.StringValue(describe("HumanName", &x)) }

// Format prints the type and the number of members, for every verb.
func (x ContactPoint) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("ContactPoint", &x)) }

// LogValue prints the type and the number of members.
func (x ContactPoint) LogValue() slog.Value { return slog.StringValue(describe("ContactPoint", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Address) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Address", &x)) }

// LogValue prints the type and the number of members.
func (x Address) LogValue() slog.Value { return slog.StringValue(describe("Address", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Practitioner) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Practitioner", &x)) }

// LogValue prints the type and the number of members.
func (x Practitioner) LogValue() slog.Value { return slog.StringValue(describe("Practitioner", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Qualification) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Qualification", &x)) }

// LogValue prints the type and the number of members.
func (x Qualification) LogValue() slog.Value { return slog.StringValue(describe("Qualification", &x)) }

// Format prints the type and the number of members, for every verb.
func (x Slot) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Slot", &x)) }

// LogValue prints the type and the number of members.
func (x Slot) LogValue() slog.Value { return slog.StringValue(describe("Slot", &x)) }
