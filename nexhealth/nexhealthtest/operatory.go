package nexhealthtest

import (
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// operatory is a treatment room.
type operatory struct {
	id, name, location string
	active, bookable   bool
}

// seedOperatories: location 7 has none, as with practice systems that do not know them.
func (s *Sim) seedOperatories() {
	s.operatories = []*operatory{
		{id: "801", name: "Bay 1", location: "8", active: true, bookable: true},
		{id: "1001", name: "Surgery A", location: "10", active: true, bookable: true},
		{id: "1002", name: "Surgery B", location: "10", active: true, bookable: true},
		{id: "1003", name: "Old Surgery", location: "10"},
	}
}

func (s *Sim) operatoryOf(id string) *operatory {
	for _, o := range s.operatories {
		if o.id == id {
			return o
		}
	}
	return nil
}

func (s *Sim) operatoryRoutes() []route {
	include := []param{{name: "include[]", kind: word, words: []string{"appointment_types", "appt_categories"}}}
	return []route{
		{method: http.MethodGet, path: "/operatories", v3: true, sub: required, loc: required, paged: byCursor, handle: s.listOperatories,
			params: params(of(text, "search_name", "foreign_id"), of(datetime, "updated_since"), include)},
		{method: http.MethodGet, path: "/operatories/{id}", sub: required, params: include, handle: s.readOperatory},
	}
}

func (s *Sim) listOperatories(q *query) *simserver.Reply {
	var all []*operatory
	for _, o := range s.operatories {
		if q.home() && o.location == q.site.ID && q.hits("foreign_id", "OP"+o.id) && q.since(s.seeded) &&
			strings.Contains(strings.ToLower(o.name), strings.ToLower(q.get("search_name"))) {
			all = append(all, o)
		}
	}
	return cursorPage(q, all, entry[*operatory]{
		id:    func(o *operatory) string { return o.id },
		dress: func(o *operatory) object { return s.operatoryObject(o, q.includes("appointment_types")) },
	})
}

func (s *Sim) readOperatory(q *query) *simserver.Reply {
	o := s.operatoryOf(q.vars["id"])
	if o == nil || !q.home() {
		return q.unknown("Operatory")
	}
	return q.done(http.StatusOK, s.operatoryObject(o, q.includes("appointment_types")))
}

func (s *Sim) operatoryObject(o *operatory, types bool) object {
	l := s.siteOf(o.location)
	out := object{
		"id": number(o.id), "name": o.name, "foreign_id": "OP" + o.id, "foreign_id_type": l.sync.foreignType(), "location_id": l.number(),
		"last_sync_time": stamp(s.seeded), "created_at": stamp(s.seeded), "updated_at": stamp(s.seeded),
		"display_name": o.name, "active": o.active, "bookable_online": o.bookable,
	}
	if types {
		all := []object{}
		for _, t := range s.types {
			all = append(all, t.object())
		}
		out["appointment_types"] = all
	}
	return out
}
