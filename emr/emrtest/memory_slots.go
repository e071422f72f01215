package emrtest

import (
	"context"
	"slices"

	"github.com/emrkit/emrkit/emr"
)

func (d memoryParts) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	return call(ctx, d.m, OpFindSlots, emr.PatientID{}, func(c *clinic) (emr.Page[emr.Slot], error) {
		if c.limits.SlotWindow > 0 && (q.To.IsZero() || q.From.DaysUntil(q.To) > c.limits.SlotWindow) {
			return emr.Page[emr.Slot]{}, fail(emr.KindInvalid, "ask for fewer days at once", "from", "to")
		}
		var free []*emr.Slot
		for _, s := range c.slots {
			if offered(s, q) && !c.busy(s, emr.AppointmentID{}) {
				free = append(free, s)
			}
		}
		p, err := page(c, free, at)
		for i, s := range p.Items {
			p.Items[i] = c.outSlot(s, q)
		}
		return p, err
	})
}

// offered reports whether the slot is asked for. Slots are stored in the zone of
// their location.
func offered(s *emr.Slot, q emr.SlotQuery) bool {
	day := emr.DateOf(s.Start)
	switch {
	case !q.From.IsZero() && day.Before(q.From), !q.To.IsZero() && !day.Before(q.To):
		return false
	case !q.NotBefore.IsZero() && s.Start.Before(q.NotBefore), !q.NotAfter.IsZero() && s.Start.After(q.NotAfter):
		return false
	case len(q.Locations) > 0 && !slices.Contains(q.Locations, s.Location):
		return false
	case len(q.Practitioners) > 0 && !slices.Contains(q.Practitioners, s.Practitioner):
		return false
	case len(q.Resources) > 0 && !overlap(q.Resources, s.Resources):
		return false
	case q.Type != "" && s.Type != "" && s.Type != q.Type:
		return false
	}
	return q.Length == 0 || s.Length() >= q.Length
}

func overlap[V comparable](a, b []V) bool {
	return slices.ContainsFunc(a, func(v V) bool { return slices.Contains(b, v) })
}

// outSlot copies a slot for the caller. A slot open to any type takes the one asked for.
func (c *clinic) outSlot(s *emr.Slot, q emr.SlotQuery) *emr.Slot {
	out := *s
	if out.Type == "" {
		out.Type = q.Type
	}
	out.Resources = slices.Clone(s.Resources)
	out.Purposes = slices.Clone(s.Purposes)
	for _, l := range c.locations {
		if l.ID == out.Location {
			out.LocationName = l.Name
		}
	}
	for _, p := range c.practitioners {
		if p.ID == out.Practitioner {
			out.PractitionerName = p.Name
		}
	}
	for _, t := range c.types {
		if t.ID == out.Type {
			out.TypeName = t.Name
		}
	}
	out.Key = out.MakeKey()
	return &out
}

// busy reports whether a live appointment other than except takes the time.
func (c *clinic) busy(s *emr.Slot, except emr.AppointmentID) bool {
	for _, a := range c.appointments {
		if a.ID != except && a.Status.Live() && a.Start.Before(s.End) && s.Start.Before(a.End) && sameCalendar(a, s) {
			return true
		}
	}
	return false
}

// sameCalendar reports whether appointment and slot use up the same person or room.
func sameCalendar(a *emr.Appointment, s *emr.Slot) bool {
	if a.Practitioner != "" && a.Practitioner == s.Practitioner {
		return true
	}
	if overlap(a.Resources, s.Resources) {
		return true
	}
	return a.Practitioner == s.Practitioner && a.Location == s.Location && len(a.Resources) == 0 && len(s.Resources) == 0
}
