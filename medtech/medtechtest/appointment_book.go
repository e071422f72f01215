package medtechtest

import (
	"errors"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// forbiddenMembers of an Appointment are those that the profile of 2021 has 0..0, slot
// excepted, which a guide of the same month allows.
var forbiddenMembers = []string{
	"identifier", "cancelationReason", "serviceCategory", "serviceType", "specialty", "appointmentType", "reasonCode", "reasonReference",
	"priority", "description", "supportingInformation", "minutesDuration", "patientInstruction", "basedOn",
}

// book is POST /Appointment. Documented: patient, practitioner, start and status are
// mandatory; 201 with the stored appointment, 422 for a slot that is gone or too little
// detail. Assumed: which text comes with 422.
func (s *Sim) book(q *query) *simserver.Reply {
	body, refusal := q.decode("Appointment")
	if refusal != nil {
		return refusal
	}
	q.none(body, "the booking", append([]string{"id", "created"}, forbiddenMembers...)...)
	a, refusal := q.readAppointment(body)
	if refusal != nil {
		return refusal
	}
	if simserver.StringIn(body, "status") != s.opts.BookingStatus {
		q.Violate("the status of a booking is not %s", s.opts.BookingStatus)
		return q.invalid(textInvalid)
	}
	if refusal := q.checkSlots(body, a); refusal != nil {
		return refusal
	}
	a.Status, a.ViaAPI, a.Note = simserver.Booked, true, simserver.StringIn(body, "comment")
	if q.Take(emrtest.FaultSlotTaken) {
		_ = q.f.clinic.TakeSlot(theLocation, a.Practitioner, "", a.Start, a.End) // taken before is as good
	}
	if !a.Start.After(q.Now) {
		return q.unprocessable("not-found", textNoBooking)
	}
	made, err := q.f.clinic.Book(a)
	switch {
	case errors.Is(err, simserver.ErrNoHours):
		return q.unprocessable("not-found", textNoBooking)
	case err != nil:
		return q.unprocessable("processing", textTaken)
	}
	return q.created(q.appointment(made))
}

// readAppointment reads what a booking and a change have in common.
func (q *query) readAppointment(body map[string]any) (a simserver.Appointment, refusal *simserver.Reply) {
	a.Location = theLocation
	var missing []string
	need := func(ok bool, what string) {
		if !ok {
			missing = append(missing, what)
		}
	}
	var ok bool
	a.Start, ok = q.written(body, "start")
	need(ok, "start")
	a.End, ok = q.written(body, "end")
	if simserver.StringIn(body, "end") == "" {
		q.Violate("an appointment without end")
		a.End, ok = a.Start.Add(slotLength), true
	}
	need(ok && a.End.After(a.Start), "end")
	need(simserver.StringIn(body, "status") != "", "status")
	patient, practitioner, foreign := q.readParticipants(body)
	need(patient != "", "patient")
	need(practitioner != "", "practitioner")
	need(!foreign, "reference")
	if len(missing) > 0 {
		q.Violate("without a good %s", strings.Join(missing, ", "))
		return a, q.unprocessable("business-rule", "The mandatory "+missing[0]+" is missing")
	}
	p, ok := q.f.patient(patient)
	if !ok {
		return a, q.missing(textNoPatient)
	}
	d, ok := q.f.practitioner(practitioner)
	if !ok {
		return a, q.missing(textNoProvider)
	}
	a.Patient, a.Practitioner = p.ID, d.ID
	return a, nil
}

// readParticipants finds them by the type in the reference; foreign says that one is of
// another server, or another facility's location.
func (q *query) readParticipants(body map[string]any) (patient, practitioner string, foreign bool) {
	for _, p := range children(body, "participant") {
		actor := child(p, "actor")
		if simserver.StringIn(p, "status") == "" {
			q.Violate("a participant without status")
		}
		if id, ok := q.refID(actor, "Patient"); ok {
			patient = id
		} else if id, ok := q.refID(actor, "Practitioner"); ok {
			practitioner = id
		} else if id, ok := q.refID(actor, "Location"); !ok || id != q.f.wire("Location", theLocation) && inURL(id) != inURL(q.f.wire("Location", theLocation)) {
			foreign = true
		}
	}
	return patient, practitioner, foreign
}

// checkSlots: slot is optional; one that is not the practitioner's at that time is none.
func (q *query) checkSlots(body map[string]any, a simserver.Appointment) *simserver.Reply {
	for _, ref := range children(body, "slot") {
		id, ok := q.refID(ref, "Slot")
		practitioner, start, known := q.slotTime(id)
		if !ok || !known || practitioner != a.Practitioner || !start.Equal(a.Start) {
			return q.unprocessable("not-found", textNoBooking)
		}
	}
	return nil
}
