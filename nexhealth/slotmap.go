package nexhealth

import (
	"context"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// slot maps one; nil for a slot of another room than those asked for. What a slot does not
// tell is its group's: provider and operatory. The times come with the location's offset,
// and get its zone.
func (p parts) slot(ctx context.Context, call *transport.Call, answer *transport.Answer, w *slotWire, g *slotGroupWire, q *slotSearch, here *place) (*emr.Slot, error) {
	protocol := func(hint string) (*emr.Slot, error) {
		return nil, p.http.Error(call, answer, emr.KindProtocol, hint)
	}
	if w.Start.Bad || w.Start.At.IsZero() {
		return protocol("NexHealth sent a slot whose start is not an instant with an offset")
	}
	if w.End.Bad {
		return protocol("NexHealth sent a slot whose end is not an instant with an offset")
	}
	s := &emr.Slot{
		Start: w.Start.At, End: w.End.At, Type: q.Type, TypeName: q.named, LocationName: here.Name,
		Location:     emr.LocationID(firstID(g.Location, vendorjson.ID(here.ID))),
		Practitioner: emr.PractitionerID(firstID(w.Provider, g.Provider)),
	}
	if s.Location != here.ID {
		s.LocationName = "" // the Client leaves it out where a location was asked for
	}
	if s.End.IsZero() { // older answers
		length := q.length
		if length == 0 {
			length = p.lengthOf(ctx, q.Type)
		}
		if length == 0 {
			length = defaultSlot
		}
		s.End = s.Start.Add(length)
	}
	if !s.End.After(s.Start) {
		return protocol("NexHealth sent a slot that ends before it starts")
	}
	if here.Zone != nil {
		s.Start, s.End = s.Start.In(here.Zone), s.End.In(here.Zone)
	}
	room := emr.ResourceID(firstID(w.Operatory, g.Operatory))
	if room == "" && len(q.Resources) == 1 {
		room = q.Resources[0]
	}
	if room != "" {
		s.Resources = []emr.ResourceID{room}
	}
	if len(q.Resources) > 0 && !slices.Contains(q.Resources, room) {
		return nil, nil
	}
	s.Key = s.MakeKey()
	return s, nil
}

// firstID is the first that is there.
func firstID(ids ...vendorjson.ID) vendorjson.ID {
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	return ""
}
