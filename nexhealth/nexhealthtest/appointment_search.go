package nexhealthtest

import (
	"net/http"
	"strconv"

	"github.com/emrkit/emrkit/internal/simserver"
)

const mostPatients = 25 // of patient_ids[], documented

func (s *Sim) appointmentRoutes() []route {
	include := []param{{name: "include[]", kind: word, words: []string{
		"patient", "guarantor", "descriptors", "booking_details", "procedures", "operatory", "appointment_type",
	}}}
	return []route{
		{method: http.MethodGet, path: "/appointments", v3: true, sub: required, loc: optional, paged: byCursor, handle: s.searchAppointments,
			params: params(
				[]param{
					{name: "start", kind: datetime, required: true}, {name: "end", kind: datetime, required: true},
					{name: "patient_ids[]", kind: id, most: mostPatients}, sortable("updated_at"),
				},
				of(flag, "cancelled", "unavailable", "nex_only"), of(datetime, "updated_since"), of(text, "timezone", "foreign_id"),
				of(id, "appointment_type_id", "created_by", "provider_ids[]", "operatory_ids[]"),
			)},
		{method: http.MethodPost, path: "/appointments", v3: true, sub: required, loc: required, params: of(flag, "notify_patient"), handle: s.book},
		{method: http.MethodGet, path: "/appointments/{id}", sub: required, params: include, handle: s.readAppointment},
		{method: http.MethodPatch, path: "/appointments/{id}", v3: true, sub: required, handle: s.changeAppointment},
	}
}

// searchAppointments: window, and location or foreign id (documented). An appointment is
// in the window when it begins there (assumed), both ends included; without cancelled
// both kinds come (assumed).
func (s *Sim) searchAppointments(q *query) *simserver.Reply {
	if q.site == nil && q.get("foreign_id") == "" {
		q.Violate("neither location_id nor foreign_id")
		return q.missing(locParam)
	}
	from, _ := readInstant(q.get("start"))
	to, _ := readInstant(q.get("end"))
	if to.Before(from) {
		q.Violate("the window ends before it starts")
	}
	var all []simserver.Appointment
	for _, a := range s.clinic.Appointments() {
		if q.home() && s.siteOf(a.Location) != nil && !a.Start.Before(from) && !a.Start.After(to) && s.isAsked(q, a) {
			all = append(all, a)
		}
	}
	order(q, all, func(a, b simserver.Appointment) int { return int(wireID(a) - wireID(b)) },
		func(a simserver.Appointment) int64 { return a.Updated.UnixNano() })
	return cursorPage(q, all, entry[simserver.Appointment]{
		id:    func(a simserver.Appointment) string { return a.ID },
		dress: s.appointmentObject,
	})
}

func (s *Sim) isAsked(q *query, a simserver.Appointment) bool {
	b := s.bookingOf(a)
	patient, by := "", ""
	if p, ok := s.clinic.Patient(a.Patient, false); ok {
		patient = itoa(patientID(p))
	}
	if a.ViaAPI {
		by = itoa(apiUser)
	}
	return (q.site == nil || q.site.ID == a.Location) && q.hits("foreign_id", b.foreign) &&
		q.is("cancelled", a.Status == simserver.Cancelled) && q.is("unavailable", b.block) && (q.get("nex_only") != "true" || a.ViaAPI) &&
		q.since(a.Updated) && q.hits("appointment_type_id", a.Type) && q.hits("created_by", by) &&
		q.among("patient_ids[]", patient) && q.among("provider_ids[]", a.Practitioner) && q.among("operatory_ids[]", a.Room)
}

// readAppointment: the patient comes unless include[] asks for something else (the
// document's default).
func (s *Sim) readAppointment(q *query) *simserver.Reply {
	a, ok := s.clinic.Appointment(q.appointmentID())
	if !ok || !q.home() || s.siteOf(a.Location) == nil {
		return q.unknown("Appointment")
	}
	o := s.appointmentObject(a)
	p, isKnown := s.clinic.Patient(a.Patient, false)
	if q.includes("patient", "patient") || q.includes("guarantor") {
		o["patient"] = nil
		if isKnown {
			who := s.user(p)
			if q.includes("guarantor") { // inside of the patient
				who["guarantor"] = s.guarantorOf(p)
			}
			o["patient"] = who
		}
	}
	if q.includes("operatory") {
		o["operatory"] = nil
		if r := s.operatoryOf(a.Room); r != nil {
			o["operatory"] = s.operatoryObject(r, false)
		}
	}
	if q.includes("appointment_type") {
		o["appointment_type"] = nil
		if t := s.typeOf(a.Type); t != nil {
			o["appointment_type"] = t.object()
		}
	}
	if q.includes("descriptors") {
		o["descriptors"] = s.describe(s.bookingOf(a).descriptors)
	}
	if q.includes("procedures") {
		o["procedures"] = s.proceduresOf(func(p procedure) bool { return p.appointment == strconv.FormatInt(wireID(a), 10) })
	}
	return q.done(http.StatusOK, o)
}
