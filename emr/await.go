package emr

import (
	"context"
	"errors"
	"time"
)

// The pauses between two looks of AwaitWritten, how long it looks when the caller set no
// deadline, and how many looks in a row may fail.
const (
	firstPause = 500 * time.Millisecond
	mostPause  = 15 * time.Second
	mostAwait  = 2 * time.Minute
	mostMisses = 3
)

// AwaitWritten waits until the vendor has written an accepted appointment into the
// clinic's system. It looks at once and then after growing pauses, until ctx ends (two
// minutes without a deadline). Where the connection has CanWatchWrites it hears the
// vendor's news too, and looks as soon as they come. The appointment as last read comes
// with each error, nil when no look succeeded.
//
// The record has the last word. News that the write was done end the wait when a look
// shows it. News that it failed or timed out end the wait when a look made after them
// does not show it as written, or when no look is possible any more; Write of the
// appointment is then what the news said. Where they contradict each other, news that it
// was done outweigh the others: the wait goes on until the record shows it.
//
// Kinds: conflict (ErrWriteFailed: the clinic's system refused it, there is no such
// appointment, offer another time), ambiguous (ErrWriteTimedOut: the vendor gave up
// waiting; or time ran out here, which also matches the context's error: it may still be
// written), not_found, unsupported, and those of any read that fails three times in a row.
func (c *Client) AwaitWritten(ctx context.Context, id AppointmentID) (*Appointment, error) {
	const op = "await written"
	ctx, err := c.begin(ctx, op, CanReadAppointments)
	if err != nil {
		return nil, err
	}
	if id.IsZero() {
		return nil, c.refuse(ctx, op, KindInvalid, "name the appointment", "appointment")
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, mostAwait)
		defer cancel()
	}
	w := c.watch(id) // before the first look, so that nothing falls in between
	defer w.end()
	return c.await(ctx, op, id, w)
}

// await looks, and waits for the next look or for news, whichever comes first.
func (c *Client) await(ctx context.Context, op string, id AppointmentID, w *writeNews) (*Appointment, error) {
	var last *Appointment
	rest, misses := firstPause, 0
	for {
		w.catchUp()
		checked := w.word() // the look that follows puts it to the test
		a, err := c.readAppointment(ctx, op, id)
		var hold time.Duration
		if err == nil {
			last, misses = a, 0
			switch a.Write {
			case WriteDone, "", WriteFailed, WriteTimedOut:
				return a, c.unwritten(ctx, op, a.Write)
			}
		} else {
			misses++
			hold = retryAfter(err)
		}
		w.catchUp()
		lost := err != nil && (misses == mostMisses || RedoOf(err) != Safe)
		switch word := w.word(); {
		case word.isEnd() && (lost || err == nil && word == checked):
			return last.withWrite(word), c.unwritten(ctx, op, word)
		case lost:
			return last, err
		}
		if !w.wait(ctx, checked, max(rest, hold), hold) {
			return c.outOfTime(ctx, op, last, w.word(), err)
		}
		if rest = min(rest*2, mostPause); w.word() != checked {
			rest = firstPause // the record follows soon
		}
	}
}

// outOfTime ends the wait with ctx. A look to put the last word to the test is no longer
// possible: then the word counts.
func (c *Client) outOfTime(ctx context.Context, op string, last *Appointment, word WriteState, err error) (*Appointment, error) {
	if word.isEnd() {
		return last.withWrite(word), c.unwritten(ctx, op, word)
	}
	hint := "not written yet when the time ran out: wait again before doing anything else (Client.AwaitWritten)"
	if word == WriteDone {
		hint = "the vendor told that it was written, and the record did not show it in time: wait again before doing anything else (Client.AwaitWritten)"
	}
	out := (&Error{Kind: KindAmbiguous, Hint: hint}).because(err).because(ctx.Err())
	return last, c.fill(ctx, op, out)
}

// isEnd reports whether s is the end of a write that was not done.
func (s WriteState) isEnd() bool { return s == WriteFailed || s == WriteTimedOut }

// unwritten is the error of a write that ended as state, nil when it was done.
func (c *Client) unwritten(ctx context.Context, op string, state WriteState) error {
	switch state {
	case WriteFailed:
		return c.failed(ctx, op, read, &Error{Kind: KindConflict, Err: ErrWriteFailed,
			Hint: "the clinic's system refused the appointment: offer another time"})
	case WriteTimedOut:
		return c.failed(ctx, op, read, &Error{Kind: KindAmbiguous, Err: ErrWriteTimedOut,
			Hint: "the vendor gave up waiting for the clinic's system: look into the clinic's calendar before doing anything again"})
	}
	return nil
}

// withWrite is a copy of a with another write state, nil for nil.
func (a *Appointment) withWrite(state WriteState) *Appointment {
	if a == nil {
		return nil
	}
	out := *a
	out.Write = state
	return &out
}

// retryAfter is how long the vendor asked to wait.
func retryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
