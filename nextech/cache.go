package nextech

import (
	"context"
	"slices"
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
	r.locations.op, r.locations.turn = opLocations, make(chan struct{}, 1)
	r.types.op, r.types.turn = opTypes, make(chan struct{}, 1)
	r.purposes.op, r.purposes.turn = opPurposes, make(chan struct{}, 1)
}

// cached holds one list; turn lets one goroutine at a time look, so that many callers
// fetch it once, and each can leave when its context ends.
type cached[T any] struct {
	op   string
	turn chan struct{}
	at   time.Time
	all  []*T
}

// get returns the list, fetching it when it is older than referenceAge. A failure or an
// empty list (a sandbox that is being filled) is not kept. The elements are shared: do
// not change them.
func (c *cached[T]) get(ctx context.Context, fetch func(context.Context) ([]*T, error)) ([]*T, error) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		kind := emr.KindOf(ctx.Err())
		return nil, &emr.Error{Kind: kind, Vendor: vendor, Op: c.op, Err: ctx.Err()}
	}
	defer func() { <-c.turn }()
	if len(c.all) > 0 && time.Since(c.at) < referenceAge {
		return c.all, nil
	}
	all, err := fetch(ctx)
	if err != nil {
		return nil, err
	}
	c.at, c.all = time.Now(), all
	return all, nil
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
