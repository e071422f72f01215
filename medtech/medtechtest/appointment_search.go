package medtechtest

import (
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) appointmentRoutes() []route {
	read, write := []string{roleCalendarRead}, []string{roleCalendarWrite}
	return []route{
		{method: http.MethodGet, path: "/Appointment", roles: read, handle: s.searchAppointments,
			needs: []string{"patient.identifier", "practitioner.identifier", "slot._id", "_id"},
			params: params{
				"patient.identifier": nhi, "practitioner.identifier": number, "date": bounds, "status": word, "slot._id": word, "_id": word,
			}},
		{method: http.MethodPost, path: "/Appointment", roles: write, handle: s.book},
		{method: http.MethodPut, path: "/Appointment", roles: write, handle: s.putByPatient,
			needs: []string{"patient.identifier"}, params: params{"patient.identifier": nhi}},
		{method: http.MethodGet, path: "/Appointment/{id}", roles: read, handle: func(q *query) *simserver.Reply {
			a, ok := q.appointmentBy(q.id)
			if !ok {
				return q.missing(textNoID)
			}
			return answer(http.StatusOK, q.appointment(a))
		}},
		{method: http.MethodPut, path: "/Appointment/{id}", roles: write, handle: s.putByID},
	}
}

// searchAppointments: the parameters are documented. Assumed: without status all of them
// come, cancelled ones too; date is that of the start.
func (s *Sim) searchAppointments(q *query) *simserver.Reply {
	when, refusal := q.span("date")
	if refusal != nil {
		return refusal
	}
	nothing := "No Appointment records found." // text assumed
	var patient, practitioner string
	if q.values.Has("patient.identifier") {
		p, ok := s.patientBy(q.f, q.token("patient.identifier"))
		if !ok {
			return q.nothing(textNoPatient)
		}
		patient = p.ID
	}
	if q.values.Has("practitioner.identifier") {
		p, ok := q.f.practitionerBy(q.token("practitioner.identifier"))
		if !ok {
			return q.nothing(textNoProvider)
		}
		practitioner = p.ID
	}
	var all []object
	for _, a := range q.f.clinic.Appointments() {
		if (patient == "" || a.Patient == patient) && (practitioner == "" || a.Practitioner == practitioner) && when.holds(a.Start) &&
			q.is("status", fhirStatus(a.Status)) && q.is("_id", q.f.wire("Appointment", a.ID)) && q.inSlot(a) {
			all = append(all, q.appointment(a))
		}
	}
	return q.found(all, nothing)
}

// inSlot compares with slot._id, where it is sent.
func (q *query) inSlot(a simserver.Appointment) bool {
	return q.is("slot._id", q.slotID(a.Practitioner, a.Start))
}

func (q *query) appointmentBy(id string) (simserver.Appointment, bool) {
	n, _, ok := q.f.ids.read("Appointment", id)
	if !ok {
		return simserver.Appointment{}, false
	}
	return q.f.clinic.Appointment(itoa(int(n)))
}

// fhirStatus is FHIR's word for a state.
func fhirStatus(st simserver.Status) string {
	if st == simserver.Held {
		return "proposed"
	}
	return string(st)
}

// appointment: participants without actor.type, as in New Zealand; a block has no
// patient, a room no practitioner.
func (q *query) appointment(a simserver.Appointment) object {
	id := q.f.wire("Appointment", a.ID)
	o := object{
		"resourceType": "Appointment", "id": id, "meta": meta(id, a.Updated), "status": fhirStatus(a.Status),
		"start": q.sim.timeText(a.Start), "end": q.sim.timeText(a.End),
	}
	var actors []object
	add := func(actor object, display ...string) {
		actor["display"] = strings.TrimSpace(strings.Join(display, " "))
		actors = append(actors, object{"actor": actor, "status": "accepted"})
	}
	if p, ok := q.f.clinic.Patient(a.Patient, false); ok {
		add(q.reference("Patient", p.Chart), p.Given, p.Family)
	}
	if p, ok := q.f.clinic.Practitioner(a.Practitioner); ok {
		add(q.reference("Practitioner", p.ID), p.Given, p.Family)
		o["slot"] = []object{{"reference": "Slot/" + q.slotID(p.ID, a.Start)}}
	}
	add(q.reference("Location", theLocation), q.f.name)
	o["participant"] = actors
	return o.with("comment", a.Note)
}
