package nextechtest

import (
	"errors"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/internal/simserver"
)

// refusal is an error with the vendor's answer in it.
type refusal struct{ reply *simserver.Reply }

func (refusal) Error() string { return "refused" }

// unprocessable is 422, documented for cancellations; the body is assumed.
func unprocessable(text string) error {
	return refusal{outcome(http.StatusUnprocessableEntity, "business-rule", text)}
}

// change answers a partial update: 404 for an unknown id, what apply refuses, or the
// appointment.
func (s *Sim) change(q *query, apply func(*simserver.Appointment) error) (simserver.Appointment, *simserver.Reply) {
	a, err := s.clinic.Change(q.vars["id"], apply)
	var r refusal
	switch {
	case errors.Is(err, simserver.ErrUnknown):
		return a, notFound("The appointment was not found")
	case errors.As(err, &r):
		return a, r.reply
	}
	return a, nil
}

// putAppointment is Select's PUT: only the changed part, status or the practice's own
// status. Documented: booked confirms; arrived, fulfilled, pending since 15.8; cancelled
// since 15.9, as a request to the staff since 14.6; arrived cannot be set again.
func (s *Sim) putAppointment(q *query) *simserver.Reply {
	body, refused := q.decode()
	if refused != nil {
		return refused
	}
	onlyMembers(q.Call, body, "the change", "resourceType", "status", "extension")
	status := simserver.StringIn(body, "status")
	custom, hasCustom := refID(simserver.ObjectIn(s.extension(q, body, s.d.scheduling("appointment-status")), "valueReference"), "appointment-status")
	request := simserver.StringIn(s.extension(q, body, s.d.scheduling("request-type")), "valueString")
	switch {
	case simserver.StringIn(body, "resourceType") != "Appointment", request != "" && request != "queue", request != "" && status != "cancelled",
		status == "" && !hasCustom, hasCustom && (status != "" || statusName(custom) == ""):
		return invalid("The change is not supported")
	}
	a, refused := s.change(q, func(a *simserver.Appointment) error {
		switch {
		case hasCustom:
			return setPracticeStatus(a, custom)
		case status == "cancelled":
			return s.cancel(a, request == "queue")
		}
		return setStatus(a, status, q)
	})
	if refused != nil {
		return refused
	}
	return s.done(http.StatusOK, s.appointment(a))
}

// patchAppointment is Practice+'s PATCH with plain JSON: booked and arrived are
// documented, cancelled is not. Success is 204 without a body (documented as possible).
func (s *Sim) patchAppointment(q *query) *simserver.Reply {
	body, refused := q.decode()
	if refused != nil {
		return refused
	}
	onlyMembers(q.Call, body, "the change", "resourceType", "status", "participant", "extension")
	status := simserver.StringIn(body, "status")
	known := []string{"booked", "arrived"}
	if s.opts.UndocumentedCancel {
		known = append(known, "cancelled")
	}
	accepted := slices.ContainsFunc(children(body, "participant"), func(p map[string]any) bool { return simserver.StringIn(p, "status") == "accepted" })
	if simserver.StringIn(body, "resourceType") != "Appointment" || !slices.Contains(known, status) || !accepted && status != "cancelled" {
		return invalid("The change is not supported")
	}
	editor := simserver.StringIn(simserver.ObjectIn(s.extension(q, body, "modifiedBy"), "valueIdentifier"), "value")
	_, refused = s.change(q, func(a *simserver.Appointment) error {
		if editor != "" {
			a.Editor = editor
		}
		if status == "cancelled" {
			return s.cancel(a, false)
		}
		return setStatus(a, status, q)
	})
	if refused != nil {
		return refused
	}
	return &simserver.Reply{Status: http.StatusNoContent}
}

func setStatus(a *simserver.Appointment, status string, q *query) error {
	next := simserver.Status(status)
	switch {
	case !slices.Contains([]string{"booked", "arrived", "fulfilled", "pending"}, status):
		return refusal{invalid("The status is not supported")}
	case a.Status == simserver.Cancelled:
		return unprocessable("The appointment is cancelled") // assumed
	case next == simserver.Arrived && a.WasArrived && a.Status != simserver.Arrived:
		return unprocessable("The appointment was marked as arrived before")
	}
	if next == simserver.Arrived && a.Status != simserver.Arrived {
		a.WasArrived, a.ArrivedAt = true, q.Now.In(a.Start.Location())
	}
	a.Confirmed = a.Confirmed || next == simserver.Booked
	a.Status, a.PracticeStatus = next, ""
	return nil
}

// setPracticeStatus sets a status of the practice's own; the first five of the list
// stand for FHIR's (assumed).
func setPracticeStatus(a *simserver.Appointment, id string) error {
	a.PracticeStatus = ""
	switch id {
	case "0":
		a.Status, a.Confirmed = simserver.Booked, false
	case "1":
		a.Status, a.Confirmed = simserver.Booked, true
	case "2":
		a.Status, a.WasArrived = simserver.Arrived, true
	case "3":
		a.Status = simserver.Fulfilled
	case "4":
		a.Status = simserver.NoShow
	default:
		a.PracticeStatus = id
	}
	return nil
}

// cancel refuses with 422 for the documented reasons.
func (s *Sim) cancel(a *simserver.Appointment, queue bool) error {
	switch {
	case a.Status == simserver.Cancelled:
		return unprocessable("The appointment is already cancelled")
	case a.CancelAsked:
		return unprocessable("A cancellation request is already pending")
	case a.Patient == "":
		return unprocessable("The appointment has no patient")
	case a.Tied != "":
		return unprocessable(a.Tied)
	case s.opts.CancelReasonRequired && !queue:
		return unprocessable("The practice requires a cancellation reason")
	case queue:
		a.CancelAsked = true
		return nil
	}
	a.Status, a.PracticeStatus = simserver.Cancelled, ""
	return nil
}
