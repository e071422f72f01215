package emr

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"
)

// FindSlots lists free times in order of start. A slot's day is that of the zone its
// Start carries. Without From the list begins tomorrow in Info.Zone (in the machine's
// zone when the clinic's is not known), without To it covers a week. NotBefore and
// NotAfter narrow the days.
//
// A time that is already past is not offered: a zero NotBefore means now. Set
// NotBefore to see earlier slots of today's list; Book refuses them all the same.
//
// Ranges longer than the vendor allows are read in windows: the first one alone, then
// up to four at a time. Breaking out of the loop cancels what is under way and waits
// for it. A slot that the vendor tells twice comes once.
//
// Vendors may ignore what they are asked. So a slot that names another location,
// practitioner or type than those asked for is left out. One that names none gets the
// value asked for where that is a single one, in a copy with a key of its own; with
// several asked for it is left out, for nobody knows whose it is. So is a slot of
// resources without a practitioner when a practitioner is asked for: the time is the
// room's, not theirs. Resources, Purposes and Length are the driver's alone to keep.
//
// Kinds: invalid (To not after From), unsupported, too_large (see BookmarkOf), and
// those of any read.
func (c *Client) FindSlots(ctx context.Context, q SlotQuery) iter.Seq2[*Slot, error] {
	q.Locations = slices.Clone(q.Locations)
	q.Practitioners = slices.Clone(q.Practitioners)
	q.Resources = slices.Clone(q.Resources)
	q.Purposes = slices.Clone(q.Purposes)
	return sequence(func(yield func(*Slot, error) bool) error { return c.findSlots(ctx, q, yield) })
}

func (c *Client) findSlots(ctx context.Context, q SlotQuery, yield func(*Slot, error) bool) error {
	const op = "find slots"
	ctx, err := c.begin(ctx, op, CanFindSlots)
	if err != nil {
		return err
	}
	q = c.slotDays(q)
	refused := daysInOrder(op, q.From, q.To)
	if refused == nil && !q.NotAfter.IsZero() && q.NotAfter.Before(q.NotBefore) {
		refused = Invalid(op, "NotAfter must not be before NotBefore (zero: now)", "not before", "not after")
	}
	if refused == nil && (q.Limit < 0 || q.Length < 0) {
		refused = Invalid(op, "a limit or length below zero has no meaning", "limit", "length")
	}
	start, foreign := startOf(ctx, op)
	if refused == nil {
		refused = foreign
	}
	if refused != nil {
		return c.fill(ctx, op, refused)
	}
	s := spread[Slot]{client: c, op: op, limit: q.Limit, order: sortSlots,
		windows: split(q.From, q.To, c.info.Limits.SlotWindow, start)}
	s.fetch = func(ctx context.Context, w window, at Cursor) (Page[Slot], error) {
		piece := q
		piece.From, piece.To = w.from, w.to
		page, err := c.parts.SlotFinder.FindSlots(ctx, piece, at)
		page.Items = slices.Clone(page.Items)
		for i, slot := range page.Items {
			if slot != nil {
				page.Items[i] = named(slot, q)
			}
		}
		return page, err
	}
	s.key = func(slot *Slot) string { return string(slot.Key) }
	s.keep = func(slot *Slot) bool {
		day := c.ownDay(slot.Start)
		return !day.Before(q.From) && day.Before(q.To) && !slot.Start.Before(q.NotBefore) &&
			(q.NotAfter.IsZero() || !slot.Start.After(q.NotAfter)) && c.offered(slot, q)
	}
	return s.run(ctx, yield)
}

// named returns slot with what only the question says of it, and with a key: a copy
// where something was missing.
func named(slot *Slot, q SlotQuery) *Slot {
	out := *slot
	if out.Location == "" && len(q.Locations) == 1 {
		out.Location = q.Locations[0]
	}
	if out.Practitioner == "" && len(q.Practitioners) == 1 && len(out.Resources) == 0 {
		out.Practitioner = q.Practitioners[0]
	}
	if out.Type == "" {
		out.Type = q.Type
	}
	if out.Location != slot.Location || out.Practitioner != slot.Practitioner || out.Type != slot.Type || out.Key == "" {
		out.Key = out.MakeKey() // the old one leads to the slot without them
		return &out
	}
	return slot
}

// offered reports whether a slot is of a place, a person and the type asked for.
func (c *Client) offered(slot *Slot, q SlotQuery) bool {
	h := c.info.Habits
	return among(h, q.Locations, slot.Location) && among(h, q.Practitioners, slot.Practitioner) &&
		(q.Type == "" || sameText(h, q.Type, slot.Type))
}

// among reports whether id is one of those asked for, or nothing is asked.
func among[S ~string](h Habits, asked []S, id S) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, func(a S) bool { return sameText(h, a, id) })
}

// slotDays fills in the days and the earliest instant of q.
func (c *Client) slotDays(q SlotQuery) SlotQuery {
	// Without the clinic's zone a day on either side is asked for too: the caller's
	// instants may be written in another zone. keep cuts by instant.
	margin := 0
	if c.info.Zone == nil {
		margin = 1
	}
	switch {
	case !q.From.IsZero():
	case !q.NotBefore.IsZero():
		q.From = c.dayOf(q.NotBefore).AddDays(-margin)
	default:
		q.From = Today(c.info.Zone).AddDays(1)
	}
	if q.To.IsZero() {
		q.To = q.From.AddDays(7)
		if !q.NotAfter.IsZero() {
			q.To = c.dayOf(q.NotAfter).AddDays(1 + margin)
		}
	}
	if q.NotBefore.IsZero() {
		q.NotBefore = time.Now()
	}
	return q
}

// dayOf is the clinic's day of t: in the clinic's zone, or in t's own.
func (c *Client) dayOf(t time.Time) Date {
	if c.info.Zone != nil {
		t = t.In(c.info.Zone)
	}
	return DateOf(t)
}

// ownDay is the day of t in the zone it carries: a location may lie in another zone
// than the clinic. An instant in UTC carries none, and is the clinic's.
func (c *Client) ownDay(t time.Time) Date {
	if t.Location() == time.UTC {
		return c.dayOf(t)
	}
	return DateOf(t)
}

// sortSlots orders by start, then by what a person reads first.
func sortSlots(all []*Slot) {
	slices.SortStableFunc(all, func(a, b *Slot) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Practitioner, b.Practitioner),
			cmp.Compare(a.Location, b.Location))
	})
}
