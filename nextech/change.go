package nextech

import (
	"context"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/cursor"
)

// ListChanges searches appointments, patients or both by _lastUpdated. Nextech asks for
// this instead of repeated full lists, outside office hours where possible. The instant
// goes out in whole seconds, at or after, so a change of that second comes again. Nextech
// tells neither removals nor merges: every action is changed.
func (p parts) ListChanges(ctx context.Context, q emr.ChangeQuery, at emr.Cursor) (emr.Page[emr.Change], error) {
	var page emr.Page[emr.Change]
	if q.Since.IsZero() {
		return page, invalid(opListChanges, "say since when", "since")
	}
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = []emr.ChangeKind{emr.ChangeAppointment}
	}
	nth, position, err := cursor.Split(opListChanges, at, len(kinds))
	if err != nil {
		return page, err
	}
	filter := new(fhir.Query).Compare("_lastUpdated", fhir.GE, q.Since.Truncate(time.Second).Format("2006-01-02T15:04:05-07:00"))
	var next emr.Cursor
	switch kinds[nth] {
	case emr.ChangeAppointment:
		page.Items, next, err = p.changedAppointments(ctx, filter, position)
	case emr.ChangePatient:
		page.Items, next, err = p.changedPatients(ctx, filter, position)
	default:
		return page, invalid(opListChanges, "Nextech lists changes of appointments and patients", "kinds")
	}
	if err != nil {
		return page, err
	}
	page.Next = cursor.Join(nth, next, len(kinds))
	return page, nil
}

func (p parts) changedAppointments(ctx context.Context, filter *fhir.Query, at emr.Cursor) ([]*emr.Change, emr.Cursor, error) {
	var all []*emr.Change
	search := call(opListChanges, http.MethodGet, "/Appointment", "/Appointment")
	bundle, next, answer, err := p.page(ctx, search, filter, at)
	if err != nil {
		return nil, "", err
	}
	for r, err := range fhir.Resources[fhir.Appointment](bundle) {
		if err != nil {
			return nil, "", p.unreadable(search, answer, err)
		}
		a, err := p.appointment(search, answer, r)
		if err != nil {
			return nil, "", err
		}
		all = append(all, &emr.Change{Kind: emr.ChangeAppointment, Action: emr.ActionChanged, At: a.Updated, Appointment: a})
	}
	return all, next, nil
}

func (p parts) changedPatients(ctx context.Context, filter *fhir.Query, at emr.Cursor) ([]*emr.Change, emr.Cursor, error) {
	var all []*emr.Change
	search := call(opListPatientChanges, http.MethodGet, "/Patient", "/Patient")
	bundle, next, answer, err := p.page(ctx, search, filter, at)
	if err != nil {
		return nil, "", err
	}
	for r, err := range fhir.Resources[fhir.Patient](bundle) {
		if err != nil {
			return nil, "", p.unreadable(search, answer, err)
		}
		m, err := p.patient(search, answer, r)
		if err != nil {
			return nil, "", err
		}
		all = append(all, &emr.Change{Kind: emr.ChangePatient, Action: emr.ActionChanged, At: utc(string(r.Meta.LastUpdated)), Patient: m})
	}
	return all, next, nil
}
