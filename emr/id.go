package emr

import (
	"database/sql/driver"
	"fmt"
	"log/slog"
	"strings"
	"unique"
)

// ID is the vendor's id of a record that belongs to one patient. It is comparable
// and a good map key, plain in JSON, text and SQL, and hidden in every fmt verb and
// in log/slog. Ids are opaque: never build one, keep what the vendor sent.
//
// Because ids are plain in JSON, slog's JSON handler writes them plain when they are
// nested in a slice, map or struct of yours, which it hands to encoding/json. The
// models of this package tell slog themselves what to show.
//
// The zero value is "no id"; it is the empty string in JSON and NULL in SQL.
type ID[Of any] struct {
	h unique.Handle[string] // a pointer inside: fmt cannot print it from unexported fields
}

// The ids that lead to one patient's data hide.
type (
	// PatientID is the vendor's id of a patient.
	PatientID = ID[Patient]
	// AppointmentID is the vendor's id of an appointment.
	AppointmentID = ID[Appointment]
	// DocumentID is the vendor's id of a document.
	DocumentID = ID[Document]
	// EncounterID is the vendor's id of a visit.
	EncounterID = ID[Encounter]
)

// Ids of the clinic's own records are plain text: they name nobody.
type (
	// LocationID is a place with its own calendar.
	LocationID string
	// PractitionerID is who sees the patient.
	PractitionerID string
	// ResourceID is a room, chair or device (NextGen: resource; NexHealth: operatory).
	ResourceID string
	// AppointmentTypeID is what kind of visit (NextGen: event).
	AppointmentTypeID string
	// PurposeID is why (Nextech: appointment purpose).
	PurposeID string
)

// NewPatientID wraps the vendor's patient id.
func NewPatientID(s string) PatientID { return NewID[Patient](s) }

// NewAppointmentID wraps the vendor's appointment id.
func NewAppointmentID(s string) AppointmentID { return NewID[Appointment](s) }

// NewDocumentID wraps the vendor's document id.
func NewDocumentID(s string) DocumentID { return NewID[Document](s) }

// NewEncounterID wraps the vendor's encounter id.
func NewEncounterID(s string) EncounterID { return NewID[Encounter](s) }

// NewID wraps the vendor's id of a record of type Of.
func NewID[Of any](s string) ID[Of] {
	if s == "" {
		return ID[Of]{}
	}
	return ID[Of]{unique.Make(s)}
}

// Reveal returns the id as the vendor wrote it.
func (id ID[Of]) Reveal() string {
	if id.IsZero() {
		return ""
	}
	return id.h.Value()
}

// IsZero reports whether there is no id.
func (id ID[Of]) IsZero() bool { return id == ID[Of]{} }

// Equal is ==, for go-cmp.
func (id ID[Of]) Equal(other ID[Of]) bool { return id == other }

// EqualFold compares ignoring case: Nextech sends one GUID in both cases.
func (id ID[Of]) EqualFold(other ID[Of]) bool { return strings.EqualFold(id.Reveal(), other.Reveal()) }

// String returns "[redacted]", or "" for no id.
func (id ID[Of]) String() string {
	if id.IsZero() {
		return ""
	}
	return redacted
}

// GoString is String.
func (id ID[Of]) GoString() string { return id.String() }

// Format writes String for every verb.
func (id ID[Of]) Format(s fmt.State, verb rune) { formatHidden(s, verb, id.String()) }

// LogValue is String.
func (id ID[Of]) LogValue() slog.Value { return slog.StringValue(id.String()) }

// MarshalText writes the id plain: storing it next to your own record is its use.
func (id ID[Of]) MarshalText() ([]byte, error) { return []byte(id.Reveal()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID[Of]) UnmarshalText(text []byte) error {
	*id = NewID[Of](string(text))
	return nil
}

// UnmarshalJSON reads a string or a number: vendors use both.
func (id *ID[Of]) UnmarshalJSON(data []byte) error {
	s, err := scanJSONText(data)
	if err != nil {
		return err
	}
	*id = NewID[Of](s)
	return nil
}

// Value writes the id plain to a database; no id is NULL.
func (id ID[Of]) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.Reveal(), nil
}

// Scan reads a database column: text, integer or NULL.
func (id *ID[Of]) Scan(src any) error {
	s, err := scanText(src)
	if err != nil {
		return err
	}
	*id = NewID[Of](s)
	return nil
}
