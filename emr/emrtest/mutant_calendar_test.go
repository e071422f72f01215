package emrtest

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

func calendarMutants() []mutant {
	return []mutant{
		{
			name:   "a driver that only says that it cancelled",
			habits: &emr.Habits{ActsByID: true},
			caught: []string{"calendar/a cancelled appointment reads as cancelled", "booking/a cancelled appointment frees its slot", "hold/a cancelled hold frees its slot"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentCanceller = cancelFunc(func(ctx context.Context, a *emr.Appointment, _ *emr.Cancellation) (*emr.Appointment, error) {
					now, err := s.Driver.Parts().AppointmentReader.GetAppointment(ctx, a.ID)
					if err == nil {
						now.Status = emr.StatusCancelled
					}
					return now, err
				})
			},
		},
		{
			name:   "a driver that only says that the patient arrived",
			caught: []string{"calendar/an arrived patient is marked as arrived"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentArriver = arriveFunc(func(_ context.Context, a *emr.Appointment) (*emr.Appointment, error) {
					now := *a
					now.Status = emr.StatusArrived
					return &now, nil
				})
			},
		},
		{
			name:   "a driver that books what it should hold",
			caught: []string{"hold/a held slot is taken"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentHolder = holdFunc(s.Driver.Parts().AppointmentBooker.Book)
			},
		},
		{
			name:   "a driver that moves by booking only",
			caught: []string{"reschedule/a moved appointment is at its new time only"},
			spoil: func(s *spoiled) {
				book := s.Driver.Parts().AppointmentBooker
				s.parts.AppointmentRescheduler = moveFunc(func(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
					return book.Book(ctx, &emr.Booking{Patient: &emr.Patient{ID: a.Patient}, Slot: m.To})
				})
			},
		},
		{
			name:   "a driver that moves by cancelling first",
			caught: []string{"reschedule/a move to a taken slot changes nothing"},
			spoil: func(s *spoiled) {
				all := s.Driver.Parts()
				s.parts.AppointmentRescheduler = moveFunc(func(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
					if _, err := all.AppointmentCanceller.Cancel(ctx, a, nil); err != nil {
						return nil, err
					}
					return all.AppointmentBooker.Book(ctx, &emr.Booking{Patient: &emr.Patient{ID: a.Patient}, Slot: m.To})
				})
			},
		},
		{
			name:   "a driver that lists everybody's appointments",
			caught: []string{"calendar/an appointment is listed on its day and for its patient"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentReader = widening{s.parts.AppointmentReader, func(q *emr.AppointmentQuery) { q.Patient = nil }}
			},
		},
		{
			name:   "a driver that needs more of a patient than the id",
			caught: []string{"calendar/an appointment is listed on its day and for its patient"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentReader = widening{s.parts.AppointmentReader, func(q *emr.AppointmentQuery) {
					if q.Patient != nil && q.Patient.Family.IsZero() {
						q.Patient = &emr.Patient{ID: emr.NewPatientID("patient-other")}
					}
				}}
			},
		},
		{
			name:   "a driver that lists appointments of other days",
			caught: []string{"pages/appointment pages end"},
			spoil: func(s *spoiled) {
				s.memory.AddAppointment(emr.Appointment{Patient: s.memory.Patients()[0].ID, Start: s.memory.clinic.now().AddDate(0, 2, 0), End: s.memory.clinic.now().AddDate(0, 2, 1)})
				s.parts.AppointmentReader = widening{s.parts.AppointmentReader, func(q *emr.AppointmentQuery) { q.To = emr.Date{} }}
			},
		},
		{
			name:   "a driver that offers taken slots",
			caught: []string{"slots/a slot that somebody took is not offered", "booking/a booked slot is no longer offered"},
			spoil: func(s *spoiled) {
				first := s.memory.lastFree()
				s.memory.AddSlot(*first)
				inner := s.parts.SlotFinder
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					page, err := inner.FindSlots(ctx, q, at)
					if err != nil || at != "" {
						return page, err
					}
					for _, a := range s.memory.Appointments() {
						slot := &emr.Slot{Start: a.Start, End: a.End, Location: a.Location, Practitioner: a.Practitioner, Type: a.Type}
						slot.Key = slot.MakeKey()
						page.Items = append(page.Items, slot)
					}
					return page, err
				})
			},
		},
		{
			name:   "a driver that answers an unknown appointment as gone wrong",
			caught: []string{"calendar/an unknown appointment is not found"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentReader = failing{s.parts.AppointmentReader}
			},
		},
	}
}

// widening changes the query of each list.
type widening struct {
	emr.AppointmentReader
	change func(*emr.AppointmentQuery)
}

func (w widening) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	w.change(&q)
	return w.AppointmentReader.ListAppointments(ctx, q, at)
}

// failing gives not_found another kind.
type failing struct{ emr.AppointmentReader }

func (f failing) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	a, err := f.AppointmentReader.GetAppointment(ctx, id)
	return a, recast(err, emr.ErrNotFound, emr.KindUnavailable)
}
