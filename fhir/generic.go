package fhir

// Generic is a resource without a Go type of its own: FHIR types this package
// does not know, and types vendors made up, such as Nextech's
// appointment-type, whose members are extensions. All other members are
// reached through Member and Raw, and Encode keeps them.
type Generic struct {
	node
	Type       string // the resourceType as sent
	ID         string
	Meta       Meta
	Contained  []Resource
	Extension  []Extension
	Identifier []Identifier
}

// ResourceType returns the type as sent.
func (x *Generic) ResourceType() string { return x.Type }

// ResourceID returns the id.
func (x *Generic) ResourceID() string { return x.ID }

func (x *Generic) decode(c *cursor) {
	for o := c.object("Resource", &x.node); o.next(); {
		switch o.key {
		case "resourceType":
			c.text(&x.Type)
		case "identifier":
			if b := c.space(); b == '{' || b == '[' {
				list(c, &x.Identifier)
			} else { // a type of the vendor's own may mean something else
				c.skip()
			}
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Generic) encode(w *writer) {
	w.head(x.Type, x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
}
