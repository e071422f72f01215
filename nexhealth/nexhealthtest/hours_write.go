package nexhealthtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

const oneLabel = "113" // the only working hour label, at location 7

func (s *Sim) hourRoutes() []route {
	include := []param{{name: "include[]", kind: word, words: []string{"appointment_types"}}}
	const one = "/working_hours/{id}"
	return []route{
		{method: http.MethodGet, path: "/working_hours", v3: true, sub: required, loc: required, paged: byCursor, handle: s.listHours, params: params(
			of(id, "provider_id", "operatory_id", "label_id"), of(flag, "active", "ignore_past_dates"), []param{oneOf("source", "manual", "synced")}, include,
		)},
		{method: http.MethodPost, path: "/working_hours", v3: true, sub: required, loc: required, handle: s.createHour},
		{method: http.MethodGet, path: one, v3: true, sub: required, params: include, handle: func(q *query) *simserver.Reply {
			return q.oneHour(func(h *workingHour) *simserver.Reply {
				return q.done(http.StatusOK, s.hourObject(h, q.includes("appointment_types")))
			})
		}},
		{method: http.MethodPatch, path: one, v3: true, sub: required, handle: s.changeHour},
		{method: http.MethodDelete, path: one, v3: true, sub: required, handle: func(q *query) *simserver.Reply {
			return q.oneHour(func(h *workingHour) *simserver.Reply {
				s.hours = slices.DeleteFunc(s.hours, func(o *workingHour) bool { return o == h })
				return deleted()
			})
		}},
		{method: http.MethodGet, path: "/working_hour_labels", v3: true, sub: required, loc: optional, paged: byCursor, handle: s.listLabels,
			params: params(of(text, "search_name"), of(flag, "active"))},
	}
}

func (q *query) oneHour(do func(*workingHour) *simserver.Reply) *simserver.Reply {
	for _, h := range q.sim.hours {
		if h.id == q.vars["id"] && q.home() {
			return do(h)
		}
	}
	return q.unknown("Working hour")
}

// listHours: active ones unless asked otherwise.
func (s *Sim) listHours(q *query) *simserver.Reply {
	today := s.server.Clock().Now().In(q.site.Zone).Format(time.DateOnly)
	var all []*workingHour
	for _, h := range s.hours {
		past := h.on != "" && h.on < today
		if q.home() && h.location == q.site.ID && q.hits("provider_id", h.provider) && q.hits("operatory_id", h.operatory) && q.hits("label_id", h.label) &&
			q.hits("source", h.source) && h.active == (q.get("active") != "false") && (!past || q.get("ignore_past_dates") != "true") {
			all = append(all, h)
		}
	}
	return cursorPage(q, all, entry[*workingHour]{
		id:    func(h *workingHour) string { return h.id },
		dress: func(h *workingHour) object { return s.hourObject(h, q.includes("appointment_types")) },
	})
}

func (s *Sim) listLabels(q *query) *simserver.Reply {
	all := []object{}
	if q.home() && (q.site == nil || q.site.ID == "7") && q.get("active") != "false" {
		all = append(all, object{"id": number(oneLabel), "location_id": 7, "name": "New patient appointments"})
	}
	return cursorPage(q, all, entry[object]{id: func(object) string { return oneLabel }, dress: func(o object) object { return o }})
}

func (s *Sim) createHour(q *query) *simserver.Reply {
	if !q.home() {
		return q.forbidden()
	}
	h := workingHour{location: q.site.ID, source: "manual", active: true}
	if refusal := s.readHour(q, &h); refusal != nil {
		return refusal
	}
	h.id = itoa(s.number())
	s.hours = append(s.hours, &h)
	return q.done(http.StatusCreated, s.hourObject(&h, false))
}

// changeHour changes manual ones only: synced ones belong to the practice system. That
// they are refused is assumed; the documentation says not to.
func (s *Sim) changeHour(q *query) *simserver.Reply {
	return q.oneHour(func(h *workingHour) *simserver.Reply {
		if h.source == "synced" {
			q.Violate("a synced working hour cannot be changed")
			return q.invalid("Synced working hours cannot be updated")
		}
		next := *h
		if refusal := s.readHour(q, &next); refusal != nil {
			return refusal
		}
		*h = next
		return q.done(http.StatusOK, s.hourObject(h, false))
	})
}

// readHour reads what is sent into h and checks the whole. An empty list of types clears
// them, an absent one does not (documented).
func (s *Sim) readHour(q *query, h *workingHour) *simserver.Reply {
	in, _, refusal := q.wrapped("working_hour")
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "working_hour", "provider_id", "begin_time", "end_time", "operatory_id", "appointment_type_ids", "days", "specific_date", "custom_recurrence", "active")
	if v := q.idIn(in, "provider_id"); v != "" {
		h.provider = v
	}
	if v := q.idIn(in, "operatory_id"); v != "" {
		h.operatory = v
	}
	for name, to := range map[string]*time.Duration{"begin_time": &h.from, "end_time": &h.to} {
		if v := simserver.StringIn(in, name); v != "" {
			at, ok := readClock(v)
			if !ok {
				return q.invalid(name + " is invalid")
			}
			*to = at
		}
	}
	if ids, has := q.idsIn(in, "appointment_type_ids"); has {
		h.types = ids
	}
	if on, has := truth(in, "active"); has {
		h.active = on
	}
	if why := q.readWhen(in, h); why != "" {
		return q.invalid(why)
	}
	return s.checkHour(q, h)
}

// readWhen reads exactly one of the three ways to say when (documented).
func (q *query) readWhen(in map[string]any, h *workingHour) string {
	list, hasDays := in["days"].([]any)
	on, again := simserver.StringIn(in, "specific_date"), simserver.ObjectIn(in, "custom_recurrence")
	ways := 0
	for _, said := range []bool{hasDays, on != "", len(again) > 0} {
		if said {
			ways++
		}
	}
	if ways > 1 || ways == 0 && len(h.days) == 0 && h.on == "" && h.again == nil {
		q.Violate("not exactly one of days, specific_date and custom_recurrence")
		return "days, specific_date, custom_recurrence: exactly one parameter must be provided"
	}
	if ways == 0 {
		return ""
	}
	h.days, h.on, h.again = nil, "", nil
	for _, v := range list {
		name, _ := v.(string)
		d, ok := weekday(name)
		if !ok {
			return "days does not have a valid value"
		}
		h.days = append(h.days, d)
	}
	if _, ok := simserver.ParseDay(on); on != "" && !ok {
		return "specific_date is invalid"
	}
	h.on = on
	if len(again) > 0 {
		num, _ := strconv.Atoi(q.idIn(again, "num"))
		ref, ok := simserver.ParseDay(simserver.StringIn(again, "ref"))
		if unit := strings.ToLower(simserver.StringIn(again, "unit")); ok && num > 0 && slices.Contains([]string{"day", "week", "month"}, unit) {
			h.again = &recurrence{num: num, unit: unit, ref: ref}
			return ""
		}
		return "custom_recurrence is invalid"
	}
	return ""
}

func (s *Sim) checkHour(q *query, h *workingHour) *simserver.Reply {
	l := s.siteOf(h.location)
	switch p, ok := s.clinic.Practitioner(h.provider); {
	case h.provider == "":
		return q.missing("provider_id")
	case !ok || !p.Active:
		return q.unknown("Provider")
	case h.to <= h.from:
		return q.invalid("end_time must be after begin_time")
	case h.operatory == "" && l.mapped:
		q.Violate("without operatory_id at a location that is mapped by operatory")
		return q.missing("operatory_id")
	}
	if why := s.checkRoom(h.operatory, h.location); why != "" {
		return q.invalid(why)
	}
	for _, id := range h.types {
		if s.typeOf(id) == nil {
			return q.unknown("Appointment type")
		}
	}
	return nil
}
