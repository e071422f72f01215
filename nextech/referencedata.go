package nextech

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// referenceAge is how long reference data is reused for filling in what a caller left
// blank. Lists asked for by the caller are always read anew.
const referenceAge = time.Hour

// references caches the clinic's reference data.
type references struct {
	locations cached[emr.Location]
	types     cached[typeRecord]
	purposes  cached[emr.Purpose]
}

func (r *references) init() {
	r.locations.op, r.types.op, r.purposes.op = opLocations, opTypes, opPurposes
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
// while it is fetched gets the same result, an error too, so that nobody waits for one
// timeout after another; each leaves when its own context ends. A failure or an empty
// list (a sandbox that is being filled) is not kept. The elements are shared: do not
// change them.
func (c *cached[T]) get(ctx context.Context, fetch func(context.Context) ([]*T, error)) ([]*T, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, c.left(err)
		}
		c.mu.Lock()
		if len(c.all) > 0 && time.Since(c.at) < referenceAge {
			defer c.mu.Unlock()
			return c.all, nil
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
				return f.all, f.err
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
	return ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && hasDeadline(ctx)
}

func hasDeadline(ctx context.Context) bool {
	_, ok := ctx.Deadline()
	return ok
}

func (c *cached[T]) left(err error) error {
	return &emr.Error{Kind: emr.KindOf(err), Vendor: vendor, Op: c.op, Err: err}
}

// firstLocation is the clinic's first active location, for a search that names none.
func (p parts) firstLocation(ctx context.Context) (emr.LocationID, error) {
	all, err := p.ref.locations.get(ctx, func(ctx context.Context) ([]*emr.Location, error) {
		page, err := p.ListLocations(ctx, "")
		return page.Items, err
	})
	if err != nil {
		return "", err
	}
	for _, l := range all {
		if l.Active {
			return l.ID, nil
		}
	}
	return "", invalid(opFindSlots, "Nextech wants a location for a slot search and the practice lists no active one: name it", "location")
}

// types are the practice's appointment types.
func (p parts) types(ctx context.Context) ([]*typeRecord, error) {
	return p.ref.types.get(ctx, func(ctx context.Context) ([]*typeRecord, error) {
		return collect(ctx, opTypes, p.typePage)
	})
}

// firstType is the first type that can be searched for: on Select a type without a
// default length yields no slots.
func (p parts) firstType(ctx context.Context) (emr.AppointmentTypeID, error) {
	all, err := p.types(ctx)
	if err != nil {
		return "", err
	}
	for _, t := range all {
		if !t.lengthless {
			return t.ID, nil
		}
	}
	if len(all) > 0 {
		return all[0].ID, nil
	}
	return "", invalid(opFindSlots, "Nextech wants an appointment type for a slot search and the practice lists none: name it", "type")
}

// firstPurpose is the first purpose allowed for a type, "" when the practice has none or
// does not let the list be read. Select up to 16.2 refuses bookings without one. Other
// failures come back: nothing has been sent yet, and a booking without purpose might be
// refused for that.
func (p parts) firstPurpose(ctx context.Context, t emr.AppointmentTypeID) (emr.PurposeID, error) {
	all, err := p.ref.purposes.get(ctx, p.Purposes)
	switch emr.KindOf(err) {
	case emr.KindPermission, emr.KindNotFound, emr.KindUnsupported, emr.KindInvalid:
		return "", nil
	}
	for _, u := range all {
		if len(u.Types) == 0 || slices.Contains(u.Types, t) {
			return u.ID, nil
		}
	}
	return "", err
}
