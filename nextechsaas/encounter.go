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
// Location and the practitioner's name are read by [VisitOf]. The vendor is asked for a day
// more at both ends, and days are compared here, in Config.Zone. Without To the vendor's
// "today" is the last day.
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
		if !within(e.Start, q.From, q.To) {
			continue
		}
		if len(page.Items) == mostVisits {
			return emr.Page[emr.Encounter]{}, p.http.Error(search, answer, emr.KindTooLarge, "the answer has more visits than anybody has: ask for fewer days")
		}
		page.Items = append(page.Items, e)
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
			own := *known // Close, in another goroutine, may be reading the stream's
			own.Hint = "ask for fewer days, or raise Config.MostBytes"
			return &own
		}
		return known
	}
	return c.unreadable(call, a)
}

// encounter maps a summary; false if it has no id that is one, or a date that is none.
func (c *Client) encounter(raw json.RawMessage, patient emr.PatientID) (*emr.Encounter, bool) {
	var w visitWire
	if vendorjson.Into(raw, &w) != nil || !vendorjson.IsWholeNumber(string(w.ID)) {
		return nil, false
	}
	at, day, ok := instant(string(w.Date))
	if !ok {
		return nil, false
	}
	if !at.IsZero() {
		day = emr.DateOf(at.In(c.zone()))
	}
	return &emr.Encounter{
		ID:           emr.NewEncounterID(string(w.ID)),
		Patient:      patient,
		Practitioner: emr.PractitionerID(w.Doctor),
		Type:         phi(w.Type),
		Start:        day,
		End:          day,
		Locked:       bool(w.Locked),
		Source:       emr.NewSource(withoutSSN(raw)),
	}, true
}

// zone is the practice's, UTC where none is configured.
func (c *Client) zone() *time.Location {
	if c.cfg.Zone != nil {
		return c.cfg.Zone
	}
	return time.UTC
}

// instant reads the time of a visit, which is UTC with or without saying so, or its day
// where that is all there is: a zone must not shift it. Nothing and year 1 are neither;
// false for what cannot be read.
func instant(text string) (at time.Time, day emr.Date, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, emr.Date{}, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.DateOnly} {
		t, err := time.Parse(layout, text)
		switch {
		case err != nil:
		case t.Year() == 1:
			return time.Time{}, emr.Date{}, true
		case layout == time.DateOnly:
			return time.Time{}, emr.DateOf(t), true
		default:
			return t.UTC(), emr.Date{}, true
		}
	}
	return time.Time{}, emr.Date{}, false
}

// Visit is what this API says of a visit beside the fields of emr.Encounter. Doctor,
// department and location are labels: nothing looks them up.
type Visit struct {
	At          time.Time // UTC; zero when not told, or only the day is
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
	at, _, _ := instant(string(w.Date))
	return Visit{
		At: at, DoctorFirst: string(w.First), DoctorLast: string(w.Last), Designation: string(w.Designation),
		Department: string(w.Department), Location: string(w.Location),
	}
}
