package nexhealth

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// appointmentRecord is an appointment as the API writes it; webhooks write it in the same
// way. There is no status: flags and times tell it.
type appointmentRecord struct {
	ID               vendorjson.ID   `json:"id"`
	Patient          vendorjson.ID   `json:"patient_id"`
	Practitioner     vendorjson.ID   `json:"provider_id"`
	Location         vendorjson.ID   `json:"location_id"`
	Operatory        vendorjson.ID   `json:"operatory_id"`
	Type             vendorjson.ID   `json:"appointment_type_id"` // 0 or null: none
	Start            vendorjson.Time `json:"start_time"`          // UTC
	End              vendorjson.Time `json:"end_time"`
	Zone             vendorjson.Text `json:"timezone"`        // IANA name
	Offset           vendorjson.Text `json:"timezone_offset"` // "-4:00"
	Cancelled        vendorjson.Bool `json:"cancelled"`
	Canceled         vendorjson.Bool `json:"canceled"` // older payloads
	Missed           vendorjson.Bool `json:"patient_missed"`
	CheckedOut       vendorjson.Bool `json:"checked_out"`
	CheckedIn        vendorjson.Time `json:"checkin_at"`
	Confirmed        vendorjson.Bool `json:"confirmed"`
	PatientConfirmed vendorjson.Bool `json:"patient_confirmed"`
	Note             vendorjson.Text `json:"note"`
	ForeignID        vendorjson.ID   `json:"foreign_id"`
	ForeignType      vendorjson.Text `json:"foreign_id_type"`
	Created          vendorjson.Time `json:"created_at"`
	Updated          vendorjson.Time `json:"updated_at"`
}

// appointmentFrom reads one appointment. Its times are put into the zone it names, else
// into fallback, else at the offset it names; zones may be nil. The error is a
// *vendorjson.Error: no id, or a time that is no instant. A start that is not told at all
// is zero.
func appointmentFrom(raw json.RawMessage, fallback *time.Location, zones zoneMemo) (*emr.Appointment, error) {
	var r appointmentRecord
	if err := vendorjson.Into(raw, &r); err != nil {
		return nil, err
	}
	if r.ID == "" || r.Start.Bad || r.End.Bad {
		return nil, &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	zone := r.zone(fallback, zones)
	a := &emr.Appointment{
		ID: emr.NewAppointmentID(string(r.ID)), Write: writeState(r.ForeignID, r.ForeignType),
		Start: within(r.Start.At, zone), End: within(r.End.At, zone),
		Patient: emr.NewPatientID(string(r.Patient)), Location: emr.LocationID(r.Location),
		Practitioner: emr.PractitionerID(r.Practitioner), Type: emr.AppointmentTypeID(r.Type),
		Confirmed: r.Confirmed.Value || r.PatientConfirmed.Value,
		Note:      phi(r.Note), Created: r.Created.At, Updated: r.Updated.At,
		Source: emr.NewSource(raw),
	}
	if r.Operatory != "" {
		a.Resources = []emr.ResourceID{emr.ResourceID(r.Operatory)}
	}
	a.Status, a.VendorStatus = r.status()
	if a.Status == emr.StatusBooked && a.VendorStatus == "" && a.Write == emr.WriteAccepted {
		a.Status = emr.StatusPending // the practice's system has yet to take it
	}
	return a, nil
}

// status derives the state of a written appointment, the later event over the earlier one, and names the member
// that decided.
func (r *appointmentRecord) status() (emr.Status, string) {
	switch {
	case r.Cancelled.Value, r.Canceled.Value:
		return emr.StatusCancelled, "cancelled"
	case r.Missed.Value:
		return emr.StatusNoShow, "patient_missed"
	case r.CheckedOut.Value:
		return emr.StatusFulfilled, "checked_out"
	case r.CheckedIn.Bad, !r.CheckedIn.At.IsZero():
		return emr.StatusArrived, "checkin_at"
	case r.Confirmed.Value:
		return emr.StatusBooked, "confirmed"
	case r.PatientConfirmed.Value:
		return emr.StatusBooked, "patient_confirmed"
	}
	return emr.StatusBooked, ""
}

// zone is where the appointment takes place: its own zone by name, the fallback, or the
// offset it carries; nil when nothing tells.
func (r *appointmentRecord) zone(fallback *time.Location, zones zoneMemo) *time.Location {
	if zone := zones.load(string(r.Zone)); zone != nil {
		return zone
	}
	if fallback != nil {
		return fallback
	}
	if offset, ok := offsetSeconds(string(r.Offset)); ok {
		return time.FixedZone("", offset)
	}
	return nil
}

// within puts an instant into a zone; without one it keeps the offset it came with.
func within(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() || zone == nil {
		return t
	}
	return t.In(zone)
}

// offsetSeconds reads "-4:00", "+05:30" and "-0400".
func offsetSeconds(text string) (int, bool) {
	text = strings.TrimSpace(text)
	sign := 1
	switch {
	case strings.HasPrefix(text, "-"):
		sign = -1
	case !strings.HasPrefix(text, "+"):
		return 0, false
	}
	hours, minutes, colon := strings.Cut(text[1:], ":")
	if !colon && len(hours) == 4 {
		hours, minutes = hours[:2], hours[2:]
	}
	h, bad1 := strconv.ParseUint(hours, 10, 8)
	m, bad2 := strconv.ParseUint(minutes, 10, 8)
	if bad1 != nil || bad2 != nil || h > 14 || m > 59 {
		return 0, false
	}
	return sign * (int(h)*3600 + int(m)*60), true
}

// zoneMemo remembers zones by name while a page is read: time.LoadLocation reads a file.
type zoneMemo map[string]*time.Location

// load returns the zone of that name, nil for one that is not known here.
func (m zoneMemo) load(name string) *time.Location {
	const mostName = 64
	if name = strings.TrimSpace(name); name == "" || len(name) > mostName {
		return nil
	}
	if zone, ok := m[name]; ok {
		return zone
	}
	zone, err := emr.LoadZone(name) // refuses "Local"
	if err != nil {
		zone = nil
	}
	if m != nil {
		m[name] = zone
	}
	return zone
}
