package fhir

// Resource is one of the resource types of this package, always a pointer:
// *Patient, *Appointment, ... and *Generic for all others.
type Resource interface {
	// ResourceType returns the FHIR name of the type.
	ResourceType() string
	// ResourceID returns the id, empty if it has none.
	ResourceID() string
	// Raw returns the JSON text the resource was decoded from.
	Raw() Raw

	element
}

// resourcePointer lets callers name the type only: Decode[Patient].
type resourcePointer[T any] interface {
	*T
	Resource
}

// newResource returns an empty resource of the named type.
func newResource(name string) Resource {
	switch name {
	case "Patient":
		return new(Patient)
	case "Appointment":
		return new(Appointment)
	case "AppointmentResponse":
		return new(AppointmentResponse)
	case "Slot":
		return new(Slot)
	case "Schedule":
		return new(Schedule)
	case "Location":
		return new(Location)
	case "Practitioner":
		return new(Practitioner)
	case "DocumentReference":
		return new(DocumentReference)
	case "Encounter":
		return new(Encounter)
	case "OperationOutcome":
		return new(OperationOutcome)
	case "Binary":
		return new(Binary)
	case "Media":
		return new(Media)
	case "Communication":
		return new(Communication)
	case "Task":
		return new(Task)
	case "CapabilityStatement", conformance:
		return new(CapabilityStatement)
	}
	return new(Generic)
}

// Decode reads one resource of type T, checking the document on the way:
//
//	patient, err := fhir.Decode[fhir.Patient](body, nil)
//
// Members that T does not name are kept and written back by Encode. Decode
// copies data once; the strings of the result share that copy.
//
// The error is a *Error: Malformed, TooLarge, WrongType, WrongResource for
// any other resource, and OutcomeError if an OperationOutcome came instead
// that reports an error (not when T is OperationOutcome itself). Generic
// takes every resource.
func Decode[T any, P resourcePointer[T]](data []byte, opts *Options) (*T, error) {
	c := newCursor(data, opts)
	r := P(new(T))
	if !c.expect(r) {
		return nil, c.unexpected()
	}
	r.decode(c)
	if err := c.end(); err != nil {
		return nil, err
	}
	return (*T)(r), nil
}

// DecodeAny reads one resource of whatever type it is; types without a Go
// type here become *Generic. It returns the errors of Decode, but hands an
// OperationOutcome out as a resource.
func DecodeAny(data []byte, opts *Options) (Resource, error) {
	return newCursor(data, opts).any()
}

// any reads the document as a resource of whatever type.
func (c *cursor) any() (Resource, error) {
	name := c.peekType()
	if name == "" {
		return nil, c.unexpected()
	}
	r := newResource(name)
	r.decode(c)
	if err := c.end(); err != nil {
		return nil, err
	}
	return r, nil
}

// Encode writes a resource as JSON.
//
// A resource that was decoded is written as it came, member by member and in
// its order, except for the fields changed since; a field set to its zero
// value is left out. A resource built in code gets the fields that are set,
// in the order of the FHIR definition. Numbers keep their text.
//
// The error is a *Error of kind Invalid if r is nil, a string is not UTF-8, a
// Decimal is not a number, or an extension was built with an empty value.
func Encode(r Resource, opts *Options) ([]byte, error) {
	if r == nil {
		return nil, invalid("", "no resource")
	}
	w := &writer{}
	if opts != nil {
		w.names = renamed(opts.Version)
	}
	w.object(r)
	if w.err != nil {
		return nil, w.err
	}
	return w.buf, nil
}

// expect reports whether the document is a resource that r can hold.
func (c *cursor) expect(r Resource) bool {
	name := c.peekType()
	_, generic := r.(*Generic)
	return name != "" && (generic || ours(name) == r.ResourceType())
}

// unexpected explains why a document is not the resource asked for.
func (c *cursor) unexpected() error {
	if c.err == nil && c.peekType() == "OperationOutcome" {
		outcome := new(OperationOutcome)
		outcome.decode(c)
		if err := c.end(); err != nil {
			return err
		}
		kind := WrongResource
		if outcome.Failed() {
			kind = OutcomeError
		}
		return &Error{Kind: kind, Outcome: outcome}
	}
	c.skip()
	if err := c.end(); err != nil {
		return err
	}
	return &Error{Kind: WrongResource, what: "not the resource asked for"}
}

// peekType returns the resourceType of the object at the cursor without
// moving; empty if there is none or the text is too broken to tell.
func (c *cursor) peekType() string {
	if c.err != nil || c.space() != '{' {
		return ""
	}
	var name string
	look := cursor{doc: c.doc, s: c.s, i: c.i, trusted: true, maxDepth: c.maxDepth, maxItems: c.maxItems}
	for o := look.object("", nil); name == "" && o.next(); {
		if o.key == "resourceType" && look.space() == '"' {
			name = look.quoted()
		} else {
			look.skip()
		}
	}
	c.again += look.i - c.i
	if look.err != nil {
		return ""
	}
	return name
}

// resources reads contained resources, each into the Go type of its
// resourceType.
func (c *cursor) resources(dst *[]Resource) {
	if c.err != nil {
		return
	}
	switch c.space() {
	case 'n':
		c.literal()
	case '[':
		for a := c.array(); a.next(); {
			c.resource(dst)
		}
	default:
		c.resource(dst)
	}
}

func (c *cursor) resource(dst *[]Resource) {
	if c.space() != '{' {
		c.mismatch("a resource")
		return
	}
	r := newResource(c.peekType())
	r.decode(c)
	*dst = append(*dst, r)
}

// head reads the members all resources share and passes over unknown ones.
func (c *cursor) head(member string, id *string, meta *Meta, contained *[]Resource, extension *[]Extension) {
	switch member {
	case "id":
		c.text(id)
	case "meta":
		meta.decode(c)
	case "contained":
		if c.inner { // FHIR forbids contained in contained: kept, not typed
			c.skip()
			return
		}
		c.inner = true
		c.resources(contained)
		c.inner = false
	case "extension":
		list(c, extension)
	default:
		c.skip()
	}
}
