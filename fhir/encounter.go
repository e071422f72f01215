package fhir

// Encounter is a visit or another contact of a patient with the clinic.
type Encounter struct {
	node
	ID              string
	Meta            Meta
	Contained       []Resource
	Extension       []Extension
	Identifier      []Identifier
	Status          string // planned, arrived, triaged, in-progress, onleave, finished, cancelled, entered-in-error, unknown
	Class           Coding // in DSTU2 a code without a system
	Type            []CodeableConcept
	Priority        CodeableConcept
	Subject         Reference
	Participant     []EncounterParticipant
	Appointment     Reference
	Period          Period
	Reason          []CodeableConcept
	Location        []EncounterLocation
	ServiceProvider Reference
	PartOf          Reference
}

// ResourceType returns "Encounter".
func (*Encounter) ResourceType() string { return "Encounter" }

// ResourceID returns the id.
func (x *Encounter) ResourceID() string { return x.ID }

func (x *Encounter) decode(c *cursor) {
	for o := c.object("Encounter", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "status":
			c.text(&x.Status)
		case "class":
			c.coding(&x.Class)
		case "type":
			list(c, &x.Type)
		case "priority":
			x.Priority.decode(c)
		case "subject":
			x.Subject.decode(c)
		case "participant":
			list(c, &x.Participant)
		case "appointment":
			x.Appointment.decode(c)
		case "period":
			x.Period.decode(c)
		case "reason":
			list(c, &x.Reason)
		case "location":
			list(c, &x.Location)
		case "serviceProvider":
			x.ServiceProvider.decode(c)
		case "partOf":
			x.PartOf.decode(c)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Encounter) encode(w *writer) {
	w.head("Encounter", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.text("status", x.Status)
	w.coding("class", &x.Class)
	writeList(w, "type", x.Type)
	w.part("priority", &x.Priority)
	w.part("subject", &x.Subject)
	writeList(w, "participant", x.Participant)
	w.part("appointment", &x.Appointment)
	w.part("period", &x.Period)
	writeList(w, "reason", x.Reason)
	writeList(w, "location", x.Location)
	w.part("serviceProvider", &x.ServiceProvider)
	w.part("partOf", &x.PartOf)
}

// EncounterParticipant is a person who took part beside the patient.
type EncounterParticipant struct {
	node
	Type       []CodeableConcept
	Period     Period
	Individual Reference
}

func (x *EncounterParticipant) decode(c *cursor) {
	for o := c.object("EncounterParticipant", &x.node); o.next(); {
		switch o.key {
		case "type":
			list(c, &x.Type)
		case "period":
			x.Period.decode(c)
		case "individual":
			x.Individual.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *EncounterParticipant) encode(w *writer) {
	writeList(w, "type", x.Type)
	w.part("period", &x.Period)
	w.part("individual", &x.Individual)
}

// EncounterLocation is a place where the patient was.
type EncounterLocation struct {
	node
	Location Reference
	Status   string // planned, active, reserved, completed
	Period   Period
}

func (x *EncounterLocation) decode(c *cursor) {
	for o := c.object("EncounterLocation", &x.node); o.next(); {
		switch o.key {
		case "location":
			x.Location.decode(c)
		case "status":
			c.text(&x.Status)
		case "period":
			x.Period.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *EncounterLocation) encode(w *writer) {
	w.part("location", &x.Location)
	w.text("status", x.Status)
	w.part("period", &x.Period)
}
