package nextech

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/cursor"
)

// FindSlots searches GET /Slot for one window. Nextech wants a location, and an
// appointment type or (Select) a length: blanks are filled from the directory, the first
// active location and the first type. Documented is one location in a search, so several
// are asked for one after the other behind the cursor.
//
// Days go out as the clinic's local days, and what comes back is filtered by its own
// local day again. Kind invalid when the type has no default length on Select and none
// is given: such a search never finds anything.
func (p parts) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	if err := p.checkSlotQuery(&q); err != nil {
		return page, err
	}
	if err := p.fillSlotQuery(ctx, &q); err != nil {
		return page, err
	}
	for passed := 0; ; { // a place without slots is passed over; empty pages are the core's to count
		nth, _, err := cursor.Split(opFindSlots, at, len(q.Locations))
		if err != nil {
			return page, err
		}
		var early int
		page, early, err = p.slotPage(ctx, q, at)
		if err != nil || len(page.Items) > 0 {
			return page, err
		}
		if page.Next == "" {
			return page, p.neverFound(ctx, q)
		}
		if next, _, err := cursor.Split(opFindSlots, page.Next, len(q.Locations)); err != nil || next == nth {
			if passed++; early == 0 || passed == slotPagesAtOnce {
				return page, err
			}
		}
		at = page.Next
	}
}

// slotPagesAtOnce is how many pages may be passed over in one call because their slots
// are before NotBefore: Nextech searches by day, and a day of many providers fills pages.
const slotPagesAtOnce = 10

// slotPage asks for one page of one location's slots; early is how many on it
// were left out for being before NotBefore.
func (p parts) slotPage(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (page emr.Page[emr.Slot], early int, err error) {
	nth, position, err := cursor.Split(opFindSlots, at, len(q.Locations))
	if err != nil {
		return page, early, err
	}
	location := q.Locations[nth]
	search := call(opFindSlots, http.MethodGet, "/Slot", "/Slot")
	search.Impersonal = true
	bundle, next, answer, err := p.page(ctx, search, p.slotFilter(q, location), position)
	if err != nil {
		return page, early, err
	}
	for r, err := range fhir.Resources[fhir.Slot](bundle) {
		if err != nil {
			return page, early, p.unreadable(search, answer, err)
		}
		s, err := p.slot(ctx, search, answer, r, q, location)
		if err != nil {
			return page, early, err
		}
		if s.Start.Before(q.NotBefore) {
			early++
		}
		if offered(s, r, q, location) {
			page.Items = append(page.Items, s)
		}
	}
	page.Next = cursor.Join(nth, next, len(q.Locations))
	return page, early, nil
}

// checkSlotQuery fills the days in and refuses what Nextech would.
func (p parts) checkSlotQuery(q *emr.SlotQuery) error {
	if q.Vendor != nil {
		return invalid(opFindSlots, "Nextech has no vendor options here", "vendor")
	}
	if q.From.IsZero() {
		q.From = emr.Today(p.cfg.Zone)
	}
	if q.To.IsZero() {
		q.To = q.From.AddDays(7)
	}
	if !q.From.Before(q.To) {
		return invalid(opFindSlots, "the search ends before it starts", "from", "to")
	}
	if w := p.d.slotWindow; w > 0 && q.From.DaysUntil(q.To) > w {
		return invalid(opFindSlots, "Nextech searches at most 60 days at once", "to")
	}
	if len(q.Resources) > 0 {
		return invalid(opFindSlots, "Nextech has no rooms or devices to search by", "resources")
	}
	if q.Length < 0 || q.Length%time.Minute != 0 {
		return invalid(opFindSlots, "the length is in whole minutes", "length")
	}
	if badID(q.Locations...) || badID(q.Practitioners...) || badID(q.Purposes...) || (q.Type != "" && badID(q.Type)) {
		return invalid(opFindSlots, "an id is not one of Nextech's")
	}
	return nil
}

// fillSlotQuery fills what Nextech demands from the directory.
func (p parts) fillSlotQuery(ctx context.Context, q *emr.SlotQuery) error {
	if len(q.Locations) == 0 {
		first, err := p.firstLocation(ctx)
		if err != nil {
			return err
		}
		q.Locations = []emr.LocationID{first}
	}
	if q.Type == "" && (q.Length == 0 || !p.d.slotLength) {
		first, err := p.firstType(ctx)
		if err != nil {
			return err
		}
		q.Type = first
	}
	return nil
}

// slotFilter writes the search. A comma between practitioners means any of them.
func (p parts) slotFilter(q emr.SlotQuery, location emr.LocationID) *fhir.Query {
	filter := new(fhir.Query)
	addDays(filter, "start", q.From, q.To)
	filter.Add("schedule.actor", "location/"+string(location))
	if len(q.Practitioners) > 0 {
		filter.Add("schedule.actor", prefixed("practitioner", q.Practitioners)...)
	}
	if q.Type != "" {
		filter.Add("appointment-type", "appointment-type/"+string(q.Type))
	}
	if p.d.slotPurpose && len(q.Purposes) > 0 {
		filter.Add("appointment-purpose", prefixed("appointment-purpose", q.Purposes)...)
	}
	if p.d.slotLength && q.Length > 0 {
		filter.Add("slot-length", strconv.Itoa(int(q.Length/time.Minute)))
	}
	return filter
}

// neverFound explains an empty list that would be empty for ever: on Select a type whose
// default length is 0 yields no slots unless a length is asked for.
func (p parts) neverFound(ctx context.Context, q emr.SlotQuery) error {
	if !p.d.slotLength || q.Type == "" || q.Length > 0 {
		return nil
	}
	all, _ := p.types(ctx) // without them the empty list itself is true
	for _, t := range all {
		if t.ID == q.Type && t.lengthless {
			return invalid(opFindSlots, "this appointment type has no default length at the practice, so Nextech offers nothing: set Length", "length")
		}
	}
	return nil
}

// offered reports whether a slot answers the search by instant and place.
func offered(s *emr.Slot, r *fhir.Slot, q emr.SlotQuery, location emr.LocationID) bool {
	switch {
	case r.Status != "" && r.Status != "free":
		return false
	case !within(s.Start, q.From, q.To), s.Location != location:
		return false
	case !q.NotBefore.IsZero() && s.Start.Before(q.NotBefore), !q.NotAfter.IsZero() && s.Start.After(q.NotAfter):
		return false
	}
	return true
}
