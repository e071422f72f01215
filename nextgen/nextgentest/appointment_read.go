package nextgentest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// appointmentFields are what filters may name.
var appointmentFields = fields{
	"id": aGUID, "appointmentid": aGUID, "appointmentdate": aDate, "begintime": aText, "personid": aGUID, "eventid": aGUID, "locationid": aGUID,
	"renderingproviderid": aGUID, "referringproviderid": aGUID, "iscancelled": aFlag, "isrescheduled": aFlag, "isdeleted": aFlag, "iskept": aFlag,
	"isnoshow": aFlag, "appointmentconfirmed": aFlag, "practiceid": aText, "createtimestamp": aDate, "modifytimestamp": aDate,
	"rescheduledappointmentid": aGUID, "encounterid": aGUID, "duration": aNumber,
}

func (s *Sim) appointmentRoutes() []route {
	expands := []string{"Location", "Provider", "Person", "Appointment", "Encounter", "RescheduleReason"}
	return []route{
		{method: http.MethodGet, path: "/appointments", handle: s.listAppointments, expands: expands, list: &listing{fields: appointmentFields, window: "appointmentdate"}},
		{method: http.MethodPost, path: "/appointments", handle: s.book},
		{method: http.MethodGet, path: "/appointments/{appointment}", expands: expands, handle: s.onAppointment(func(q *query, a simserver.Appointment) *simserver.Reply {
			return q.json(q.fullRow(a))
		})},
		{method: http.MethodPatch, path: "/appointments/{appointment}", handle: s.onAppointment(s.changeAppointment)},
		{method: http.MethodPut, path: "/appointments/{appointment}", handle: s.onAppointment(s.changeAppointment)},
		{method: http.MethodDelete, path: "/appointments/{appointment}", handle: s.onAppointment(s.deleteAppointment)},
		{method: http.MethodPost, path: "/appointments/{appointment}/cancel", handle: s.onAppointment(s.cancel)},
		{method: http.MethodPost, path: "/appointments/{appointment}/reschedule", handle: s.onAppointment(s.reschedule)},
		{method: http.MethodPut, path: "/appointments/{appointment}/kept", handle: s.onAppointment(s.keep)},
		{method: http.MethodPost, path: "/appointments/{appointment}/kept/workflow", handle: s.onAppointment(s.keepWorkflow)},
		{method: http.MethodGet, path: "/persons/{person}/appointments", handle: s.onPerson(s.personAppointments), expands: expands, list: &listing{fields: appointmentFields}},
		{method: http.MethodGet, path: "/resources/{resource}/appointments", handle: s.resourceAppointments, expands: expands,
			list: &listing{fields: appointmentFields, window: "appointmentdate"}},
	}
}

// onAppointment finds the appointment of the path: 400 for an id of another form, an
// empty 404 for none.
func (s *Sim) onAppointment(handle func(*query, simserver.Appointment) *simserver.Reply) func(*query) *simserver.Reply {
	return func(q *query) *simserver.Reply {
		id, refusal := q.guidVar("appointment")
		if refusal != nil {
			return refusal
		}
		a, ok := q.practice.appointment(id)
		if !ok {
			return q.unknown()
		}
		return handle(q, a)
	}
}

// listAppointments has cancelled, rescheduled and deleted ones too (documented), of the
// next seven days where no date is named (documented; a filter for a person does not
// change that, as was seen).
func (s *Sim) listAppointments(q *query) *simserver.Reply {
	return q.appointmentPage(func(simserver.Appointment) bool { return true })
}

// resourceAppointments is the calendar of a resource; its window is assumed to be the same.
func (s *Sim) resourceAppointments(q *query) *simserver.Reply {
	id, refusal := q.guidVar("resource")
	if refusal != nil {
		return refusal
	}
	r, ok := q.practice.resource(id)
	if !ok {
		return q.unknown()
	}
	return q.appointmentPage(func(a simserver.Appointment) bool { return holds(q.practice.visit(a).resources, r.id) })
}

func (q *query) appointmentPage(wanted func(simserver.Appointment) bool) *simserver.Reply {
	f, refusal := q.filtered()
	if refusal != nil {
		return refusal
	}
	told := q.windowed(f)
	today := simserver.DayOf(q.Now.In(q.practice.zone))
	rows := []object{}
	for _, a := range q.practice.clinic.Appointments() {
		if n := today.Until(simserver.DayOf(a.Start)); !told && (n < 0 || n > 7) || !wanted(a) {
			continue
		}
		if o := q.listRow(a); f.holds(o) {
			rows = append(rows, o)
		}
	}
	return q.cut(rows)
}

// personAppointments are all of a person, in thin rows (recorded).
func (s *Sim) personAppointments(q *query, have simserver.Patient) *simserver.Reply {
	rows := []object{}
	for _, a := range q.practice.clinic.Appointments() {
		if a.Patient == have.ID {
			rows = append(rows, q.thinRow(a))
		}
	}
	return q.page(rows)
}
