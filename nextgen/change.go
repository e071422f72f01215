package nextgen

import (
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/reference"
	"github.com/emrkit/emrkit/internal/transport"
)

// confirmBody is the body of PATCH /appointments/{id}: only what is sent changes.
type confirmBody struct {
	Confirmed bool `json:"AppointmentConfirmed"`
}

type cancelBody struct {
	Reason string `json:"CancelReasonId,omitempty"`
}

// Confirm notes that the patient has confirmed.
func (p parts) Confirm(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return p.change(ctx, a, transition{
		op: opConfirm, method: http.MethodPatch, route: "/appointments/{id}", body: confirmBody{true},
		shows: func(now *emr.Appointment) bool {
			return now.Confirmed && now.Status.Live() || now.Status == emr.StatusArrived
		},
	})
}

// Arrive marks the appointment as kept, which is NextGen's word for a patient who came.
func (p parts) Arrive(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return p.change(ctx, a, transition{
		op: opArrive, method: http.MethodPut, route: "/appointments/{id}/kept", body: struct{}{},
		shows: func(now *emr.Appointment) bool { return now.Status == emr.StatusArrived },
	})
}

// Cancel posts to /appointments/{id}/cancel; nothing is ever deleted. Reason is the id or
// the name of an entry of the practice's list as_cancel_reason; without one it is
// Config.CancelReason or the first entry. A note is not taken. One that was moved is kind
// conflict: cancel the appointment it was moved to.
func (p parts) Cancel(ctx context.Context, a *emr.Appointment, why *emr.Cancellation) (*emr.Appointment, error) {
	if why == nil {
		why = &emr.Cancellation{}
	}
	if why.Vendor != nil {
		return nil, emr.Unsent(invalid(opCancel, "NextGen has no vendor options here", "vendor"))
	}
	if a != nil && a.Status == emr.StatusCancelled {
		return a, nil
	}
	if a != nil && a.Status == emr.StatusMoved {
		return nil, emr.Unsent(&emr.Error{Kind: emr.KindConflict, Vendor: vendor, Op: opCancel, Hint: "the appointment was moved: cancel the one it was moved to"})
	}
	if a != nil && !isGUID(a.ID.Reveal()) { // before the list of reasons is asked for
		return nil, emr.Unsent(invalid(opCancel, "NextGen's ids are UUIDs", "id"))
	}
	reason, err := p.reasonFor(ctx, opCancel, why.Reason)
	if err != nil {
		return nil, emr.Unsent(err)
	}
	return p.change(ctx, a, transition{
		op: opCancel, method: http.MethodPost, route: "/appointments/{id}/cancel", body: cancelBody{reason}, goneIsDone: true,
		shows: func(now *emr.Appointment) bool { return now.Status == emr.StatusCancelled },
	})
}

// transition is a change of one appointment.
type transition struct {
	op, method, route string
	body              any
	shows             func(now *emr.Appointment) bool
	goneIsDone        bool
}

// change sends a change once and reads the appointment as it is afterwards: answers are
// empty or {}, and an empty one may also be the daily quota. Only an appointment that shows
// the change is proof. What does not show it is ambiguous, and the Client looks again.
func (p parts) change(ctx context.Context, a *emr.Appointment, t transition) (*emr.Appointment, error) {
	if a == nil {
		return nil, emr.Unsent(invalid(t.op, "say which appointment", "appointment"))
	}
	call, err := p.call(t.op, t.method, t.route, a.ID.Reveal())
	if err != nil {
		return nil, emr.Unsent(err)
	}
	call.Patient = a.Patient
	answer, err := p.send(ctx, call, nil, t.body)
	if err != nil {
		if kind := emr.KindOf(err); kind == emr.KindConflict || kind == emr.KindInvalid { // somebody else may have done it just now
			if now, unread := p.getBooked(ctx, t.op, a.ID); unread == nil && t.shows(now.Appointment) {
				return now.Appointment, nil
			}
		}
		return nil, err
	}
	now, err := p.getBooked(ctx, t.op, a.ID)
	switch {
	case err == nil && t.shows(now.Appointment):
		return now.Appointment, nil
	case t.goneIsDone && emr.KindOf(err) == emr.KindNotFound:
		gone := *a
		gone.Status, gone.VendorStatus = emr.StatusCancelled, ""
		return &gone, nil
	}
	return nil, p.unshown(call, answer, err)
}

// unshown is the error of a change that NextGen accepted and the appointment does not show.
func (c *Client) unshown(call *transport.Call, answer *transport.Answer, cause error) *emr.Error {
	e := c.http.Error(call, answer, emr.KindAmbiguous, "NextGen took the change and the appointment does not show it, or could not be read: read it before changing it again; an empty answer can also mean that the daily allowance is used up")
	e.Err = cause
	return e
}

// reasonFor is the id of the reason of a cancellation or move: the one named, or the
// configured one, or the first of the practice's list. Where that list is empty or may not
// be read, none is sent, and NextGen decides.
func (c *Client) reasonFor(ctx context.Context, op, wanted string) (string, error) {
	list, kind, first := &c.ref.cancel, "as_cancel_reason", c.cancelReason
	if op == opReschedule {
		list, kind, first = &c.ref.move, "as_resched_reason", c.rescheduleReason
	}
	switch {
	case isGUID(wanted):
		return wanted, nil
	case wanted != "":
		return c.reasonNamed(ctx, list, kind, op, wanted)
	}
	id, err := first(ctx)
	if isRefused(err) || emr.KindOf(err) == emr.KindInvalid {
		return "", nil
	}
	return id, err
}

// reasonNamed finds a reason by its name in the practice's list.
func (c *Client) reasonNamed(ctx context.Context, list *reference.List[reason], kind, op, name string) (string, error) {
	all, err := list.Get(ctx, vendor, opReasons, func(ctx context.Context) ([]*reason, error) { return c.listItems(ctx, kind) })
	if err != nil {
		return "", err
	}
	for _, r := range all {
		if strings.EqualFold(r.Name, strings.TrimSpace(name)) {
			return r.ID, nil
		}
	}
	return "", invalid(op, "the practice's list "+kind+" has no such entry: name one of it, or leave the reason out", "reason")
}
