package medtech

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// referenceAge is how long a facility's directory is reused for finding the numbers by
// which practitioners are asked for. Lists asked for by the caller are always read anew.
const referenceAge = 15 * time.Minute

// mostFacilities bounds what is remembered by one connection.
const mostFacilities = 1000

// references caches the directories of the facilities.
type references struct {
	mu  sync.Mutex
	all map[string]*directory
}

// directory is what is known of one facility.
type directory struct {
	practitioners cached[practitioner]
	locations     cached[emr.Location]
}

func (r *references) init() { r.all = map[string]*directory{} }

func (r *references) of(facility string) *directory {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.all[facility]
	if d == nil {
		if len(r.all) >= mostFacilities {
			clear(r.all)
		}
		d = new(directory)
		d.practitioners.op, d.locations.op = opPractitioners, opLocations
		r.all[facility] = d
	}
	return d
}

// cached holds one list, which many callers fetch once.
type cached[T any] struct {
	op string

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

// get returns the list, fetching it when it is older than referenceAge. Whoever comes
// while it is fetched gets the same result, an error too; each leaves when its own context
// ends. A failure or an empty list is not kept. The elements are shared: do not change them.
func (c *cached[T]) get(ctx context.Context, fetch func(context.Context) ([]*T, error)) ([]*T, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, c.left(err)
		}
		c.mu.Lock()
		if len(c.all) > 0 && time.Since(c.at) < referenceAge {
			all := c.all
			c.mu.Unlock()
			return all, nil
		}
		f := c.flight
		if f == nil {
			f = &flight[T]{done: make(chan struct{}), alone: true}
			c.flight = f
			c.mu.Unlock()
			return c.lead(ctx, f, fetch)
		}
		c.mu.Unlock()
		select {
		case <-f.done:
			if !f.alone {
				return slices.Clone(f.all), f.err
			}
		case <-ctx.Done():
			return nil, c.left(ctx.Err())
		}
	}
}

// lead fetches for all who wait for f.
func (c *cached[T]) lead(ctx context.Context, f *flight[T], fetch func(context.Context) ([]*T, error)) ([]*T, error) {
	defer func() { // also when fetch panics: nobody waits for ever
		c.mu.Lock()
		defer c.mu.Unlock()
		c.flight = nil
		if f.err == nil && !f.alone {
			c.at, c.all = time.Now(), f.all
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
	_, limited := ctx.Deadline()
	return ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && limited
}

func (c *cached[T]) left(err error) error {
	return &emr.Error{Kind: emr.KindOf(err), Vendor: vendor, Op: c.op, Err: err}
}
