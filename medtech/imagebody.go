package medtech

import (
	"cmp"
	"io"
	"mime"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/upload"
)

const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typeTIFF = "image/tiff"
	typePDF  = "application/pdf"
)

// The codes of documents. Source: the ALEX guide for notes and letters, the scanned
// document profile for scans.
const (
	loinc = "http://loinc.org"
	// CategoryNote is a consultation note, as emr.Document.Category.
	CategoryNote = "11488-4"
	// CategoryLetter is a discharge summary, referral or report.
	CategoryLetter = "34109-9"
	// CategoryScan is a scanned document or picture.
	CategoryScan = "72170-4"
)

// folderTypes are the media types a folder takes.
var folderTypes = map[Folder][]string{
	FolderMedia: {typeJPEG, typePNG, typeTIFF, typePDF},
	FolderScan:  {typeTIFF, typePDF},
}

// checkImage refuses what ALEX would refuse, before anything is sent, and returns the
// image with its blanks filled in.
func (c *Client) checkImage(op string, given *Image) (*Image, *emr.Error) {
	if given == nil {
		return nil, invalid(op, "give an image", "image")
	}
	i := *given
	i.Folder = cmp.Or(i.Folder, FolderMedia)
	i.Identifier = strings.TrimSpace(i.Identifier)
	if i.Created.IsZero() {
		i.Created = time.Now()
	}
	kind, _, err := mime.ParseMediaType(i.ContentType)
	switch {
	case i.Patient == nil || i.Patient.ID.IsZero():
		return nil, invalid(op, "name the patient: the id is enough", "patient")
	case !isReferable(i.Patient.ID.Reveal()) || i.Operator != "" && !isReferable(string(i.Operator)) || !i.Encounter.IsZero() && !isReferable(i.Encounter.Reveal()):
		return nil, invalid(op, "this cannot be an id", "patient", "operator", "encounter")
	case i.Identifier == "":
		return nil, invalid(op, "give the image a number of your own, the same one each time it is stored: ALEX wants it, and an earlier copy is found by it", "identifier")
	case i.Content == nil && i.URL == "" || i.Content != nil && i.URL != "":
		return nil, invalid(op, "give either the content or the URL of it", "content", "url")
	case folderTypes[i.Folder] == nil:
		return nil, invalid(op, "the folder is media or scan", "folder")
	case err != nil || !slices.Contains(folderTypes[i.Folder], kind):
		return nil, invalid(op, "this folder takes only "+strings.Join(folderTypes[i.Folder], ", "), "content-type")
	}
	i.ContentType = kind
	if i.Folder == FolderScan {
		if i.Operator = cmp.Or(i.Operator, c.cfg.Images.Author); i.Operator == "" {
			return nil, invalid(op, "a scan needs an author: name the operator, or set Config.Images.Author", "operator")
		}
	}
	return &i, nil
}

// filed is the resource of an image, with the mark in the place of its bytes.
func (c *Client) filed(i *Image) fhir.Resource {
	file := fhir.Attachment{ContentType: i.ContentType, URL: i.URL}
	if i.Content != nil {
		file.Data = upload.Mark
	}
	identifier := []fhir.Identifier{c.ownIdentifier(i.Identifier)}
	if i.Folder == FolderScan {
		file.Title = fileName(i.Identifier, i.ContentType)
		d := &fhir.DocumentReference{
			Identifier: identifier, Status: "current",
			Type:        fhir.CodeableConcept{Coding: []fhir.Coding{{System: loinc, Code: CategoryScan, Display: "Photographic image"}}},
			Subject:     c.reference("Patient", i.Patient.ID.Reveal()),
			Author:      []fhir.Reference{c.reference("Practitioner", string(i.Operator))},
			Indexed:     c.instant(i.Created),
			Description: cmp.Or(c.title(i), "Scanned document"),
			Content:     []fhir.DocumentContent{{Attachment: file}},
		}
		if c.cfg.Images.Encounter && !i.Encounter.IsZero() {
			d.Context.Encounter = c.reference("Encounter", i.Encounter.Reveal())
		}
		return d
	}
	file.Title = c.title(i)
	m := &fhir.Media{
		Identifier: identifier, Status: "completed", Subject: c.reference("Patient", i.Patient.ID.Reveal()),
		Created: fhir.DateTime(c.instant(i.Created)), Content: file, Extension: c.clinical(i),
	}
	if strings.HasPrefix(i.ContentType, "image/") {
		m.Type = fhir.CodeableConcept{Coding: []fhir.Coding{{
			System: "http://terminology.hl7.org/CodeSystem/media-type", Code: "image", Display: "Image",
		}}}
	}
	if i.Operator != "" {
		m.Operator = c.reference("Practitioner", string(i.Operator))
	}
	if c.cfg.Images.BodySite {
		m.BodySite = i.BodySite.concept()
	}
	if c.cfg.Images.View {
		m.View = i.View.concept()
	}
	if c.cfg.Images.Encounter && !i.Encounter.IsZero() {
		m.Encounter = c.reference("Encounter", i.Encounter.Reveal())
	}
	return m
}

// clinical are the extensions that are configured and have something to say.
func (c *Client) clinical(i *Image) []fhir.Extension {
	var all []fhir.Extension
	for _, one := range []struct {
		url  string
		code Code
	}{
		{c.cfg.Images.BodySiteExtension, i.BodySite},
		{c.cfg.Images.LateralityExtension, i.Laterality},
		{c.cfg.Images.ViewExtension, i.View},
		{c.cfg.Images.ClassificationExtension, i.Classification},
	} {
		if one.url != "" && one.code != (Code{}) {
			all = append(all, fhir.NewExtension(one.url, one.code.concept()))
		}
	}
	return all
}

// concept is the code as FHIR has it; nothing for none.
func (c Code) concept() fhir.CodeableConcept {
	switch {
	case c == Code{}:
		return fhir.CodeableConcept{}
	case c.Code == "":
		return fhir.CodeableConcept{Text: c.Display}
	}
	return fhir.CodeableConcept{Coding: []fhir.Coding{{System: c.System, Code: c.Code, Display: c.Display}}}
}

// ownIdentifier is a number of the application's.
func (c *Client) ownIdentifier(value string) fhir.Identifier {
	return fhir.Identifier{System: c.cfg.Images.IdentifierSystem, Value: value}
}

// fileBody is the request with the image, made while it is read. Kinds: invalid for
// content that is empty or cannot be read, too_large beyond what the folder takes.
func (c *Client) fileBody(op string, i *Image) (io.ReadSeeker, int64, *emr.Error) {
	envelope, err := fhir.Encode(c.filed(i), decoding)
	if err != nil {
		return nil, 0, invalid(op, "a text is not UTF-8", "title")
	}
	if i.Content == nil {
		return strings.NewReader(string(envelope)), int64(len(envelope)), nil
	}
	body, err := upload.JSON(op, envelope, i.Content)
	tooLarge := func(hint string) *emr.Error {
		return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: op, Fields: []string{"content"}, Hint: hint}
	}
	switch {
	case err != nil:
		e := asError(err) // the content is empty or cannot be read
		e.Vendor = vendor
		return nil, 0, e
	case i.Folder == FolderMedia && body.ContentSize() > c.cfg.Images.MediaBytes:
		return nil, 0, tooLarge("the Media folder takes less (Config.Images.MediaBytes): make the picture smaller with medtech/clinicalimage, or use FolderScan")
	case i.Folder == FolderScan && body.Size() > c.cfg.Images.ScanBytes:
		return nil, 0, tooLarge("the Scan folder takes requests of 8 MB, which is about 6 MB of content (Config.Images.ScanBytes): make the document smaller")
	}
	return body, body.Size(), nil
}

// baseType is a media type without its parameters, "" for none.
func baseType(contentType string) string {
	base, _, _ := mime.ParseMediaType(contentType)
	return base
}

// contentSize is how many bytes of content a request has, -1 where that is not known.
func contentSize(body io.ReadSeeker) int64 {
	if b, ok := body.(*upload.Body); ok {
		return b.ContentSize()
	}
	return -1
}
