package nexhealth

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/cursor"
)

// ListChanges reads what was changed since an instant, by updated_since of NexHealth's
// copy: appointments, patients or both, oldest change first. The instant goes out in whole
// seconds and counts itself, so a change of that second comes again. NexHealth tells
// neither removals nor merges: every action is changed, that of a cancelled appointment
// and of a patient no longer in use, too.
//
// Appointments are listed of the connection's location and within Config.Window only, for
// NexHealth wants a window; patients of the whole practice system.
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
	since := q.Since.UTC().Truncate(time.Second)
	var next emr.Cursor
	switch kinds[nth] {
	case emr.ChangeAppointment:
		page.Items, next, err = p.changedAppointments(ctx, since, position)
	case emr.ChangePatient:
		page.Items, next, err = p.changedPatients(ctx, since, position)
	default:
		return page, invalid(opListChanges, "NexHealth lists changes of appointments and patients", "kinds")
	}
	if err != nil {
		return page, err
	}
	page.Next = cursor.Join(nth, next, len(kinds))
	return page, nil
}

// bySince asks for what was updated since then. The order keeps a list whole that changes
// while it is read: what is altered meanwhile moves to the end.
func (p parts) bySince(since time.Time) *params {
	return p.scoped().set("location_id", p.location("")).set("updated_since", utcText(since)).set("sort", "updated_at")
}

func (p parts) changedAppointments(ctx context.Context, since time.Time, at emr.Cursor) ([]*emr.Change, emr.Cursor, error) {
	zone, err := p.zoneOf(ctx, p.cfg.Location)
	if err != nil {
		return nil, "", err
	}
	days := cmp.Or(zone, time.UTC)
	from, to := p.cfg.Window.days(emr.Date{}, emr.Date{}, days)
	search, err := p.call(opListChanges, http.MethodGet, "/appointments")
	if err != nil {
		return nil, "", err
	}
	query := p.bySince(since).set("start", utcText(from.Start(days))).set("end", utcText(to.Start(days)))
	found, next, err := p.appointmentPage(ctx, search, query, at, zone, "updated_since", "location_id", "start", "end")
	if err != nil {
		return nil, "", err
	}
	var all []*emr.Change
	for _, a := range found {
		if a.Updated.IsZero() || !a.Updated.Before(since) {
			all = append(all, appointmentChange(a))
		}
	}
	return all, next, nil
}

func (p parts) changedPatients(ctx context.Context, since time.Time, at emr.Cursor) ([]*emr.Change, emr.Cursor, error) {
	search, err := p.call(opListChanges, http.MethodGet, "/patients")
	if err != nil {
		return nil, "", err
	}
	found, next, err := p.patientPage(ctx, search, p.bySince(since), at, "updated_since", "location_id")
	if err != nil {
		return nil, "", err
	}
	var all []*emr.Change
	for _, r := range found {
		if r.Updated.At.IsZero() || !r.Updated.At.Before(since) {
			all = append(all, patientChange(r.model(r.raw), r.Updated.At))
		}
	}
	return all, next, nil
}

// appointmentChange says that an appointment was made or altered.
func appointmentChange(a *emr.Appointment) *emr.Change {
	return &emr.Change{Kind: emr.ChangeAppointment, Action: emr.ActionChanged, At: a.Updated, Appointment: a}
}

// patientChange says that a patient was made or altered.
func patientChange(p *emr.Patient, at time.Time) *emr.Change {
	return &emr.Change{Kind: emr.ChangePatient, Action: emr.ActionChanged, At: at, Patient: p}
}
