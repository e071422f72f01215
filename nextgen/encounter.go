package nextgen

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// encounterWire is a visit. The timestamp is the visit's, by the site's clock.
type encounterWire struct {
	ID       guid            `json:"id"`
	Practice vendorjson.Text `json:"practiceId"`
	Person   guid            `json:"personId"`
	At       stamp           `json:"timestamp"`
	Provider guid            `json:"renderingProviderId"`
	Locked   vendorjson.Bool `json:"isLocked"`
	CheckOut stamp           `json:"checkOutDateTime"`
}

// ListEncounters reads GET /persons/{personId}/chart/encounters: the visits of the patient
// at the connection's practice. A person without chart has none. Days are compared here;
// Type is not told.
func (p parts) ListEncounters(ctx context.Context, q emr.EncounterQuery, at emr.Cursor) (emr.Page[emr.Encounter], error) {
	switch {
	case q.Vendor != nil:
		return emr.Page[emr.Encounter]{}, invalid(opEncounters, "NextGen has no vendor options here", "vendor")
	case len(q.Sections) > 0:
		return emr.Page[emr.Encounter]{}, invalid(opEncounters, "NextGen's visits have no sections to choose from: other routes have them, see Raw", "sections")
	}
	patient := subjectOf(q.Patient)
	call, err := p.call(opEncounters, http.MethodGet, "/persons/{id}/chart/encounters", patient.Reveal())
	if err != nil {
		return emr.Page[emr.Encounter]{}, err
	}
	call.Patient = patient
	page, err := pageOf(ctx, p.Client, call, nil, at, func(r *encounterWire, source json.RawMessage) (*emr.Encounter, error) {
		switch {
		case r.ID == "" || r.At.Bad || r.CheckOut.Bad || r.Person != "" && !sameID(r.Person, patient.Reveal()):
			return nil, errNoID
		case !p.ours(r.Practice):
			return nil, nil
		}
		e := &emr.Encounter{
			ID: emr.NewEncounterID(string(r.ID)), Patient: patient, Practitioner: emr.PractitionerID(r.Provider),
			Start: p.dayShown(r.At), End: cmp.Or(p.dayShown(r.CheckOut), p.dayShown(r.At)), Locked: r.Locked.Value, Source: emr.NewSource(source),
		}
		if !within(e.Start, q.From, q.To) {
			return nil, nil
		}
		return e, nil
	})
	if emr.KindOf(err) == emr.KindNotFound && at == "" { // no chart, or nothing in it
		return emr.Page[emr.Encounter]{}, nil
	}
	return page, err
}

// dayShown is the day of a time in the practice.
func (c *Client) dayShown(s stamp) emr.Date {
	if s.wall.IsZero() {
		return emr.Date{}
	}
	return emr.DateOf(s.In(c.cfg.Zone))
}

// within reports whether a day lies in from..to, to exclusive; a day that is not told does.
func within(d, from, to emr.Date) bool {
	return d.IsZero() || (from.IsZero() || !d.Before(from)) && (to.IsZero() || d.Before(to))
}

// subjectOf is the id of a patient who may be missing.
func subjectOf(p *emr.Patient) emr.PatientID {
	if p == nil {
		return emr.PatientID{}
	}
	return p.ID
}
