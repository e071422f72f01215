package nextech

import (
	"context"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/upload"
)

// uploadLimit is the largest request Nextech takes for a document.
const uploadLimit = 10 << 20

// contentLimit is the most content that fits: base64 makes four bytes of three, and the
// rest of the request gets 64 KiB.
const contentLimit = (uploadLimit - 64<<10) / 4 * 3

// medicalRecords is the kind of a document for which the caller gave none, as in
// Practice+'s example, which also has this system for the LOINC code.
const (
	medicalRecords = "11503-0"
	typeCodes      = "http://hl7.org/fhir/ValueSet/c80-doc-typecodes"
)

// DocumentOptions is the Vendor part of an emr.NewDocument.
type DocumentOptions struct {
	Publish      bool      // show it in the patient's portal (Select)
	ProfilePhoto bool      // make it the patient's picture (Practice+)
	Indexed      time.Time // time of filing; zero: now
}

// UploadDocument posts to /Patient/{id}/DocumentReference. The content is read once and
// encoded while it is sent: memory does not grow with its size.
//
// Category is a note category and must exist at the practice. Without a LOINC TypeCode
// the document is filed under 11503-0, medical records. The whole
// request may have 10 MB: kind too_large before anything is sent. The answer may come
// without an id, for Nextech does not say; there is no document search to find it.
func (p parts) UploadDocument(ctx context.Context, d *emr.NewDocument) (*emr.Document, error) {
	resource, err := p.newDocument(d)
	if err != nil {
		return nil, err
	}
	path, err := transport.FHIRPath("Patient", subjectID(d.Patient).Reveal(), "DocumentReference")
	if err != nil {
		return nil, err
	}
	body, err := newDocumentBody(resource, d.Content)
	if err != nil {
		return nil, err
	}
	if body.Size() > uploadLimit {
		return nil, &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opUpload, Fields: []string{"content"},
			Hint: "Nextech takes requests of 10 MB, which is about 7.5 MB of content: make the file smaller"}
	}
	post := call(opUpload, http.MethodPost, path, "/Patient/{id}/DocumentReference")
	post.Patient = d.Patient.ID
	post.Body, post.BodySize, post.ContentType = body, body.Size(), "application/json"
	answer, err := p.http.Do(ctx, post)
	if err != nil {
		return nil, err
	}
	id, _ := fhir.LocationID(answer.Header.Get("Location"), "DocumentReference")
	stored := &emr.Document{
		ID: emr.NewDocumentID(id), Patient: d.Patient.ID, Title: d.Title,
		ContentType: d.ContentType, Category: d.Category, Size: body.ContentSize(),
	}
	if !hasBody(answer) {
		return stored, nil
	}
	r, err := fhir.Decode[fhir.DocumentReference](answer.Body, decoding)
	if err != nil {
		if stored.ID.IsZero() || fhir.KindOf(err) == fhir.OutcomeError {
			return nil, p.unreadable(post, answer, err)
		}
		return stored, nil
	}
	if id := firstText(r.ID, r.MasterIdentifier.Value); id != "" {
		stored.ID = emr.NewDocumentID(id)
	}
	stored.Created = utc(string(r.Created))
	stored.Source = emr.NewSource(r.Raw().Bytes())
	return stored, nil
}

// newDocument builds the envelope, without the content.
func (c *Client) newDocument(d *emr.NewDocument) (*fhir.DocumentReference, error) {
	if d == nil || d.Content == nil {
		return nil, invalid(opUpload, "give the content of the document", "content")
	}
	o, err := emr.VendorOptions[DocumentOptions](opUpload, d.Vendor)
	if err != nil {
		return nil, err
	}
	kind, _, err := mime.ParseMediaType(d.ContentType)
	if err != nil || !slices.Contains(c.d.mimeTypes, kind) {
		return nil, invalid(opUpload, "Nextech takes these kinds of file only: "+strings.Join(c.d.mimeTypes, ", "), "content-type")
	}
	if d.Title.IsZero() && c.cfg.Product == Select {
		return nil, invalid(opUpload, "Select wants a title", "title")
	}
	if o.Indexed.IsZero() {
		o.Indexed = time.Now()
	}
	r := &fhir.DocumentReference{ // STU3 demands status, type and time of filing, Practice+ documents them
		Status: "current", Indexed: fhir.NewInstant(o.Indexed), Description: d.Description.Reveal(),
		Type:    fhir.CodeableConcept{Coding: []fhir.Coding{{System: typeCodes, Code: firstText(d.TypeCode, medicalRecords)}}},
		Content: []fhir.DocumentContent{{Attachment: fhir.Attachment{ContentType: d.ContentType, Title: d.Title.Reveal(), Data: upload.Mark}}},
	}
	if d.Category != "" {
		r.Extension = append(r.Extension, fhir.NewExtension(c.extensionURL(extNoteCategory), d.Category))
	}
	if o.Publish {
		r.Extension = append(r.Extension, fhir.NewExtension(c.extensionURL(extPublish), true))
	}
	if c.cfg.Author != "" {
		r.Author = []fhir.Reference{{Display: c.cfg.Author}}
	}
	if c.cfg.Product == PracticePlus {
		r.Subject = fhir.Reference{Reference: "Patient/" + subjectID(d.Patient).Reveal()}
		if o.ProfilePhoto {
			r.Extension = append(r.Extension, fhir.NewExtension(c.extensionURL(extProfilePhoto), true))
		}
	}
	return r, nil
}
