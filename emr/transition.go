package emr

import (
	"context"
	"errors"
)

// Confirm makes a held appointment a booking, or marks it as confirmed where the vendor
// knows that. One that is confirmed already is returned as it is.
//
// Kinds: not_found, conflict, invalid (the vendor refuses the change), ambiguous (sent,
// outcome unknown: read the appointment), unsupported, and those of any call. A lost
// answer is looked up by reading the appointment back; the change is sent once.
func (c *Client) Confirm(ctx context.Context, id AppointmentID) (*Appointment, error) {
	return c.change(ctx, id, transition{op: "confirm appointment", need: CanConfirm,
		send: func(ctx context.Context, a *Appointment) (*Appointment, error) {
			return c.parts.AppointmentConfirmer.Confirm(ctx, a)
		},
		done: func(before, now *Appointment) bool {
			switch now.Status {
			case StatusArrived, StatusFulfilled:
				return true
			case StatusBooked:
				return now.Confirmed || before != nil && (before.Status == StatusHeld || before.Status == StatusPending)
			}
			return false
		}})
}

// Arrive marks the patient as arrived. Kinds as for Confirm.
func (c *Client) Arrive(ctx context.Context, id AppointmentID) (*Appointment, error) {
	return c.change(ctx, id, transition{op: "mark arrival", need: CanArrive,
		send: func(ctx context.Context, a *Appointment) (*Appointment, error) {
			return c.parts.AppointmentArriver.Arrive(ctx, a)
		},
		done: func(_, now *Appointment) bool {
			return now.Status == StatusArrived || now.Status == StatusFulfilled
		}})
}

// Cancel calls an appointment off or releases a hold; why may be nil. One that is
// cancelled already is a success, so that Cancel may be repeated. Look at the Status
// of the answer: some vendors can be asked to queue the wish for staff. Kinds as for
// Confirm.
func (c *Client) Cancel(ctx context.Context, id AppointmentID, why *Cancellation) (*Appointment, error) {
	const op = "cancel appointment"
	if why == nil {
		why = &Cancellation{}
	}
	reason := *why
	t := transition{op: op, need: CanCancel, goneIsDone: true,
		send: func(ctx context.Context, a *Appointment) (*Appointment, error) {
			return c.parts.AppointmentCanceller.Cancel(ctx, a, &reason)
		},
		done: func(_, now *Appointment) bool { return now.Status == StatusCancelled }}
	if !sound(reason.Note, "\n\r\t") || !sound(NewPHI(reason.Reason), "") {
		t.refused = Invalid(op, "the reason holds control characters or is not UTF-8", "reason", "note")
	}
	return c.change(ctx, id, t)
}

// transition is a change of one appointment's state.
type transition struct {
	op         string
	need       Capability
	refused    *Error
	send       func(context.Context, *Appointment) (*Appointment, error)
	done       func(before, now *Appointment) bool // before may be nil: not read
	goneIsDone bool                                // the appointment is no longer there: that was the wish
}

func (c *Client) change(ctx context.Context, id AppointmentID, t transition) (*Appointment, error) {
	ctx, err := c.begin(ctx, t.op, t.need)
	if err != nil {
		return nil, err
	}
	if t.refused == nil && id.IsZero() {
		t.refused = Invalid(t.op, "name the appointment", "appointment")
	}
	if t.refused != nil {
		return nil, c.fill(ctx, t.op, t.refused)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()

	var before *Appointment
	subject := &Appointment{ID: id}
	if c.parts.AppointmentReader != nil && !c.info.Habits.ActsByID {
		if before, err = c.readAppointment(ctx, t.op, id); err != nil {
			return nil, err
		}
		if t.done(nil, before) {
			return before, nil
		}
		copied := *before
		subject = &copied
	}
	readsBack := c.opts.Lost == Reconcile && c.parts.AppointmentReader != nil
	a, err := once(ctx, readsBack, func(ctx context.Context) (*Appointment, error) { return t.send(ctx, subject) })
	if err == nil && a != nil && !a.ID.IsZero() {
		return a, nil
	}
	if err == nil {
		err = &Error{Kind: KindAmbiguous, Hint: "the vendor answered without the appointment: " + readHint}
	}
	failure := asError(write, err)
	if !failure.maybeDone() {
		return nil, c.fill(ctx, t.op, failure)
	}
	return c.settle(ctx, id, t, before, failure)
}

const readHint = "look at the appointment before doing it again (Client.GetAppointment)"

// settle reads back what became of a change whose answer was lost.
func (c *Client) settle(ctx context.Context, id AppointmentID, t transition, before *Appointment, lost *Error) (*Appointment, error) {
	if err := ctx.Err(); err != nil {
		return nil, c.fill(ctx, t.op, lost.doubt("the request was under way when the time ran out: "+readHint).because(err))
	}
	if c.opts.Lost == Report || c.parts.AppointmentReader == nil {
		return nil, c.fill(ctx, t.op, lost)
	}
	for look := range 2 {
		if look > 0 && !pause(ctx, secondLook(ctx)) {
			break
		}
		now, err := c.readAppointment(ctx, t.op, id)
		switch {
		case err == nil && t.done(before, now):
			return now, nil
		case t.goneIsDone && before != nil && errors.Is(err, ErrNotFound):
			gone := *before
			gone.Status, gone.VendorStatus = StatusCancelled, ""
			return &gone, nil
		}
	}
	out := lost.doubt("the request was sent, its answer was lost, and the appointment does not show the change: " + readHint)
	if err := ctx.Err(); err != nil {
		out = out.because(err)
	}
	return nil, c.fill(ctx, t.op, out)
}
