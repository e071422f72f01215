package nexhealthtest

import (
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// calendar is who and which room is taken when.
type calendar struct{ people, rooms map[string][]span }

type span struct{ start, end time.Time }

func (s *Sim) calendar() calendar {
	c := calendar{people: map[string][]span{}, rooms: map[string][]span{}}
	for _, a := range s.clinic.Appointments() {
		if !a.Status.Live() {
			continue
		}
		if a.Practitioner != "" {
			c.people[a.Practitioner] = append(c.people[a.Practitioner], span{a.Start, a.End})
		}
		if a.Room != "" {
			c.rooms[a.Room] = append(c.rooms[a.Room], span{a.Start, a.End})
		}
	}
	return c
}

// taken reports whether provider or room has something else at that time.
func (c calendar) taken(provider, room string, start, end time.Time) bool {
	hit := func(s span) bool { return s.start.Before(end) && start.Before(s.end) }
	return slices.ContainsFunc(c.people[provider], hit) || slices.ContainsFunc(c.rooms[room], hit)
}

// search finds the free times of one provider in one room.
type search struct {
	sim            *Sim
	q              *query
	sq             slotQuery
	c              calendar
	site           *site
	provider, room string
}

// starts lists the free times of the days from that one, at most most; 0: all. None is
// in the past. Times stand on a grid from the start of the working hours.
func (f search) starts(from simserver.Day, days, most int) []time.Time {
	p, ok := f.sim.clinic.Practitioner(f.provider)
	if !ok || !p.Visible() || !f.site.Active {
		return nil
	}
	now := f.sim.server.Clock().Now()
	var all []time.Time
	for d, n := from, 0; n < days; d, n = d.Add(1), n+1 {
		var today []time.Time
		for _, h := range f.sim.hours {
			if h.location != f.site.ID || h.provider != f.provider || h.operatory != f.room || !fits(f.q, f.sq, h) || !h.covers(d) {
				continue
			}
			for at := h.from; at+f.sq.length <= h.to; at += f.sq.interval {
				start, exists := d.At(at, f.site.Zone)
				if exists && start.After(now) && !f.c.taken(f.provider, f.room, start, start.Add(f.sq.length)) {
					today = append(today, start)
				}
			}
		}
		slices.SortFunc(today, time.Time.Compare)
		all = append(all, slices.CompactFunc(today, time.Time.Equal)...)
		if most > 0 && len(all) >= most {
			return all[:most]
		}
	}
	return all
}
