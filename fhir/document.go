package fhir

// DocumentReference describes a document and where its content is.
type DocumentReference struct {
	node
	ID               string
	Meta             Meta
	Contained        []Resource
	Extension        []Extension
	MasterIdentifier Identifier
	Identifier       []Identifier
	Status           string // current, superseded, entered-in-error
	DocStatus        string // preliminary, final, appended, amended, entered-in-error
	Type             CodeableConcept
	Class            CodeableConcept
	Subject          Reference
	Created          DateTime
	Indexed          Instant
	Author           []Reference
	Authenticator    Reference
	Custodian        Reference
	Description      string
	SecurityLabel    []CodeableConcept
	Content          []DocumentContent
	Context          DocumentContext
}

// ResourceType returns "DocumentReference".
func (*DocumentReference) ResourceType() string { return "DocumentReference" }

// ResourceID returns the id.
func (x *DocumentReference) ResourceID() string { return x.ID }

func (x *DocumentReference) decode(c *cursor) {
	for o := c.object("DocumentReference", &x.node); o.next(); {
		switch o.key {
		case "masterIdentifier":
			x.MasterIdentifier.decode(c)
		case "identifier":
			list(c, &x.Identifier)
		case "status":
			c.text(&x.Status)
		case "docStatus":
			c.code(&x.DocStatus)
		case "type":
			x.Type.decode(c)
		case "class":
			x.Class.decode(c)
		case "subject":
			x.Subject.decode(c)
		case "created":
			c.text((*string)(&x.Created))
		case "indexed":
			c.text((*string)(&x.Indexed))
		case "author":
			list(c, &x.Author)
		case "authenticator":
			x.Authenticator.decode(c)
		case "custodian":
			x.Custodian.decode(c)
		case "description":
			c.text(&x.Description)
		case "securityLabel":
			list(c, &x.SecurityLabel)
		case "content":
			list(c, &x.Content)
		case "context":
			x.Context.decode(c)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *DocumentReference) encode(w *writer) {
	w.head("DocumentReference", x.ID, &x.Meta, x.Contained, x.Extension)
	w.part("masterIdentifier", &x.MasterIdentifier)
	writeList(w, "identifier", x.Identifier)
	w.text("status", x.Status)
	w.code("docStatus", x.DocStatus)
	w.part("type", &x.Type)
	w.part("class", &x.Class)
	w.part("subject", &x.Subject)
	w.text("created", string(x.Created))
	w.text("indexed", string(x.Indexed))
	writeList(w, "author", x.Author)
	w.part("authenticator", &x.Authenticator)
	w.part("custodian", &x.Custodian)
	w.text("description", x.Description)
	writeList(w, "securityLabel", x.SecurityLabel)
	writeList(w, "content", x.Content)
	w.part("context", &x.Context)
}

// DocumentContent is one form of the document.
type DocumentContent struct {
	node
	Attachment Attachment
	FormatCode Coding // member "format"
}

// typeName lets a release give the members of this type another shape.
func (*DocumentContent) typeName() string { return "DocumentContent" }

func (x *DocumentContent) decode(c *cursor) {
	for o := c.object("DocumentContent", &x.node); o.next(); {
		switch o.key {
		case "attachment":
			x.Attachment.decode(c)
		case "format":
			x.FormatCode.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *DocumentContent) encode(w *writer) {
	w.part("attachment", &x.Attachment)
	w.part("format", &x.FormatCode)
}

// DocumentContext is the care the document is about.
type DocumentContext struct {
	node
	Encounter Reference
	Period    Period
}

// typeName lets a release name the members of this type differently.
func (*DocumentContext) typeName() string { return "DocumentContext" }

func (x *DocumentContext) decode(c *cursor) {
	for o := c.object("DocumentContext", &x.node); o.next(); {
		switch o.key {
		case "encounter":
			x.Encounter.decode(c)
		case "period":
			x.Period.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *DocumentContext) encode(w *writer) {
	w.part("encounter", &x.Encounter)
	w.part("period", &x.Period)
}
