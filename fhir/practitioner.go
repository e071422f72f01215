package fhir

// Practitioner is a person who gives care or works where it is given.
type Practitioner struct {
	node
	ID            string
	Meta          Meta
	Contained     []Resource
	Extension     []Extension
	Identifier    []Identifier
	Active        *bool
	Name          []HumanName
	Telecom       []ContactPoint
	Address       []Address
	Gender        string
	BirthDate     Date
	Qualification []Qualification
	Communication []CodeableConcept
}

// ResourceType returns "Practitioner".
func (*Practitioner) ResourceType() string { return "Practitioner" }

// ResourceID returns the id.
func (x *Practitioner) ResourceID() string { return x.ID }

func (x *Practitioner) decode(c *cursor) {
	for o := c.object("Practitioner", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "active":
			c.boolean(&x.Active)
		case "name":
			list(c, &x.Name)
		case "telecom":
			list(c, &x.Telecom)
		case "address":
			list(c, &x.Address)
		case "gender":
			c.text(&x.Gender)
		case "birthDate":
			c.text((*string)(&x.BirthDate))
		case "qualification":
			list(c, &x.Qualification)
		case "communication":
			list(c, &x.Communication)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Practitioner) encode(w *writer) {
	w.head("Practitioner", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.boolean("active", x.Active)
	writeList(w, "name", x.Name)
	writeList(w, "telecom", x.Telecom)
	writeList(w, "address", x.Address)
	w.text("gender", x.Gender)
	w.text("birthDate", string(x.BirthDate))
	writeList(w, "qualification", x.Qualification)
	writeList(w, "communication", x.Communication)
}

// Qualification is a certificate or training of a practitioner.
type Qualification struct {
	node
	Identifier []Identifier
	Code       CodeableConcept
	Period     Period
	Issuer     Reference
}

func (x *Qualification) decode(c *cursor) {
	for o := c.object("Qualification", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "code":
			x.Code.decode(c)
		case "period":
			x.Period.decode(c)
		case "issuer":
			x.Issuer.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *Qualification) encode(w *writer) {
	writeList(w, "identifier", x.Identifier)
	w.part("code", &x.Code)
	w.part("period", &x.Period)
	w.part("issuer", &x.Issuer)
}
