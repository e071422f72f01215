package fhir

// Schedule is the calendar that slots belong to: whose it is and how far it reaches.
type Schedule struct {
	node
	ID              string
	Meta            Meta
	Contained       []Resource
	Extension       []Extension
	Identifier      []Identifier
	Active          *bool
	ServiceCategory CodeableConcept
	ServiceType     []CodeableConcept
	Specialty       []CodeableConcept
	Actor           []Reference
	PlanningHorizon Period
	Comment         string
}

// ResourceType returns "Schedule".
func (*Schedule) ResourceType() string { return "Schedule" }

// ResourceID returns the id.
func (x *Schedule) ResourceID() string { return x.ID }

func (x *Schedule) decode(c *cursor) {
	for o := c.object("Schedule", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "active":
			c.boolean(&x.Active)
		case "serviceCategory":
			x.ServiceCategory.decode(c)
		case "serviceType":
			list(c, &x.ServiceType)
		case "specialty":
			list(c, &x.Specialty)
		case "actor":
			list(c, &x.Actor)
		case "planningHorizon":
			x.PlanningHorizon.decode(c)
		case "comment":
			c.text(&x.Comment)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Schedule) encode(w *writer) {
	w.head("Schedule", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.boolean("active", x.Active)
	w.part("serviceCategory", &x.ServiceCategory)
	writeList(w, "serviceType", x.ServiceType)
	writeList(w, "specialty", x.Specialty)
	writeList(w, "actor", x.Actor)
	w.part("planningHorizon", &x.PlanningHorizon)
	w.text("comment", x.Comment)
}
