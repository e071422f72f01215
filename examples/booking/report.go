package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// report is what happened with one vendor. The exported fields, in this order, are
// the -json object; what a failed run did not reach stays null.
type report struct {
	Vendor      string             `json:"vendor"`
	Patient     *patientResult     `json:"patient"`
	Slots       *int               `json:"slots"`
	Appointment *appointmentResult `json:"appointment"`
	Cancelled   *bool              `json:"cancelled"`
	Error       *failure           `json:"error"`

	title   string    // for people
	where   string    // which endpoint
	lines   []line    // the steps, for the table
	tried   *emr.Slot // the last time that was asked for
	traffic traffic   // what reached the simulator
}

type patientResult struct {
	ID      string `json:"id"`
	Created bool   `json:"created"`
}

type appointmentResult struct {
	ID     string     `json:"id"`
	Status emr.Status `json:"status"`
	Start  clinicTime `json:"start"`
	End    clinicTime `json:"end"`
}

// clinicTime is written with the clinic's offset, also where that is +00:00: "Z"
// would say that no place is meant.
type clinicTime struct{ time.Time }

// MarshalJSON replaces the one of time.Time.
func (t clinicTime) MarshalJSON() ([]byte, error) {
	return []byte(t.Format(`"2006-01-02T15:04:05-07:00"`)), nil
}

// book notes the appointment, its times in the zone the slot was offered in.
func (r *report) book(a *emr.Appointment, slot *emr.Slot) {
	zone := slot.Start.Location()
	status := a.Status
	switch {
	case a.Write == emr.WriteAccepted, status == emr.StatusHeld:
		status = emr.StatusPending // taken by the vendor, not yet a booking in the clinic's calendar
	case status == emr.StatusUnknown:
		status = emr.StatusBooked // in the calendar under a word of the practice's own
	}
	r.Appointment = &appointmentResult{
		ID:     a.ID.Reveal(),
		Status: status,
		Start:  clinicTime{a.Start.In(zone)},
		End:    clinicTime{a.End.In(zone)},
	}
}

// leftBehind says in one sentence what a failed run left in the calendar, "" if nothing.
func (r *report) leftBehind() string {
	switch {
	case r.Error == nil:
		return ""
	case r.Appointment != nil:
		return "Still in the calendar: " + timeRange(r.Appointment.Start.Time, r.Appointment.End.Time) + ". Cancel it there if it is not wanted."
	case r.Error.Kind == emr.KindAmbiguous && r.tried != nil:
		return "Perhaps in the calendar: " + timeRange(r.tried.Start, r.tried.End) + ". Look before running again."
	}
	return ""
}

// writeJSON writes the object on one line.
func (r *report) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}
