package emrtest

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func slotClauses() []Clause {
	find := needs(emr.CanFindSlots)
	return []Clause{
		{
			Topic: "slots", Name: "slots come in order of start inside the window",
			Text:  "FindSlots gives slots in order of start, each on a clinic-local day from From up to but not including To, with End after Start.",
			Needs: find, check: checkSlotOrder,
		},
		{
			Topic: "slots", Name: "times carry the clinic's offset",
			Text:  "Start and End of a slot carry the clinic's zone, or the offset that the clinic has at that instant.",
			Needs: find, check: checkSlotZone,
		},
		{
			Topic: "slots", Name: "a list may be read again and broken off",
			Text:  "Each range over a list starts anew; breaking off leaves nothing behind.",
			Needs: find,
			check: func(s *suite) {
				restartable(s, s.client.FindSlots(s.ctx, s.clinic.Slots), func(slot *emr.Slot) string { return string(slot.Key) })
			},
		},
		{
			Topic: "slots", Name: "keys are unique and survive the process",
			Text:  "A slot's key differs from all others and gives the same slot back in another process; so does its JSON.",
			Needs: find, check: checkSlotKeys,
		},
		{
			Topic: "slots", Name: "bounds and limit narrow the list",
			Text:  "NotBefore and NotAfter leave out the slots that start outside, Limit ends the list early.",
			Needs: find, check: checkSlotBounds,
		},
		{
			Topic: "slots", Name: "no free slot is an empty list",
			Text:  "A search without a free slot is an empty list, not an error.",
			Needs: find,
			check: func(s *suite) {
				q := s.clinic.Slots
				q.NotAfter = q.From.Start(s.clinic.Zone) // midnight: nobody works
				if list := all(s, "slots at midnight", s.client.FindSlots(s.ctx, q)); len(list) > 0 {
					s.Errorf("%d slots start at midnight", len(list))
				}
			},
		},
		{
			Topic: "slots", Name: "a slot that somebody took is not offered",
			Text:  "A time that was taken meanwhile is no longer among the slots.",
			Needs: find,
			check: func(s *suite) {
				slot := s.slot()
				if err := s.clinic.Take(slot); err != nil {
					s.Fatalf("harness: take a slot: %v", err)
				}
				if s.offers(slot) {
					s.Error("a taken slot is offered")
				}
			},
		},
		{
			Topic: "slots", Name: "long searches are split into the vendor's windows",
			Text:  "The client keeps each search within Limits.SlotWindow days and gives each slot once.",
			Needs: find, check: checkLongSearch,
		},
	}
}

// offers reports whether the time is among the free slots, with the same practitioner
// and location.
func (s *suite) offers(want *emr.Slot) bool {
	s.Helper()
	return slices.ContainsFunc(all(s, "slots", s.client.FindSlots(s.ctx, s.clinic.Slots)), func(slot *emr.Slot) bool {
		return slot.Start.Equal(want.Start) && slot.Practitioner == want.Practitioner && slot.Location == want.Location &&
			slices.Equal(slot.Resources, want.Resources)
	})
}

func checkSlotOrder(s *suite) {
	q := s.clinic.Slots
	list := all(s, "slots", s.client.FindSlots(s.ctx, q))
	days := map[emr.Date]bool{}
	for i, slot := range list {
		day := s.day(slot.Start, slot.Location)
		days[day] = true
		switch {
		case i > 0 && slot.Start.Before(list[i-1].Start):
			s.Error("slots are not in order of start")
		case day.Before(q.From) || !day.Before(q.To):
			s.Errorf("a slot lies on %s, outside %s to %s", day, q.From, q.To)
		case !slot.Start.Before(slot.End):
			s.Error("a slot ends before it starts")
		}
	}
	if len(list) < 8 || len(days) < 2 {
		s.Errorf("harness: Clinic.Slots finds %d slots on %d days, the suite needs 8 on 2", len(list), len(days))
	}
}

func checkSlotZone(s *suite) {
	for _, slot := range all(s, "slots", s.client.FindSlots(s.ctx, s.clinic.Slots)) {
		s.local("a slot", slot.Start, slot.Location)
		s.local("a slot", slot.End, slot.Location)
	}
}

// zone is that of a location.
func (s *suite) zone(at emr.LocationID) *time.Location {
	if zone := s.clinic.Zones[at]; zone != nil {
		return zone
	}
	return s.clinic.Zone
}

// day is the clinic-local day of an instant.
func (s *suite) day(t time.Time, at emr.LocationID) emr.Date { return emr.DateOf(t.In(s.zone(at))) }

// local wants an instant with the offset that the clinic has then.
func (s *suite) local(what string, t time.Time, at emr.LocationID) {
	s.Helper()
	_, got := t.Zone()
	_, want := t.In(s.zone(at)).Zone()
	if got != want {
		s.Errorf("%s has the offset %d seconds, the clinic then has %d", what, got, want)
	}
}

func checkSlotKeys(s *suite) {
	seen := map[emr.SlotKey]bool{}
	for _, slot := range all(s, "slots", s.client.FindSlots(s.ctx, s.clinic.Slots)) {
		if slot.Key == "" || seen[slot.Key] {
			s.Fatal("a slot has no key of its own")
		}
		seen[slot.Key] = true
		back, err := emr.ParseSlotKey(emr.SlotKey([]byte(slot.Key)))
		s.ok("parse the slot's key", err)
		s.sameSlot("the slot from the key", slot, back)

		text, err := json.Marshal(slot)
		s.ok("marshal the slot", err)
		var copied emr.Slot
		s.ok("unmarshal the slot", json.Unmarshal(text, &copied))
		s.sameSlot("the slot from JSON", slot, &copied)
	}
}

// sameSlot compares what booking needs: instants with their offsets, and all ids.
func (s *suite) sameSlot(what string, want, got *emr.Slot) {
	s.Helper()
	s.sameTime(what+": start", want.Start, got.Start)
	s.sameTime(what+": end", want.End, got.End)
	if got.Location != want.Location || got.Practitioner != want.Practitioner || got.Type != want.Type ||
		!slices.Equal(got.Resources, want.Resources) || !slices.Equal(got.Purposes, want.Purposes) {
		s.Errorf("%s leads to another place, person or type", what)
	}
}

// sameTime compares instants and offsets.
func (s *suite) sameTime(what string, want, got time.Time) {
	s.Helper()
	_, a := want.Zone()
	_, b := got.Zone()
	if !want.Equal(got) || a != b {
		s.Errorf("%s is %s, want %s", what, got.Format(time.RFC3339), want.Format(time.RFC3339))
	}
}

func checkSlotBounds(s *suite) {
	list := all(s, "slots", s.client.FindSlots(s.ctx, s.clinic.Slots))
	if len(list) < 4 {
		s.Fatalf("harness: Clinic.Slots finds %d slots, the suite needs 8", len(list))
	}
	q := s.clinic.Slots
	q.NotBefore, q.NotAfter = list[1].Start, list[len(list)-2].Start
	for _, slot := range all(s, "bounded slots", s.client.FindSlots(s.ctx, q)) {
		if slot.Start.Before(q.NotBefore) || slot.Start.After(q.NotAfter) {
			s.Error("a slot starts outside NotBefore and NotAfter")
		}
	}
	q = s.clinic.Slots
	q.Limit = 3
	if few := all(s, "limited slots", s.client.FindSlots(s.ctx, q)); len(few) != 3 {
		s.Errorf("Limit 3 gives %d slots", len(few))
	}
}

func checkLongSearch(s *suite) {
	q := s.clinic.Slots
	span := q.From.DaysUntil(q.To)
	q.To = q.From.AddDays(max(span, 2*s.info.Limits.SlotWindow+3))
	short := all(s, "slots", s.client.FindSlots(s.ctx, s.clinic.Slots))
	seen := map[emr.SlotKey]bool{}
	for _, slot := range all(s, "slots of a long window", s.client.FindSlots(s.ctx, q)) {
		if seen[slot.Key] {
			s.Error("a slot comes twice")
		}
		seen[slot.Key] = true
	}
	for _, slot := range short {
		if !seen[slot.Key] {
			s.Error("a slot of the short search is missing in the long one")
		}
	}
}
