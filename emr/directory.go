package emr

import "time"

// Location is a place of the clinic with its own calendar. Plain data.
type Location struct {
	ID      LocationID     `json:"id"`
	Name    string         `json:"name"`
	Active  bool           `json:"active"`
	Phone   string         `json:"phone,omitempty"`
	Address string         `json:"address,omitempty"` // one line, for people to read
	Zone    *time.Location `json:"-"`                 // nil when neither vendor nor configuration tells it
}

// Practitioner is somebody who sees patients. Plain data: names of staff are public.
type Practitioner struct {
	ID        PractitionerID `json:"id"`
	Name      string         `json:"name"`
	Given     string         `json:"given,omitempty"`
	Family    string         `json:"family,omitempty"`
	NPI       string         `json:"npi,omitempty"`
	Active    bool           `json:"active"`
	Locations []LocationID   `json:"locations,omitempty"`
}

// AppointmentType is a kind of visit that can be booked.
type AppointmentType struct {
	ID     AppointmentTypeID `json:"id"`
	Name   string            `json:"name"`
	Length time.Duration     `json:"length,omitempty"` // 0 when the vendor does not tell
}

// Purpose is a reason for a visit, where a vendor has a list of them (Nextech).
type Purpose struct {
	ID    PurposeID           `json:"id"`
	Name  string              `json:"name"`
	Types []AppointmentTypeID `json:"types,omitempty"` // for which it may be used; empty: any
}
