package fhir

// Location is a place where care is given.
type Location struct {
	node
	ID                   string
	Meta                 Meta
	Contained            []Resource
	Extension            []Extension
	Identifier           []Identifier
	Status               string // active, suspended, inactive
	Name                 string
	Alias                []string
	Description          string
	Mode                 string // instance, kind
	Type                 CodeableConcept
	Telecom              []ContactPoint
	Address              Address
	PhysicalType         CodeableConcept
	Position             Position
	ManagingOrganization Reference
	PartOf               Reference
}

// ResourceType returns "Location".
func (*Location) ResourceType() string { return "Location" }

// ResourceID returns the id.
func (x *Location) ResourceID() string { return x.ID }

func (x *Location) decode(c *cursor) {
	for o := c.object("Location", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "status":
			c.text(&x.Status)
		case "name":
			c.text(&x.Name)
		case "alias":
			c.texts(&x.Alias)
		case "description":
			c.text(&x.Description)
		case "mode":
			c.text(&x.Mode)
		case "type":
			x.Type.decode(c)
		case "telecom":
			list(c, &x.Telecom)
		case "address":
			x.Address.decode(c)
		case "physicalType":
			x.PhysicalType.decode(c)
		case "position":
			x.Position.decode(c)
		case "managingOrganization":
			x.ManagingOrganization.decode(c)
		case "partOf":
			x.PartOf.decode(c)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Location) encode(w *writer) {
	w.head("Location", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	w.text("status", x.Status)
	w.text("name", x.Name)
	w.texts("alias", x.Alias)
	w.text("description", x.Description)
	w.text("mode", x.Mode)
	w.part("type", &x.Type)
	writeList(w, "telecom", x.Telecom)
	w.part("address", &x.Address)
	w.part("physicalType", &x.PhysicalType)
	w.part("position", &x.Position)
	w.part("managingOrganization", &x.ManagingOrganization)
	w.part("partOf", &x.PartOf)
}

// Position is a place on the globe (WGS 84) in degrees and metres, digits as
// sent.
type Position struct {
	node
	Longitude Decimal
	Latitude  Decimal
	Altitude  Decimal
}

func (x *Position) decode(c *cursor) {
	for o := c.object("Position", &x.node); o.next(); {
		switch o.key {
		case "longitude":
			c.decimal(&x.Longitude)
		case "latitude":
			c.decimal(&x.Latitude)
		case "altitude":
			c.decimal(&x.Altitude)
		default:
			c.skip()
		}
	}
}

func (x *Position) encode(w *writer) {
	w.decimal("longitude", x.Longitude)
	w.decimal("latitude", x.Latitude)
	w.decimal("altitude", x.Altitude)
}
