package nexhealthtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// recall is a reminder that a visit is due.
type recall struct {
	id, patient, kind, due string // patient is the clinic's id; due 2026-05-01, "" for none
}

// recallKinds are the practice's recall types.
var recallKinds = []struct {
	id          int
	name, about string
	num         int
	unit        string
}{{71, "PROPHY", "Cleaning every half year", 6, "M"}, {72, "PERIO", "Periodontal maintenance", 3, "M"}}

// seedRecalls gives every third patient one; the last has no date.
func (s *Sim) seedRecalls() {
	today := simserver.DayOf(s.seeded)
	for n, p := range s.clinic.Patients() {
		if n%3 != 0 {
			continue
		}
		r := recall{id: itoa(7100 + n), patient: p.ID, kind: itoa(71 + n%2), due: dayText(today.Add(7 * n))}
		s.recalls = append(s.recalls, r)
	}
	s.recalls[len(s.recalls)-1].due = ""
}

func (s *Sim) recallRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/patient_recalls", v3: true, sub: required, loc: required, paged: byCursor, handle: s.listRecalls, params: params(
			of(id, "recall_id", "patient_id"), of(text, "foreign_id"), of(datetime, "updated_since", "due_after"), []param{sortable("date_due")},
		)},
		{method: http.MethodGet, path: "/patient_recalls/{id}", sub: required, handle: func(q *query) *simserver.Reply {
			for _, r := range s.recalls {
				if r.id == q.vars["id"] && q.home() {
					return q.done(http.StatusOK, s.recallObject(r))
				}
			}
			return q.unknown("Recall")
		}},
		{method: http.MethodGet, path: "/recall_types", sub: required, loc: required, params: params(of(text, "foreign_id"), of(datetime, "updated_since")),
			handle: func(q *query) *simserver.Reply { return q.list(s.recallTypes(q, q.site)) }},
		{method: http.MethodGet, path: "/recall_types/{id}", sub: required, handle: func(q *query) *simserver.Reply {
			for _, o := range s.recallTypes(q, s.sites[0]) {
				if itoa(o["id"].(int)) == q.vars["id"] {
					return q.done(http.StatusOK, o)
				}
			}
			return q.unknown("Recall type")
		}},
	}
}

func (s *Sim) listRecalls(q *query) *simserver.Reply {
	var all []recall
	after, _ := readInstant(q.get("due_after"))
	for _, r := range s.recalls {
		p, _ := s.clinic.Patient(r.patient, false)
		if !q.home() || !q.hits("recall_id", r.kind) || !q.hits("patient_id", itoa(patientID(p))) || !q.hits("foreign_id", "RC"+r.id) ||
			!q.since(s.seeded) {
			continue
		}
		if due, ok := readInstant(r.due); q.get("due_after") != "" && (!ok || due.Before(after)) {
			continue
		}
		all = append(all, r)
	}
	if by := q.get("sort"); by != "" {
		slices.SortStableFunc(all, func(a, b recall) int {
			if strings.HasPrefix(by, "-") {
				a, b = b, a
			}
			return strings.Compare(a.due, b.due)
		})
	}
	return cursorPage(q, all, entry[recall]{id: func(r recall) string { return r.id }, dress: s.recallObject})
}

func (s *Sim) recallObject(r recall) object {
	o := object{
		"id": number(r.id), "appointment_id": nil, "date_due": orNull(r.due), "foreign_id": "RC" + r.id,
		"foreign_id_type": s.syncHome().foreignType(), "recall_id": number(r.kind), "patient_id": nil,
		"created_at": stamp(s.seeded), "updated_at": stamp(s.seeded),
	}
	if p, ok := s.clinic.Patient(r.patient, false); ok {
		o["patient_id"] = patientID(p)
	}
	for _, k := range recallKinds {
		if itoa(k.id) == r.kind {
			o["recall_type"] = object{"id": k.id, "name": k.name, "description": k.about, "interval_num": k.num, "interval_unit": k.unit}
		}
	}
	return o
}

func (s *Sim) recallTypes(q *query, at *site) []object {
	var all []object
	for _, k := range recallKinds {
		if q.home() && q.hits("foreign_id", itoa(k.id)) && q.since(s.seeded) {
			all = append(all, object{
				"id": k.id, "name": k.name, "description": k.about, "foreign_id": itoa(k.id), "foreign_id_type": at.sync.foreignType(),
				"interval_num": k.num, "interval_unit": k.unit, "location_id": at.number(), "created_at": stamp(s.seeded), "updated_at": stamp(s.seeded),
			})
		}
	}
	return all
}
