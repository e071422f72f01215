package emrtest

import (
	"context"
	"errors"

	"github.com/emrkit/emrkit/emr"
)

func writeMutants() []mutant {
	return []mutant{
		{
			name: "a driver that books again when the answer is lost", habits: &emr.Habits{AcceptsDoubleBooking: true},
			caught: []string{"lost reply/a driver sends a booking once", "lost reply/a booking ends with one appointment and success"},
			spoil: func(s *spoiled) {
				inner := s.parts.AppointmentBooker
				s.parts.AppointmentBooker = bookFunc(func(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
					a, err := inner.Book(ctx, b)
					if errors.Is(err, emr.ErrAmbiguous) && ctx.Err() == nil {
						return inner.Book(ctx, b)
					}
					return a, err
				})
			},
		},
		{
			name:   "a driver that calls a lost answer a plain failure",
			caught: []string{"lost reply/a driver sends a booking once", "lost reply/with Report a booking is ambiguous after one write"},
			spoil: func(s *spoiled) {
				inner := s.parts.AppointmentBooker
				s.parts.AppointmentBooker = bookFunc(func(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
					a, err := inner.Book(ctx, b)
					return a, recast(err, emr.ErrAmbiguous, emr.KindUnavailable)
				})
			},
		},
		{
			name:   "a driver that passes on the error of its look-up",
			caught: []string{"lost reply/a failed look-up before a write leaves no doubt"},
			spoil: func(s *spoiled) {
				inner := s.parts.AppointmentBooker
				s.parts.AppointmentBooker = bookFunc(func(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
					if _, err := s.Driver.Parts().AppointmentTypeLister.ListAppointmentTypes(ctx, ""); err != nil {
						return nil, err // not emr.Unsent(err)
					}
					return inner.Book(ctx, b)
				})
			},
		},
		{
			name:   "a driver that loses the kind of a taken slot",
			caught: []string{"booking/a slot that somebody took is refused as slot taken", "booking/booking twice is refused as slot taken"},
			spoil: func(s *spoiled) {
				inner := s.parts.AppointmentBooker
				s.parts.AppointmentBooker = bookFunc(func(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
					a, err := inner.Book(ctx, b)
					return a, recast(err, emr.ErrSlotTaken, emr.KindInvalid)
				})
			},
		},
		{
			name:   "a driver that answers a booking with another day",
			caught: []string{"booking/a driver's answer does not contradict the booking"},
			spoil: func(s *spoiled) {
				inner := s.parts.AppointmentBooker
				s.parts.AppointmentBooker = bookFunc(func(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
					a, err := inner.Book(ctx, b)
					if err == nil {
						a.Start = a.Start.AddDate(0, 0, 1)
					}
					return a, err
				})
			},
		},
		{
			name: "a driver that books taken times and does not say so", habits: &emr.Habits{AcceptsDoubleBooking: true},
			caught: []string{"booking/booking twice is refused as slot taken", "race/two bookings of one slot give one appointment"},
			spoil: func(s *spoiled) {
				s.info = func(i emr.Info) emr.Info { i.Habits = emr.Habits{}; return i }
			},
		},
		{
			name:   "a driver that repeats a name in an error",
			caught: []string{"privacy/failures name nobody"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientCreator
				s.parts.PatientCreator = createFunc(func(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
					p, err := inner.CreatePatient(ctx, n)
					if err != nil {
						return nil, &emr.Error{Kind: emr.KindOf(err), Err: err, Vendor: "memory", Op: "create patient", Hint: "cannot create " + n.Family.Reveal()}
					}
					return p, nil
				})
			},
		},
		{
			name:   "a driver that logs a phone number",
			caught: []string{"patients/a created patient is read back as written"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientCreator
				s.parts.PatientCreator = createFunc(func(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
					s.logger.Info("creating", "phone", n.Phones[0].Number.Reveal())
					return inner.CreatePatient(ctx, n)
				})
			},
		},
		{
			name:   "a driver that fails a second cancellation",
			caught: []string{"calendar/cancelling twice is a success"},
			habits: &emr.Habits{ActsByID: true},
			spoil: func(s *spoiled) {
				inner := s.parts.AppointmentCanceller
				s.parts.AppointmentCanceller = cancelFunc(func(ctx context.Context, a *emr.Appointment, c *emr.Cancellation) (*emr.Appointment, error) {
					if now, err := s.Driver.Parts().AppointmentReader.GetAppointment(ctx, a.ID); err == nil && now.Status == emr.StatusCancelled {
						return nil, &emr.Error{Kind: emr.KindInvalid, Vendor: "memory", Op: "cancel appointment"}
					}
					return inner.Cancel(ctx, a, c)
				})
			},
		},
		{
			name:   "a driver that puts ids into a URL without care",
			caught: []string{"ids/ids that could reach another record are refused"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientGetter
				s.parts.PatientGetter = personFunc(func(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
					if id.Reveal() == "../x" {
						id = emr.NewPatientID("patient-1")
					}
					return inner.GetPatient(ctx, id)
				})
			},
		},
		{
			name:   "a driver that leaves a goroutine",
			caught: []string{"booking/the answer is what was asked for"},
			spoil: func(s *spoiled) {
				inner := s.parts.AppointmentBooker
				s.parts.AppointmentBooker = bookFunc(func(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
					go func() { select {} }()
					return inner.Book(ctx, b)
				})
			},
		},
	}
}

// recast gives errors that match target another kind.
func recast(err, target error, to emr.Kind) error {
	if errors.Is(err, target) {
		return &emr.Error{Kind: to, Vendor: "memory", Op: "book appointment", Attempts: 1}
	}
	return err
}
