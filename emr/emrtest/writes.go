package emrtest

import "github.com/emrkit/emrkit/emr"

// directWrite is one write of the driver itself. prepare makes what the write needs.
type directWrite struct {
	name    string
	prepare func() (do func() error)
}

// writes returns one well-formed write for each declared capability that writes.
func (s *suite) writes() []directWrite {
	var list []directWrite
	add := func(name string, declared bool, prepare func() func() error) {
		if declared {
			list = append(list, directWrite{name, prepare})
		}
	}
	p := s.parts
	// onAppointment is a write that changes a booked appointment; each has one of its own.
	slots := s.spareSlots()
	onAppointment := func(change func(*emr.Appointment) error) func() func() error {
		return func() func() error {
			a := s.wholeAppointment(&slots)
			return func() error { return change(a) }
		}
	}
	add("CreatePatient", p.PatientCreator != nil, func() func() error {
		n := s.invent()
		return func() error { return second(p.PatientCreator.CreatePatient(s.ctx, n)) }
	})
	add("UpdatePatient", p.PatientUpdater != nil, func() func() error {
		u := &emr.PatientUpdate{ID: s.patient().ID, Emails: s.invent().Emails}
		return func() error { return second(p.PatientUpdater.UpdatePatient(s.ctx, u)) }
	})
	add("Cancel", p.AppointmentCanceller != nil, onAppointment(func(a *emr.Appointment) error {
		return second(p.AppointmentCanceller.Cancel(s.ctx, a, &emr.Cancellation{}))
	}))
	add("Confirm", p.AppointmentConfirmer != nil, onAppointment(func(a *emr.Appointment) error {
		return second(p.AppointmentConfirmer.Confirm(s.ctx, a))
	}))
	add("Arrive", p.AppointmentArriver != nil, onAppointment(func(a *emr.Appointment) error {
		return second(p.AppointmentArriver.Arrive(s.ctx, a))
	}))
	add("Reschedule", p.AppointmentRescheduler != nil, onAppointment(func(a *emr.Appointment) error {
		return second(p.AppointmentRescheduler.Reschedule(s.ctx, a, &emr.Move{Appointment: a.ID, To: next(&slots)}))
	}))
	add("Hold", p.AppointmentHolder != nil, func() func() error {
		b := s.booking(s.patient(), next(&slots))
		return func() error { return second(p.AppointmentHolder.Hold(s.ctx, b)) }
	})
	add("UploadDocument", p.DocumentWriter != nil, func() func() error {
		n := s.document(s.patient())
		return func() error { return second(p.DocumentWriter.UploadDocument(s.ctx, n)) }
	})
	return list
}

// spareSlots returns enough slots for all writes that need one.
func (s *suite) spareSlots() []*emr.Slot {
	s.Helper()
	p := s.parts
	if p.AppointmentBooker == nil && p.AppointmentHolder == nil && p.AppointmentRescheduler == nil {
		return nil
	}
	return s.slots(6)
}

// wholeAppointment returns a booked appointment as the client would hand it to a part.
func (s *suite) wholeAppointment(slots *[]*emr.Slot) *emr.Appointment {
	s.Helper()
	a := &emr.Appointment{}
	if s.parts.AppointmentBooker != nil {
		a = s.book(s.patient(), next(slots))
	} else {
		a.ID = s.appointment()
	}
	if s.parts.AppointmentReader == nil {
		return a
	}
	return s.read(a.ID)
}

// next takes the first of the slots.
func next(slots *[]*emr.Slot) *emr.Slot {
	first := (*slots)[0]
	*slots = (*slots)[1:]
	return first
}
