package emrtest

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

func lostReplyClauses() []Clause {
	book := needs(emr.CanBook)
	bookRead := needs(emr.CanBook, emr.CanReadAppointments)
	return []Clause{
		{
			Topic: "lost reply", Name: "a booking ends with one appointment and success",
			Text:  "When the answer to a booking is lost, the client reads back and returns the one appointment that is there; the booking was sent once.",
			Needs: bookRead, check: checkLostBooking,
		},
		{
			Topic: "lost reply", Name: "with Report a booking is ambiguous after one write",
			Text:  "With Lost: Report a lost answer is kind ambiguous, RedoOf says CheckFirst, and the booking was sent once.",
			Needs: book,
			check: func(s *suite) {
				p, slot, before := s.patient(), s.slot(), s.clinic.Booked()
				s.sends("a booking whose answer is lost", -1, 1, func() {
					s.ambiguous(second(s.reporting(emr.Refuse).Book(s.ctx, s.loseReply(s.booking(p, slot)))))
				})
				s.booked("a booking whose answer is lost", before, 1)
			},
		},
		{
			Topic: "lost reply", Name: "a driver sends a booking once",
			Text:  "A driver whose booking was sent and not answered fails with kind ambiguous, never with a plain failure, and does not send it again.",
			Needs: book,
			check: func(s *suite) {
				p, slot := s.patient(), s.slot()
				s.sends("a booking whose answer is lost", -1, 1, func() {
					err := second(s.parts.AppointmentBooker.Book(s.ctx, s.loseReply(s.booking(p, slot))))
					if emr.KindOf(s.failed(err)) != emr.KindAmbiguous {
						s.Errorf("the driver's error has kind %q, want ambiguous: %v", emr.KindOf(err), err)
					}
				})
			},
		},
		{
			Topic: "lost reply", Name: "booking again after a lost answer books nothing twice",
			Text:  "After an ambiguous booking the same booking with Again gives the appointment that is there.",
			Needs: bookRead,
			check: func(s *suite) {
				p, slot, before := s.patient(), s.slot(), s.clinic.Booked()
				s.ambiguous(second(s.reporting(emr.Refuse).Book(s.ctx, s.loseReply(s.booking(p, slot)))))
				if s.info.Habits.WritesLater {
					s.settle()
				}
				again := s.booking(p, slot)
				again.Again = true
				a, err := s.reporting(emr.Refuse).Book(s.ctx, again)
				s.ok("book again", err)
				s.asked("the answer", again, a)
				s.booked("booking again after a lost answer", before, 1)
			},
		},
		{
			Topic: "lost reply", Name: "a booking cancelled after sending is ambiguous",
			Text:  "A booking whose context is cancelled after it was sent is kind ambiguous and matches context.Canceled.",
			Needs: book,
			check: func(s *suite) { s.bookingEnds(context.Canceled) },
		},
		{
			Topic: "lost reply", Name: "a booking past its deadline after sending is ambiguous",
			Text:  "A booking whose deadline passes after it was sent is kind ambiguous, not timeout, and matches context.DeadlineExceeded.",
			Needs: book,
			check: func(s *suite) { s.bookingEnds(context.DeadlineExceeded) },
		},
		{
			Topic: "lost reply", Name: "a patient is not created twice",
			Text:  "After a creation whose answer was lost, FindOrCreatePatient finds the one patient that is there.",
			Needs: needs(emr.CanFindPatients, emr.CanCreatePatient), check: checkLostPatient,
		},
		{
			Topic: "lost reply", Name: "a failed look-up before a write leaves no doubt",
			Text:  "Where a driver looks something up before a write and that fails, nothing is sent and the error says so (Unsent): its kind is not ambiguous.",
			check: checkUnsent,
		},
		{
			Topic: "lost reply", Name: "every write reports it as ambiguous",
			Text:  "A driver whose write was sent and not answered fails with kind ambiguous and does not send it again, whatever the write is.",
			check: checkLostWrites,
		},
	}
}

// reporting is a client that does not read back.
func (s *suite) reporting(overlap emr.OverlapPolicy) *emr.Client {
	return emr.NewClient(s.driver, &emr.ClientOptions{Lost: emr.Report, Overlap: overlap})
}

// loseReply arms the loss of the next answer, last thing before the write.
func (s *suite) loseReply(b *emr.Booking) *emr.Booking {
	s.clinic.LoseReply()
	return b
}

// ambiguous wants the error of a write of unknown outcome.
func (s *suite) ambiguous(err error) {
	s.Helper()
	s.kind("a write whose answer is lost", err, emr.KindAmbiguous)
	if redo := emr.RedoOf(err); redo != emr.CheckFirst {
		s.Errorf("RedoOf says %v about an ambiguous write, want CheckFirst", redo)
	}
}

func checkLostBooking(s *suite) {
	b, before := s.booking(s.patient(), s.slot()), s.clinic.Booked()
	b.Note = emr.NewPHI("Qualenote: lost")
	s.seen.canary("note", b.Note.Reveal())
	s.sends("a booking whose answer is lost", -1, 1, func() {
		a, err := s.client.Book(s.ctx, s.loseReply(b))
		s.ok("book, answer lost", err)
		s.asked("the appointment read back", b, a)
	})
	s.booked("a booking whose answer is lost", before, 1)
}

// bookingEnds ends the context of a booking that has arrived.
func (s *suite) bookingEnds(cause error) {
	s.Helper()
	b := s.booking(s.patient(), s.slot())
	ctx := newEndable(s.ctx)
	s.sends("a booking that is given up", -1, 1, func() {
		arrived, done := s.clinic.Stall(true), make(chan error, 1)
		go func() { done <- second(s.client.Book(ctx, b)) }()
		select {
		case err := <-done:
			s.Fatalf("harness: the booking was not held up: %v", err)
		case <-arrived:
		}
		ctx.end(cause)
		err := s.back("the booking", done)
		s.ambiguous(err)
		s.is("the booking", err, cause)
	})
}

func checkLostPatient(s *suite) {
	n := s.invent()
	s.sends("a patient whose creation got no answer", -1, 1, func() {
		s.clinic.LoseReply()
		if _, err := s.client.CreatePatient(s.ctx, n); err != nil {
			s.kind("create, answer lost", err, emr.KindAmbiguous)
		}
		found, err := s.client.FindOrCreatePatient(s.ctx, n)
		s.ok("find the patient", err)
		if found.Created || found.Patient == nil {
			s.Error("the patient whose creation got no answer is not found")
		}
	})
}

func checkLostWrites(s *suite) {
	for _, w := range s.writes() {
		do := w.prepare() // what the write needs is there before the count begins
		s.sends(w.name+", answer lost", -1, 1, func() {
			s.clinic.LoseReply()
			if err := do(); emr.KindOf(s.failed(err)) != emr.KindAmbiguous {
				s.Errorf("%s, answer lost: kind %q, want ambiguous: %v", w.name, emr.KindOf(err), err)
			}
		})
	}
}

// checkUnsent judges the writes of which nothing arrived, because a look-up came first.
// The client reads nothing before those three unless the vendor books taken times.
func checkUnsent(s *suite) {
	c := emr.NewClient(s.driver, &emr.ClientOptions{Overlap: emr.Allow})
	try := func(what string, can emr.Capability, prepare func() (do func() error)) {
		s.Helper()
		if !s.client.Has(can) {
			return
		}
		do, writes := prepare(), s.clinic.Writes()
		s.clinic.SpoilReads(true)
		err := s.failed(do())
		s.clinic.SpoilReads(false)
		if err != nil && s.clinic.Writes() == writes && emr.KindOf(err) == emr.KindAmbiguous {
			s.Errorf("%s: nothing was sent, and the error leaves doubt: %v", what, err)
		}
	}
	try("a booking", emr.CanBook, func() func() error {
		b := s.booking(s.patient(), s.slot())
		return func() error { return second(c.Book(s.ctx, b)) }
	})
	try("a hold", emr.CanHold, func() func() error {
		b := s.booking(s.patient(), s.slots(2)[1])
		return func() error { return second(c.Hold(s.ctx, b)) }
	})
	try("a new patient", emr.CanCreatePatient, func() func() error {
		n := s.invent()
		return func() error { return second(c.CreatePatient(s.ctx, n)) }
	})
}
