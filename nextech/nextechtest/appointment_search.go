package nextechtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

// appointmentParams are the same for both products, documented.
var appointmentParams = params{
	"_lastUpdated": stamp, "identifier": token, "patient": token, "date": day, "location.id": token, "location.name": text,
	"practitioner.id": token, "practitioner.name": text, "status": token, "created": day,
}

// searchableStatuses: proposed is not among them.
var searchableStatuses = []string{"cancelled", "booked", "noshow", "arrived", "fulfilled", "pending"}

func (s *Sim) appointmentRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/Appointment", scope: readAppointment, params: appointmentParams, list: true, handle: s.searchAppointments},
		{method: http.MethodPost, path: "/Appointment/", scope: writeAppointment, handle: s.book},
		{method: http.MethodPut, path: "/Appointment/{id}", only: nextech.Select, scope: writeAppointment, handle: s.putAppointment},
		{method: http.MethodPatch, path: "/Appointment/{id}", only: nextech.PracticePlus, scope: writeAppointment, handle: s.patchAppointment},
	}
}

func (s *Sim) searchAppointments(q *query) *simserver.Reply {
	for _, v := range q.values["date"] {
		if b, _ := parseBound(v, false); b.op == "ne" {
			q.Violate("date does not take ne")
			return invalid("Invalid prefix: date")
		}
	}
	for _, group := range q.groups("status") {
		for _, st := range group {
			if !slices.Contains(searchableStatuses, strings.ToLower(st)) {
				q.Violate("a status that cannot be searched for")
				return invalid("Invalid value: status")
			}
		}
	}
	var all []simserver.Appointment
	for _, a := range s.clinic.Appointments() {
		if s.appointmentMatches(q, a) {
			all = append(all, a)
		}
	}
	return found(s, q, all, s.appointment)
}

func (s *Sim) appointmentMatches(q *query, a simserver.Appointment) bool {
	patient := []string{}
	if p, ok := s.clinic.Patient(a.Patient, false); ok {
		patient = append(patient, p.ID)
		if s.charts() {
			patient = append(patient, p.Chart)
		}
	}
	st := fhirStatus(a.Status)
	if a.PracticeStatus != "" && !s.d.plus() {
		st = ""
	}
	l, _ := s.clinic.Location(a.Location)
	p, _ := s.clinic.Practitioner(a.Practitioner)
	return q.matches("identifier", token, a.ID) && q.matches("patient", token, patient...) && q.matches("status", token, st) &&
		q.matches("location.id", token, l.ID) && q.matches("location.name", text, l.Name) &&
		q.matches("practitioner.id", token, p.ID) && q.matches("practitioner.name", text, p.Family, p.Given, p.Family+", "+p.Given) &&
		q.within("date", a.Start, s.clinic.Zone(a.Location)) && // the practice's local day: assumed
		q.within("created", a.Created, utc) && q.within("_lastUpdated", a.Updated, utc)
}
