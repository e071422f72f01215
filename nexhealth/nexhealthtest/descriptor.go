package nexhealthtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// descriptor is one of the practice's own types or codes.
type descriptor struct {
	id, kind, name, code, location string
	active                         bool
}

func (s *Sim) descriptorRoutes() []route {
	kinds := of(text, "descriptor_type")
	return []route{
		{method: http.MethodGet, path: "/locations/{id}/appointment_descriptors", params: kinds, handle: func(q *query) *simserver.Reply {
			l, ok := q.reach(q.vars["id"])
			if !ok {
				return q.unknown("Location")
			}
			var ids []string
			for _, d := range s.descriptors {
				if d.location == l.ID {
					ids = append(ids, d.id)
				}
			}
			return q.descriptors(ids)
		}},
		{method: http.MethodGet, path: "/appointment_types/{id}/appointment_descriptors", sub: required, loc: optional, params: kinds,
			handle: func(q *query) *simserver.Reply {
				return q.oneType(func(t *apptType) *simserver.Reply { return q.descriptors(t.descriptors) })
			}},
		{method: http.MethodGet, path: "/appointments/{id}/appointment_descriptors", sub: required, params: kinds,
			handle: func(q *query) *simserver.Reply {
				a, ok := s.clinic.Appointment(q.appointmentID())
				if !ok || !q.home() {
					return q.unknown("Appointment")
				}
				return q.descriptors(s.bookingOf(a).descriptors)
			}},
	}
}

func (q *query) descriptors(ids []string) *simserver.Reply {
	var kept []string
	for _, id := range ids {
		if d := q.sim.descriptorOf(id); d != nil && q.hits("descriptor_type", d.kind) {
			kept = append(kept, id)
		}
	}
	return q.list(q.sim.describe(kept))
}

func (s *Sim) descriptorOf(id string) *descriptor {
	for _, d := range s.descriptors {
		if d.id == id {
			return d
		}
	}
	return nil
}

func (s *Sim) describe(ids []string) []object {
	all := []object{}
	for _, id := range ids {
		d := s.descriptorOf(id)
		if d == nil {
			continue
		}
		l := s.siteOf(d.location)
		all = append(all, object{
			"id": number(d.id), "descriptor_type": d.kind, "name": d.name, "code": d.code, "location_id": l.number(), "foreign_id": "D" + d.id,
			"foreign_id_type": l.sync.foreignType(), "data": object{}, "active": d.active, "last_sync_time": stamp(s.seeded),
			"created_at": stamp(s.seeded), "updated_at": stamp(s.seeded),
		})
	}
	return all
}
