package nextech

import (
	"context"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// ListEncounters searches GET /Patient/{id}/Encounter by date. The visits are the
// asked patient's, although Nextech may write a chart number into them.
func (p parts) ListEncounters(ctx context.Context, q emr.EncounterQuery, at emr.Cursor) (emr.Page[emr.Encounter], error) {
	var page emr.Page[emr.Encounter]
	if q.Vendor != nil || len(q.Sections) > 0 {
		return page, invalid(opListEncounters, "Nextech knows neither sections nor vendor options here", "sections", "vendor")
	}
	path, err := transport.FHIRPath("Patient", subjectID(q.Patient).Reveal(), "Encounter")
	if err != nil {
		return page, err
	}
	filter := new(fhir.Query)
	addDays(filter, "date", q.From, q.To)
	search := call(opListEncounters, http.MethodGet, path, "/Patient/{id}/Encounter")
	search.Patient = q.Patient.ID
	bundle, next, answer, err := p.page(ctx, search, filter, at)
	if err != nil {
		return page, err
	}
	for r, err := range fhir.Resources[fhir.Encounter](bundle) {
		if err != nil {
			return page, p.unreadable(search, answer, err)
		}
		e, ok := encounter(r, q.Patient.ID)
		if !ok {
			return page, p.http.Error(search, answer, emr.KindProtocol, "Nextech sent an encounter without an id or with a date that is none")
		}
		page.Items = append(page.Items, e)
	}
	page.Next = next
	return page, nil
}

// encounter maps one; false if it has no id or an impossible date.
func encounter(r *fhir.Encounter, patient emr.PatientID) (*emr.Encounter, bool) {
	id := firstText(r.ID, official(r.Identifier))
	start, ok1 := civil(r.Period.Start)
	end, ok2 := civil(r.Period.End)
	if id == "" || !ok1 || !ok2 {
		return nil, false
	}
	e := &emr.Encounter{
		ID: emr.NewEncounterID(id), Patient: patient, Start: start, End: end,
		Source: emr.NewSource(r.Raw().Bytes()),
	}
	for _, t := range r.Type {
		if t.Text != "" {
			e.Type = emr.NewPHI(t.Text)
			break
		}
	}
	for _, part := range r.Participant {
		if id, ok := pointsTo(part.Individual, "Practitioner"); ok {
			e.Practitioner = emr.PractitionerID(id)
			break
		}
	}
	return e, true
}

// civil reads the day of a date or time as the practice wrote it; absent is no date.
func civil(t fhir.DateTime) (emr.Date, bool) {
	if t == "" {
		return emr.Date{}, true
	}
	d, err := t.Date()
	if err != nil {
		return emr.Date{}, false
	}
	y, m, day, err := d.YMD()
	if err != nil || day == 0 {
		return emr.Date{}, false
	}
	return emr.Date{Year: y, Month: m, Day: day}, true
}
