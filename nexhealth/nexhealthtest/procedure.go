package nexhealthtest

import (
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/internal/simserver"
)

// procedure is something done, or to be done, to a patient.
type procedure struct {
	id, patient, provider, location string // patient is the clinic's id
	appointment                     string // on the wire; "" for none
	code, name, status, on          string
}

// seedProcedures gives every second patient two; the statuses are the vendor's five.
func (s *Sim) seedProcedures() {
	statuses := []string{"completed", "planned", "scheduled", "inactive", "referred"}
	today := simserver.DayOf(s.seeded)
	for n, p := range s.clinic.Patients() {
		if n%2 != 0 {
			continue
		}
		s.procedures = append(s.procedures,
			procedure{id: itoa(8100 + 2*n), patient: p.ID, provider: "15", location: "7", code: "D0120", name: "Periodic Exam", status: "completed", on: dayText(today.Add(-90 - n))},
			procedure{id: itoa(8101 + 2*n), patient: p.ID, provider: "21", location: "7", code: "D2740", name: "Crown", status: statuses[n/2%5], on: dayText(today.Add(n))})
	}
}

func (s *Sim) procedureRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/procedures", v3: true, sub: required, loc: optional, paged: byCursor, handle: s.listProcedures, params: params(
			of(id, "provider_id", "patient_id", "appointment_id"), of(datetime, "updated_since"),
			of(date, "started_after", "started_before", "ended_after", "ended_before"), []param{sortable("updated_at")},
		)},
		{method: http.MethodGet, path: "/procedures/{id}", v3: true, sub: required, handle: func(q *query) *simserver.Reply {
			for _, p := range s.procedures {
				if p.id == q.vars["id"] && q.home() {
					return q.done(http.StatusOK, s.procedureObject(p))
				}
			}
			return q.unknown("Procedure")
		}},
	}
}

// procedureFilters are those of which one is needed besides location_id (documented).
var procedureFilters = []string{
	"provider_id", "patient_id", "appointment_id", "updated_since", "started_after", "started_before", "ended_after", "ended_before",
}

func (s *Sim) listProcedures(q *query) *simserver.Reply {
	if !slices.ContainsFunc(procedureFilters, func(name string) bool { return q.get(name) != "" }) {
		q.Violate("no filter besides location_id")
		return q.invalid("At least one filter is required")
	}
	var all []procedure
	for _, p := range s.procedures {
		who, _ := s.clinic.Patient(p.patient, false)
		if q.home() && q.hits(locParam, p.location) && q.hits("provider_id", p.provider) && q.hits("patient_id", itoa(patientID(who))) &&
			q.hits("appointment_id", p.appointment) && q.since(s.seeded) &&
			q.get("started_after") <= p.on && q.get("ended_after") <= p.on && notAfter(p.on, q.get("started_before")) && notAfter(p.on, q.get("ended_before")) {
			all = append(all, p)
		}
	}
	return cursorPage(q, all, entry[procedure]{id: func(p procedure) string { return p.id }, dress: s.procedureObject})
}

// notAfter compares dates as text; "" is no bound.
func notAfter(day, bound string) bool { return bound == "" || day <= bound }

func (s *Sim) procedureObject(p procedure) object {
	o := object{
		"id": number(p.id), "location_id": number(p.location), "patient_id": nil, "provider_id": number(p.provider),
		"appointment_id": number(p.appointment), "code": p.code, "name": p.name, "status": p.status, "updated_at": stamp(s.seeded),
		"body_site": object{"tooth": []string{"3"}, "surface": "MOD"}, "fee": object{"amount": "62.00", "currency": "USD"},
		"start_date": p.on, "end_date": p.on,
	}
	if who, ok := s.clinic.Patient(p.patient, false); ok {
		o["patient_id"] = patientID(who)
	}
	return o
}

func (s *Sim) proceduresOf(keep func(procedure) bool) []object {
	all := []object{}
	for _, p := range s.procedures {
		if keep(p) {
			all = append(all, s.procedureObject(p))
		}
	}
	return all
}
