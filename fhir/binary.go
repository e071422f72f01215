package fhir

import (
	"encoding/base64"
	"strings"
)

// Binary carries a document of any format, such as a CCDA.
type Binary struct {
	node
	ID              string
	Meta            Meta
	ContentType     string // MIME type
	SecurityContext Reference
	Content         string // base64
}

// ResourceType returns "Binary".
func (*Binary) ResourceType() string { return "Binary" }

// ResourceID returns the id.
func (x *Binary) ResourceID() string { return x.ID }

// Data decodes Content. Line breaks and missing padding are accepted. The
// error is a *Error of kind Invalid if it is not base64.
func (x *Binary) Data() ([]byte, error) { return decodeBase64("Binary.content", x.Content) }

// Bytes decodes Data as Binary.Data does; nil if the content is elsewhere.
func (x *Attachment) Bytes() ([]byte, error) { return decodeBase64("Attachment.data", x.Data) }

func decodeBase64(element, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	text = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' {
			return -1 // Go ignores line breaks only
		}
		return r
	}, strings.TrimRight(text, "=\r\n\t "))
	data, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, invalid(element, "not base64")
	}
	return data, nil
}

func (x *Binary) decode(c *cursor) {
	for o := c.object("Binary", &x.node); o.next(); {
		switch o.key {
		case "id":
			c.text(&x.ID)
		case "meta":
			x.Meta.decode(c)
		case "contentType":
			c.text(&x.ContentType)
		case "securityContext":
			x.SecurityContext.decode(c)
		case "content":
			c.text(&x.Content)
		default:
			c.skip()
		}
	}
}

func (x *Binary) encode(w *writer) {
	w.text("resourceType", "Binary")
	w.text("id", x.ID)
	w.part("meta", &x.Meta)
	w.text("contentType", x.ContentType)
	w.part("securityContext", &x.SecurityContext)
	w.text("content", x.Content)
}
