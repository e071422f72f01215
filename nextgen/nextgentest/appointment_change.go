package nextgentest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// cancel keeps the row and answers without a body. Assumed: that a reason is needed, and
// 400 for what is cancelled, moved or kept.
func (s *Sim) cancel(q *query, a simserver.Appointment) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(b, "CancelReasonId")
	id, refusal := q.guidIn(b, "CancelReasonId")
	if refusal != nil {
		return refusal
	}
	reason, ok := q.practice.reason(cancelReasons, id)
	if !ok {
		q.needed(b, "CancelReasonId")
		return q.bad("The CancelReasonId is not valid.")
	}
	if refusal := q.changeable(a); refusal != nil {
		return refusal
	}
	if a.Tied != "" {
		return q.bad("The appointment cannot be cancelled because " + a.Tied + ".")
	}
	q.practice.visit(a).cancelReason = reason
	q.set(a, func(a *simserver.Appointment) { a.Status = simserver.Cancelled })
	return q.empty(http.StatusOK)
}

// changeable refuses what is over.
func (q *query) changeable(a simserver.Appointment) *simserver.Reply {
	v := q.practice.visit(a)
	switch {
	case v.rescheduled:
		return q.bad("The appointment was rescheduled.")
	case a.Status == simserver.Cancelled:
		return q.bad("The appointment is already cancelled.")
	case a.Status == simserver.Arrived || a.Status == simserver.Fulfilled || a.Status == simserver.NoShow:
		return q.bad("The appointment was kept or missed and cannot be changed.")
	}
	return nil
}

// set changes an appointment that is there.
func (q *query) set(a simserver.Appointment, change func(*simserver.Appointment)) {
	_, _ = q.practice.clinic.Change(a.ID, func(a *simserver.Appointment) error {
		change(a)
		return nil
	})
}

// reschedule makes a new appointment and flags the old one (documented). Where the
// pointer stands, and what is needed, is assumed.
func (s *Sim) reschedule(q *query, a simserver.Appointment) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(b, append([]string{"EventId", "LocationId", "ResourceIds", "AppointmentDate", "DurationMinutes", "RescheduleReasonId"}, overrides...)...)
	id, refusal := q.guidIn(b, "RescheduleReasonId")
	if refusal != nil {
		return refusal
	}
	reason, ok := q.practice.reason(reschedReason, id)
	if !ok {
		q.needed(b, "RescheduleReasonId")
		return q.bad("The RescheduleReasonId is not valid.")
	}
	w, refusal := q.wish(b)
	if refusal != nil {
		return refusal
	}
	if refusal := q.changeable(a); refusal != nil {
		return refusal
	}
	if refusal := q.conflict(w, a.ID); refusal != nil {
		return refusal
	}
	old := *q.practice.visit(a)
	moved := q.enter(w, simserver.Appointment{Patient: a.Patient, Note: a.Note, Purposes: a.Purposes})
	v, was := q.practice.visit(moved), q.practice.visit(a)
	v.rendering, v.referring, v.description, v.virtual, v.defined = old.rendering, old.referring, old.description, old.virtual, old.defined
	was.rescheduled, was.reschedReason = true, reason
	switch s.opts.Pointer {
	case PointerBack:
		v.pointer = a.ID
	case PointerForward:
		was.pointer = moved.ID
	case PointerNone:
	}
	q.set(a, func(a *simserver.Appointment) { a.Status = simserver.Cancelled }) // frees its time
	return q.made("/appointments", q.practice.guid("appointment", moved.ID), q.fullRow(moved))
}

// changeAppointment changes details (documented); date, event, place and resources
// cannot be changed this way: assumed to be ignored, or 400 by option. PUT is taken like
// PATCH and clears what is left out (assumed).
func (s *Sim) changeAppointment(q *query, a simserver.Appointment) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	for _, name := range []string{"AppointmentDate", "BeginTime", "EndTime", "Duration", "DurationMinutes", "EventId", "LocationId", "ResourceIds"} {
		if b.has(name) {
			q.Violate("%s cannot be changed this way", name)
			if s.opts.RefuseDates {
				return q.bad("The " + name + " cannot be changed.")
			}
		}
	}
	q.only(b, "Details", "Description", "ProcedureWithResident", "IsRetained", "RetainedAppointmentId", "RenderingProviderId", "ReferringProviderId",
		"UserDefined1", "UserDefined2", "UserDefined3", "UserDefined4", "UserDefined5", "UserDefined6", "UserDefined7", "UserDefined8", "MarketingPlanId",
		"MarketingSourceId", "MarketingPlanComments", "CaseManagementCaseId", "AppointmentConfirmed", "VirtualVisitLink", "EncounterId",
		"AppointmentDate", "BeginTime", "EndTime", "Duration", "DurationMinutes", "EventId", "LocationId", "ResourceIds")
	rendering, refusal := q.guidIn(b, "RenderingProviderId")
	if refusal != nil {
		return refusal
	}
	if _, ok := q.practice.provider(rendering); rendering != "" && !ok {
		return q.bad("The rendering provider is not valid.")
	}
	confirmed, refusal := q.flag(b, "AppointmentConfirmed")
	if refusal != nil {
		return refusal
	}
	whole := q.Method == http.MethodPut
	v := q.practice.visit(a)
	for name, to := range map[string]*string{
		"Description": &v.description, "RenderingProviderId": &v.rendering, "ReferringProviderId": &v.referring, "VirtualVisitLink": &v.virtual, "EncounterId": &v.encounter,
	} {
		if whole || b.has(name) {
			*to = b.text(name)
		}
	}
	q.define(v, b)
	q.set(a, func(a *simserver.Appointment) {
		if whole || b.has("Details") {
			a.Note = b.text("Details")
		}
		if whole || b.has("AppointmentConfirmed") {
			a.Confirmed = confirmed
		}
	})
	return q.empty(http.StatusOK)
}

// deleteAppointment removes the row: documented, and never what a patient's cancellation
// should do, so it breaks a rule.
func (s *Sim) deleteAppointment(q *query, a simserver.Appointment) *simserver.Reply {
	q.Violate("an appointment is cancelled, never deleted")
	q.practice.visit(a).deleted = true
	q.set(a, func(a *simserver.Appointment) { a.Status = simserver.Cancelled })
	return q.empty(http.StatusOK)
}

// keep marks the patient as arrived (documented).
func (s *Sim) keep(q *query, a simserver.Appointment) *simserver.Reply {
	b := body{}
	if len(q.Body) > 0 {
		var refusal *simserver.Reply
		if b, refusal = q.decode(); refusal != nil {
			return refusal
		}
	}
	q.only(b, "EncounterId")
	id, refusal := q.guidIn(b, "EncounterId")
	if refusal != nil {
		return refusal
	}
	return q.kept(a, id)
}

func (q *query) kept(a simserver.Appointment, encounter string) *simserver.Reply {
	v := q.practice.visit(a)
	if v.rescheduled || a.Status == simserver.Cancelled {
		return q.bad("The appointment was cancelled or rescheduled.")
	}
	if encounter != "" {
		v.encounter = encounter
	}
	q.set(a, func(a *simserver.Appointment) { a.Status, a.ArrivedAt, a.WasArrived = simserver.Arrived, q.Now, true })
	return q.empty(http.StatusOK)
}

// keepWorkflow is documented; that CreateEncounter makes one is assumed.
func (s *Sim) keepWorkflow(q *query, a simserver.Appointment) *simserver.Reply {
	b, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(b, "MarkAsKept", "CreateEncounter")
	mark, refusal := q.flag(b, "MarkAsKept")
	if refusal != nil {
		return refusal
	}
	create, refusal := q.flag(b, "CreateEncounter")
	if refusal != nil {
		return refusal
	}
	id := ""
	if create {
		id = q.practice.newEncounter(a, q.Now)
	}
	if mark {
		return q.kept(a, id)
	}
	return q.empty(http.StatusOK)
}
