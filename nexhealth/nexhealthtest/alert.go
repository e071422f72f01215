package nexhealthtest

import (
	"net/http"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// alert is a note that pops up with a patient.
type alert struct {
	id, patient, note          string // patient is the clinic's id
	created, updated, disabled time.Time
}

func (s *Sim) alertRoutes() []route {
	const all, one = "/patients/{id}/alerts", "/patients/{id}/alerts/{alert_id}"
	return []route{
		{method: http.MethodGet, path: all, sub: required, params: of(flag, "include_disabled"), handle: func(q *query) *simserver.Reply {
			return q.onePatient(func(p simserver.Patient) *simserver.Reply {
				return q.list(s.alertsOf(p, q.get("include_disabled") == "true"))
			})
		}},
		{method: http.MethodPost, path: all, sub: required, handle: s.createAlert},
		{method: http.MethodGet, path: one, sub: required, handle: func(q *query) *simserver.Reply {
			return q.oneAlert(func(a *alert) *simserver.Reply { return q.done(http.StatusOK, s.alertObject(a)) })
		}},
		{method: http.MethodPatch, path: one, sub: required, handle: s.changeAlert},
	}
}

func (s *Sim) alertsOf(p simserver.Patient, disabled bool) []object {
	all := []object{}
	for _, a := range s.alerts {
		if a.patient == p.ID && (disabled || a.disabled.IsZero()) {
			all = append(all, s.alertObject(a))
		}
	}
	return all
}

func (q *query) oneAlert(do func(*alert) *simserver.Reply) *simserver.Reply {
	return q.onePatient(func(p simserver.Patient) *simserver.Reply {
		for _, a := range q.sim.alerts {
			if a.id == q.vars["alert_id"] && a.patient == p.ID {
				return do(a)
			}
		}
		return q.unknown("Patient alert")
	})
}

func (s *Sim) createAlert(q *query) *simserver.Reply {
	return q.onePatient(func(p simserver.Patient) *simserver.Reply {
		in, _, refusal := q.wrapped("patient_alert")
		if refusal != nil {
			return refusal
		}
		q.onlyMembers(in, "patient_alert", "note")
		if simserver.StringIn(in, "note") == "" {
			return q.missing("note")
		}
		a := &alert{id: itoa(s.number()), patient: p.ID, note: simserver.StringIn(in, "note"), created: q.Now, updated: q.Now}
		s.alerts = append(s.alerts, a)
		return q.done(http.StatusCreated, s.alertObject(a))
	})
}

func (s *Sim) changeAlert(q *query) *simserver.Reply {
	return q.oneAlert(func(a *alert) *simserver.Reply {
		in, _, refusal := q.wrapped("patient_alert")
		if refusal != nil {
			return refusal
		}
		q.onlyMembers(in, "patient_alert", "disabled")
		if off, has := truth(in, "disabled"); has {
			a.disabled = time.Time{}
			if off {
				a.disabled = q.Now
			}
		}
		a.updated = q.Now
		return q.done(http.StatusOK, s.alertObject(a))
	})
}

func (s *Sim) alertObject(a *alert) object {
	o := object{
		"id": number(a.id), "patient_id": nil, "note": a.note, "disabled_at": stamp(a.disabled), "created_at": stamp(a.created), "updated_at": stamp(a.updated),
	}
	if p, ok := s.clinic.Patient(a.patient, false); ok {
		o["patient_id"] = patientID(p)
	}
	return o
}
