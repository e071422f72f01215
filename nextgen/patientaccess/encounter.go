package patientaccess

import (
	"context"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// ListEncounters searches GET /Encounter by patient and date. The days are those written in
// the visits; one without a date is on any.
func (p parts) ListEncounters(ctx context.Context, q emr.EncounterQuery, at emr.Cursor) (emr.Page[emr.Encounter], error) {
	var page emr.Page[emr.Encounter]
	if q.Vendor != nil || len(q.Sections) > 0 {
		return page, invalid(opListEncounters, "NextGen's patient APIs know neither sections nor options here", "sections", "vendor")
	}
	if q.Patient == nil || !fhir.ValidID(q.Patient.ID.Reveal()) {
		return page, invalid(opListEncounters, "name the patient: the id is enough", "patient")
	}
	call, err := p.searchOf(opListEncounters, "Encounter")
	if err != nil {
		return page, err
	}
	call.Patient = q.Patient.ID
	filter := new(fhir.Query).Add("patient", q.Patient.ID.Reveal())
	addDays(filter, "date", q.From, q.To)
	found, next, err := listOf[fhir.Encounter](ctx, p.Client, call, filter, at)
	if err != nil {
		return page, err
	}
	for _, r := range found {
		e, ok := encounterOf(r, q.Patient.ID)
		switch {
		case !ok:
			return page, p.http.Error(call, nil, emr.KindProtocol, "NextGen sent an encounter without an id or with a date that is none")
		case isOthers(r.Subject, q.Patient.ID):
			return page, p.http.Error(call, nil, emr.KindProtocol, "NextGen ignored the patient asked for")
		case within(e.Start, q.From, q.To):
			page.Items = append(page.Items, e)
		}
	}
	page.Next = next
	return page, nil
}

// encounterOf maps one; false if it has no id or an impossible date.
func encounterOf(r *fhir.Encounter, patient emr.PatientID) (*emr.Encounter, bool) {
	start, ok1 := civil(r.Period.Start)
	end, ok2 := civil(r.Period.End)
	if r.ID == "" || !ok1 || !ok2 {
		return nil, false
	}
	e := &emr.Encounter{ID: emr.NewEncounterID(r.ID), Patient: patient, Start: start, End: end, Source: emr.NewSource(r.Raw().Bytes())}
	for _, t := range r.Type {
		if word := wordOf(t); word != "" {
			e.Type = emr.NewPHI(word)
			break
		}
	}
	for _, who := range r.Participant {
		if id := idOf(who.Individual, "Practitioner"); id != "" {
			e.Practitioner = emr.PractitionerID(id)
			break
		}
	}
	return e, true
}
