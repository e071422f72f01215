package nexhealth

import (
	"context"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// once handles an event unless it is handled already, here or by another replica. A
// repetition that comes while the first is at work here waits for it: answered at once, it
// would be lost if the first then fails.
func (w *Webhook) once(ctx context.Context, key string, e *Event) verdict {
	w.mu.Lock()
	if f, ok := w.running[key]; ok {
		w.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return verdict{http.StatusServiceUnavailable, "a repetition, and the vendor hung up while the first was at work"}
		}
		if f.v.status == http.StatusOK {
			return verdict{http.StatusOK, "a repetition"}
		}
		return f.v
	}
	f := &flight{done: make(chan struct{}), v: verdict{http.StatusInternalServerError, "panic"}}
	w.running[key] = f
	w.mu.Unlock()

	defer func() {
		w.mu.Lock()
		delete(w.running, key)
		w.mu.Unlock()
		close(f.done)
	}()
	// The vendor hanging up ends neither the work nor what is noted of it.
	f.v = w.claimed(context.WithoutCancel(ctx), key, e)
	return f.v
}

// noteTimeout bounds each call of the store.
const noteTimeout = 5 * time.Second

// claimed handles an event under a claim in the store.
func (w *Webhook) claimed(ctx context.Context, key string, e *Event) (v verdict) {
	var claim Claim
	failed := w.store(ctx, func(ctx context.Context) (err error) {
		claim, err = w.cfg.Replay.Claim(ctx, key, 2*w.cfg.HandleTimeout)
		return err
	})
	switch {
	case failed:
		return verdict{http.StatusInternalServerError, "the replay store failed"}
	case claim == ClaimDone:
		return verdict{http.StatusOK, "a repetition"}
	case claim != ClaimNew:
		return verdict{http.StatusServiceUnavailable, "another replica is at it"}
	}
	release := func(ctx context.Context) error { return w.cfg.Replay.Release(ctx, key) }
	ended := true
	defer func() {
		if ended { // Handle ended this goroutine (runtime.Goexit): nothing of it comes back
			w.store(ctx, release)
		}
	}()
	v = w.handle(ctx, e)
	if ended = false; v.status != http.StatusOK {
		if w.store(ctx, release) {
			v.reason += ", and the replay store could not be told: tries are refused until the claim runs out"
		}
		return v
	}
	if w.store(ctx, func(ctx context.Context) error { return w.cfg.Replay.Done(ctx, key, w.cfg.Remember) }) {
		v.reason += ", but the replay store could not be told: a repetition may be handled again"
	}
	return v
}

// store calls the store and reports whether that failed, or panicked.
func (w *Webhook) store(ctx context.Context, call func(context.Context) error) (failed bool) {
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	defer func() {
		if recover() != nil { // what it panicked with may hold anything
			failed = true
		}
	}()
	return call(ctx) != nil
}

// handle tells Outcomes and calls Handle.
func (w *Webhook) handle(ctx context.Context, e *Event) (v verdict) {
	ctx, cancel := context.WithTimeout(ctx, w.cfg.HandleTimeout)
	defer cancel()
	defer func() {
		if recover() != nil { // what it panicked with may name a patient
			v = verdict{http.StatusInternalServerError, "Handle panicked"}
		}
	}()
	if w.cfg.Outcomes != nil {
		if err := w.cfg.Outcomes.Observe(ctx, e); err != nil {
			return verdict{http.StatusInternalServerError, "the store of Outcomes failed"}
		}
	}
	if w.cfg.Handle != nil {
		if err := w.cfg.Handle(ctx, *e); err != nil {
			reason := "Handle failed"
			if kind := emr.KindOf(err); kind != "" { // its text may hold anything
				reason += " with " + string(kind)
			}
			return verdict{http.StatusInternalServerError, reason}
		}
	}
	return verdict{http.StatusOK, "handled"}
}
