package emrtest

import (
	"context"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func readMutants() []mutant {
	return []mutant{
		{
			name:   "a driver whose cursor never ends",
			caught: []string{"pages/slot pages end and keep to the window"},
			spoil: func(s *spoiled) {
				inner := s.parts.SlotFinder
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					page, err := inner.FindSlots(ctx, q, "")
					page.Next = at + "x"
					return page, err
				})
			},
		},
		{
			name:   "a driver that shifts birth dates",
			caught: []string{"patients/a birth date is never shifted"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientGetter
				s.parts.PatientGetter = personFunc(func(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
					p, err := inner.GetPatient(ctx, id)
					if err == nil {
						d := p.Born.Reveal()
						p.Born = emr.NewBirthDate(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).In(time.FixedZone("", -5*3600)).Date())
					}
					return p, err
				})
			},
		},
		{
			name:   "a driver that drops the zone",
			caught: []string{"slots/times carry the clinic's offset", "booking/what was booked is read back"},
			spoil: func(s *spoiled) {
				slots, reader := s.parts.SlotFinder, s.parts.AppointmentReader
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					page, err := slots.FindSlots(ctx, q, at)
					for _, slot := range page.Items {
						slot.Start, slot.End = slot.Start.UTC(), slot.End.UTC()
						slot.Key = slot.MakeKey()
					}
					return page, err
				})
				s.parts.AppointmentReader = reading{reader, func(a *emr.Appointment) { a.Start, a.End = a.Start.UTC(), a.End.UTC() }}
			},
		},
		{
			name:   "a driver that reads back the wrong practitioner",
			caught: []string{"booking/what was booked is read back"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentReader = reading{s.parts.AppointmentReader, func(a *emr.Appointment) { a.Practitioner = "somebody" }}
			},
		},
		{
			name:   "a driver that forgets the note",
			caught: []string{"booking/what was booked is read back"},
			spoil: func(s *spoiled) {
				s.parts.AppointmentReader = reading{s.parts.AppointmentReader, func(a *emr.Appointment) { a.Note = emr.PHI{} }}
			},
		},
		{
			name:   "a driver that prints a name as status",
			caught: []string{"privacy/records hide when printed"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientGetter
				s.parts.PatientGetter = personFunc(func(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
					p, err := inner.GetPatient(ctx, id)
					if err == nil {
						p.Status = "record of " + p.Family.Reveal()
					}
					return p, err
				})
			},
		},
		{
			name:   "a driver that returns everybody",
			caught: []string{"patients/people are found by name and birth date", "patients/nobody is an empty list"},
			spoil: func(s *spoiled) {
				s.parts.PatientFinder = findFunc(func(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
					if err := ctx.Err(); err != nil {
						return emr.Page[emr.Patient]{}, err
					}
					return emr.Page[emr.Patient]{Items: s.memory.Patients()}, nil
				})
			},
		},
		{
			name:   "a driver that finds one of two namesakes",
			caught: []string{"find or create/namesakes are asked about and nobody is created"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientFinder
				s.parts.PatientFinder = findFunc(func(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
					page, err := inner.FindPatients(ctx, q, at)
					page.Items = page.Items[:min(1, len(page.Items))]
					return page, err
				})
			},
		},
		{
			name:   "a driver that gives places one id",
			caught: []string{"directory/locations have ids and names of their own"},
			spoil: func(s *spoiled) {
				inner := s.parts.LocationLister
				s.parts.LocationLister = placesFunc(func(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
					page, err := inner.ListLocations(ctx, at)
					for _, l := range page.Items {
						l.ID = ""
					}
					return page, err
				})
			},
		},
		{
			name:   "a driver that asks when it is asked for its info",
			caught: []string{"connection/info and parts are pure"},
			spoil: func(s *spoiled) {
				s.info = func(i emr.Info) emr.Info {
					_, _ = s.Driver.Parts().Checker.Check(context.Background())
					return i
				}
			},
		},
		{
			name:   "a driver that works on after close and with a dead context",
			caught: []string{"connection/calls after close are refused", "context/a cancelled context sends nothing", "context/an expired deadline sends nothing"},
			spoil: func(s *spoiled) {
				fresh := s.memory.Without()
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					return fresh.Parts().SlotFinder.FindSlots(context.WithoutCancel(ctx), q, at)
				})
			},
		},
		{
			name:   "a driver whose slots have one key",
			caught: []string{"pages/slot pages end and keep to the window"},
			spoil: func(s *spoiled) {
				inner := s.parts.SlotFinder
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					page, err := inner.FindSlots(ctx, q, at)
					for _, slot := range page.Items {
						slot.Key = "s1same"
					}
					return page, err
				})
			},
		},
	}
}
