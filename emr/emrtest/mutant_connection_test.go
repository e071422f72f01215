package emrtest

import (
	"context"
	"errors"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

func connectionMutants() []mutant {
	return []mutant{
		{
			name: "a driver that books taken times and reads no calendar", habits: &emr.Habits{AcceptsDoubleBooking: true},
			caught: []string{"connection/a vendor that books taken times has a calendar to read"},
			spoil:  func(s *spoiled) { s.parts.AppointmentReader = nil },
		},
		{
			name:   "a driver with a caveat about nothing",
			caught: []string{"connection/caveats are sentences about known capabilities"},
			spoil: func(s *spoiled) {
				s.info = func(i emr.Info) emr.Info {
					i.Caveats = map[emr.Capability]string{"fly": "Only on Sundays."}
					return i
				}
			},
		},
		{
			name:   "a driver that holds and cannot release",
			caught: []string{"connection/hold comes with cancel"},
			spoil:  func(s *spoiled) { s.parts.AppointmentCanceller = nil },
		},
		{
			name: "a driver that calls an ended context something else",
			caught: []string{
				"context/a cancelled read returns at once", "context/a read returns at its deadline",
				"connection/closing does not trap a running call",
			},
			spoil: func(s *spoiled) {
				inner := s.parts.SlotFinder
				s.parts.SlotFinder = slotsFunc(func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
					page, err := inner.FindSlots(ctx, q, at)
					if ctx.Err() != nil {
						return page, &emr.Error{Kind: emr.KindUnavailable, Vendor: "memory", Op: "find slots"}
					}
					return page, err
				})
			},
		},
		{
			name:   "a driver that works without credentials",
			caught: []string{"credentials/refused credentials are kind auth and write nothing"},
			spoil:  func(*spoiled) {},
			clinic: func(c *Clinic) { c.Refused = c.Driver },
		},
		{
			name:   "a driver that sends raw requests anywhere",
			caught: []string{"records/raw requests cannot leave the host"},
			spoil: func(s *spoiled) {
				inner := s.parts.RawDoer
				s.parts.RawDoer = rawFunc(func(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
					return inner.Raw(ctx, &emr.RawRequest{Path: "/" + strings.Trim(r.Path, `/\.`)})
				})
			},
		},
		{
			name:   "a driver that answers an unknown patient with nobody",
			caught: []string{"ids/an unknown patient is not found"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientGetter
				s.parts.PatientGetter = personFunc(func(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
					p, err := inner.GetPatient(ctx, id)
					if errors.Is(err, emr.ErrNotFound) {
						return &emr.Patient{}, nil
					}
					return p, err
				})
			},
		},
		{
			name:   "a driver that calls a known person a failure",
			caught: []string{"patients/a known person is a duplicate, not another error"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientCreator
				s.parts.PatientCreator = createFunc(func(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
					p, err := inner.CreatePatient(ctx, n)
					return p, recast(err, emr.ErrDuplicatePatient, emr.KindConflict)
				})
			},
		},
		{
			name:   "a driver that drops accents",
			caught: []string{"patients/names outside ASCII come back unchanged"},
			spoil: func(s *spoiled) {
				inner := s.parts.PatientCreator
				s.parts.PatientCreator = createFunc(func(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
					plain := *n
					plain.Given = emr.NewPHI(strings.ReplaceAll(n.Given.Reveal(), "ë", "e"))
					return inner.CreatePatient(ctx, &plain)
				})
			},
		},
		{
			name:   "a driver that ignores updates in silence",
			caught: []string{"patients/an update changes what was asked or is refused"},
			spoil: func(s *spoiled) {
				s.parts.PatientUpdater = updateFunc(func(ctx context.Context, u *emr.PatientUpdate) (*emr.Patient, error) {
					return s.Driver.Parts().PatientGetter.GetPatient(ctx, u.ID)
				})
			},
		},
	}
}
