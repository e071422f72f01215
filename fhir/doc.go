// Package fhir reads and writes the FHIR resources emrkit needs: a
// hand-written subset of STU3, R4 and DSTU2.
//
// It is the wire layer. Resources are Go structs with plain fields:
//
//	patient, err := fhir.Decode[fhir.Patient](body, nil)
//	patient.Telecom[0].Value = "(206) 555-0142"
//	body, err = fhir.Encode(patient, nil)
//
// # Nothing is lost
//
// Every decoded value remembers the JSON it came from. Encode merges the
// fields with it: members this package does not know, siblings such as
// "_birthDate", contained resources and the spelling of unchanged values
// (1.50, "true") come out as they went in; an edited field changes its own
// member and no other. A resource built in code gets the members that are set.
//
// Codes are strings and open, because vendors have their own. Dates, times
// and decimals keep their text; Date, DateTime and Instant convert it on
// request and say so if it is not what FHIR allows.
//
// # What is accepted
//
// One pass over the text checks it and fills the structs. A document must be
// one JSON value in UTF-8, without a member name twice or in two letter cases
// in an object (a reader that takes the last one can be made to see another
// id than a reader that takes the first one), and within the limits of
// Options. Within that, readers are tolerant: "true" for true, "1" for 1, an
// object for a list of one and a list for an object. Whatever cannot be read
// is a *Error; nothing is dropped silently.
//
// The strings of decoded values are parts of one copy of the document. A
// program that keeps a few of them for long should strings.Clone them.
//
// # Personal data
//
// Nearly every FHIR document holds some. All types print as their name and a
// number with every verb of fmt and in slog, errors never contain input, and
// json.Marshal fails rather than write a resource into a log; Encode is the
// way to write one on purpose.
//
// One thing no type can prevent: fmt does not call methods on unexported
// fields of a struct that is printed. A resource kept there behind a pointer,
// as Decode returns it, shows its address only with %v, %+v and %#v, but its
// content with a verb that does not fit, such as %s; a value shows its content
// with all of them. Give structs with such fields a Format method of their
// own. Raw and Query hide everywhere.
//
// # Releases
//
// A resource has one Go type for all releases of FHIR, named after STU3. What
// a release names differently is a row in a table (version.go); one value or
// a list, and a code alone or with its system, is no difference to the readers.
// Options.Version chooses the table: of a DSTU2 document, Slot.freeBusyType is
// Slot.Status, the one name of a Practitioner is Practitioner.Name[0], and
// HumanName.Family has the family names joined with a blank. Encode with the same
// Version writes it back as the release has it.
//
// Resource types without a Go type here, such as the MedicationOrder of DSTU2 or
// the Observation of all releases, are *Generic: type, id and the JSON text.
package fhir
