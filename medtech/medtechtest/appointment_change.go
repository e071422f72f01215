package medtechtest

import (
	"errors"
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// putByPatient is the documented form: the NHI in the query, the whole appointment in
// the body, whose id is optional.
func (s *Sim) putByPatient(q *query) *simserver.Reply {
	if s.opts.PutByID {
		q.Violate("a change without the appointment's id in the path")
		return q.forbidden()
	}
	body, refusal := q.decode("Appointment")
	if refusal != nil {
		return refusal
	}
	owner, ok := s.patientBy(q.f, q.token("patient.identifier"))
	if !ok {
		return q.missing(textNoPatient)
	}
	return s.put(q, body, simserver.StringIn(body, "id"), owner.ID)
}

// putByID is the form of the vendor's API description of 2021.
func (s *Sim) putByID(q *query) *simserver.Reply {
	if !s.opts.PutByID {
		q.Violate("a change with the appointment's id in the path")
		return q.forbidden()
	}
	body, refusal := q.decode("Appointment")
	if refusal != nil {
		return refusal
	}
	return s.put(q, body, q.id, "")
}

var (
	errNone  = errors.New("no such appointment")
	errOther = errors.New("of another patient")
)

// put sets arrived or cancelled. Documented: patient, practitioner, start, end and status
// are mandatory. Assumed: an appointment that is cancelled is none, its time cannot be
// changed, and no other status can be set.
func (s *Sim) put(q *query, body map[string]any, id, owner string) *simserver.Reply {
	q.none(body, "the change", forbiddenMembers...)
	want, refusal := q.readAppointment(body)
	if refusal != nil {
		return refusal
	}
	status := simserver.Status(simserver.StringIn(body, "status"))
	if status != simserver.Arrived && status != simserver.Cancelled {
		q.Violate("the status of a change is neither arrived nor cancelled")
		return q.sim.outcome(http.StatusBadRequest, "not-supported", textUnable)
	}
	have, ok := q.meant(want, id)
	if !ok {
		return q.missing(textNoCancel)
	}
	changed, err := q.f.clinic.Change(have.ID, func(a *simserver.Appointment) error {
		switch {
		case !a.Status.Live(), a.Practitioner != want.Practitioner, !a.Start.Equal(want.Start), !a.End.Equal(want.End):
			return errNone
		case a.Patient != want.Patient, owner != "" && a.Patient != owner:
			return errOther
		}
		a.Status = status
		if status == simserver.Arrived {
			a.WasArrived, a.ArrivedAt = true, q.Now
		}
		return nil
	})
	switch {
	case errors.Is(err, errOther):
		return q.unprocessable("processing", textOtherOwner)
	case err != nil:
		return q.missing(textNoCancel)
	}
	return q.stored(http.StatusOK, q.appointment(changed))
}

// meant is the appointment by its id, or by practitioner and time.
func (q *query) meant(want simserver.Appointment, id string) (simserver.Appointment, bool) {
	if id != "" {
		return q.appointmentBy(id)
	}
	for _, a := range q.f.clinic.Appointments() {
		if a.Practitioner == want.Practitioner && a.Start.Equal(want.Start) && a.Status.Live() {
			return a, true
		}
	}
	return simserver.Appointment{}, false
}
