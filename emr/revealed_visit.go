package emr

// slotWire is the stored form of Slot: unlike Slot's own JSON it keeps the zone's name.
type slotWire struct {
	Key              SlotKey           `json:"key,omitempty"`
	Start            string            `json:"start,omitempty"`
	End              string            `json:"end,omitempty"`
	Location         LocationID        `json:"location,omitempty"`
	Practitioner     PractitionerID    `json:"practitioner,omitempty"`
	Resources        []ResourceID      `json:"resources,omitempty"`
	Type             AppointmentTypeID `json:"type,omitempty"`
	Purposes         []PurposeID       `json:"purposes,omitempty"`
	LocationName     string            `json:"location_name,omitempty"`
	PractitionerName string            `json:"practitioner_name,omitempty"`
	TypeName         string            `json:"type_name,omitempty"`
}

// bookingWire is the stored form of Booking.
type bookingWire struct {
	Patient *patientWire `json:"patient,omitempty"`
	Slot    *slotWire    `json:"slot,omitempty"`
	Note    string       `json:"note,omitempty"`
	Again   bool         `json:"again,omitempty"`
}

// appointmentWire is the stored form of Appointment.
type appointmentWire struct {
	ID           string            `json:"id,omitempty"`
	Status       Status            `json:"status,omitempty"`
	VendorStatus string            `json:"vendor_status,omitempty"`
	Confirmed    bool              `json:"confirmed,omitempty"`
	Write        WriteState        `json:"write,omitempty"`
	Start        string            `json:"start,omitempty"`
	End          string            `json:"end,omitempty"`
	Patient      string            `json:"patient,omitempty"`
	Location     LocationID        `json:"location,omitempty"`
	Practitioner PractitionerID    `json:"practitioner,omitempty"`
	Resources    []ResourceID      `json:"resources,omitempty"`
	Type         AppointmentTypeID `json:"type,omitempty"`
	Purposes     []PurposeID       `json:"purposes,omitempty"`
	Note         string            `json:"note,omitempty"`
	Created      string            `json:"created,omitempty"`
	Updated      string            `json:"updated,omitempty"`
	Version      string            `json:"version,omitempty"`
	Warnings     []string          `json:"warnings,omitempty"`
	Source       []byte            `json:"source,omitempty"`
}

// changeWire is the stored form of Change.
type changeWire struct {
	Kind        ChangeKind       `json:"kind,omitempty"`
	Action      ChangeAction     `json:"action,omitempty"`
	At          string           `json:"at,omitempty"`
	Appointment *appointmentWire `json:"appointment,omitempty"`
	Patient     *patientWire     `json:"patient,omitempty"`
	Into        string           `json:"into,omitempty"`
	IDOnly      bool             `json:"id_only,omitempty"`
}

func (w *wire) booking(b *Booking) *bookingWire {
	w.vendor(b.Vendor)
	out := &bookingWire{Note: w.text(b.Note), Again: b.Again}
	if b.Patient != nil {
		out.Patient = w.patient(b.Patient)
	}
	if s := b.Slot; s != nil {
		out.Slot = &slotWire{Key: s.Key, Start: w.time(s.Start), End: w.time(s.End), Location: s.Location,
			Practitioner: s.Practitioner, Resources: s.Resources, Type: s.Type, Purposes: s.Purposes,
			LocationName: s.LocationName, PractitionerName: s.PractitionerName, TypeName: s.TypeName}
	}
	return out
}

func (u *unwire) booking(w *bookingWire) Booking {
	out := Booking{Note: NewPHI(w.Note), Again: w.Again}
	if w.Patient != nil {
		p := u.patient(w.Patient)
		out.Patient = &p
	}
	if s := w.Slot; s != nil {
		out.Slot = &Slot{Key: s.Key, Start: u.time(s.Start), End: u.time(s.End), Location: s.Location,
			Practitioner: s.Practitioner, Resources: s.Resources, Type: s.Type, Purposes: s.Purposes,
			LocationName: s.LocationName, PractitionerName: s.PractitionerName, TypeName: s.TypeName}
	}
	return out
}

func (w *wire) appointment(a *Appointment) *appointmentWire {
	return &appointmentWire{
		ID: a.ID.Reveal(), Status: a.Status, VendorStatus: a.VendorStatus, Confirmed: a.Confirmed, Write: a.Write,
		Start: w.time(a.Start), End: w.time(a.End), Patient: a.Patient.Reveal(), Location: a.Location,
		Practitioner: a.Practitioner, Resources: a.Resources, Type: a.Type, Purposes: a.Purposes, Note: w.text(a.Note),
		Created: w.time(a.Created), Updated: w.time(a.Updated), Version: a.Version, Warnings: a.Warnings, Source: a.Source.Reveal(),
	}
}

func (u *unwire) appointment(w *appointmentWire) Appointment {
	return Appointment{
		ID: NewAppointmentID(w.ID), Status: w.Status, VendorStatus: w.VendorStatus, Confirmed: w.Confirmed, Write: w.Write,
		Start: u.time(w.Start), End: u.time(w.End), Patient: NewPatientID(w.Patient), Location: w.Location,
		Practitioner: w.Practitioner, Resources: w.Resources, Type: w.Type, Purposes: w.Purposes, Note: NewPHI(w.Note),
		Created: u.time(w.Created), Updated: u.time(w.Updated), Version: w.Version, Warnings: w.Warnings, Source: NewSource(w.Source),
	}
}

func (w *wire) change(c *Change) *changeWire {
	out := &changeWire{Kind: c.Kind, Action: c.Action, At: w.time(c.At), Into: c.Into.Reveal(), IDOnly: c.IDOnly}
	if c.Appointment != nil {
		out.Appointment = w.appointment(c.Appointment)
	}
	if c.Patient != nil {
		out.Patient = w.patient(c.Patient)
	}
	return out
}

func (u *unwire) change(w *changeWire) Change {
	out := Change{Kind: w.Kind, Action: w.Action, At: u.time(w.At), Into: NewPatientID(w.Into), IDOnly: w.IDOnly}
	if w.Appointment != nil {
		a := u.appointment(w.Appointment)
		out.Appointment = &a
	}
	if w.Patient != nil {
		p := u.patient(w.Patient)
		out.Patient = &p
	}
	return out
}
