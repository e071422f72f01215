package emrtest

import (
	"github.com/emrkit/emrkit/emr"
)

// slotPageClauses ask the driver itself: the client would hide what is wrong.
func slotPageClauses() []Clause {
	return []Clause{
		{
			Topic: "pages", Name: "slot pages end and keep to the window",
			Text:  "A driver's pages of slots end, no cursor and no key comes twice, and every slot lies on the days asked for.",
			Needs: needs(emr.CanFindSlots), check: checkSlotPages,
		},
		{
			Topic: "pages", Name: "appointment pages end",
			Text:  "A driver's pages of appointments end, no cursor comes twice, and every appointment lies on the days asked for.",
			Needs: needs(emr.CanReadAppointments),
			check: func(s *suite) {
				q := emr.AppointmentQuery{From: s.clinic.Slots.From, To: s.clinic.Slots.To}
				if w := s.info.Limits.AppointmentWindow; w > 0 && q.From.DaysUntil(q.To) > w {
					q.To = q.From.AddDays(w)
				}
				for _, a := range pages(s, func(at emr.Cursor) (emr.Page[emr.Appointment], error) {
					return s.parts.AppointmentReader.ListAppointments(s.ctx, q, at)
				}) {
					if day := s.day(a.Start, a.Location); day.Before(q.From) || !day.Before(q.To) {
						s.Errorf("an appointment lies on %s, outside %s to %s", day, q.From, q.To)
					}
				}
			},
		},
		{
			Topic: "pages", Name: "patient pages end",
			Text:  "A driver's pages of patients end, and no cursor comes twice.",
			Needs: needs(emr.CanFindPatients),
			check: func(s *suite) {
				q := emr.PatientQuery{Family: emr.NewPHI("Roy")}
				if s.info.Searches != nil {
					q = s.look(s.invent())
				}
				pages(s, func(at emr.Cursor) (emr.Page[emr.Patient], error) {
					return s.parts.PatientFinder.FindPatients(s.ctx, q, at)
				})
			},
		},
	}
}

// mostPages is more than any seeded clinic has.
const mostPages = 500

// pages reads all pages of a driver's list.
func pages[V any](s *suite, read func(emr.Cursor) (emr.Page[V], error)) []*V {
	s.Helper()
	var items []*V
	seen := map[emr.Cursor]bool{}
	for at, n := emr.Cursor(""), 0; ; n++ {
		page, err := read(at)
		s.ok("read a page", err)
		for _, item := range page.Items {
			if item == nil {
				s.Fatal("a page holds nil")
			}
		}
		items = append(items, page.Items...)
		switch {
		case page.Next == "":
			return items
		case seen[page.Next]:
			s.Fatal("a cursor comes twice: the list would never end")
		case n == mostPages:
			s.Fatalf("the list has more than %d pages", mostPages)
		}
		seen[page.Next] = true
		at = page.Next
	}
}

func checkSlotPages(s *suite) {
	q := s.clinic.Slots
	if w := s.info.Limits.SlotWindow; w > 0 && q.From.DaysUntil(q.To) > w {
		q.To = q.From.AddDays(w)
	}
	keys := map[emr.SlotKey]bool{}
	for _, slot := range pages(s, func(at emr.Cursor) (emr.Page[emr.Slot], error) {
		return s.parts.SlotFinder.FindSlots(s.ctx, q, at)
	}) {
		day := s.day(slot.Start, slot.Location)
		if day.Before(q.From) || !day.Before(q.To) {
			s.Errorf("a slot lies on %s, outside %s to %s", day, q.From, q.To)
		}
		if slot.Key != "" && keys[slot.Key] {
			s.Error("two slots have one key")
		}
		keys[slot.Key] = true
		s.local("a slot", slot.Start, slot.Location)
	}
}
