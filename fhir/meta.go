package fhir

// Meta is what the server keeps about a resource.
type Meta struct {
	node
	VersionID   string
	LastUpdated Instant
	Profile     []string
	Security    []Coding
	Tag         []Coding
}

func (x *Meta) decode(c *cursor) {
	for o := c.object("Meta", &x.node); o.next(); {
		switch o.key {
		case "versionId":
			c.text(&x.VersionID)
		case "lastUpdated":
			c.text((*string)(&x.LastUpdated))
		case "profile":
			c.texts(&x.Profile)
		case "security":
			list(c, &x.Security)
		case "tag":
			list(c, &x.Tag)
		default:
			c.skip()
		}
	}
}

func (x *Meta) encode(w *writer) {
	w.text("versionId", x.VersionID)
	w.text("lastUpdated", string(x.LastUpdated))
	w.texts("profile", x.Profile)
	writeList(w, "security", x.Security)
	writeList(w, "tag", x.Tag)
}

// Attachment is a document or a picture, inside the resource or elsewhere.
type Attachment struct {
	node
	ContentType string // MIME type
	Language    string
	Data        string // base64
	URL         string
	Size        int64 // bytes before base64, 0 is not given
	Hash        string
	Title       string
	Creation    DateTime
}

func (x *Attachment) decode(c *cursor) {
	for o := c.object("Attachment", &x.node); o.next(); {
		switch o.key {
		case "contentType":
			c.text(&x.ContentType)
		case "language":
			c.text(&x.Language)
		case "data":
			c.text(&x.Data)
		case "url":
			c.text(&x.URL)
		case "size":
			c.integer(&x.Size)
		case "hash":
			c.text(&x.Hash)
		case "title":
			c.text(&x.Title)
		case "creation":
			c.text((*string)(&x.Creation))
		default:
			c.skip()
		}
	}
}

func (x *Attachment) encode(w *writer) {
	w.text("contentType", x.ContentType)
	w.text("language", x.Language)
	w.text("data", x.Data)
	w.text("url", x.URL)
	w.integer("size", x.Size)
	w.text("hash", x.Hash)
	w.text("title", x.Title)
	w.text("creation", string(x.Creation))
}
