package nextgen

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/cursor"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// changedPerson is a row of GET /persons, which has ids and times only.
type changedPerson struct {
	Practice   vendorjson.Text `json:"practiceId"`
	Person     guid            `json:"personId"`
	Created    stamp           `json:"createTimestamp"`
	CreatedUTC stamp           `json:"createTimestampUtc"`
	Updated    stamp           `json:"modifyTimestamp"`
	UpdatedUTC stamp           `json:"modifyTimestampUtc"`
}

// mergedPerson is a row of GET /persons/merged. Its notes are not read.
type mergedPerson struct {
	Keep       guid  `json:"keepPersonId"`
	Drop       guid  `json:"dropPersonId"`
	Created    stamp `json:"createTimestamp"`
	Updated    stamp `json:"modifyTimestamp"`
	UpdatedUTC stamp `json:"modifyTimestampUtc"`
}

// feed is one list of changes.
type feed func(ctx context.Context, since time.Time, at emr.Cursor) (emr.Page[emr.Change], error)

// ListChanges reads what was made or altered since an instant. Appointments: GET
// /appointments by modifyTimestamp, deleted ones as removed. Patients: GET /persons, which
// tells ids only (Change.IDOnly), and then GET /persons/merged. The window is always
// named, because without one the server shows seven days.
//
// NextGen compares with its own local clock: in the hour that clocks show twice the list
// begins up to an hour early, so changes may come again and none is missed. Older versions
// of the API do not have the lists of persons: kind unsupported.
func (p parts) ListChanges(ctx context.Context, q emr.ChangeQuery, at emr.Cursor) (emr.Page[emr.Change], error) {
	var page emr.Page[emr.Change]
	if q.Since.IsZero() {
		return page, invalid(opListChanges, "say since when", "since")
	}
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = []emr.ChangeKind{emr.ChangeAppointment}
	}
	var feeds []feed
	for _, k := range kinds {
		switch k {
		case emr.ChangeAppointment:
			feeds = append(feeds, p.changedAppointments)
		case emr.ChangePatient:
			feeds = append(feeds, p.changedPersons, p.mergedPersons)
		default:
			return page, invalid(opListChanges, "NextGen lists changes of appointments and patients", "kinds")
		}
	}
	nth, position, err := cursor.Split(opListChanges, at, len(feeds))
	if err != nil {
		return page, err
	}
	page, err = feeds[nth](ctx, earliest(q.Since, p.cfg.Zone), position)
	if err != nil {
		return page, err
	}
	page.Next = cursor.Join(nth, page.Next, len(feeds))
	return page, nil
}

// earliest is an instant whose local time is not after that of anything that happened
// since: where clocks go back soon after, their new time counts.
func earliest(since time.Time, zone *time.Location) time.Time {
	since = since.Truncate(time.Second)
	_, change := since.In(zone).ZoneBounds()
	if change.IsZero() {
		return since
	}
	_, before := since.In(zone).Zone()
	_, after := change.In(zone).Zone()
	if back := time.Duration(before-after) * time.Second; back > 0 && change.Sub(since) < back {
		return change.Add(-back) // shows the first time that is shown again
	}
	return since
}

func (p parts) changedAppointments(ctx context.Context, since time.Time, at emr.Cursor) (emr.Page[emr.Change], error) {
	call, err := p.call(opListChanges, http.MethodGet, "/appointments")
	if err != nil {
		return emr.Page[emr.Change]{}, err
	}
	asked := new(query).where(fieldModified.from(since, p.cfg.Zone), fieldAppointmentDate.from(firstDay)).orderby(string(fieldModified))
	return pageOf(ctx, p.Client, call, asked, at, func(r *appointmentRecord, raw json.RawMessage) (*emr.Change, error) {
		if !isGUID(string(r.ID)) {
			return nil, errNoID
		}
		if !p.ours(r.Practice) {
			return nil, nil
		}
		change := &emr.Change{Kind: emr.ChangeAppointment, Action: emr.ActionChanged, At: madeAt(r.Updated, r.UpdatedUTC, p.cfg.Zone)}
		a, ok := p.appointment(r, raw)
		switch {
		case r.Deleted.Value: // there is nothing to be read any more
			change.Action, change.IDOnly = emr.ActionRemoved, true
			change.Appointment = &emr.Appointment{ID: emr.NewAppointmentID(string(r.ID))}
		case !ok:
			return nil, errNoTime
		default:
			change.Appointment = a
		}
		return change, nil
	})
}

// errNoTime is an appointment at no time that can be read.
var errNoTime = &vendorjson.Error{Problem: vendorjson.Mistyped}

func (p parts) changedPersons(ctx context.Context, since time.Time, at emr.Cursor) (emr.Page[emr.Change], error) {
	call, err := p.call(opListChanges, http.MethodGet, "/persons")
	if err != nil {
		return emr.Page[emr.Change]{}, err
	}
	asked := new(query).where(either(fieldModified.from(since, p.cfg.Zone), fieldCreated.from(since, p.cfg.Zone))).orderby(string(fieldModified))
	return pageOf(ctx, p.Client, call, asked, at, func(r *changedPerson, _ json.RawMessage) (*emr.Change, error) {
		switch {
		case !isGUID(string(r.Person)):
			return nil, errNoID
		case !p.ours(r.Practice):
			return nil, nil
		}
		at := madeAt(r.Updated, r.UpdatedUTC, p.cfg.Zone)
		if at.IsZero() {
			at = madeAt(r.Created, r.CreatedUTC, p.cfg.Zone)
		}
		return &emr.Change{
			Kind: emr.ChangePatient, Action: emr.ActionChanged, At: at, IDOnly: true,
			Patient: &emr.Patient{ID: emr.NewPatientID(string(r.Person))},
		}, nil
	})
}

// mergedPersons are records that went into another one. A merge concerns the enterprise:
// the practice it is noted for does not matter.
func (p parts) mergedPersons(ctx context.Context, since time.Time, at emr.Cursor) (emr.Page[emr.Change], error) {
	call, err := p.call(opListChanges, http.MethodGet, "/persons/merged")
	if err != nil {
		return emr.Page[emr.Change]{}, err
	}
	asked := new(query).where(fieldModified.from(since, p.cfg.Zone)).orderby(string(fieldModified))
	return pageOf(ctx, p.Client, call, asked, at, func(r *mergedPerson, _ json.RawMessage) (*emr.Change, error) {
		if !isGUID(string(r.Keep)) || !isGUID(string(r.Drop)) {
			return nil, errNoID
		}
		at := madeAt(r.Updated, r.UpdatedUTC, p.cfg.Zone)
		if at.IsZero() {
			at = r.Created.In(p.cfg.Zone)
		}
		return &emr.Change{
			Kind: emr.ChangePatient, Action: emr.ActionMerged, At: at, IDOnly: true, Into: emr.NewPatientID(string(r.Keep)),
			Patient: &emr.Patient{ID: emr.NewPatientID(string(r.Drop))},
		}, nil
	})
}
