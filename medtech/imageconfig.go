package medtech

import (
	"cmp"
	"github.com/emrkit/emrkit/emr"
)

// Figures of images and documents. Medtech publishes no limit for Media: 1,048,576 bytes
// is the rule of its integrators. 8 MB for the whole request of a scan is in its notes.
const (
	mediaBytes = 1 << 20
	scanBytes  = 8 << 20
)

// ImageConfig is about what StoreImage and UploadDocument send. The zero value sends only
// what is known to be taken: Medtech told one integrator that body site and view of a
// Media are not mapped, encounters cannot be linked, and extension URLs were never
// published.
type ImageConfig struct {
	// IdentifierSystem is the system of the identifiers your application gives to images,
	// messages and tasks: a URL of your own. "" sends the value alone.
	IdentifierSystem string
	// Author is the practitioner that scans, messages and tasks come from which name none.
	Author emr.PractitionerID
	// MediaBytes is the largest content of a Media; 0 is 1,048,576 bytes.
	MediaBytes int64
	// ScanBytes is the largest request with a scan, base64 and all; 0 is 8 MB (8,388,608 bytes).
	ScanBytes int64

	// The URLs of extensions of Media that carry the clinical codes, once Medtech has named
	// them. "" sends none.
	BodySiteExtension       string
	LateralityExtension     string
	ViewExtension           string
	ClassificationExtension string
	// BodySite and View send FHIR's own elements Media.bodySite and Media.view.
	BodySite, View bool
	// Encounter sends the encounter of an image as Media.encounter, and that of a scan as
	// its context.
	Encounter bool
	// PlainTitle leaves the title as it is given. Else label, laterality, body site, view
	// and classification are added, for people see nothing else of them.
	PlainTitle bool

	// SkipLook stores images without looking for an earlier copy, and reports a lost reply
	// as ambiguous: for applications that may not read Media.
	SkipLook bool
	// MessageCategory is the category of messages; zero is SNOMED CT 423876004, that of
	// Australia's outbox. New Zealand's is published nowhere.
	MessageCategory Code
}

// Code is a coded value, such as a body site of SNOMED CT.
type Code struct{ System, Code, Display string }

// messageCategory is the one that is published. Source: the Australian outbox profile.
var messageCategory = Code{System: "http://snomed.info/sct", Code: "423876004"}

// resolved fills the defaults in.
func (c ImageConfig) resolved() ImageConfig {
	if c.MediaBytes <= 0 {
		c.MediaBytes = mediaBytes
	}
	if c.ScanBytes <= 0 {
		c.ScanBytes = scanBytes
	}
	c.MessageCategory = cmp.Or(c.MessageCategory, messageCategory)
	return c
}
