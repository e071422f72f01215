package medtech

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// Schedule is a calendar of a practitioner, such as a morning's session: the one that
// slots name. What is free in it are the slots.
type Schedule struct {
	ID           string
	Practitioner emr.PractitionerID
	Inactive     bool      // said to be out of use; not stated is false
	From, To     time.Time // its planning horizon, in the practice's zone, To excluded where ALEX names a day; zero: open
	Comment      emr.PHI
	Source       emr.Source
}

// Format prints the type, for every verb.
func (s Schedule) Format(f fmt.State, _ rune) { printed(f, scheduleText) }

// LogValue is the text of Format.
func (s Schedule) LogValue() slog.Value { return slog.StringValue(scheduleText) }

const (
	scheduleText   = "medtech.Schedule{hidden}"
	hintNoSchedule = "ALEX does not offer schedules here: use slots, which say when a practitioner is free (FindSlots)"
)

// Schedules lists the calendars of one practitioner: lazily, anew each time, one error and
// then the end. Prefer slots: every practice has them.
//
// How sure this is: ALEX's capability statement of 2021 declares a search for Schedule and
// says itself that it may not be supported (documented). Its query is published nowhere:
// actor.identifier=system|value, with HPI CPN, else NZMC number, is what the documented
// schedule.actor.identifier of slots leads to (assumed). So is the answer, apart from the
// example of HL7 New Zealand that has an actor and a planning horizon.
//
// Kinds: unsupported where ALEX does not offer it, so that nobody takes it for a calendar
// that is missing (use FindSlots); invalid for no practitioner, and for one with neither
// number; not_found, Fields "practitioner", for one whom the facility does not list;
// protocol for somebody else's calendar; and those of any call. A practitioner without
// calendars is an empty list.
func (c *Client) Schedules(ctx context.Context, who emr.PractitionerID) iter.Seq2[*Schedule, error] {
	return func(yield func(*Schedule, error) bool) {
		seen := map[string]bool{}
		err := c.walk(func(at emr.Cursor) (listing, emr.Cursor, bool, error) {
			b, all, next, err := c.schedulePage(ctx, who, at)
			for _, s := range all {
				if s.ID != "" && seen[s.ID] {
					continue
				}
				if seen[s.ID] = true; !yield(s, nil) {
					return b, "", true, nil
				}
			}
			return b, next, false, err
		})
		if err != nil {
			yield(nil, err)
		}
	}
}

// schedulePage asks for one page.
func (c *Client) schedulePage(ctx context.Context, id emr.PractitionerID, at emr.Cursor) (b listing, page []*Schedule, next emr.Cursor, err error) {
	if id == "" {
		return b, nil, "", invalid(opSchedules, "name the practitioner", "practitioner")
	}
	all, err := parts{c}.scheduled(ctx, opSchedules, []emr.PractitionerID{id})
	if err != nil {
		return b, nil, "", err
	}
	who := all[0]
	get, err := c.call(opSchedules, http.MethodGet, "Schedule")
	if err != nil {
		return b, nil, "", err
	}
	get.Impersonal = true
	b, next, err = c.search(ctx, get, new(fhir.Query).Token("actor.identifier", who.system, who.number), at)
	if err != nil {
		return b, nil, "", withoutSchedules(err)
	}
	found, err := matches[fhir.Schedule](b, "Schedule")
	if err != nil {
		return b, nil, "", c.unreadable(get, b.answer, err)
	}
	for _, r := range found {
		from, err1 := c.horizon(string(r.PlanningHorizon.Start), false)
		to, err2 := c.horizon(string(r.PlanningHorizon.End), true)
		if err1 != nil || err2 != nil || !isActor(r.Actor, who.ID) {
			return b, nil, "", c.failure(get, b.answer, emr.KindProtocol, "ALEX sent a calendar that cannot be read, or that is somebody else's: report it with the request id")
		}
		page = append(page, &Schedule{
			ID: r.ID, Practitioner: who.ID, Inactive: r.Active != nil && !*r.Active, From: from, To: to,
			Comment: emr.NewPHI(r.Comment), Source: emr.NewSource(r.Raw().Bytes()),
		})
	}
	return b, page, next, nil
}

// horizon reads one end of a planning horizon, in FHIR an instant or no more than a day, a
// month or a year: the last of one is over when the next begins.
func (c *Client) horizon(text string, end bool) (time.Time, error) {
	for _, known := range []struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		t, err := time.ParseInLocation(known.layout, text, c.cfg.Zone)
		switch {
		case err != nil:
		case end:
			return t.AddDate(known.years, known.months, known.days), nil
		default:
			return t, nil
		}
	}
	return c.moment(text)
}

// isActor reports whether a calendar may be that practitioner's: it names them, or no
// practitioner at all (a role, a room).
func isActor(actors []fhir.Reference, who emr.PractitionerID) bool {
	others := false
	for _, a := range actors {
		id := refersTo(a, "Practitioner")
		if isSame(id, string(who)) {
			return true
		}
		others = others || id != ""
	}
	return !others
}

// withoutSchedules makes a 404 that is about the resource unsupported, in whatever form it
// comes: a search has no record that could be missing. What ALEX says of a practitioner
// keeps its kind.
func withoutSchedules(err error) error {
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		return err
	}
	if e.Status == http.StatusNotFound && e.Code == "not_found" {
		e.Kind, e.Code = emr.KindUnsupported, codeNoRoute
	}
	if e.Kind == emr.KindUnsupported {
		e.Hint = hintNoSchedule
	}
	return err
}
