package nextgen

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const mediaPDF = "application/pdf"

// documentWire is a document of a chart. "ICS" is a scanned one.
type documentWire struct {
	ID         guid            `json:"id"`
	Practice   vendorjson.Text `json:"practiceId"`
	Person     guid            `json:"personId"`
	Title      vendorjson.Text `json:"description"`
	Kind       vendorjson.Text `json:"itemType"`
	Created    stamp           `json:"createTimestamp"`
	CreatedUTC stamp           `json:"createTimestampUtc"`
	Encounter  guid            `json:"encounterId"`
}

// ListDocuments reads GET /persons/{personId}/chart/documents: those of the patient at the
// connection's practice. A person without chart has none. Category is NextGen's itemType;
// it and the days, those of the practice, are compared here. ContentType is that of what
// OpenDocument gives.
func (p parts) ListDocuments(ctx context.Context, q emr.DocumentQuery, at emr.Cursor) (emr.Page[emr.Document], error) {
	if q.Vendor != nil {
		return emr.Page[emr.Document]{}, invalid(opListDocuments, "NextGen has no vendor options here", "vendor")
	}
	patient := subjectOf(q.Patient)
	call, err := p.call(opListDocuments, http.MethodGet, "/persons/{id}/chart/documents", patient.Reveal())
	if err != nil {
		return emr.Page[emr.Document]{}, err
	}
	call.Patient = patient
	page, err := pageOf(ctx, p.Client, call, nil, at, func(r *documentWire, source json.RawMessage) (*emr.Document, error) {
		switch {
		case r.ID == "" || r.Created.Bad || r.Person != "" && !sameID(r.Person, patient.Reveal()):
			return nil, errNoID
		case !p.ours(r.Practice):
			return nil, nil
		}
		d := &emr.Document{
			ID: emr.NewDocumentID(string(r.ID)), Patient: patient, Title: phi(r.Title), ContentType: mediaPDF, Category: text(r.Kind), Size: -1,
			Created: madeAt(r.Created, r.CreatedUTC, p.cfg.Zone), Encounter: emr.NewEncounterID(string(r.Encounter)), Source: emr.NewSource(source),
		}
		day := emr.Date{}
		if !d.Created.IsZero() {
			day = emr.DateOf(d.Created)
		}
		if q.Category != "" && q.Category != d.Category || !within(day, q.From, q.To) {
			return nil, nil
		}
		return d, nil
	})
	if emr.KindOf(err) == emr.KindNotFound && at == "" { // no chart, or nothing in it
		return emr.Page[emr.Document]{}, nil
	}
	return page, err
}

// OpenDocument reads GET /persons/{personId}/chart/documents/{documentId}/pdf: the whole
// document as PDF, whatever it was made of. Patient and id of the document are needed.
func (p parts) OpenDocument(ctx context.Context, d *emr.Document) (*emr.Content, error) {
	if d == nil {
		return nil, invalid(opOpenDocument, "give a document of the Documents list", "document")
	}
	call, err := p.call(opOpenDocument, http.MethodGet, "/persons/{id}/chart/documents/{id}/pdf", d.Patient.Reveal(), d.ID.Reveal())
	if err != nil {
		return nil, err
	}
	call.Patient, call.AcceptTypes = d.Patient, []string{mediaPDF, "application/octet-stream"}
	call.Header = http.Header{"Accept": {mediaPDF + ", */*;q=0.5"}}
	if emr.CorrelationID(ctx) == "" {
		ctx = emr.WithCorrelationID(ctx, "")
	}
	if err := p.enter(ctx, call); err != nil {
		return nil, err
	}
	answer, body, err := p.http.Open(ctx, call)
	if err != nil {
		return nil, err
	}
	return p.contentOf(call, answer, body)
}

// contentOf looks at the first byte of a stream: an answer with nothing in it is the quota
// here too.
func (p parts) contentOf(call *transport.Call, answer *transport.Answer, body io.ReadCloser) (*emr.Content, error) {
	p.noteVersion(answer)
	media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	first := make([]byte, 1)
	n, err := io.ReadFull(body, first)
	switch {
	case n == 0 && err == io.EOF:
		_ = body.Close()
		return nil, p.http.Error(call, answer, emr.KindQuota, hintQuota)
	case err != nil:
		_ = body.Close()
		return nil, err
	case media == "application/json":
		_ = body.Close()
		return nil, p.http.Error(call, answer, emr.KindProtocol, "NextGen answered with JSON and not with the document: report it with the request id")
	}
	content := &emr.Content{ContentType: cmp.Or(media, mediaPDF), Size: -1, Body: &rest{first: first, ReadCloser: body}}
	if n, err := strconv.ParseInt(answer.Header.Get("Content-Length"), 10, 64); err == nil && n > 0 && answer.Header.Get("Content-Encoding") == "" {
		content.Size = n
	}
	return content, nil
}

// rest is a stream with the bytes that were already read from it.
type rest struct {
	first []byte
	io.ReadCloser
}

// Read gives the first bytes and then goes on.
func (r *rest) Read(p []byte) (int, error) {
	if len(r.first) > 0 && len(p) > 0 {
		n := copy(p, r.first)
		r.first = r.first[n:]
		return n, nil
	}
	return r.ReadCloser.Read(p)
}
