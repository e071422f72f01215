package fhir

// Patient is a person receiving care.
type Patient struct {
	node
	ID                   string
	Meta                 Meta
	Contained            []Resource
	Extension            []Extension
	Identifier           []Identifier
	Active               *bool
	Name                 []HumanName
	Telecom              []ContactPoint
	Gender               string // male, female, other, unknown
	BirthDate            Date
	DeceasedBoolean      *bool
	DeceasedDateTime     DateTime
	Address              []Address
	MaritalStatus        CodeableConcept
	Contact              []PatientContact
	Communication        []PatientCommunication
	GeneralPractitioner  []Reference
	ManagingOrganization Reference
	Link                 []PatientLink
}

// ResourceType returns "Patient".
func (*Patient) ResourceType() string { return "Patient" }

// ResourceID returns the id.
func (x *Patient) ResourceID() string { return x.ID }

// OutOfUse says why the record is no longer in use: replaced (by another record),
// deceased or inactive. "" for all others, also where nothing is said.
func (x *Patient) OutOfUse() string {
	for _, l := range x.Link {
		if l.Type == "replaced-by" {
			return "replaced"
		}
	}
	switch {
	case x.DeceasedBoolean != nil && *x.DeceasedBoolean, x.DeceasedDateTime != "":
		return "deceased"
	case x.Active != nil && !*x.Active:
		return "inactive"
	}
	return ""
}

func (x *Patient) decode(c *cursor) {
	for o := c.object("Patient", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "active":
			c.boolean(&x.Active)
		case "name":
			list(c, &x.Name)
		case "telecom":
			list(c, &x.Telecom)
		case "gender":
			c.text(&x.Gender)
		case "birthDate":
			c.text((*string)(&x.BirthDate))
		case "deceasedBoolean":
			c.boolean(&x.DeceasedBoolean)
		case "deceasedDateTime":
			c.text((*string)(&x.DeceasedDateTime))
		case "address":
			list(c, &x.Address)
		case "maritalStatus":
			x.MaritalStatus.decode(c)
		case "contact":
			list(c, &x.Contact)
		case "communication":
			list(c, &x.Communication)
		case "generalPractitioner":
			list(c, &x.GeneralPractitioner)
		case "managingOrganization":
			x.ManagingOrganization.decode(c)
		case "link":
			list(c, &x.Link)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Patient) encode(w *writer) {
	w.head("Patient", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.boolean("active", x.Active)
	writeList(w, "name", x.Name)
	writeList(w, "telecom", x.Telecom)
	w.text("gender", x.Gender)
	w.text("birthDate", string(x.BirthDate))
	w.boolean("deceasedBoolean", x.DeceasedBoolean)
	w.text("deceasedDateTime", string(x.DeceasedDateTime))
	writeList(w, "address", x.Address)
	w.part("maritalStatus", &x.MaritalStatus)
	writeList(w, "contact", x.Contact)
	writeList(w, "communication", x.Communication)
	writeList(w, "generalPractitioner", x.GeneralPractitioner)
	w.part("managingOrganization", &x.ManagingOrganization)
	writeList(w, "link", x.Link)
}

// PatientContact is a guardian, partner, friend or employer.
type PatientContact struct {
	node
	Extension    []Extension
	Relationship []CodeableConcept
	Name         HumanName
	Telecom      []ContactPoint
	Address      Address
	Gender       string
	Organization Reference
	Period       Period
}

func (x *PatientContact) decode(c *cursor) {
	for o := c.object("PatientContact", &x.node); o.next(); {
		switch o.key {
		case "extension":
			list(c, &x.Extension)
		case "relationship":
			list(c, &x.Relationship)
		case "name":
			x.Name.decode(c)
		case "telecom":
			list(c, &x.Telecom)
		case "address":
			x.Address.decode(c)
		case "gender":
			c.text(&x.Gender)
		case "organization":
			x.Organization.decode(c)
		case "period":
			x.Period.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *PatientContact) encode(w *writer) {
	writeList(w, "extension", x.Extension)
	writeList(w, "relationship", x.Relationship)
	w.part("name", &x.Name)
	writeList(w, "telecom", x.Telecom)
	w.part("address", &x.Address)
	w.text("gender", x.Gender)
	w.part("organization", &x.Organization)
	w.part("period", &x.Period)
}

// PatientCommunication is a language the patient speaks.
type PatientCommunication struct {
	node
	Language  CodeableConcept
	Preferred *bool
}

func (x *PatientCommunication) decode(c *cursor) {
	for o := c.object("PatientCommunication", &x.node); o.next(); {
		switch o.key {
		case "language":
			x.Language.decode(c)
		case "preferred":
			c.boolean(&x.Preferred)
		default:
			c.skip()
		}
	}
}

func (x *PatientCommunication) encode(w *writer) {
	w.part("language", &x.Language)
	w.boolean("preferred", x.Preferred)
}

// PatientLink points to another record of the same person.
type PatientLink struct {
	node
	Other Reference
	Type  string // replaced-by, replaces, refer, seealso
}

func (x *PatientLink) decode(c *cursor) {
	for o := c.object("PatientLink", &x.node); o.next(); {
		switch o.key {
		case "other":
			x.Other.decode(c)
		case "type":
			c.text(&x.Type)
		default:
			c.skip()
		}
	}
}

func (x *PatientLink) encode(w *writer) {
	w.part("other", &x.Other)
	w.text("type", x.Type)
}
