package nextech

import (
	"context"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/reference"
)

// references keeps the practice's reference data.
type references struct {
	locations reference.List[emr.Location]
	types     reference.List[typeRecord]
	purposes  reference.List[emr.Purpose]
}

// collect reads all pages of a short list of the practice's own records.
func collect[T any](ctx context.Context, op string, list func(context.Context, emr.Cursor) (emr.Page[T], error)) ([]*T, error) {
	return reference.Collect(ctx, vendor, op, "name the location and the appointment type, so that it is not needed", list)
}

// firstLocation is the clinic's first active location, for a search that names none.
func (p parts) firstLocation(ctx context.Context) (emr.LocationID, error) {
	all, err := p.ref.locations.Get(ctx, vendor, opLocations, func(ctx context.Context) ([]*emr.Location, error) {
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
	return p.ref.types.Get(ctx, vendor, opTypes, func(ctx context.Context) ([]*typeRecord, error) {
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
	all, err := p.ref.purposes.Get(ctx, vendor, opPurposes, p.Purposes)
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
