package medtech

import (
	"cmp"
	"context"
	"crypto/rand"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// DocumentOptions is the Vendor part of an emr.NewDocument.
type DocumentOptions struct {
	// Folder "" is FolderScan for TIFF and PDF, and FolderMedia for pictures.
	Folder Folder
	// Author is the practitioner it comes from: a scan needs one. "": Config.Images.Author,
	// then the patient's own practitioner.
	Author emr.PractitionerID
	// Identifier is your own number of the document. With one an earlier copy is looked
	// for first, and is the result, and the document is looked for when the reply is lost.
	// "" makes one up that nobody looks for: a lost reply is ambiguous.
	Identifier string
	Created    time.Time // zero: now
}

// UploadDocument stores a document in the practice's Inbox: POST /DocumentReference for
// the Scan folder, POST /Media for the Media folder. The content is read once and encoded
// while it is sent: memory does not grow with its size. It is never sent again;
// when the reply is lost and DocumentOptions.Identifier is given, it is looked for.
//
// TypeCode may be left blank or be that of a scan, LOINC 72170-4, the only one ALEX takes.
// The title of a scan is its description.
func (p parts) UploadDocument(ctx context.Context, d *emr.NewDocument) (*emr.Document, error) {
	if d == nil || d.Content == nil {
		return nil, invalid(opUpload, "give the content of the document", "content")
	}
	o, err := emr.VendorOptions[DocumentOptions](opUpload, d.Vendor)
	if err != nil {
		return nil, err
	}
	if d.TypeCode != "" && d.TypeCode != CategoryScan || d.Category != "" && d.Category != CategoryScan {
		return nil, invalid(opUpload, "ALEX takes scans only, LOINC 72170-4: leave type and category blank", "type-code", "category")
	}
	given := &Image{
		Patient: d.Patient, Identifier: cmp.Or(o.Identifier, "emrkit-"+rand.Text()), Content: d.Content, ContentType: d.ContentType,
		Folder: o.Folder, Title: d.Title, Created: o.Created, Operator: cmp.Or(o.Author, p.cfg.Images.Author), Encounter: d.Encounter,
	}
	if !d.Description.IsZero() && given.Title.IsZero() {
		given.Title = d.Description
	} else if !d.Description.IsZero() {
		given.Title = emr.NewPHI(d.Title.Reveal() + "; " + d.Description.Reveal())
	}
	if given.Folder == "" {
		given.Folder = FolderScan
		if base := baseType(d.ContentType); base == typeJPEG || base == typePNG {
			given.Folder = FolderMedia
		}
	}
	if given.Operator == "" && given.Folder == FolderScan && d.Patient != nil {
		given.Operator = d.Patient.Practitioner
	}
	i, bad := p.checkImage(opUpload, given)
	if bad != nil {
		return nil, bad
	}
	body, size, bad := p.fileBody(opUpload, i)
	if bad != nil {
		return nil, bad
	}
	r := p.imageRecord(opUpload, i)
	r.identifier = o.Identifier
	id, err := p.earlier(ctx, r)
	if err != nil {
		return nil, err
	}
	if id == "" {
		id, err = p.write(ctx, ctx, r, func(post *transport.Call) error {
			post.Body, post.BodySize, post.ContentType = body, size, mediaType
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	made := &emr.Document{ID: emr.NewDocumentID(id), Patient: i.Patient.ID, Title: d.Title, ContentType: i.ContentType,
		Size: contentSize(body), Created: i.Created.In(p.cfg.Zone)}
	if i.Folder == FolderScan {
		made.Category = CategoryScan
	}
	return made, nil
}
