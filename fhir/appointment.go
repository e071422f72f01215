package fhir

// Appointment is a booking, or a wish for one, of patients, practitioners,
// rooms or devices.
type Appointment struct {
	node
	ID              string
	Meta            Meta
	Contained       []Resource
	Extension       []Extension
	Identifier      []Identifier
	Status          string // proposed, pending, booked, arrived, fulfilled, cancelled, noshow, entered-in-error
	ServiceCategory CodeableConcept
	ServiceType     []CodeableConcept
	Specialty       []CodeableConcept
	AppointmentType CodeableConcept
	Reason          []CodeableConcept
	Priority        int64
	Description     string
	Start           Instant
	End             Instant
	MinutesDuration int64
	Slot            []Reference
	Created         DateTime
	Comment         string
	Participant     []AppointmentParticipant
	RequestedPeriod []Period
}

// ResourceType returns "Appointment".
func (*Appointment) ResourceType() string { return "Appointment" }

// ResourceID returns the id.
func (x *Appointment) ResourceID() string { return x.ID }

func (x *Appointment) decode(c *cursor) {
	for o := c.object("Appointment", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "status":
			c.text(&x.Status)
		case "serviceCategory":
			x.ServiceCategory.decode(c)
		case "serviceType":
			list(c, &x.ServiceType)
		case "specialty":
			list(c, &x.Specialty)
		case "appointmentType":
			x.AppointmentType.decode(c)
		case "reason":
			list(c, &x.Reason)
		case "priority":
			c.integer(&x.Priority)
		case "description":
			c.text(&x.Description)
		case "start":
			c.text((*string)(&x.Start))
		case "end":
			c.text((*string)(&x.End))
		case "minutesDuration":
			c.integer(&x.MinutesDuration)
		case "slot":
			list(c, &x.Slot)
		case "created":
			c.text((*string)(&x.Created))
		case "comment":
			c.text(&x.Comment)
		case "participant":
			list(c, &x.Participant)
		case "requestedPeriod":
			list(c, &x.RequestedPeriod)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Appointment) encode(w *writer) {
	w.head("Appointment", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.text("status", x.Status)
	w.part("serviceCategory", &x.ServiceCategory)
	writeList(w, "serviceType", x.ServiceType)
	writeList(w, "specialty", x.Specialty)
	w.part("appointmentType", &x.AppointmentType)
	writeList(w, "reason", x.Reason)
	w.integer("priority", x.Priority)
	w.text("description", x.Description)
	w.text("start", string(x.Start))
	w.text("end", string(x.End))
	w.integer("minutesDuration", x.MinutesDuration)
	writeList(w, "slot", x.Slot)
	w.text("created", string(x.Created))
	w.text("comment", x.Comment)
	writeList(w, "participant", x.Participant)
	writeList(w, "requestedPeriod", x.RequestedPeriod)
}

// AppointmentParticipant is one of the people and things an appointment needs.
// Vendors send them in any order; choose by the type of Actor.
type AppointmentParticipant struct {
	node
	Extension []Extension
	Type      []CodeableConcept
	Actor     Reference
	Required  string // required, optional, information-only
	Status    string // accepted, declined, tentative, needs-action
}

func (x *AppointmentParticipant) decode(c *cursor) {
	for o := c.object("AppointmentParticipant", &x.node); o.next(); {
		switch o.key {
		case "extension":
			list(c, &x.Extension)
		case "type":
			list(c, &x.Type)
		case "actor":
			x.Actor.decode(c)
		case "required":
			c.text(&x.Required)
		case "status":
			c.text(&x.Status)
		default:
			c.skip()
		}
	}
}

func (x *AppointmentParticipant) encode(w *writer) {
	writeList(w, "extension", x.Extension)
	writeList(w, "type", x.Type)
	w.part("actor", &x.Actor)
	w.text("required", x.Required)
	w.text("status", x.Status)
}
