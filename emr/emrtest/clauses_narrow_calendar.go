package emrtest

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
)

// calendarNarrowClauses ask the driver itself: the client leaves out what was not asked for.
func calendarNarrowClauses() []Clause {
	booked := needs(emr.CanFindSlots, emr.CanBook, emr.CanReadAppointments)
	clause := func(what, text string, check func(*suite)) Clause {
		return Clause{Topic: "pages", Name: "appointments asked for one " + what + " are only those", Text: text, Needs: booked, check: check}
	}
	return []Clause{
		clause("practitioner", "Asked for one practitioner, a driver lists the appointments of this person and no others.", byPractitioner().checkVisits),
		clause("location", "Asked for one location, a driver lists the appointments of this place and no others.", byLocation().checkVisits),
		clause("status", "Asked for one status, a driver lists the appointments that have it and no others.", checkVisitStatus),
		clause("patient", "Asked for one patient, a driver lists the appointments of this patient and nobody else's.", checkVisitPatient),
	}
}

// listed reads the driver's appointments on the days of the slots.
func (s *suite) listed(q emr.AppointmentQuery, slots ...*emr.Slot) []*emr.Appointment {
	s.Helper()
	var found []*emr.Appointment
	var done []emr.Date
	for _, slot := range slots {
		day := s.day(slot.Start, slot.Location)
		if slices.Contains(done, day) {
			continue
		}
		done = append(done, day)
		q.From, q.To = day, day.AddDays(1)
		found = append(found, pages(s, func(at emr.Cursor) (emr.Page[emr.Appointment], error) {
			return s.parts.AppointmentReader.ListAppointments(s.ctx, q, at)
		})...)
	}
	return found
}

// holds reports whether the appointment is in the list.
func (s *suite) holds(list []*emr.Appointment, a *emr.Appointment) bool {
	return slices.ContainsFunc(list, func(b *emr.Appointment) bool { return s.sameAppointment(a.ID, b.ID) })
}

func (n narrowing) checkVisits(s *suite) {
	one, two := n.apart(s)
	id := n.slot(one)
	if id == "" {
		return // slots that name none: nothing can be asked for
	}
	made, days := s.book(s.patient(), one), []*emr.Slot{one}
	if two != nil {
		s.book(s.patient(), two)
		days = append(days, two)
	}
	var q emr.AppointmentQuery
	n.askList(&q, id)
	list := s.listed(q, days...)
	if !s.holds(list, made) {
		s.Errorf("an appointment is not listed when its %s is asked for", n.what)
	}
	for _, a := range list {
		if !s.sameWord(n.visit(a), id) {
			s.Fatalf("asked for one %s, the driver lists an appointment of another", n.what)
		}
	}
}

func checkVisitStatus(s *suite) {
	slots := s.slots(2)
	one, two := s.book(s.patient(), slots[0]), s.book(s.patient(), slots[1])
	if s.client.Has(emr.CanCancel) {
		s.cancel(two.ID)
	}
	status := s.read(one.ID).Status
	for _, want := range []emr.Status{status, emr.StatusCancelled} {
		list := s.listed(emr.AppointmentQuery{Statuses: []emr.Status{want}}, slots...)
		if want == status && !s.holds(list, one) {
			s.Error("an appointment is not listed when its status is asked for")
		}
		for _, a := range list {
			if a.Status != want {
				s.Fatalf("asked for status %s, the driver lists an appointment with %s", want, a.Status)
			}
		}
	}
}

func checkVisitPatient(s *suite) {
	slots := s.slots(2)
	p := s.patient()
	made := s.book(p, slots[0])
	if s.parts.PatientCreator != nil {
		s.book(s.patient(), slots[1])
	} else if err := s.clinic.Take(slots[1]); err != nil {
		s.Fatalf("harness: take a slot: %v", err)
	}
	list := s.listed(emr.AppointmentQuery{Patient: p}, slots...)
	if !s.holds(list, made) {
		s.Error("an appointment is not listed when its patient is asked for")
	}
	for _, a := range list {
		if !s.samePatient(a.Patient, p.ID) {
			s.Fatal("asked for one patient, the driver lists somebody else's appointment")
		}
	}
}
