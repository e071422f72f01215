package patientaccess

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// ListDocuments searches GET /DocumentReference by patient, and for R4 by category and date.
// Category is a code of the document's category (class in DSTU2). The days are those written
// in the documents, which narrow here too; one without a date is on any.
func (p parts) ListDocuments(ctx context.Context, q emr.DocumentQuery, at emr.Cursor) (emr.Page[emr.Document], error) {
	var page emr.Page[emr.Document]
	if q.Vendor != nil {
		return page, invalid(opListDocuments, "NextGen's patient APIs have no options here", "vendor")
	}
	if q.Patient == nil || !fhir.ValidID(q.Patient.ID.Reveal()) {
		return page, invalid(opListDocuments, "name the patient: the id is enough", "patient")
	}
	call, err := p.searchOf(opListDocuments, "DocumentReference")
	if err != nil {
		return page, err
	}
	call.Patient, call.MaxResponse = q.Patient.ID, contentLimit // content may be within
	filter := new(fhir.Query).Add("patient", q.Patient.ID.Reveal())
	if p.cfg.Version == R4 { // what DSTU2's server can filter by is not known
		if q.Category != "" {
			filter.Add("category", q.Category)
		}
		addDays(filter, "date", q.From, q.To)
	}
	found, next, err := listOf[fhir.DocumentReference](ctx, p.Client, call, filter, at)
	if err != nil {
		return page, err
	}
	for _, r := range found {
		d, ok := documentOf(r, q.Patient.ID)
		switch {
		case !ok:
			return page, p.http.Error(call, nil, emr.KindProtocol, "NextGen sent a document without an id, or with a date or content that is none")
		case isOthers(r.Subject, q.Patient.ID):
			return page, p.http.Error(call, nil, emr.KindProtocol, "NextGen ignored the patient asked for")
		case !isCategory(r, q.Category):
		case d.Created.IsZero() || within(emr.DateOf(d.Created), q.From, q.To):
			page.Items = append(page.Items, d)
		}
	}
	page.Next = next
	return page, nil
}

// isCategory reports whether one of the categories of r has the code; "" is any.
func isCategory(r *fhir.DocumentReference, code string) bool {
	return code == "" || slices.Contains(categories(r), code)
}

// categories are the codes of all categories, of which the Go type has the first. R4 has a
// list named category, DSTU2 one class.
func categories(r *fhir.DocumentReference) (codes []string) {
	type concept struct {
		Coding []struct {
			Code string `json:"code"`
		} `json:"coding"`
	}
	for _, name := range []string{"category", "class"} {
		raw, ok := r.Member(name)
		if !ok {
			continue
		}
		var all []concept
		if json.Unmarshal(raw.Bytes(), &all) != nil {
			all = make([]concept, 1)
			_ = json.Unmarshal(raw.Bytes(), &all[0]) // it was read as a concept already
		}
		for _, c := range all {
			for _, one := range c.Coding {
				codes = append(codes, one.Code)
			}
		}
	}
	return codes
}

// documentOf maps one; false if it has no id, an impossible date or content that is no
// base64.
func documentOf(r *fhir.DocumentReference, patient emr.PatientID) (*emr.Document, bool) {
	created, ok := moment(cmp.Or(string(r.Indexed), string(r.Created), string(r.Context.Period.Start)))
	if r.ID == "" || !ok {
		return nil, false
	}
	d := &emr.Document{
		ID: emr.NewDocumentID(r.ID), Patient: patient, Category: codeOf(r.Class), Size: -1, Created: created, Source: emr.NewSource(r.Raw().Bytes()),
	}
	if id := idOf(r.Context.Encounter, "Encounter"); id != "" {
		d.Encounter = emr.NewEncounterID(id)
	}
	title := r.Description
	if a := attachmentOf(r); a != nil {
		title, d.ContentType = cmp.Or(title, a.Title), a.ContentType
		if a.Size > 0 {
			d.Size = a.Size
		}
		if a.Data != "" {
			data, err := a.Bytes()
			if err != nil {
				return nil, false
			}
			d.Size = int64(len(data))
		}
	}
	d.Title = emr.NewPHI(cmp.Or(title, wordOf(r.Type)))
	return d, true
}

// attachmentOf is the first content that is there, nil for none.
func attachmentOf(r *fhir.DocumentReference) *fhir.Attachment {
	for i := range r.Content {
		if a := &r.Content[i].Attachment; a.Data != "" || a.URL != "" {
			return a
		}
	}
	return nil
}
