package emr

import "time"

// SlotKey identifies a slot across processes: hand it to a web page, get the slot
// back with ParseSlotKey. It holds times and clinic ids, nothing of a patient.
type SlotKey string

// Slot is a free time that can be booked. It is plain data and marshals normally.
type Slot struct {
	Key          SlotKey           `json:"key"`
	Start        time.Time         `json:"start"` // in the clinic's zone, or with the offset the vendor sent
	End          time.Time         `json:"end"`
	Location     LocationID        `json:"location,omitempty"`
	Practitioner PractitionerID    `json:"practitioner,omitempty"`
	Resources    []ResourceID      `json:"resources,omitempty"`
	Type         AppointmentTypeID `json:"type,omitempty"`
	Purposes     []PurposeID       `json:"purposes,omitempty"`
	// Names as the vendor sent them with the slot, for people to read; may be empty.
	LocationName     string `json:"location_name,omitempty"`
	PractitionerName string `json:"practitioner_name,omitempty"`
	TypeName         string `json:"type_name,omitempty"`
}

// Length is End minus Start.
func (s *Slot) Length() time.Duration { return s.End.Sub(s.Start) }

// SlotQuery asks for free slots. Blank fields that a vendor needs are filled from
// its directory (the first active location, the first appointment type, ...).
type SlotQuery struct {
	From, To            Date      // clinic-local days, To exclusive; To zero: one week
	NotBefore, NotAfter time.Time // instants; zero: no bound. Slots starting before/after are left out
	Locations           []LocationID
	Practitioners       []PractitionerID
	Resources           []ResourceID
	Type                AppointmentTypeID
	Purposes            []PurposeID
	Length              time.Duration // wanted length, where the vendor can be asked for one
	Limit               int           // stop after so many; 0: no limit
	Vendor              any           // the vendor package's own struct
}
