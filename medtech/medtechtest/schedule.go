package medtechtest

import (
	"net/http"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// scheduleRoutes: a search was declared in 2021, with the remark that it may not be
// supported (documented). Without Options.Schedules the gateway answers 404. The parameter,
// the role and that one record is not read are assumed.
func (s *Sim) scheduleRoutes() []route {
	hidden := func(*query) *simserver.Reply { return notExposed() }
	search := route{method: http.MethodGet, path: "/Schedule", params: params{"actor.identifier": number, "date": bounds, "_id": word}, handle: hidden}
	if s.opts.Schedules {
		search = route{method: http.MethodGet, path: "/Schedule", roles: []string{roleSlots}, handle: s.searchSchedules,
			needs: []string{"actor.identifier"}, params: params{"actor.identifier": number}}
	}
	return []route{search, {method: http.MethodGet, path: "/Schedule/{id}", handle: hidden}}
}

// scheduleDays is how far a calendar reaches.
const scheduleDays = 180

// searchSchedules finds the one calendar of a practitioner, which the slots name.
func (s *Sim) searchSchedules(q *query) *simserver.Reply {
	t := q.token("actor.identifier")
	p, ok := q.f.practitionerBy(t)
	if t.system != cpnSystem && t.system != nzmcSystem {
		q.Violate("calendars are asked for by the practitioner's HPI or NZMC number")
		ok = false
	}
	if !ok {
		return q.missing(textNoProvider)
	}
	y, m, d := s.seeded.In(s.opts.Zone).Date()
	from := time.Date(y, m, d, 0, 0, 0, 0, s.opts.Zone)
	id := q.f.wire("Schedule", p.ID)
	return q.found([]object{{
		"resourceType": "Schedule", "id": id, "meta": meta(id, s.seeded), "active": true,
		"actor":           []object{s.ref(q.f, "Practitioner", p.ID)},
		"planningHorizon": object{"start": s.timeText(from), "end": s.timeText(from.AddDate(0, 0, scheduleDays))},
	}}, "No Schedule found.") // text assumed
}
