package fhir

// Entry is one entry of a Bundle.
type Entry struct {
	FullURL      string
	Mode         string // match, include, outcome; often empty
	ResourceType string // empty if the entry has no resource
	ID           string // of the resource
	Response     *EntryResponse

	bundle   *Bundle
	resource Raw
}

// EntryResponse is what happened to an entry of a batch or transaction.
type EntryResponse struct {
	node
	Status       string // HTTP status, often with words behind it
	Location     string
	ETag         string
	LastModified Instant
}

func (e *Entry) decode(c *cursor) {
	for o := c.object("Bundle.entry", nil); o.next(); {
		switch o.key {
		case "fullUrl":
			c.text(&e.FullURL)
		case "search":
			for s := c.object("Bundle.entry.search", nil); s.next(); {
				if s.key == "mode" {
					c.text(&e.Mode)
				} else {
					c.skip()
				}
			}
		case "response":
			e.Response = new(EntryResponse)
			e.Response.decode(c)
		case "resource":
			e.locate(c)
		default:
			c.skip()
		}
	}
}

// locate checks the resource and notes where it is and what it is.
func (e *Entry) locate(c *cursor) {
	switch c.space() {
	case 'n':
		c.literal()
		return
	case '{':
	default:
		c.mismatch("a resource")
		return
	}
	var n node
	for o := c.object("Bundle.entry.resource", &n); o.next(); {
		switch o.key {
		case "resourceType":
			c.text(&e.ResourceType)
		case "id":
			c.text(&e.ID)
		default:
			c.skip()
		}
	}
	e.resource = n.src
}

// Raw returns the resource as received, empty if there is none.
func (e *Entry) Raw() Raw { return e.resource }

// Resource decodes the entry into the Go type of its resourceType, *Generic
// for unknown ones. The error is a *Error of kind WrongType, or WrongResource
// if the entry has no resource or that has no resourceType.
func (e *Entry) Resource() (Resource, error) {
	r := newResource(e.ResourceType)
	if err := e.into(r); err != nil {
		return nil, err
	}
	return r, nil
}

func decodeEntry[T any, P resourcePointer[T]](e *Entry) (*T, error) {
	r := P(new(T))
	if err := e.into(r); err != nil {
		return nil, err
	}
	return (*T)(r), nil
}

// into decodes the resource of the entry, whose text was checked before.
func (e *Entry) into(r Resource) error {
	_, generic := r.(*Generic)
	if e.ResourceType == "" || !generic && r.ResourceType() != ours(e.ResourceType) {
		return &Error{Kind: WrongResource, Element: "Bundle.entry.resource", what: "not the resource asked for"}
	}
	c := e.resource.cursor()
	c.maxItems, c.names = e.bundle.maxItems, e.bundle.names
	if r.decode(c); c.err != nil {
		c.err.Offset -= int(e.resource.from)
		return c.err
	}
	return nil
}

// isMatch reports whether the entry is, or should be, something searched for: an
// entry of a search that has no resource stands for a record that got lost.
func (e *Entry) isMatch() bool {
	return e.Mode != "include" && !e.isOutcome() && (e.resource.doc != nil || e.Response == nil)
}

func (e *Entry) isOutcome() bool {
	return e.Mode == "outcome" || e.ResourceType == "OperationOutcome"
}

func (x *EntryResponse) decode(c *cursor) {
	for o := c.object("Bundle.entry.response", &x.node); o.next(); {
		switch o.key {
		case "status":
			c.text(&x.Status)
		case "location":
			c.text(&x.Location)
		case "etag":
			c.text(&x.ETag)
		case "lastModified":
			c.text((*string)(&x.LastModified))
		default:
			c.skip()
		}
	}
}

func (x *EntryResponse) encode(w *writer) {
	w.text("status", x.Status)
	w.text("location", x.Location)
	w.text("etag", x.ETag)
	w.text("lastModified", string(x.LastModified))
}
