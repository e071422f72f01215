package emr

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Storable are the models that Revealed can store.
type Storable interface {
	Patient | NewPatient | Appointment | Booking | Document | Encounter | Change | Found
}

// Revealed writes and reads one of our models in plain text, personal data included:
// as JSON, and as a database column of JSON text. Wrap a model in it where you mean to
// store or send it, and protect what comes out. In fmt and slog it hides all the same.
//
//	row := emr.Reveal(*patient)         // stores
//	var back emr.Revealed[emr.Patient]  // reads: back.Model
//
// Everything of the model comes back, the vendor's Source and the zone of each time
// included (where the zone's name is known; its offset always). Only Vendor values
// cannot be stored: writing a NewPatient or Booking that has one fails.
type Revealed[M Storable] struct{ Model M }

// Reveal wraps m.
func Reveal[M Storable](m M) Revealed[M] { return Revealed[M]{Model: m} }

// String returns "[redacted]".
func (r Revealed[M]) String() string { return redacted }

// GoString is String.
func (r Revealed[M]) GoString() string { return redacted }

// Format writes String for every verb.
func (r Revealed[M]) Format(s fmt.State, verb rune) { formatHidden(s, verb, redacted) }

// LogValue is String.
func (r Revealed[M]) LogValue() slog.Value { return slog.StringValue(redacted) }

// The errors of storing never hold what was stored.
var (
	errVendorValue = errors.New("emr: a Vendor value cannot be stored: store it yourself and set it to nil")
	errStoredTime  = errors.New("emr: a time or date outside the calendar cannot be stored")
	errStoredText  = errors.New("emr: text that is not UTF-8 cannot be stored")
	errStored      = errors.New("emr: this is not the stored form of the model")
)

// MarshalJSON writes the model in plain text.
func (r Revealed[M]) MarshalJSON() ([]byte, error) {
	var w wire
	var stored any
	switch m := any(&r.Model).(type) {
	case *Patient:
		stored = w.patient(m)
	case *NewPatient:
		stored = w.newPatient(m)
	case *Appointment:
		stored = w.appointment(m)
	case *Booking:
		stored = w.booking(m)
	case *Document:
		stored = w.document(m)
	case *Encounter:
		stored = w.encounter(m)
	case *Change:
		stored = w.change(m)
	case *Found:
		stored = w.found(m)
	}
	if w.err != nil {
		return nil, w.err
	}
	return json.Marshal(stored)
}

// UnmarshalJSON reads what MarshalJSON wrote; null is the empty model. Members it does
// not know are skipped, so that an older program reads what a newer one stored.
func (r *Revealed[M]) UnmarshalJSON(data []byte) error {
	var u unwire
	var out M
	switch m := any(&out).(type) {
	case *Patient:
		*m = u.patient(decode[patientWire](&u, data))
	case *NewPatient:
		*m = u.newPatient(decode[patientWire](&u, data))
	case *Appointment:
		*m = u.appointment(decode[appointmentWire](&u, data))
	case *Booking:
		*m = u.booking(decode[bookingWire](&u, data))
	case *Document:
		*m = u.document(decode[documentWire](&u, data))
	case *Encounter:
		*m = u.encounter(decode[encounterWire](&u, data))
	case *Change:
		*m = u.change(decode[changeWire](&u, data))
	case *Found:
		*m = u.found(decode[foundWire](&u, data))
	}
	if u.err != nil {
		return u.err
	}
	r.Model = out
	return nil
}

// decode reads one wire struct, keeping json's own errors out: they quote.
func decode[W any](u *unwire, data []byte) *W {
	w := new(W)
	if json.Unmarshal(data, w) != nil {
		u.err = errStored
		return new(W)
	}
	return w
}

// Value writes the model to a database column as JSON text.
func (r Revealed[M]) Value() (driver.Value, error) {
	data, err := r.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return string(data), nil
}

// Scan reads a database column of JSON text; NULL is the empty model.
func (r *Revealed[M]) Scan(src any) error {
	text, err := scanText(src)
	if err != nil {
		return err
	}
	if text == "" {
		text = "null"
	}
	return r.UnmarshalJSON([]byte(text))
}
