package fhir

import "strings"

// Decimal is a FHIR decimal as the text of a JSON number: 1.50 stays 1.50.
type Decimal string

// Code is a FHIR code as the value of an extension; everywhere else codes
// are plain strings. Codes are open: vendors send their own.
type Code string

// Identifier is a number or name given to something by someone: a chart
// number, a national provider id, a social security number.
type Identifier struct {
	node
	ID        string // id of the element itself, used by Nextech in extensions
	Extension []Extension
	Use       string // usual, official, temp, secondary
	Type      CodeableConcept
	System    string
	Value     string
	Period    Period
	Assigner  *Reference
}

func (x *Identifier) decode(c *cursor) {
	for o := c.object("Identifier", &x.node); o.next(); {
		switch o.key {
		case "id":
			c.text(&x.ID)
		case "extension":
			list(c, &x.Extension)
		case "use":
			c.text(&x.Use)
		case "type":
			x.Type.decode(c)
		case "system":
			c.text(&x.System)
		case "value":
			c.text(&x.Value)
		case "period":
			x.Period.decode(c)
		case "assigner":
			x.Assigner = new(Reference)
			x.Assigner.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *Identifier) encode(w *writer) {
	w.text("id", x.ID)
	writeList(w, "extension", x.Extension)
	w.text("use", x.Use)
	w.part("type", &x.Type)
	w.text("system", x.System)
	w.text("value", x.Value)
	w.part("period", &x.Period)
	writeOptional(w, "assigner", x.Assigner)
}

// Reference points to a resource. Parse takes it apart.
type Reference struct {
	node
	Reference  string
	Type       string // "Patient"; R4
	Identifier *Identifier
	Display    string
}

func (x *Reference) decode(c *cursor) {
	for o := c.object("Reference", &x.node); o.next(); {
		switch o.key {
		case "reference":
			c.text(&x.Reference)
		case "type":
			c.text(&x.Type)
		case "identifier":
			x.Identifier = new(Identifier)
			x.Identifier.decode(c)
		case "display":
			c.text(&x.Display)
		default:
			c.skip()
		}
	}
}

func (x *Reference) encode(w *writer) {
	w.text("reference", x.Reference)
	w.text("type", x.Type)
	writeOptional(w, "identifier", x.Identifier)
	w.text("display", x.Display)
}

// CodeableConcept is a meaning with its codes in one or more systems.
type CodeableConcept struct {
	node
	Coding []Coding
	Text   string
}

func (x *CodeableConcept) decode(c *cursor) {
	for o := c.object("CodeableConcept", &x.node); o.next(); {
		switch o.key {
		case "coding":
			list(c, &x.Coding)
		case "text":
			c.text(&x.Text)
		default:
			c.skip()
		}
	}
}

func (x *CodeableConcept) encode(w *writer) {
	writeList(w, "coding", x.Coding)
	w.text("text", x.Text)
}

// Coding is a code of a code system.
type Coding struct {
	node
	System       string
	Version      string
	Code         string
	Display      string
	UserSelected *bool
}

func (x *Coding) decode(c *cursor) {
	for o := c.object("Coding", &x.node); o.next(); {
		switch o.key {
		case "system":
			c.text(&x.System)
		case "version":
			c.text(&x.Version)
		case "code":
			c.text(&x.Code)
		case "display":
			c.text(&x.Display)
		case "userSelected":
			c.boolean(&x.UserSelected)
		default:
			c.skip()
		}
	}
}

func (x *Coding) encode(w *writer) {
	w.text("system", x.System)
	w.text("version", x.Version)
	w.text("code", x.Code)
	w.text("display", x.Display)
	w.boolean("userSelected", x.UserSelected)
}

// Period is a span of time; either end may be open.
type Period struct {
	node
	Start DateTime
	End   DateTime
}

func (x *Period) decode(c *cursor) {
	for o := c.object("Period", &x.node); o.next(); {
		switch o.key {
		case "start":
			c.text((*string)(&x.Start))
		case "end":
			c.text((*string)(&x.End))
		default:
			c.skip()
		}
	}
}

func (x *Period) encode(w *writer) {
	w.text("start", string(x.Start))
	w.text("end", string(x.End))
}

// IsSSN recognises a social security number of the USA: by its system, which names it
// (http://hl7.org/fhir/sid/us-ssn, or a vendor's own) or is the OID of the same, or by the
// type code SS.
func (x *Identifier) IsSSN() bool {
	system := strings.ToLower(x.System)
	if strings.Contains(system, "ssn") || strings.HasSuffix(system, "2.16.840.1.113883.4.1") {
		return true
	}
	for _, c := range x.Type.Coding {
		if strings.EqualFold(c.Code, "SS") {
			return true
		}
	}
	return false
}
