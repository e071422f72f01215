package nexhealthtest

import (
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// writeKind is what an accepted write does to the practice system.
type writeKind int

const (
	insertion writeKind = iota // an appointment
	update                     // of an appointment
	storage                    // of a document
)

// write is one that NexHealth accepted and the practice system has not seen yet.
type write struct {
	kind     writeKind
	id       string // of the clinic's appointment, or of the document
	previous object // what an update changes
	never    bool   // nothing ever becomes of it
	due      time.Time
	outcome  string // complete, failed or timed_out
}

// writes are those still waiting, in order, and how the next ones will end.
type writes struct {
	waiting       []write
	fail, timeOut int
}

// FailWrites makes the next n writes of appointments and documents that are accepted
// fail in the practice system.
func (s *Sim) FailWrites(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes.fail += max(n, 0)
}

// TimeOutWrites makes the next n accepted writes time out, after those of FailWrites.
func (s *Sim) TimeOutWrites(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes.timeOut += max(n, 0)
}

// SettleWrites lets the practice system carry out everything that was accepted. Not
// what will never arrive: in the sandbox, and at locations that do not send bookings.
func (s *Sim) SettleWrites() { s.settleAll("") }

// FailAccepted is SettleWrites with the practice system refusing everything that was
// accepted and waits.
func (s *Sim) FailAccepted() { s.settleAll(failed) }

// TimeOutAccepted is SettleWrites for writes that came too late.
func (s *Sim) TimeOutAccepted() { s.settleAll(timedOut) }

// settleAll carries out what waits, with its own outcome or another.
func (s *Sim) settleAll(outcome string) {
	s.mu.Lock()
	waiting := s.writes.waiting
	s.writes.waiting = nil
	for _, w := range waiting {
		if outcome != "" {
			w.outcome = outcome
		}
		s.settle(w)
	}
	s.mu.Unlock()
	s.flush()
}

// accept queues a write, unless it will never arrive. The caller holds the lock.
func (s *Sim) accept(w write) {
	if w.never || s.opts.Environment == Sandbox || !s.inserts(w) {
		return
	}
	w.outcome = complete
	switch {
	case s.writes.fail > 0:
		s.writes.fail--
		w.outcome = failed
	case s.writes.timeOut > 0:
		s.writes.timeOut--
		w.outcome = timedOut
	}
	if s.opts.EarlyWebhooks {
		s.settle(w)
		return
	}
	w.due = s.server.Clock().Now().Add(s.opts.WriteDelay)
	s.writes.waiting = append(s.writes.waiting, w)
	if s.opts.WriteDelay > 0 {
		s.later(s.opts.WriteDelay, s.settleNow)
	}
}

// inserts reports whether the location sends bookings to its practice system.
func (s *Sim) inserts(w write) bool {
	if w.kind == storage {
		return true
	}
	a, ok := s.clinic.Appointment(w.id)
	l := s.siteOf(a.Location)
	return ok && l != nil && l.insert
}

// settleNow carries out what is due, and delivers what that sets off.
func (s *Sim) settleNow() {
	s.mu.Lock()
	s.settleDue(s.server.Clock().Now())
	s.mu.Unlock()
	s.flush()
}

// settleDue carries out the writes whose time has come. The caller holds the lock.
func (s *Sim) settleDue(now time.Time) {
	if s.opts.WriteDelay < 0 {
		return
	}
	var left []write
	for _, w := range s.writes.waiting {
		if w.due.After(now) {
			left = append(left, w)
			continue
		}
		s.settle(w)
	}
	s.writes.waiting = left
}

// settle carries out one write. The caller holds the lock.
func (s *Sim) settle(w write) {
	if w.kind == storage {
		s.documentSettled(w)
		return
	}
	a, ok := s.clinic.Appointment(w.id)
	if !ok {
		return
	}
	b := s.bookingOf(a)
	if w.outcome == complete {
		if b.foreign == "" {
			b.foreign = "A" + a.ID
		}
		b.lastSync = s.server.Clock().Now()
		patient := s.writePatient(a.Patient)
		a, _ = s.clinic.Change(a.ID, func(a *simserver.Appointment) error { // updated_at moves
			a.Patient = patient
			return nil
		})
	}
	s.appointmentSettled(w, a)
}

// writePatient takes a patient who is only in NexHealth to the practice system with the
// first appointment (documented), and returns the id of the record to use from now on.
func (s *Sim) writePatient(patient string) string {
	p, ok := s.clinic.Patient(patient, false)
	if !ok {
		return patient
	}
	r := s.personOf(p)
	if !r.placeholder || r.never {
		return patient
	}
	written := *r
	written.foreign, written.lastSync, written.placeholder = "PT"+p.Chart, s.server.Clock().Now(), false
	if s.opts.Placeholders == PlaceholderKept {
		*r = written
		p, _ = s.clinic.ChangePatient(p.ID, false, func(*simserver.Patient) {})
		s.patientChanged("patient_updated", p)
		return patient
	}
	if s.opts.Placeholders == PlaceholderGone {
		s.clinic.RemovePatient(p.ID)
	}
	made, _ := s.clinic.AddPatient(p, nil)
	written.foreign = "PT" + made.Chart
	s.people[made.Chart] = &written
	s.patientChanged("patient_created", made)
	return made.ID
}
