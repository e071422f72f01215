package emrtest

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
)

func calendarClauses() []Clause {
	cancel := needs(emr.CanCancel)
	return []Clause{
		{
			Topic: "calendar", Name: "an appointment is listed on its day and for its patient",
			Text:  "Appointments lists those that start on the days asked for, and with Patient, whole or by id only, only that patient's.",
			Needs: needs(emr.CanBook, emr.CanReadAppointments), check: checkAppointmentList,
		},
		{
			Topic: "calendar", Name: "a cancelled appointment reads as cancelled",
			Text:  "After Cancel the appointment has status cancelled.",
			Needs: needs(emr.CanCancel, emr.CanReadAppointments),
			check: func(s *suite) {
				id := s.appointment()
				s.status("the answer of Cancel", s.cancel(id), emr.StatusCancelled)
				s.status("the appointment", s.read(id), emr.StatusCancelled)
			},
		},
		{
			Topic: "calendar", Name: "cancelling twice is a success",
			Text:  "Cancelling an appointment that is already cancelled is a success.",
			Needs: cancel,
			check: func(s *suite) {
				id := s.appointment()
				s.cancel(id)
				s.cancel(id)
			},
		},
		{
			Topic: "calendar", Name: "a confirmed appointment stays live",
			Text:  "After Confirm the appointment is booked, or marked as confirmed.",
			Needs: needs(emr.CanConfirm),
			check: func(s *suite) {
				a, err := s.client.Confirm(s.ctx, s.appointment())
				s.ok("confirm an appointment", err)
				if a.Status != emr.StatusBooked && !a.Confirmed {
					s.Errorf("a confirmed appointment has status %s", a.Status)
				}
			},
		},
		{
			Topic: "calendar", Name: "an arrived patient is marked as arrived",
			Text:  "After Arrive the appointment has status arrived.",
			Needs: needs(emr.CanArrive),
			check: func(s *suite) {
				id := s.appointment()
				a, err := s.client.Arrive(s.ctx, id)
				s.ok("mark the arrival", err)
				s.status("the answer of Arrive", a, emr.StatusArrived)
				if s.parts.AppointmentReader != nil {
					s.status("the appointment", s.read(id), emr.StatusArrived)
				}
			},
		},
		{
			Topic: "calendar", Name: "an unknown appointment is not found",
			Text:  "An id that no appointment has is kind not_found, whatever is asked, and nothing is changed.",
			check: checkUnknownAppointment,
		},
		{
			Topic: "calendar", Name: "a finished write is reported as written",
			Text:  "AwaitWritten returns an appointment once it is in the clinic's own system.",
			Needs: needs(emr.CanBook, emr.CanReadAppointments), check: checkAwaitWritten,
		},
	}
}

// status wants an appointment's status.
func (s *suite) status(what string, a *emr.Appointment, want emr.Status) {
	s.Helper()
	if a.Status != want {
		s.Errorf("%s has status %s, want %s", what, a.Status, want)
	}
}

// read reads an appointment, and ends the sub-test when that fails.
func (s *suite) read(id emr.AppointmentID) *emr.Appointment {
	s.Helper()
	a, err := s.client.GetAppointment(s.ctx, id)
	s.ok("read an appointment", err)
	return a
}

func checkAppointmentList(s *suite) {
	p, slot := s.patient(), s.slot()
	a := s.book(p, slot)
	day := s.day(slot.Start, slot.Location)
	listed := func(q emr.AppointmentQuery) bool {
		s.Helper()
		return slices.ContainsFunc(all(s, "appointments", s.client.Appointments(s.ctx, q)), func(b *emr.Appointment) bool {
			s.local("an appointment", b.Start, b.Location)
			if q.Patient != nil && !s.samePatient(b.Patient, q.Patient.ID) {
				s.Error("an appointment of another patient is listed")
			}
			return s.sameAppointment(a.ID, b.ID)
		})
	}
	if !listed(emr.AppointmentQuery{From: day, To: day.AddDays(1), Patient: p}) {
		s.Error("the appointment is not listed on its day")
	}
	if !listed(emr.AppointmentQuery{From: day, To: day.AddDays(1), Patient: &emr.Patient{ID: p.ID}}) {
		s.Error("the appointment is not listed for its patient when only the id is known")
	}
	if !listed(emr.AppointmentQuery{From: day, To: day.AddDays(1)}) {
		s.Error("the appointment is not listed among all of its day")
	}
	if listed(emr.AppointmentQuery{From: day.AddDays(-1), To: day, Patient: p}) {
		s.Error("the appointment is listed on the day before")
	}
	if listed(emr.AppointmentQuery{From: day.AddDays(1), To: day.AddDays(2), Patient: p}) {
		s.Error("the appointment is listed on the day after")
	}
	if s.parts.PatientCreator != nil && listed(emr.AppointmentQuery{From: day, To: day.AddDays(1), Patient: s.patient()}) {
		s.Error("the appointment is listed for another patient")
	}
}

func checkUnknownAppointment(s *suite) {
	id := emr.NewAppointmentID(s.clinic.unknown())
	before := s.clinic.Booked()
	ask := func(can emr.Capability, what string, f func() error) {
		if s.client.Has(can) {
			s.kind(what+" an unknown appointment", f(), emr.KindNotFound)
		}
	}
	ask(emr.CanReadAppointments, "read", func() error { return second(s.client.GetAppointment(s.ctx, id)) })
	ask(emr.CanCancel, "cancel", func() error { return second(s.client.Cancel(s.ctx, id, nil)) })
	ask(emr.CanConfirm, "confirm", func() error { return second(s.client.Confirm(s.ctx, id)) })
	ask(emr.CanArrive, "mark the arrival of", func() error { return second(s.client.Arrive(s.ctx, id)) })
	if s.parts.SlotFinder != nil || s.clinic.Slot != nil {
		ask(emr.CanReschedule, "move", func() error {
			return second(s.client.Reschedule(s.ctx, &emr.Move{Appointment: id, To: s.slot()}))
		})
	}
	s.booked("asking for an unknown appointment", before, 0)
}

func checkAwaitWritten(s *suite) {
	a, err := s.client.Book(s.ctx, s.booking(s.patient(), s.slot()))
	s.ok("book a free slot", err)
	if s.info.Habits.WritesLater {
		if a.Write != emr.WriteAccepted || a.Status == emr.StatusBooked {
			s.Errorf("a vendor that writes later answers %s, %s", a.Write, a.Status)
		}
		s.settle()
	}
	written, err := s.client.AwaitWritten(s.ctx, a.ID)
	s.ok("await the write", err)
	if written.Write != emr.WriteDone {
		s.Errorf("AwaitWritten returns an appointment with write state %q", written.Write)
	}
	s.status("the written appointment", written, emr.StatusBooked)
}
