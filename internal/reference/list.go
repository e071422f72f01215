// Package reference reads a clinic's reference data, its places, people and appointment
// types, whole ([Collect]) and keeps it for a while ([List]): drivers fill in with it what
// a caller left blank.
package reference

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Age is how long a list is used. Lists that a caller asks for are always read anew.
const Age = time.Hour

// List holds one list, which many callers fetch once. The zero List is empty.
type List[T any] struct {
	mu     sync.Mutex // held for moments only, never during a fetch
	at     time.Time
	all    []*T
	flight *flight[T] // nil when nobody fetches
}

// flight is one fetch, made by one caller for all who wait.
type flight[T any] struct {
	done  chan struct{} // closed at the end; the others are set before
	all   []*T
	err   error
	alone bool // it ended for a reason of the caller's own: the next one tries
}

// Get returns the list, fetching it when it is older than Age. Whoever comes while it is
// fetched gets the same result, an error too, so that nobody waits for one timeout after
// another; each leaves when its own context ends, with an error that names vendor and op.
// A failure or an empty list (a sandbox that is being filled) is not kept. The elements
// are shared: do not change them.
func (l *List[T]) Get(ctx context.Context, vendor, op string, fetch func(context.Context) ([]*T, error)) ([]*T, error) {
	left := func(err error) error { return &emr.Error{Kind: emr.KindOf(err), Vendor: vendor, Op: op, Err: err} }
	for {
		if err := ctx.Err(); err != nil {
			return nil, left(err)
		}
		l.mu.Lock()
		if len(l.all) > 0 && time.Since(l.at) < Age {
			defer l.mu.Unlock()
			return l.all, nil
		}
		f := l.flight
		if f == nil {
			f = &flight[T]{done: make(chan struct{}), alone: true}
			l.flight = f
			l.mu.Unlock()
			return l.lead(ctx, f, fetch)
		}
		l.mu.Unlock()
		select {
		case <-f.done:
			if !f.alone {
				return f.all, f.err
			}
		case <-ctx.Done():
			return nil, left(ctx.Err())
		}
	}
}

// Forget drops the list: the next Get fetches it.
func (l *List[T]) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = nil
}

// lead fetches for all who wait for f.
func (l *List[T]) lead(ctx context.Context, f *flight[T], fetch func(context.Context) ([]*T, error)) ([]*T, error) {
	defer func() { // also when fetch panics: nobody waits for ever
		l.mu.Lock()
		defer l.mu.Unlock()
		l.flight = nil
		if f.err == nil && !f.alone {
			l.at, l.all = time.Now(), f.all
		}
		close(f.done)
	}()
	all, err := fetch(ctx)
	if err != nil {
		all = nil
	}
	f.all, f.err = all, err
	f.alone = err != nil && endedHere(ctx, err)
	return all, err
}

// endedHere reports whether err came of the caller's own context, a deadline too near
// for the next attempt included.
func endedHere(ctx context.Context, err error) bool {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return true
	}
	_, has := ctx.Deadline()
	return has && errors.Is(err, context.DeadlineExceeded)
}
