package emrtest

import (
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func bookingClauses() []Clause {
	book := needs(emr.CanBook)
	bookRead := needs(emr.CanBook, emr.CanReadAppointments)
	return []Clause{
		{
			Topic: "booking", Name: "the answer is what was asked for",
			Text:  "Book returns the appointment with its id, the slot's instants and offsets, and the patient, place and person asked for, after one write.",
			Needs: book, check: checkBookAnswer,
		},
		{
			Topic: "booking", Name: "a driver's answer does not contradict the booking",
			Text:  "What the driver itself answers to a booking has an id, is live, and names no other start or patient than asked for: else the Client takes it for no answer and reads back.",
			Needs: book, check: checkDriversAnswer,
		},
		{
			Topic: "booking", Name: "what was booked is read back",
			Text:  "Reading the appointment gives what Book returned; a note comes back where the vendor keeps notes.",
			Needs: bookRead, check: checkBookReadBack,
		},
		{
			Topic: "booking", Name: "a booked slot is no longer offered",
			Text:  "After a booking the time is not among the free slots.",
			Needs: needs(emr.CanBook, emr.CanFindSlots),
			check: func(s *suite) {
				slot := s.slot()
				s.book(s.patient(), slot)
				if s.offers(slot) {
					s.Error("a booked slot is still offered")
				}
			},
		},
		{
			Topic: "booking", Name: "a cancelled appointment frees its slot",
			Text:  "After a cancellation the time is free again and can be booked.",
			Needs: needs(emr.CanBook, emr.CanFindSlots, emr.CanCancel),
			check: func(s *suite) {
				p, slot, before := s.patient(), s.slot(), s.clinic.Booked()
				a := s.book(p, slot)
				s.cancel(a.ID)
				if !s.offers(slot) {
					s.Error("the slot of a cancelled appointment is not offered")
				}
				s.book(p, slot)
				s.booked("after booking, cancelling and booking", before, 1)
			},
		},
		{
			Topic: "booking", Name: "a slot from its key is bookable",
			Text:  "A slot that went through another process as its key can be booked.",
			Needs: book,
			check: func(s *suite) {
				slot := s.slot()
				copied, err := emr.ParseSlotKey(slot.Key)
				s.ok("parse the slot's key", err)
				a := s.book(s.patient(), copied)
				s.sameTime("start", slot.Start, a.Start)
			},
		},
		{
			Topic: "booking", Name: "booking twice is refused as slot taken",
			Text:  "A booked time is refused as ErrSlotTaken, a conflict; one appointment is in the calendar.",
			Needs: book, check: checkBookTwice,
		},
		{
			Topic: "booking", Name: "a slot that somebody took is refused as slot taken",
			Text:  "A time that somebody else took since the search is refused as ErrSlotTaken, and not tried again.",
			Needs: book,
			check: func(s *suite) {
				p, slot, before, writes := s.patient(), s.slot(), s.clinic.Booked(), s.clinic.Writes()
				if err := s.clinic.Take(slot); err != nil {
					s.Fatalf("harness: take a slot: %v", err)
				}
				s.taken(second(s.client.Book(s.ctx, s.booking(p, slot))))
				s.booked("a taken slot", before, 0)
				if n := s.clinic.Writes() - writes; n > 1 {
					s.Errorf("a refused booking was sent %d times", n)
				}
			},
		},
		{
			Topic: "booking", Name: "impossible bookings are refused without a request",
			Text:  "A booking without patient or slot, that ends before it starts, lies in the past or lasts longer than a day is kind invalid, and nothing is sent.",
			Needs: book, check: checkImpossibleBookings,
		},
		{
			Topic: "booking", Name: "a booking is found only when it is there",
			Text:  "FindBooking gives the appointment of exactly this booking, and kind not_found when there is none.",
			Needs: bookRead, check: checkFindBooking,
		},
		{
			Topic: "booking", Name: "booking again gives the first appointment",
			Text:  "With Again the identical appointment is the answer, and nothing is booked twice; without one the slot is booked.",
			Needs: bookRead, check: checkBookAgain,
		},
	}
}

// taken wants the one error for a time that somebody else has.
func (s *suite) taken(err error) {
	s.Helper()
	s.kind("a taken slot", err, emr.KindConflict)
	s.is("a taken slot", err, emr.ErrSlotTaken)
}

// asked compares an appointment with what was asked for.
func (s *suite) asked(what string, b *emr.Booking, a *emr.Appointment) {
	s.Helper()
	if a.ID.IsZero() {
		s.Errorf("%s has no id", what)
	}
	if !a.Status.Live() {
		s.Errorf("%s has status %s", what, a.Status)
	}
	s.sameTime(what+": start", b.Slot.Start, a.Start)
	s.sameTime(what+": end", b.Slot.End, a.End)
	s.local(what, a.Start, a.Location)
	if !s.samePatient(a.Patient, b.Patient.ID) {
		s.Errorf("%s is for another patient", what)
	}
	if a.Location != b.Slot.Location || a.Practitioner != b.Slot.Practitioner || b.Slot.Type != "" && a.Type != b.Slot.Type {
		s.Errorf("%s has another place, person or type than the slot", what)
	}
	if !slices.Equal(a.Resources, b.Slot.Resources) && len(b.Slot.Resources) > 0 {
		s.Errorf("%s has other resources than the slot", what)
	}
}

// samePatient compares ids the way the vendor means them.
func (s *suite) samePatient(a, b emr.PatientID) bool {
	return a == b || s.info.Habits.FoldsIDs && a.EqualFold(b)
}

func (s *suite) sameAppointment(a, b emr.AppointmentID) bool {
	return a == b || s.info.Habits.FoldsIDs && a.EqualFold(b)
}

// cancel calls an appointment off, and ends the sub-test when that fails.
func (s *suite) cancel(id emr.AppointmentID) *emr.Appointment {
	s.Helper()
	a, err := s.client.Cancel(s.ctx, id, nil)
	s.ok("cancel an appointment", err)
	return a
}

func checkBookAnswer(s *suite) {
	p, slot, before := s.patient(), s.slot(), s.clinic.Booked()
	b := s.booking(p, slot)
	s.sends("a booking", -1, 1, func() { s.asked("the answer", b, s.book(p, slot)) })
	s.booked("a booking", before, 1)
}

// checkDriversAnswer asks the driver itself: the Client would hide a wrong answer behind
// what it reads back.
func checkDriversAnswer(s *suite) {
	b := s.booking(s.patient(), s.slot())
	a, err := s.parts.AppointmentBooker.Book(s.ctx, b)
	s.ok("the driver books a free slot", err)
	switch {
	case a == nil || a.ID.IsZero():
		s.Fatal("the driver's answer names no appointment")
	case !a.Status.Live() || a.Write == emr.WriteFailed:
		s.Errorf("the driver's answer has status %s, write %s", a.Status, a.Write)
	case !a.Start.IsZero() && !a.Start.Equal(b.Slot.Start):
		s.Error("the driver's answer has another start than the booking")
	case !a.Patient.IsZero() && !s.samePatient(a.Patient, b.Patient.ID):
		s.Error("the driver's answer is for another patient than the booking")
	}
	s.seen.id("appointment id", a.ID.Reveal())
}

func checkBookReadBack(s *suite) {
	b := s.booking(s.patient(), s.slot())
	b.Note = emr.NewPHI("Qualenote: rings twice")
	s.seen.canary("note", b.Note.Reveal())
	a, err := s.client.Book(s.ctx, b)
	s.ok("book a free slot", err)
	s.seen.id("appointment id", a.ID.Reveal())
	if a.Write == emr.WriteAccepted {
		s.settle()
	}
	back, err := s.client.GetAppointment(s.ctx, a.ID)
	s.ok("read the appointment", err)
	s.asked("the appointment", b, back)
	if !s.sameAppointment(back.ID, a.ID) {
		s.Error("the appointment has another id when read")
	}
	if s.info.Habits.KeepsNotes && !back.Note.Equal(b.Note) {
		s.Error("the note did not come back, and Habits.KeepsNotes says it does")
	}
}

func checkBookTwice(s *suite) {
	first, slot, before := s.patient(), s.slot(), s.clinic.Booked()
	s.book(first, slot)
	other := s.patient()
	writes := s.clinic.Writes()
	s.taken(second(s.client.Book(s.ctx, s.booking(other, slot))))
	if n := s.clinic.Writes() - writes; n > 1 {
		s.Errorf("a refused booking was sent %d times", n)
	}
	if !s.info.Habits.AcceptsDoubleBooking {
		s.taken(second(s.parts.AppointmentBooker.Book(s.ctx, s.booking(other, slot))))
	}
	s.booked("a slot that was booked twice", before, 1)
}

func checkImpossibleBookings(s *suite) {
	p, good := s.patient(), s.slot()
	change := func(f func(*emr.Slot)) *emr.Booking {
		slot := *good
		f(&slot)
		slot.Key = slot.MakeKey()
		return s.booking(p, &slot)
	}
	wrong := map[string]*emr.Booking{
		"nil":              nil,
		"no patient":       s.booking(nil, good),
		"no slot":          s.booking(p, nil),
		"end before start": change(func(slot *emr.Slot) { slot.Start, slot.End = slot.End, slot.Start }),
		"no length":        change(func(slot *emr.Slot) { slot.End = slot.Start }),
		"no end":           change(func(slot *emr.Slot) { slot.End = time.Time{} }),
		"in the past": change(func(slot *emr.Slot) {
			slot.Start, slot.End = slot.Start.AddDate(-30, 0, 0), slot.End.AddDate(-30, 0, 0)
		}),
		"longer than one day": change(func(slot *emr.Slot) { slot.End = slot.Start.Add(25 * time.Hour) }),
	}
	for name, b := range wrong {
		s.sends(name, 0, 0, func() { s.kind(name, second(s.client.Book(s.ctx, b)), emr.KindInvalid) })
	}
}

func checkFindBooking(s *suite) {
	p, slot := s.patient(), s.slot()
	s.kind("a booking that was never made", second(s.client.FindBooking(s.ctx, s.booking(p, slot))), emr.KindNotFound)
	a := s.book(p, slot)
	found, err := s.client.FindBooking(s.ctx, s.booking(p, slot))
	s.ok("find the booking", err)
	if !s.sameAppointment(found.ID, a.ID) {
		s.Error("FindBooking gives another appointment")
	}
	if s.parts.PatientCreator != nil {
		other := s.patient()
		s.kind("the booking of another patient", second(s.client.FindBooking(s.ctx, s.booking(other, slot))), emr.KindNotFound)
	}
}

func checkBookAgain(s *suite) {
	p, slot, before := s.patient(), s.slot(), s.clinic.Booked()
	again := s.booking(p, slot)
	again.Again = true
	first, err := s.client.Book(s.ctx, again)
	s.ok("book with Again when nothing is there", err)
	if first.Write == emr.WriteAccepted {
		s.settle()
	}
	s.sends("booking again", -1, 0, func() {
		repeated, err := s.client.Book(s.ctx, again)
		s.ok("book with Again when the appointment is there", err)
		if !s.sameAppointment(repeated.ID, first.ID) {
			s.Error("Again gives another appointment")
		}
	})
	s.booked("booking again", before, 1)
}
