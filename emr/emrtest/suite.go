package emrtest

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// suite is one sub-test: a fresh clinic, the driver, and a client on it.
type suite struct {
	testing.TB
	ctx    context.Context // marked with the sub-test's goroutine label
	clinic *Clinic
	driver emr.Driver
	client *emr.Client
	info   emr.Info
	parts  emr.Parts
	seen   *capture
	people int

	patience time.Duration // for calls whose context ended; 0: ten seconds
}

// failed notes err for the search for personal data and returns it.
func (s *suite) failed(err error) error {
	s.seen.error(err)
	return err
}

// ok ends the sub-test when err is not nil.
func (s *suite) ok(what string, err error) {
	s.Helper()
	if s.failed(err) != nil {
		s.Fatalf("%s: %v", what, err)
	}
}

// kind wants an error of that kind, in an *emr.Error with vendor and operation.
func (s *suite) kind(what string, err error, want emr.Kind) {
	s.Helper()
	_ = s.failed(err)
	var e *emr.Error
	switch {
	case err == nil:
		s.Errorf("%s: no error, want kind %s", what, want)
	case !errors.As(err, &e):
		s.Errorf("%s: the error is no *emr.Error: %T", what, err)
	case e.Kind != want:
		s.Errorf("%s: kind %s, want %s: %v", what, e.Kind, want, err)
	case e.Vendor == "" || e.Op == "":
		s.Errorf("%s: the error does not say vendor and operation: %v", what, err)
	}
}

// is wants an error that matches target, too.
func (s *suite) is(what string, err, target error) {
	s.Helper()
	if _ = s.failed(err); !errors.Is(err, target) {
		s.Errorf("%s: the error does not match %q: %v", what, target, err)
	}
}

// sends wants exactly n requests during f, and writes of them to be writes; negative
// numbers do not count.
func (s *suite) sends(what string, requests, writes int, f func()) {
	s.Helper()
	r, w := s.clinic.Requests(), s.clinic.Writes()
	f()
	if n := s.clinic.Requests() - r; requests >= 0 && n != requests {
		s.Errorf("%s: %d requests arrived, want %d", what, n, requests)
	}
	if n := s.clinic.Writes() - w; writes >= 0 && n != writes {
		s.Errorf("%s: %d writes arrived, want %d", what, n, writes)
	}
}

// booked wants n live appointments more than before.
func (s *suite) booked(what string, before, n int) {
	s.Helper()
	if got := s.clinic.Booked() - before; got != n {
		s.Errorf("%s: %d appointments in the calendar, want %d", what, got, n)
	}
}

// invent makes up a person whom the clinic does not know, complete for this vendor.
func (s *suite) invent() *emr.NewPatient {
	return s.complete(s.nobody())
}

// nobody makes up a person, to be changed before the vendor's own additions.
func (s *suite) nobody() emr.NewPatient {
	const unseeded = 30_000
	s.people++
	return Invent(unseeded + s.people)
}

// complete adds what only the vendor requires, and watches for the person's data.
func (s *suite) complete(n emr.NewPatient) *emr.NewPatient {
	if s.clinic.FillPatient != nil {
		s.clinic.FillPatient(&n)
	}
	s.seen.person(n)
	return &n
}

// look is a search for a person as this vendor takes it: see emr.Info.Searches.
func (s *suite) look(n *emr.NewPatient) emr.PatientQuery {
	q := emr.PatientQuery{Given: n.Given, Family: n.Family, Born: n.Born}
	if s.info.Searches == nil {
		return q
	}
sets:
	for _, set := range s.info.Searches {
		var by emr.PatientQuery
		for _, f := range set {
			switch {
			case f == emr.FieldGiven:
				by.Given = n.Given
			case f == emr.FieldFamily:
				by.Family = n.Family
			case f == emr.FieldBorn:
				by.Born = n.Born
			case f == emr.FieldPhone && len(n.Phones) > 0:
				by.Phone = n.Phones[0].Number
			case f == emr.FieldEmail && len(n.Emails) > 0:
				by.Email = n.Emails[0]
			case f == emr.FieldIdentifier && len(n.Identifiers) > 0:
				by.Identifier = n.Identifiers[0]
			default:
				continue sets
			}
		}
		return by
	}
	return q
}

// patient returns a patient of the clinic: a new one where the driver can create.
func (s *suite) patient() *emr.Patient {
	s.Helper()
	if s.parts.PatientCreator == nil {
		if s.clinic.Patient == nil {
			s.Fatal("harness: Clinic.Patient is not set, and the driver cannot create patients")
		}
		p := s.clinic.Patient
		s.seen.id("patient id", p.ID.Reveal())
		s.seen.person(emr.NewPatient{Given: p.Given, Family: p.Family, Born: p.Born, Phones: p.Phones, Emails: p.Emails})
		return p
	}
	p, err := s.client.CreatePatient(s.ctx, s.invent())
	s.ok("create a patient", err)
	s.seen.id("patient id", p.ID.Reveal())
	return p
}

// slots returns n free slots that do not overlap.
func (s *suite) slots(n int) []*emr.Slot {
	s.Helper()
	if s.parts.SlotFinder == nil {
		if s.clinic.Slot == nil {
			s.Fatal("harness: Clinic.Slot is not set, and the driver cannot find slots")
		}
		var given []*emr.Slot
		for range n {
			given = append(given, s.clinic.Slot())
		}
		return given
	}
	var apart []*emr.Slot
	for slot, err := range s.client.FindSlots(s.ctx, s.clinic.Slots) {
		s.ok("find slots", err)
		if len(apart) == 0 || !slot.Start.Before(apart[len(apart)-1].End) {
			apart = append(apart, slot)
		}
		if len(apart) == n {
			return apart
		}
	}
	s.Fatalf("harness: Clinic.Slots finds %d slots one after another, the suite needs %d", len(apart), n)
	return nil
}

func (s *suite) slot() *emr.Slot {
	s.Helper()
	return s.slots(1)[0]
}

// booking asks for a slot for a patient.
func (s *suite) booking(p *emr.Patient, slot *emr.Slot) *emr.Booking {
	b := &emr.Booking{Patient: p, Slot: slot}
	if s.clinic.FillBooking != nil {
		s.clinic.FillBooking(b)
	}
	return b
}

// book books, and ends the sub-test when that fails.
func (s *suite) book(p *emr.Patient, slot *emr.Slot) *emr.Appointment {
	s.Helper()
	a, err := s.client.Book(s.ctx, s.booking(p, slot))
	s.ok("book a free slot", err)
	s.seen.id("appointment id", a.ID.Reveal())
	if a.Write == emr.WriteAccepted {
		s.settle()
	}
	return a
}

// settle lets the vendor finish its accepted writes.
func (s *suite) settle() {
	s.Helper()
	if s.clinic.SettleWrites == nil {
		s.Fatal("harness: Clinic.SettleWrites is not set, and the vendor writes later")
	}
	s.clinic.SettleWrites()
}

// appointment returns the id of a booked appointment.
func (s *suite) appointment() emr.AppointmentID {
	s.Helper()
	if s.parts.AppointmentBooker != nil {
		return s.book(s.patient(), s.slot()).ID
	}
	if s.clinic.Appointment == nil {
		s.Fatal("harness: Clinic.Appointment is not set, and the driver cannot book")
	}
	id := s.clinic.Appointment()
	s.seen.id("appointment id", id.Reveal())
	return id
}

// all reads a list to its end, and ends the sub-test when that fails.
func all[V any](s *suite, what string, seq iter.Seq2[*V, error]) []*V {
	s.Helper()
	list, err := emr.Collect(seq)
	s.ok(what, err)
	return list
}
