package nexhealth

import (
	"cmp"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

// DocumentOptions is the Vendor part of an emr.NewDocument.
type DocumentOptions struct {
	// FileName is the name the practice's system gives the file; none: the title, with the
	// extension of its kind.
	FileName emr.PHI
	// Location is the office that files the document; "" is the connection's.
	Location emr.LocationID
}

// UploadDocument posts to /patients/{id}/documents, once. The content is read while it is
// sent: memory does not grow with its size. NexHealth writes it into the practice's system
// later: Write is accepted.
//
// Category is the id of a document type, see Client.DocumentTypes, or "". Description,
// TypeCode and Encounter are not sent: NexHealth has no place for them. Kind invalid before
// anything is sent: a category that is no id, a title that cannot be a file name, a kind of
// file that Config.UploadTypes does not list. Kind unsupported where the practice's system
// takes no documents.
func (p parts) UploadDocument(ctx context.Context, d *emr.NewDocument) (*emr.Document, error) {
	if d == nil || d.Content == nil {
		return nil, invalid(opUpload, "give the content of the document", "content")
	}
	o, err := emr.VendorOptions[DocumentOptions](opUpload, d.Vendor)
	if err != nil {
		return nil, err
	}
	media, _, err := mime.ParseMediaType(d.ContentType)
	if err != nil || !slices.Contains(p.cfg.UploadTypes, media) {
		return nil, invalid(opUpload, "this connection takes these kinds of file: "+strings.Join(p.cfg.UploadTypes, ", ")+" (Config.UploadTypes)", "content-type")
	}
	name, ok := fileName(cmp.Or(o.FileName.Reveal(), d.Title.Reveal()), media)
	if !ok {
		return nil, invalid(opUpload, "the title becomes the name of a file: up to 200 characters, no slashes", "title")
	}
	category, err := number(opUpload, "category", d.Category)
	if err != nil {
		return nil, err
	}
	if o.Location != "" {
		if err := checkIDs(opUpload, "location", o.Location); err != nil {
			return nil, err
		}
	}
	patient := subjectID(d.Patient)
	post, err := p.call(opUpload, http.MethodPost, "/patients/{id}/documents", patient.Reveal())
	if err != nil {
		return nil, err
	}
	body, contentType, err := newForm(category.String(), name, media, d.Content)
	if err != nil {
		return nil, err
	}
	if most := p.cfg.UploadBytes; body.ContentSize() > most {
		return nil, &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: opUpload, Fields: []string{"content"},
			Hint: "the document is larger than Config.UploadBytes (" + strconv.FormatInt(most, 10) + "): NexHealth states no limit, so raise it if the practice's system takes more"}
	}
	post.Patient = patient
	post.Body, post.BodySize, post.ContentType = body, body.Size(), contentType
	post.Query = p.scoped().set("location_id", p.location(o.Location)).encode()
	e, answer, err := p.do(ctx, post)
	if err != nil {
		return nil, err
	}
	raw, err := decodeData[json.RawMessage](p.Client, post, answer, e, "document")
	if err != nil {
		return nil, err
	}
	made, err := documentFrom(raw, patient)
	if err != nil {
		return nil, p.unreadable(post, answer, err)
	}
	made.Size, made.Write = body.ContentSize(), emr.WriteAccepted
	return made, nil
}

// defaultUpload bounds documents: NexHealth states no limit. [assumed]
const defaultUpload = 10 << 20

// uploadTypes are the kinds of file NexHealth names.
// Source: docs.nexhealth.com/v2.2.2/reference/patient-documents.
func uploadTypes(configured []string) []string {
	if len(configured) == 0 {
		return []string{"application/pdf"}
	}
	return slices.Clone(configured)
}

func areMediaTypes(all []string) bool {
	return !slices.ContainsFunc(all, func(t string) bool {
		media, params, err := mime.ParseMediaType(t)
		return err != nil || media != t || len(params) > 0 || !strings.Contains(t, "/")
	})
}

// extensions are those of the kinds of file that are sent as documents.
var extensions = map[string][]string{
	"application/pdf": {".pdf"}, "image/jpeg": {".jpg", ".jpeg"}, "image/png": {".png"}, "image/tiff": {".tif", ".tiff"},
	"text/plain": {".txt"}, "application/rtf": {".rtf"},
	"application/msword": {".doc"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
}

// fileName makes the name of a file out of a title. false: it cannot be one.
func fileName(title, media string) (string, bool) {
	const most = 200
	title = strings.TrimSpace(title)
	if title == "" {
		title = "document"
	}
	if known := extensions[media]; len(known) > 0 && !slices.Contains(known, strings.ToLower(path.Ext(title))) {
		title += known[0]
	}
	bad := strings.ContainsAny(title, "/\\") || strings.ContainsFunc(title, func(r rune) bool { return r < ' ' || r == 0x7f })
	return title, !bad && utf8.ValidString(title) && utf8.RuneCountInString(title) <= most
}
