package medtech

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/cursor"
	"github.com/emrkit/emrkit/internal/transport"
)

// listed are the kinds of documents that are listed where none is asked for, one search
// each: the guide has them for notes and letters, and whether scans can be searched is
// not known.
var listed = []string{CategoryNote, CategoryLetter, CategoryScan}

// ListDocuments reads GET /DocumentReference by the patient's NHI: consultation notes,
// then letters, then scans, each by its type, or the Category asked for (a LOINC code:
// CategoryNote, CategoryLetter, CategoryScan). From and To are days of the practice; ALEX
// has no search by day, so they narrow here, and a document without a date stays. Where
// ALEX lets nobody search scans, there are none.
func (p parts) ListDocuments(ctx context.Context, q emr.DocumentQuery, at emr.Cursor) (emr.Page[emr.Document], error) {
	var none emr.Page[emr.Document]
	if q.Vendor != nil {
		return none, invalid(opListDocuments, "this vendor has no options here", "vendor")
	}
	all := listed
	if q.Category != "" {
		all = []string{q.Category}
	}
	nth, rest, err := cursor.Split(opListDocuments, at, len(all))
	if err != nil {
		return none, err
	}
	category := all[nth]
	if q.Patient == nil || q.Patient.ID.IsZero() {
		return none, invalid(opListDocuments, "name the patient: the id is enough", "patient")
	}
	number, err := p.subject(ctx, opListDocuments, q.Patient)
	if err != nil {
		return none, err
	}
	get, err := p.call(opListDocuments, http.MethodGet, "DocumentReference")
	if err != nil {
		return none, err
	}
	get.Patient, get.MaxResponse = q.Patient.ID, contentLimit
	filter := new(fhir.Query).Token("patient.identifier", NHISystem, number).Token("type", loinc, category)
	b, next, err := p.search(ctx, get, filter, rest)
	if err != nil && (q.Category != "" || category != CategoryScan || !refusedLook(err)) {
		return none, err
	}
	page := emr.Page[emr.Document]{}
	if err == nil {
		found, err := matches[fhir.DocumentReference](b, "DocumentReference")
		if err != nil {
			return none, p.unreadable(get, b.answer, err)
		}
		for _, r := range found {
			d, err := p.documentOf(r)
			if err != nil {
				return none, p.unreadable(get, b.answer, err)
			}
			if !d.Patient.IsZero() && !isSame(d.Patient.Reveal(), q.Patient.ID.Reveal()) {
				return none, p.failure(get, b.answer, emr.KindProtocol, "ALEX ignored the patient asked for")
			}
			d.Patient = q.Patient.ID // some ids are escaped in other ways
			if p.within(d.Created, q.From, q.To) {
				page.Items = append(page.Items, d)
			}
		}
	}
	page.Next = cursor.Join(nth, next, len(all))
	return page, nil
}

// within reports whether t is on one of the days; no date is on any.
func (c *Client) within(t time.Time, from, to emr.Date) bool {
	if t.IsZero() {
		return true
	}
	day := emr.DateOf(t.In(c.cfg.Zone))
	return (from.IsZero() || !day.Before(from)) && (to.IsZero() || day.Before(to))
}

func (c *Client) documentOf(r *fhir.DocumentReference) (*emr.Document, error) {
	d := &emr.Document{ID: emr.NewDocumentID(r.ID), Size: -1, Source: emr.NewSource(r.Raw().Bytes()), Category: codeOf(r.Type).Code}
	if id := refersTo(r.Subject, "Patient"); id != "" {
		d.Patient = emr.NewPatientID(id)
	}
	if id := refersTo(r.Context.Encounter, "Encounter"); id != "" {
		d.Encounter = emr.NewEncounterID(id)
	}
	title := r.Description
	if len(r.Content) > 0 {
		a := &r.Content[0].Attachment
		title = cmp.Or(title, a.Title)
		d.ContentType = a.ContentType
		if a.Size > 0 {
			d.Size = a.Size
		}
		if a.Data != "" {
			data, err := a.Bytes()
			if err != nil {
				return nil, err
			}
			d.Size, d.ContentType = int64(len(data)), sniffed(a.ContentType, data)
		}
	}
	d.Title = emr.NewPHI(cmp.Or(title, codeOf(r.Type).Display))
	var err error
	d.Created, err = c.moment(cmp.Or(string(r.Indexed), string(r.Context.Period.Start)))
	return d, err
}

// OpenDocument opens the content of a document: notes have it within them, letters name a
// Binary. A document with its Source is not read again. A note that says text/plain and is
// RTF comes as application/rtf. Kind not_found for a note without content, as ALEX has them.
func (p parts) OpenDocument(ctx context.Context, d *emr.Document) (*emr.Content, error) {
	if d == nil || d.ID.IsZero() {
		return nil, invalid(opOpenDocument, "name the document", "document")
	}
	get := &transport.Call{Op: opOpenDocument, Patient: d.Patient, Safe: true}
	var answer *transport.Answer
	r, err := fhir.Decode[fhir.DocumentReference](d.Source.Reveal(), decoding)
	if err != nil || len(r.Content) == 0 || r.Content[0].Attachment.Data == "" && r.Content[0].Attachment.URL == "" {
		if get, err = p.call(opOpenDocument, http.MethodGet, "DocumentReference", d.ID.Reveal()); err != nil {
			return nil, err
		}
		get.Patient, get.MaxResponse = d.Patient, contentLimit
		if r, answer, err = read[fhir.DocumentReference](ctx, p.Client, get); err != nil {
			return nil, err
		}
		who := refersTo(r.Subject, "Patient")
		if r.ID != "" && !isSame(r.ID, d.ID.Reveal()) || who != "" && !d.Patient.IsZero() && !isSame(who, d.Patient.Reveal()) {
			return nil, p.failure(get, answer, emr.KindProtocol, "ALEX answered with another document than the one asked for")
		}
	}
	var file fhir.Attachment
	for i := range r.Content {
		if a := r.Content[i].Attachment; a.Data != "" || a.URL != "" {
			file = a
			break
		}
	}
	return p.attached(ctx, get, answer, &file)
}
