package emr

import (
	"context"
	"time"
)

// The time of a write: the whole call, when the caller set no deadline, and the most
// that one attempt may take of it. The rest is for reading back.
const (
	wholeCall = 30 * time.Second
	mostWrite = 15 * time.Second
)

// bounded gives a call its deadline, if the caller did not.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, wholeCall)
}

// once runs a write, the only time it is sent. When the client will read back after a
// lost answer, the attempt gets half of the time that is left, at most 15 seconds.
func once[T any](ctx context.Context, readsBack bool, do func(context.Context) (T, error)) (T, error) {
	deadline, ok := ctx.Deadline()
	if readsBack && ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, min(time.Until(deadline)/2, mostWrite))
		defer cancel()
	}
	return do(ctx)
}

// Unsent marks the error of a look-up before a write: nothing of the write was sent. It
// is for drivers. Without it the Client takes an answer nobody can read, or one that is
// too large, for that of the write, and looks for something that was never made.
//
// The result is an [*Error] of its own; kind, Status and Attempts stay those of the
// look-up. No look-up is ambiguous or partial: such errors are not marked. nil stays nil.
func Unsent(err error) error {
	if err == nil {
		return nil
	}
	e := asError(read, err)
	e.unsent = e.Kind != KindAmbiguous && e.Kind != KindPartial
	return e
}

// maybeDone reports whether a write that failed with e may have been done all the same.
func (e *Error) maybeDone() bool {
	if e.unsent {
		return false
	}
	switch e.Kind {
	case KindAmbiguous:
		return true
	case KindProtocol, KindTooLarge:
		// An unreadable answer: the vendor heard us unless it redirected or refused.
		return e.Status == 0 && e.Attempts > 0 || e.Status >= 200 && e.Status < 300
	}
	return false
}

// doubt is e as an error of unknown outcome, with what to do about it.
func (e *Error) doubt(hint string) *Error {
	out := *e
	out.Kind, out.Hint = KindAmbiguous, hint
	return &out
}

// pause waits for d or until ctx ends, and reports whether it waited in full.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// secondLook is the wait before looking a second time: a second, or a quarter of the
// time left if that is less.
func secondLook(ctx context.Context) time.Duration {
	wait := time.Second
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)/4)
	}
	return wait
}
