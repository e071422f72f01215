package fhir

// Communication is a message that was sent (R4).
type Communication struct {
	node
	ID           string
	Meta         Meta
	Contained    []Resource
	Extension    []Extension
	Identifier   []Identifier
	BasedOn      []Reference
	PartOf       []Reference
	InResponseTo []Reference
	Status       string // preparation, in-progress, not-done, on-hold, stopped, completed, entered-in-error, unknown
	StatusReason CodeableConcept
	Category     []CodeableConcept
	Priority     string // routine, urgent, asap, stat
	Medium       []CodeableConcept
	Subject      Reference
	Topic        CodeableConcept
	About        []Reference
	Encounter    Reference
	Sent         DateTime
	Received     DateTime
	Recipient    []Reference
	Sender       Reference
	ReasonCode   []CodeableConcept
	Payload      []CommunicationPayload
}

// ResourceType returns "Communication".
func (*Communication) ResourceType() string { return "Communication" }

// ResourceID returns the id.
func (x *Communication) ResourceID() string { return x.ID }

func (x *Communication) decode(c *cursor) {
	for o := c.object("Communication", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "basedOn":
			list(c, &x.BasedOn)
		case "partOf":
			list(c, &x.PartOf)
		case "inResponseTo":
			list(c, &x.InResponseTo)
		case "status":
			c.text(&x.Status)
		case "statusReason":
			x.StatusReason.decode(c)
		case "category":
			list(c, &x.Category)
		case "priority":
			c.text(&x.Priority)
		case "medium":
			list(c, &x.Medium)
		case "subject":
			x.Subject.decode(c)
		case "topic":
			x.Topic.decode(c)
		case "about":
			list(c, &x.About)
		case "encounter":
			x.Encounter.decode(c)
		case "sent":
			c.text((*string)(&x.Sent))
		case "received":
			c.text((*string)(&x.Received))
		case "recipient":
			list(c, &x.Recipient)
		case "sender":
			x.Sender.decode(c)
		case "reasonCode":
			list(c, &x.ReasonCode)
		case "payload":
			list(c, &x.Payload)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Communication) encode(w *writer) {
	w.head("Communication", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	writeList(w, "basedOn", x.BasedOn)
	writeList(w, "partOf", x.PartOf)
	writeList(w, "inResponseTo", x.InResponseTo)
	w.text("status", x.Status)
	w.part("statusReason", &x.StatusReason)
	writeList(w, "category", x.Category)
	w.text("priority", x.Priority)
	writeList(w, "medium", x.Medium)
	w.part("subject", &x.Subject)
	w.part("topic", &x.Topic)
	writeList(w, "about", x.About)
	w.part("encounter", &x.Encounter)
	w.text("sent", string(x.Sent))
	w.text("received", string(x.Received))
	writeList(w, "recipient", x.Recipient)
	w.part("sender", &x.Sender)
	writeList(w, "reasonCode", x.ReasonCode)
	writeList(w, "payload", x.Payload)
}

// CommunicationPayload is a part of a message: one of its fields is set.
type CommunicationPayload struct {
	node
	String     string // member contentString
	Attachment Attachment
	Reference  Reference
}

func (x *CommunicationPayload) decode(c *cursor) {
	for o := c.object("CommunicationPayload", &x.node); o.next(); {
		switch o.key {
		case "contentString":
			c.text(&x.String)
		case "contentAttachment":
			x.Attachment.decode(c)
		case "contentReference":
			x.Reference.decode(c)
		default:
			c.skip()
		}
	}
}

func (x *CommunicationPayload) encode(w *writer) {
	w.text("contentString", x.String)
	w.part("contentAttachment", &x.Attachment)
	w.part("contentReference", &x.Reference)
}
