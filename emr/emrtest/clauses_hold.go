package emrtest

import "github.com/emrkit/emrkit/emr"

func holdClauses() []Clause {
	hold := needs(emr.CanHold, emr.CanCancel)
	return []Clause{
		{
			Topic: "hold", Name: "a held slot is taken",
			Text:  "Hold reserves the slot: the appointment has status held, and nobody else can book the time.",
			Needs: hold,
			check: func(s *suite) {
				slot := s.slot()
				s.status("the answer of Hold", s.hold(slot), emr.StatusHeld)
				if s.parts.SlotFinder != nil && s.offers(slot) {
					s.Error("a held slot is still offered")
				}
				if s.parts.AppointmentBooker != nil {
					s.taken(second(s.client.Book(s.ctx, s.booking(s.patient(), slot))))
				}
			},
		},
		{
			Topic: "hold", Name: "a confirmed hold is a booking",
			Text:  "Confirm makes a held appointment a booking.",
			Needs: append(needs(emr.CanConfirm), hold...),
			check: func(s *suite) {
				slot, before := s.slot(), s.clinic.Booked()
				a, err := s.client.Confirm(s.ctx, s.hold(slot).ID)
				s.ok("confirm a hold", err)
				s.status("a confirmed hold", a, emr.StatusBooked)
				s.sameTime("start", slot.Start, a.Start)
				s.booked("a confirmed hold", before, 1)
			},
		},
		{
			Topic: "hold", Name: "a cancelled hold frees its slot",
			Text:  "Cancel releases a held slot.",
			Needs: append(needs(emr.CanFindSlots), hold...),
			check: func(s *suite) {
				slot := s.slot()
				s.cancel(s.hold(slot).ID)
				if !s.offers(slot) {
					s.Error("the slot of a released hold is not offered")
				}
			},
		},
	}
}

// hold reserves a slot, and ends the sub-test when that fails.
func (s *suite) hold(slot *emr.Slot) *emr.Appointment {
	s.Helper()
	b := s.booking(s.patient(), slot)
	a, err := s.client.Hold(s.ctx, b)
	s.ok("hold a free slot", err)
	s.seen.id("appointment id", a.ID.Reveal())
	s.asked("a hold", b, a)
	if a.Write == emr.WriteAccepted {
		s.settle()
	}
	return a
}
