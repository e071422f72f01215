package fhir

// Media is a photo, video, sound or document of care (R4).
type Media struct {
	node
	ID            string
	Meta          Meta
	Contained     []Resource
	Extension     []Extension
	Identifier    []Identifier
	BasedOn       []Reference
	PartOf        []Reference
	Status        string // preparation, in-progress, not-done, on-hold, stopped, completed, entered-in-error, unknown
	Type          CodeableConcept
	Modality      CodeableConcept
	View          CodeableConcept
	Subject       Reference
	Encounter     Reference
	Created       DateTime // member createdDateTime
	CreatedPeriod Period
	Issued        Instant
	Operator      Reference
	ReasonCode    []CodeableConcept
	BodySite      CodeableConcept
	DeviceName    string
	Device        Reference
	Height        int64 // pixels
	Width         int64 // pixels
	Frames        int64
	Duration      Decimal // seconds
	Content       Attachment
}

// ResourceType returns "Media".
func (*Media) ResourceType() string { return "Media" }

// ResourceID returns the id.
func (x *Media) ResourceID() string { return x.ID }

func (x *Media) decode(c *cursor) {
	for o := c.object("Media", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "basedOn":
			list(c, &x.BasedOn)
		case "partOf":
			list(c, &x.PartOf)
		case "status":
			c.text(&x.Status)
		case "type":
			if c.space() == '"' {
				c.skip() // a code in STU3 and DSTU2: kept, not read
			} else {
				x.Type.decode(c)
			}
		case "modality":
			x.Modality.decode(c)
		case "view":
			x.View.decode(c)
		case "subject":
			x.Subject.decode(c)
		case "encounter":
			x.Encounter.decode(c)
		case "createdDateTime":
			c.text((*string)(&x.Created))
		case "createdPeriod":
			x.CreatedPeriod.decode(c)
		case "issued":
			c.text((*string)(&x.Issued))
		case "operator":
			x.Operator.decode(c)
		case "reasonCode":
			list(c, &x.ReasonCode)
		case "bodySite":
			x.BodySite.decode(c)
		case "deviceName":
			c.text(&x.DeviceName)
		case "device":
			x.Device.decode(c)
		case "height":
			c.integer(&x.Height)
		case "width":
			c.integer(&x.Width)
		case "frames":
			c.integer(&x.Frames)
		case "duration":
			c.decimal(&x.Duration)
		case "content":
			x.Content.decode(c)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Media) encode(w *writer) {
	w.head("Media", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	writeList(w, "basedOn", x.BasedOn)
	writeList(w, "partOf", x.PartOf)
	w.text("status", x.Status)
	w.part("type", &x.Type)
	w.part("modality", &x.Modality)
	w.part("view", &x.View)
	w.part("subject", &x.Subject)
	w.part("encounter", &x.Encounter)
	w.text("createdDateTime", string(x.Created))
	w.part("createdPeriod", &x.CreatedPeriod)
	w.text("issued", string(x.Issued))
	w.part("operator", &x.Operator)
	writeList(w, "reasonCode", x.ReasonCode)
	w.part("bodySite", &x.BodySite)
	w.text("deviceName", x.DeviceName)
	w.part("device", &x.Device)
	w.integer("height", x.Height)
	w.integer("width", x.Width)
	w.integer("frames", x.Frames)
	w.decimal("duration", x.Duration)
	w.part("content", &x.Content)
}
