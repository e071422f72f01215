package fhir

// conformance is what CapabilityStatement is called in DSTU2.
const conformance = "Conformance"

// ours returns the name this package has for a resource type, which is the one it
// came with but for those that were renamed as a whole.
func ours(resourceType string) string {
	if resourceType == conformance {
		return "CapabilityStatement"
	}
	return resourceType
}

// CapabilityStatement says what a server can do; the Conformance of DSTU2 is read
// into it too.
type CapabilityStatement struct {
	node
	ID          string
	Meta        Meta
	Contained   []Resource
	Extension   []Extension
	Version     string // of the server's software, or of the statement
	Name        string
	Status      string
	FHIRVersion string   // 1.0.2, 4.0.1, ...
	MIMEType    []string // member "format"
	Rest        []CapabilityRest

	older bool // a Conformance
}

// ResourceType returns "CapabilityStatement", also for a Conformance.
func (*CapabilityStatement) ResourceType() string { return "CapabilityStatement" }

// ResourceID returns the id.
func (x *CapabilityStatement) ResourceID() string { return x.ID }

func (x *CapabilityStatement) decode(c *cursor) {
	for o := c.object("CapabilityStatement", &x.node); o.next(); {
		switch o.key {
		case "resourceType":
			var name string
			c.text(&name)
			x.older = name == conformance
		case "version":
			c.text(&x.Version)
		case "name":
			c.text(&x.Name)
		case "status":
			c.text(&x.Status)
		case "fhirVersion":
			c.text(&x.FHIRVersion)
		case "format":
			c.texts(&x.MIMEType)
		case "rest":
			list(c, &x.Rest)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *CapabilityStatement) encode(w *writer) {
	name := "CapabilityStatement"
	if x.older {
		name = conformance
	}
	w.head(name, x.ID, &x.Meta, x.Contained, x.Extension)
	w.text("version", x.Version)
	w.text("name", x.Name)
	w.text("status", x.Status)
	w.text("fhirVersion", x.FHIRVersion)
	w.texts("format", x.MIMEType)
	writeList(w, "rest", x.Rest)
}

// CapabilityRest is a RESTful server, or client, of a statement.
type CapabilityRest struct {
	node
	Mode     string // server, client
	Security CapabilitySecurity
	Resource []CapabilityResource
}

func (x *CapabilityRest) decode(c *cursor) {
	for o := c.object("CapabilityRest", &x.node); o.next(); {
		switch o.key {
		case "mode":
			c.text(&x.Mode)
		case "security":
			x.Security.decode(c)
		case "resource":
			list(c, &x.Resource)
		default:
			c.skip()
		}
	}
}

func (x *CapabilityRest) encode(w *writer) {
	w.text("mode", x.Mode)
	w.part("security", &x.Security)
	writeList(w, "resource", x.Resource)
}

// CapabilitySecurity is how a server is protected. SMART names the addresses of
// the authorization server in an extension.
type CapabilitySecurity struct {
	node
	Extension []Extension
	CORS      *bool
	Service   []CodeableConcept
}

func (x *CapabilitySecurity) decode(c *cursor) {
	for o := c.object("CapabilitySecurity", &x.node); o.next(); {
		switch o.key {
		case "extension":
			list(c, &x.Extension)
		case "cors":
			c.boolean(&x.CORS)
		case "service":
			list(c, &x.Service)
		default:
			c.skip()
		}
	}
}

func (x *CapabilitySecurity) encode(w *writer) {
	writeList(w, "extension", x.Extension)
	w.boolean("cors", x.CORS)
	writeList(w, "service", x.Service)
}

// CapabilityResource is what a server can do with one resource type.
type CapabilityResource struct {
	node
	Type        string
	Interaction []CapabilityInteraction
	SearchParam []CapabilityParam
}

func (x *CapabilityResource) decode(c *cursor) {
	for o := c.object("CapabilityResource", &x.node); o.next(); {
		switch o.key {
		case "type":
			c.text(&x.Type)
		case "interaction":
			list(c, &x.Interaction)
		case "searchParam":
			list(c, &x.SearchParam)
		default:
			c.skip()
		}
	}
}

func (x *CapabilityResource) encode(w *writer) {
	w.text("type", x.Type)
	writeList(w, "interaction", x.Interaction)
	writeList(w, "searchParam", x.SearchParam)
}

// CapabilityInteraction is one thing a server can do with a resource type.
type CapabilityInteraction struct {
	node
	Code string // read, search-type, create, ...
}

func (x *CapabilityInteraction) decode(c *cursor) {
	for o := c.object("CapabilityInteraction", &x.node); o.next(); {
		switch o.key {
		case "code":
			c.text(&x.Code)
		default:
			c.skip()
		}
	}
}

func (x *CapabilityInteraction) encode(w *writer) { w.text("code", x.Code) }

// CapabilityParam is a search parameter a server knows.
type CapabilityParam struct {
	node
	Name string
	Type string // number, date, string, token, reference, ...
}

func (x *CapabilityParam) decode(c *cursor) {
	for o := c.object("CapabilityParam", &x.node); o.next(); {
		switch o.key {
		case "name":
			c.text(&x.Name)
		case "type":
			c.text(&x.Type)
		default:
			c.skip()
		}
	}
}

func (x *CapabilityParam) encode(w *writer) {
	w.text("name", x.Name)
	w.text("type", x.Type)
}
