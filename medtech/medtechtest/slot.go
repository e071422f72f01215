package medtechtest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// mostDays: without an end a week is returned (documented). That a longer range is the
// invalid one of the documented text is assumed.
const mostDays = 7 * 24 * time.Hour

func (s *Sim) slotRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/Slot", roles: []string{roleSlots}, handle: s.searchSlots,
			needs:  []string{"schedule.actor.identifier", "_id"},
			params: params{"schedule.actor.identifier": number, "start": bounds, "status": word, "_id": word}},
		{method: http.MethodGet, path: "/Slot/{id}", roles: []string{roleSlots}, handle: func(q *query) *simserver.Reply {
			o, ok := q.slotBy(q.id)
			if !ok {
				return q.missing(textNoID)
			}
			return answer(http.StatusOK, o)
		}},
	}
}

// searchSlots is one practitioner's time in one range.
func (s *Sim) searchSlots(q *query) *simserver.Reply {
	nothing := textNoSlot
	if q.values.Get("status") == "free" {
		nothing = textNoFreeSlot
	}
	if v := q.values.Get("status"); v != "" && v != "free" && v != "busy" {
		q.Violate("a status that slots do not have")
		return q.invalid(textInvalid)
	}
	if id := q.values.Get("_id"); id != "" {
		o, ok := q.slotBy(id)
		if !ok || !q.is("status", o["status"].(string)) {
			return q.nothing(nothing)
		}
		return q.found([]object{o}, nothing)
	}
	p, ok := q.f.practitionerBy(q.token("schedule.actor.identifier"))
	if t := q.token("schedule.actor.identifier"); t.system != cpnSystem && t.system != nzmcSystem {
		q.Violate("slots are asked for by the practitioner's HPI or NZMC number")
		ok = false
	}
	if !ok {
		return q.missing(textNoProvider)
	}
	when, refusal := q.span("start")
	if refusal != nil {
		return refusal
	}
	if when.from.IsZero() {
		q.Violate("a slot search without start=ge")
		return q.invalid(textRange)
	}
	if when.to.IsZero() {
		q.Violate("a slot search without an end")
		when.to = when.from.Add(mostDays)
	}
	if when.to.Before(when.from) || when.to.Sub(when.from) > mostDays {
		q.Violate("the range of a slot search is not up to 7 days")
		return q.invalid(textRange)
	}
	var all []object
	if q.is("status", "free") {
		all = append(all, q.free(p, when)...)
	}
	if q.is("status", "busy") {
		all = append(all, q.busy(p, when)...)
	}
	slices.SortStableFunc(all, func(a, b object) int { return cmp.Compare(a["start"].(string), b["start"].(string)) })
	return q.found(all, nothing)
}

func (q *query) free(p simserver.Practitioner, when span) []object {
	zone := q.sim.opts.Zone
	from, to := simserver.DayOf(when.from.In(zone)), simserver.DayOf(when.to.In(zone))
	var all []object
	for _, slot := range q.f.clinic.FreeSlots(theLocation, p.ID, from, to.Add(1), slotLength) {
		if when.holds(slot.Start) {
			all = append(all, q.slot(p.ID, "free", slot.Start, slot.End))
		}
	}
	return all
}

func (q *query) busy(p simserver.Practitioner, when span) []object {
	var all []object
	for _, a := range q.f.clinic.Appointments() {
		if a.Practitioner == p.ID && a.Status.Live() && when.holds(a.Start) {
			all = append(all, q.slot(p.ID, "busy", a.Start, a.End))
		}
	}
	return all
}

// slot has schedule, status, start and end, and no more (documented).
func (q *query) slot(practitioner, status string, start, end time.Time) object {
	schedule := "Schedule/" + q.f.wire("Schedule", practitioner)
	if q.sim.opts.AbsoluteReferences {
		schedule = q.sim.lowerBase() + "/Schedule/" + inURL(q.f.wire("Schedule", practitioner))
	}
	return object{
		"resourceType": "Slot", "id": q.slotID(practitioner, start), "schedule": object{"reference": schedule}, "status": status,
		"start": q.sim.timeText(start), "end": q.sim.timeText(end),
	}
}

func (q *query) slotID(practitioner string, start time.Time) string {
	n, _ := strconv.ParseInt(practitioner, 10, 64)
	return q.f.ids.of("Slot", n, start.Unix())
}

// slotTime reads practitioner and time out of the id of a slot.
func (q *query) slotTime(id string) (practitioner string, start time.Time, ok bool) {
	n, at, ok := q.f.ids.read("Slot", id)
	return itoa(int(n)), time.Unix(at, 0).In(q.sim.opts.Zone), ok
}

// slotBy is a slot by its id: busy when it is not free any more.
func (q *query) slotBy(id string) (object, bool) {
	practitioner, start, ok := q.slotTime(id)
	if !ok {
		return nil, false
	}
	p, ok := q.f.clinic.Practitioner(practitioner)
	if !ok {
		return nil, false
	}
	if free := q.free(p, span{start, start}); len(free) == 1 {
		return free[0], true
	}
	if busy := q.busy(p, span{start, start}); len(busy) > 0 {
		return busy[0], true
	}
	return q.slot(practitioner, "busy", start, start.Add(slotLength)), true
}
