package emrtest

import (
	"errors"
	"sync"

	"github.com/emrkit/emrkit/emr"
)

func raceClauses() []Clause {
	return []Clause{
		{
			Topic: "race", Name: "two bookings of one slot give one appointment",
			Text:  "Of two bookings of one slot at the same time exactly one succeeds and the other is ErrSlotTaken. (With Habits.AcceptsDoubleBooking no client can promise that: then each success is an appointment.)",
			Needs: needs(emr.CanBook), check: checkRaceForSlot,
		},
		{
			Topic: "race", Name: "bookings of different slots do not disturb each other",
			Text:  "Bookings of different slots at the same time all succeed, each with its own appointment.",
			Needs: needs(emr.CanBook, emr.CanFindSlots), check: checkRaceOfSlots,
		},
	}
}

func checkRaceForSlot(s *suite) {
	slot, before := s.slot(), s.clinic.Booked()
	people := []*emr.Patient{s.patient(), s.patient()}
	errs := make([]error, len(people))
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i, p := range people {
		b := s.booking(p, slot)
		wg.Go(func() {
			<-begin
			errs[i] = second(s.client.Book(s.ctx, b))
		})
	}
	close(begin)
	wg.Wait()

	won := 0
	for _, err := range errs {
		switch {
		case s.failed(err) == nil:
			won++
		case !errors.Is(err, emr.ErrSlotTaken):
			s.Errorf("the slower booking fails with another error than ErrSlotTaken: %v", err)
		}
	}
	if won == 0 || won > 1 && !s.info.Habits.AcceptsDoubleBooking {
		s.Errorf("%d of 2 bookings of one slot succeed, want 1", won)
	}
	s.booked("two bookings of one slot", before, won)
}

func checkRaceOfSlots(s *suite) {
	const many = 8
	p, slots, before := s.patient(), s.slots(many), s.clinic.Booked()
	ids := make([]emr.AppointmentID, many)
	var wg sync.WaitGroup
	for i, slot := range slots {
		b := s.booking(p, slot)
		wg.Go(func() {
			a, err := s.client.Book(s.ctx, b)
			if s.failed(err) != nil {
				s.Errorf("book a slot of its own: %v", err)
				return
			}
			ids[i] = a.ID
			s.sameTime("start", b.Slot.Start, a.Start)
		})
	}
	wg.Wait()
	seen := map[emr.AppointmentID]bool{}
	for _, id := range ids {
		if seen[id] && !id.IsZero() {
			s.Error("two bookings have one appointment")
		}
		seen[id] = true
	}
	if !s.info.Habits.WritesLater {
		s.booked("eight bookings", before, many)
	}
}
