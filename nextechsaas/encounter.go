package nextechsaas

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// ListEncounters reads GET /{patientId}/encounters/search in one page: the API has no
// paging. The documents, which come in the same answer, are passed over as they are read;
// [emr.Client.OpenSummary] opens one. Locked and Type are as the vendor says; Department,
// Location and the practitioner's name are read by [VisitOf]. Days are compared here once
// more, in Config.Zone.
//
// Sections narrow the documents only; asking for a small one makes the answer small.
func (p parts) ListEncounters(ctx context.Context, q emr.EncounterQuery, _ emr.Cursor) (emr.Page[emr.Encounter], error) {
	var page emr.Page[emr.Encounter]
	if q.Vendor != nil {
		return page, invalid(opListEncounters, "there are no vendor options here", "vendor")
	}
	search, err := p.encounters(opListEncounters, q.Patient, q.From, q.To, q.Sections)
	if err != nil {
		return page, err
	}
	answer, stream, err := p.http.Open(ctx, search)
	if err != nil {
		return page, err
	}
	defer func() { _ = stream.Close() }()
	scan := scanVisits(stream)
	for {
		raw, more, err := scan.summary()
		if err != nil {
			return emr.Page[emr.Encounter]{}, p.streamError(search, answer, err)
		}
		if !more {
			return page, nil
		}
		e, ok := p.encounter(raw, q.Patient.ID)
		if !ok {
			return emr.Page[emr.Encounter]{}, p.unreadable(search, answer)
		}
		if within(e.Start, q.From, q.To) {
			page.Items = append(page.Items, e)
		}
	}
}

// within reports whether day is asked for. A visit without a day always is.
func within(day, from, to emr.Date) bool {
	return day.IsZero() || (from.IsZero() || !day.Before(from)) && (to.IsZero() || day.Before(to))
}

// streamError keeps an error of the transport (cut off, too large, cancelled) and calls
// everything else a broken answer.
func (c *Client) streamError(call *transport.Call, a *transport.Answer, cause error) error {
	if known, ok := errors.AsType[*emr.Error](cause); ok {
		if known.Kind == emr.KindTooLarge {
			known.Hint = "ask for fewer days, or raise Config.MostBytes"
		}
		return known
	}
	return c.unreadable(call, a)
}

// encounter maps a summary; false if it has no id or a date that is none.
func (c *Client) encounter(raw json.RawMessage, patient emr.PatientID) (*emr.Encounter, bool) {
	var w visitWire
	if vendorjson.Into(raw, &w) != nil || w.ID == "" {
		return nil, false
	}
	at, ok := instant(string(w.Date))
	if !ok {
		return nil, false
	}
	e := &emr.Encounter{
		ID:           emr.NewEncounterID(string(w.ID)),
		Patient:      patient,
		Practitioner: emr.PractitionerID(w.Doctor),
		Type:         phi(w.Type),
		Locked:       w.Locked.Value,
		Source:       emr.NewSource(raw),
	}
	if !at.IsZero() {
		e.Start = emr.DateOf(at.In(c.zone()))
		e.End = e.Start
	}
	return e, true
}

// zone is the practice's, UTC where none is configured.
func (c *Client) zone() *time.Location {
	if c.cfg.Zone != nil {
		return c.cfg.Zone
	}
	return time.UTC
}

// instant reads the time of a visit, which is UTC with or without saying so. Nothing and
// year 1 are no time; false for what cannot be read.
func instant(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			if t.Year() == 1 {
				t = time.Time{}
			}
			return t, true
		}
	}
	return time.Time{}, false
}

// Visit is what this API says of a visit beside the fields of emr.Encounter. Doctor,
// department and location are labels: nothing looks them up.
type Visit struct {
	At          time.Time // UTC; zero when not told
	DoctorFirst string
	DoctorLast  string
	Designation string // MD, OD, ...
	Department  string
	Location    string
}

// VisitOf reads the rest of an encounter of this package; the zero Visit of any other.
func VisitOf(e *emr.Encounter) Visit {
	var w visitWire
	if e == nil || json.Unmarshal(e.Source.Reveal(), &w) != nil {
		return Visit{}
	}
	at, _ := instant(string(w.Date))
	return Visit{
		At: at.UTC(), DoctorFirst: string(w.First), DoctorLast: string(w.Last), Designation: string(w.Designation),
		Department: string(w.Department), Location: string(w.Location),
	}
}
