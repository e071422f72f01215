package nexhealth

import (
	"cmp"
	"context"

	"github.com/emrkit/emrkit/emr"
)

// mostProviders bounds the practitioners of one search: they stand in the URL.
const mostProviders = 100

// fillSearch names a type or, where none fits, all practitioners of the location.
func (p parts) fillSearch(ctx context.Context, s *slotSearch) error {
	types, err := p.types(ctx)
	if err != nil {
		return err
	}
	var chosen *typeRecord
	for _, t := range types {
		if (s.Length == 0 || s.Length == t.Length) && (chosen == nil || t.bookable && !chosen.bookable) {
			chosen = t
		}
	}
	if chosen != nil {
		s.Type, s.length, s.filled, s.named = chosen.ID, chosen.Length, true, chosen.Name
		return nil
	}
	if s.Practitioners, err = p.everybody(ctx); err != nil {
		return err
	}
	if len(s.Practitioners) == 0 {
		return invalid(s.op, "NexHealth wants a practitioner or an appointment type for a slot search, and the location lists neither: name one", "practitioners", "type")
	}
	return nil
}

// everybody is all practitioners who can be booked at the connection's location.
func (p parts) everybody(ctx context.Context) ([]emr.PractitionerID, error) {
	people, err := p.providers(ctx)
	if err != nil {
		return nil, err
	}
	var ids []emr.PractitionerID
	for _, m := range people[:min(len(people), mostProviders)] {
		ids = append(ids, m.ID)
	}
	return ids, nil
}

// slotsOrOthers asks for the slots of one location. A type that was filled in here may have
// no working hours tied to it: nobody asked for it, so where it has no slots all
// practitioners are asked instead, for slots as long as the type's.
func (p parts) slotsOrOthers(ctx context.Context, s *slotSearch, at emr.LocationID) (*foundSlots, error) {
	found, err := p.slotsAt(ctx, s, at)
	if err != nil || !s.filled || len(found.slots) > 0 || !found.next.IsZero() && s.op == opNextAvailable {
		return found, err
	}
	people, err := p.everybody(ctx)
	if err != nil || len(people) == 0 {
		return found, err
	}
	others := *s
	others.Practitioners, others.Type, others.named, others.filled = people, "", "", false
	others.Length = s.length
	others.length = cmp.Or(s.length, defaultSlot)
	return p.slotsAt(ctx, &others, at)
}
