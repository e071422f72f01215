package emrtest

import (
	"context"
	"errors"

	"github.com/emrkit/emrkit/emr"
)

func rescheduleClauses() []Clause {
	native := needs(emr.CanReschedule, emr.CanFindSlots, emr.CanBook)
	emulated := needs(emr.CanBook, emr.CanCancel, emr.CanReadAppointments, emr.CanFindSlots)
	return []Clause{
		{
			Topic: "reschedule", Name: "a moved appointment is at its new time only",
			Text:  "Reschedule returns the appointment at its new time, under the id that counts from now on; the old time is free.",
			Needs: native,
			check: func(s *suite) { s.moves(s.client, false) },
		},
		{
			Topic: "reschedule", Name: "a move to a taken slot changes nothing",
			Text:  "A move to a time that somebody else has is ErrSlotTaken, and the appointment stays where it was.",
			Needs: native,
			check: func(s *suite) { s.movesNowhere(s.client, false) },
		},
		{
			Topic: "reschedule", Name: "an emulated move books first and then cancels",
			Text:  "Without a native call, Emulate books the new time and then cancels the old one.",
			Needs: emulated,
			check: func(s *suite) { s.moves(s.emulating(nil), true) },
		},
		{
			Topic: "reschedule", Name: "an emulated move to a taken slot changes nothing",
			Text:  "When the new time cannot be booked, the old appointment is not cancelled.",
			Needs: emulated,
			check: func(s *suite) { s.movesNowhere(s.emulating(nil), true) },
		},
		{
			Topic: "reschedule", Name: "an emulated move that cannot cancel is partial",
			Text:  "When the old appointment cannot be cancelled, the new one comes back together with an error of kind partial.",
			Needs: emulated, check: checkPartialMove,
		},
		{
			Topic: "reschedule", Name: "a move that the site refuses is emulated where that is allowed",
			Text:  "When the native move is answered with kind unsupported, Emulate books and cancels; without Emulate the kind is unsupported and nothing is changed.",
			Needs: emulated, check: checkRefusedMove,
		},
		{
			Topic: "reschedule", Name: "without a native call and without Emulate it is unsupported",
			Text:  "Reschedule never books and cancels by itself: without Emulate it is kind unsupported and sends nothing.",
			Needs: emulated,
			check: func(s *suite) {
				slots := s.slots(2)
				a := s.book(s.patient(), slots[0])
				s.sends("a move", 0, 0, func() {
					s.kind("a move", second(s.emulating(nil).Reschedule(s.ctx, &emr.Move{Appointment: a.ID, To: slots[1]})), emr.KindUnsupported)
				})
			},
		},
	}
}

// altered is the driver with other parts.
type altered struct {
	emr.Driver
	parts emr.Parts
}

func (a altered) Parts() emr.Parts { return a.parts }

// emulating is a client on the driver without its native reschedule, and with another
// canceller where one is given.
func (s *suite) emulating(canceller emr.AppointmentCanceller) *emr.Client {
	return s.movingWith(nil, canceller)
}

// movingWith is emulating with another native reschedule.
func (s *suite) movingWith(rescheduler emr.AppointmentRescheduler, canceller emr.AppointmentCanceller) *emr.Client {
	parts := s.parts
	parts.AppointmentRescheduler = rescheduler
	if canceller != nil {
		parts.AppointmentCanceller = canceller
	}
	if s.info.Habits.WritesLater {
		parts.AppointmentBooker = settling{parts.AppointmentBooker, s.settle}
	}
	return emr.NewClient(altered{s.driver, parts}, nil)
}

// settling books and lets the vendor finish at once: an emulated move waits for that.
type settling struct {
	emr.AppointmentBooker
	settle func()
}

func (b settling) Book(ctx context.Context, booking *emr.Booking) (*emr.Appointment, error) {
	a, err := b.AppointmentBooker.Book(ctx, booking)
	b.settle()
	return a, err
}

// moves books, moves, and wants exactly one appointment at the new time.
func (s *suite) moves(c *emr.Client, emulate bool) {
	s.Helper()
	slots, before := s.slots(2), s.clinic.Booked()
	p := s.patient()
	old := s.book(p, slots[0])
	a, err := c.Reschedule(s.ctx, &emr.Move{Appointment: old.ID, To: slots[1], Emulate: emulate})
	s.ok("move an appointment", err)
	s.seen.id("appointment id", a.ID.Reveal())
	if a.Write == emr.WriteAccepted {
		s.settle()
	}
	s.asked("the moved appointment", s.booking(p, slots[1]), a)
	s.booked("a move", before, 1)
	if !s.offers(slots[0]) {
		s.Error("the old time is not free after the move")
	}
	if s.offers(slots[1]) {
		s.Error("the new time is still offered after the move")
	}
}

// movesNowhere books, and tries to move to a slot that somebody took.
func (s *suite) movesNowhere(c *emr.Client, emulate bool) {
	s.Helper()
	slots, before := s.slots(2), s.clinic.Booked()
	old := s.book(s.patient(), slots[0])
	if err := s.clinic.Take(slots[1]); err != nil {
		s.Fatalf("harness: take a slot: %v", err)
	}
	s.taken(second(c.Reschedule(s.ctx, &emr.Move{Appointment: old.ID, To: slots[1], Emulate: emulate})))
	s.booked("a move to a taken slot", before, 1)
	if s.parts.AppointmentReader != nil && !s.read(old.ID).Status.Live() {
		s.Error("the old appointment is gone after a failed move")
	}
}

// stubborn never cancels.
type stubborn struct{}

var errStubborn = &emr.Error{Kind: emr.KindConflict, Vendor: "conformance", Op: "cancel appointment", Hint: "this test does not cancel"}

func (stubborn) Cancel(context.Context, *emr.Appointment, *emr.Cancellation) (*emr.Appointment, error) {
	return nil, errStubborn
}

// unmoving is a site that cannot move appointments, although its vendor can.
type unmoving struct{}

func (unmoving) Reschedule(context.Context, *emr.Appointment, *emr.Move) (*emr.Appointment, error) {
	return nil, &emr.Error{Kind: emr.KindUnsupported, Vendor: "conformance", Op: "reschedule appointment", Status: 404, Attempts: 1, Hint: "this site cannot move"}
}

func checkRefusedMove(s *suite) {
	c := s.movingWith(unmoving{}, nil)
	s.moves(c, true)
	slots := s.slots(2)
	old := s.book(s.patient(), slots[0])
	before := s.clinic.Booked()
	s.sends("a refused move", -1, 0, func() {
		s.kind("a refused move", second(c.Reschedule(s.ctx, &emr.Move{Appointment: old.ID, To: slots[1]})), emr.KindUnsupported)
	})
	s.booked("a refused move", before, 0)
	if !s.read(old.ID).Status.Live() {
		s.Error("the old appointment is gone after a refused move")
	}
}

func checkPartialMove(s *suite) {
	slots, before := s.slots(2), s.clinic.Booked()
	p := s.patient()
	old := s.book(p, slots[0])
	a, err := s.emulating(stubborn{}).Reschedule(s.ctx, &emr.Move{Appointment: old.ID, To: slots[1], Emulate: true})
	s.kind("a move that cannot cancel", err, emr.KindPartial)
	if !errors.Is(err, emr.ErrPartial) || a == nil {
		s.Fatal("a move that cannot cancel does not return the new appointment with ErrPartial")
	}
	s.asked("the new appointment", s.booking(p, slots[1]), a)
	s.booked("a move that cannot cancel", before, 2)
}
