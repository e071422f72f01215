package emr

import (
	"context"
	"errors"
	"time"
)

// The pauses between two looks of AwaitWritten, and how long it looks when the caller
// set no deadline.
const (
	firstPause = 500 * time.Millisecond
	mostPause  = 15 * time.Second
	mostAwait  = 2 * time.Minute
)

// AwaitWritten waits until the vendor has written an accepted appointment into the
// clinic's system. It looks at once and then after growing pauses, until ctx ends (two
// minutes without a deadline). The appointment as last read comes with each error.
//
// Kinds: conflict (the clinic's system refused it: there is no such appointment, offer
// another time), ambiguous (the vendor gave up waiting, or time ran out here: it may
// still be written; the latter also matches the context's error), not_found,
// unsupported, and those of any read that fails three times in a row.
func (c *Client) AwaitWritten(ctx context.Context, id AppointmentID) (*Appointment, error) {
	const op = "await written"
	ctx, err := c.begin(ctx, op, CanReadAppointments)
	if err != nil {
		return nil, err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, mostAwait)
		defer cancel()
	}
	var last *Appointment
	wait, failures := firstPause, 0
	for {
		a, err := c.readAppointment(ctx, op, id)
		if err == nil {
			last, failures = a, 0
			switch a.Write {
			case WriteDone, "":
				return a, nil
			case WriteFailed:
				return a, c.failed(ctx, op, read, &Error{Kind: KindConflict, Err: ErrWriteFailed,
					Hint: "the clinic's system refused the appointment: offer another time"})
			case WriteTimedOut:
				return a, c.failed(ctx, op, read, &Error{Kind: KindAmbiguous, Err: ErrWriteTimedOut,
					Hint: "the vendor gave up waiting for the clinic's system: look into the clinic's calendar before booking again"})
			}
		} else if failures++; failures == 3 || RedoOf(err) != Safe {
			return last, err
		}
		rest := wait
		var e *Error
		if errors.As(err, &e) {
			rest = max(rest, e.RetryAfter)
		}
		if !pause(ctx, rest) {
			hint := "not written yet when the time ran out: call AwaitWritten again"
			out := (&Error{Kind: KindAmbiguous, Hint: hint}).because(err).because(ctx.Err())
			return last, c.fill(ctx, op, out)
		}
		wait = min(wait*2, mostPause)
	}
}
