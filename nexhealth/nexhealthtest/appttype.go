package nexhealthtest

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// apptType is an appointment type: it exists in NexHealth only.
type apptType struct {
	id, name    string
	minutes     int
	parentType  string // Institution or Location
	parent      int
	bookable    bool
	descriptors []string
}

// seedTypes: the clinic's type without a length gets one here, and no working hours.
func (s *Sim) seedTypes() {
	home := s.homeInstitution()
	for n, t := range s.clinic.Types {
		length := t.Length
		if length == 0 {
			length = 90 * time.Minute
		}
		s.types = append(s.types, &apptType{
			id: t.ID, name: t.Name, minutes: int(length / time.Minute), parentType: "Institution", parent: home.id, bookable: n < 2,
			descriptors: []string{itoa(1800 + n)},
		})
	}
	for n, t := range s.clinic.Types {
		s.descriptors = append(s.descriptors, &descriptor{
			id: itoa(1800 + n), kind: "Procedure Code", name: t.Name + " code", code: "D0" + itoa(120+n), location: "7", active: true,
		})
	}
	s.descriptors = append(s.descriptors,
		&descriptor{id: "1810", kind: "Appointment Type", name: "New patient", code: "NP", location: "7", active: true},
		&descriptor{id: "1811", kind: "Appointment Type", name: "Old kind", code: "OK", location: "8"})
}

func (s *Sim) typeOf(id string) *apptType {
	for _, t := range s.types {
		if t.id == id {
			return t
		}
	}
	return nil
}

func (s *Sim) typeRoutes() []route {
	include := []param{{name: "include[]", kind: word, words: []string{"descriptors"}}}
	const one = "/appointment_types/{id}"
	return []route{
		{method: http.MethodGet, path: "/appointment_types", sub: required, loc: optional, params: include, handle: s.listTypes},
		{method: http.MethodPost, path: "/appointment_types", sub: required, handle: s.createType},
		{method: http.MethodGet, path: one, sub: required, loc: optional, params: include, handle: func(q *query) *simserver.Reply {
			return q.oneType(func(t *apptType) *simserver.Reply { return q.done(http.StatusOK, s.typeObject(q, t)) })
		}},
		{method: http.MethodPatch, path: one, sub: required, handle: func(q *query) *simserver.Reply {
			return q.oneType(func(t *apptType) *simserver.Reply { return s.changeType(q, t, http.StatusOK, func() {}) })
		}},
		{method: http.MethodDelete, path: one, sub: required, loc: optional, handle: func(q *query) *simserver.Reply {
			return q.oneType(func(t *apptType) *simserver.Reply {
				s.types = slices.DeleteFunc(s.types, func(o *apptType) bool { return o == t })
				return q.done(http.StatusOK, t.object()) // 200 with a body, documented
			})
		}},
	}
}

func (q *query) oneType(do func(*apptType) *simserver.Reply) *simserver.Reply {
	if t := q.sim.typeOf(q.vars["id"]); t != nil && q.home() {
		return do(t)
	}
	return q.unknown("Appointment type")
}

// listTypes: with a location those of the institution come too (assumed).
func (s *Sim) listTypes(q *query) *simserver.Reply {
	var all []object
	for _, t := range s.types {
		if q.home() && (q.site == nil || t.parentType == "Institution" || t.parent == q.site.number()) {
			all = append(all, s.typeObject(q, t))
		}
	}
	return q.list(all)
}

func (t *apptType) object() object {
	return object{
		"id": number(t.id), "name": t.name, "parent_type": t.parentType, "parent_id": t.parent, "minutes": t.minutes, "bookable_online": t.bookable,
	}
}

func (s *Sim) typeObject(q *query, t *apptType) object {
	o := t.object()
	if q.includes("descriptors") {
		o["descriptors"] = s.describe(t.descriptors)
	}
	return o
}

func (s *Sim) createType(q *query) *simserver.Reply {
	if !q.home() {
		return q.forbidden()
	}
	t := &apptType{id: itoa(s.number()), parentType: "Institution", parent: q.inst.id}
	return s.changeType(q, t, http.StatusCreated, func() { s.types = append(s.types, t) })
}

// changeType reads what is sent into a copy of t. Names are unique (documented).
func (s *Sim) changeType(q *query, t *apptType, status int, keep func()) *simserver.Reply {
	in, body, refusal := q.wrapped("appointment_type", "location_id")
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "appointment_type", "name", "minutes", "parent_type", "parent_id", "bookable_online", "emr_appt_descriptor_ids")
	if loc := q.idIn(body, "location_id"); loc != "" {
		if l, ok := q.reach(loc); !ok || l.inst != q.inst {
			return q.forbidden()
		}
	}
	next := *t
	if name := simserver.StringIn(in, "name"); name != "" {
		next.name = name
	}
	if n, err := strconv.Atoi(q.idIn(in, "minutes")); err == nil {
		next.minutes = n
	}
	if kind := simserver.StringIn(in, "parent_type"); kind != "" {
		next.parentType = kind
	}
	if parent, err := strconv.Atoi(q.idIn(in, "parent_id")); err == nil {
		next.parent = parent
	}
	if on, has := truth(in, "bookable_online"); has {
		next.bookable = on
	}
	if ids, has := q.idsIn(in, "emr_appt_descriptor_ids"); has {
		next.descriptors = ids
	}
	switch {
	case next.name == "":
		return q.missing("name")
	case next.minutes <= 0:
		return q.missing("minutes")
	case next.parentType != "Institution" && next.parentType != "Location":
		return q.invalid("parent_type does not have a valid value")
	case slices.ContainsFunc(s.types, func(o *apptType) bool { return o != t && o.name == next.name }):
		return q.invalid("Name has already been taken")
	}
	*t = next
	keep()
	return q.done(status, t.object())
}
