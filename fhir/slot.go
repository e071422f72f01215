package fhir

// Slot is a time that may be booked. Nextech sends slots without an id.
type Slot struct {
	node
	ID              string
	Meta            Meta
	Contained       []Resource
	Extension       []Extension
	Identifier      []Identifier
	ServiceCategory CodeableConcept
	ServiceType     []CodeableConcept
	Specialty       []CodeableConcept
	AppointmentType CodeableConcept
	Schedule        Reference
	Status          string // busy, free, busy-unavailable, busy-tentative, entered-in-error
	Start           Instant
	End             Instant
	Overbooked      *bool
	Comment         string
}

// ResourceType returns "Slot".
func (*Slot) ResourceType() string { return "Slot" }

// ResourceID returns the id.
func (x *Slot) ResourceID() string { return x.ID }

func (x *Slot) decode(c *cursor) {
	for o := c.object("Slot", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "serviceCategory":
			x.ServiceCategory.decode(c)
		case "serviceType":
			list(c, &x.ServiceType)
		case "specialty":
			list(c, &x.Specialty)
		case "appointmentType":
			x.AppointmentType.decode(c)
		case "schedule":
			x.Schedule.decode(c)
		case "status":
			c.text(&x.Status)
		case "start":
			c.text((*string)(&x.Start))
		case "end":
			c.text((*string)(&x.End))
		case "overbooked":
			c.boolean(&x.Overbooked)
		case "comment":
			c.text(&x.Comment)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Slot) encode(w *writer) {
	w.head("Slot", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.part("serviceCategory", &x.ServiceCategory)
	writeList(w, "serviceType", x.ServiceType)
	writeList(w, "specialty", x.Specialty)
	w.part("appointmentType", &x.AppointmentType)
	w.part("schedule", &x.Schedule)
	w.text("status", x.Status)
	w.text("start", string(x.Start))
	w.text("end", string(x.End))
	w.boolean("overbooked", x.Overbooked)
	w.text("comment", x.Comment)
}
