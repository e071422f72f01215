package fhir

// AppointmentResponse is an answer to a request for an appointment. Nextech
// sends one with status 409 when it refuses a booking, the reason in Comment.
type AppointmentResponse struct {
	node
	ID                string
	Meta              Meta
	Contained         []Resource
	Extension         []Extension
	Identifier        []Identifier
	Appointment       Reference
	Start             Instant
	End               Instant
	ParticipantType   []CodeableConcept
	Actor             Reference
	ParticipantStatus string // accepted, declined, tentative, in-process, completed, needs-action, entered-in-error
	Comment           string
}

// ResourceType returns "AppointmentResponse".
func (*AppointmentResponse) ResourceType() string { return "AppointmentResponse" }

// ResourceID returns the id.
func (x *AppointmentResponse) ResourceID() string { return x.ID }

func (x *AppointmentResponse) decode(c *cursor) {
	for o := c.object("AppointmentResponse", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "appointment":
			x.Appointment.decode(c)
		case "start":
			c.text((*string)(&x.Start))
		case "end":
			c.text((*string)(&x.End))
		case "participantType":
			list(c, &x.ParticipantType)
		case "actor":
			x.Actor.decode(c)
		case "participantStatus":
			c.text(&x.ParticipantStatus)
		case "comment":
			c.text(&x.Comment)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *AppointmentResponse) encode(w *writer) {
	w.head("AppointmentResponse", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.part("appointment", &x.Appointment)
	w.text("start", string(x.Start))
	w.text("end", string(x.End))
	writeList(w, "participantType", x.ParticipantType)
	w.part("actor", &x.Actor)
	w.text("participantStatus", x.ParticipantStatus)
	w.text("comment", x.Comment)
}
