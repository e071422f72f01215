package fhir

// HumanName is a person's name. Given holds all given names in order; Nextech
// sends an empty second one.
type HumanName struct {
	node
	Extension []Extension
	Use       string // usual, official, temp, nickname, anonymous, old, maiden
	Text      string
	Family    string
	Given     []string
	Prefix    []string
	Suffix    []string
	Period    Period
}

// typeName lets a release give the members of this type another shape.
func (*HumanName) typeName() string { return "HumanName" }

func (x *HumanName) decode(c *cursor) {
	for o := c.object("HumanName", &x.node); o.next(); {
		switch o.key {
		case "extension":
			list(c, &x.Extension)
		case "use":
			c.text(&x.Use)
		case "text":
			c.text(&x.Text)
		case "family":
			c.text(&x.Family)
		case "given":
			c.texts(&x.Given)
		case "prefix":
			c.texts(&x.Prefix)
		case "suffix":
			c.texts(&x.Suffix)
		case "period":
			x.Period.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *HumanName) encode(w *writer) {
	writeList(w, "extension", x.Extension)
	w.text("use", x.Use)
	w.text("text", x.Text)
	w.text("family", x.Family)
	w.texts("given", x.Given)
	w.texts("prefix", x.Prefix)
	w.texts("suffix", x.Suffix)
	w.part("period", &x.Period)
}

// ContactPoint is a phone number, an e-mail address or the like.
type ContactPoint struct {
	node
	Extension []Extension
	System    string // phone, fax, email, pager, url, sms, other
	Value     string
	Use       string // home, work, temp, old, mobile
	Rank      int64  // 1 is the preferred one, 0 is not given
	Period    Period
}

func (x *ContactPoint) decode(c *cursor) {
	for o := c.object("ContactPoint", &x.node); o.next(); {
		switch o.key {
		case "extension":
			list(c, &x.Extension)
		case "system":
			c.text(&x.System)
		case "value":
			c.text(&x.Value)
		case "use":
			c.text(&x.Use)
		case "rank":
			c.integer(&x.Rank)
		case "period":
			x.Period.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *ContactPoint) encode(w *writer) {
	writeList(w, "extension", x.Extension)
	w.text("system", x.System)
	w.text("value", x.Value)
	w.text("use", x.Use)
	w.integer("rank", x.Rank)
	w.part("period", &x.Period)
}

// Address is a postal or visiting address.
type Address struct {
	node
	Extension  []Extension
	Use        string // home, work, temp, old
	Type       string // postal, physical, both
	Text       string
	Line       []string
	City       string
	District   string
	State      string
	PostalCode string
	Country    string // as the vendor has it: a name, ISO 3166 two or three letters
	Period     Period
}

func (x *Address) decode(c *cursor) {
	for o := c.object("Address", &x.node); o.next(); {
		switch o.key {
		case "extension":
			list(c, &x.Extension)
		case "use":
			c.text(&x.Use)
		case "type":
			c.text(&x.Type)
		case "text":
			c.text(&x.Text)
		case "line":
			c.texts(&x.Line)
		case "city":
			c.text(&x.City)
		case "district":
			c.text(&x.District)
		case "state":
			c.text(&x.State)
		case "postalCode":
			c.text(&x.PostalCode)
		case "country":
			c.text(&x.Country)
		case "period":
			x.Period.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *Address) encode(w *writer) {
	writeList(w, "extension", x.Extension)
	w.text("use", x.Use)
	w.text("type", x.Type)
	w.text("text", x.Text)
	w.texts("line", x.Line)
	w.text("city", x.City)
	w.text("district", x.District)
	w.text("state", x.State)
	w.text("postalCode", x.PostalCode)
	w.text("country", x.Country)
	w.part("period", &x.Period)
}
