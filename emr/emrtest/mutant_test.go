package emrtest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// mutant is a driver with one mistake. The suite must find it in one of the clauses.
type mutant struct {
	name   string
	habits *emr.Habits
	caught []string // each of these must fail
	spoil  func(*spoiled)
}

// spoiled is a driver whose parts a mutant replaces.
type spoiled struct {
	emr.Driver
	memory *Memory
	logger *slog.Logger
	parts  emr.Parts
	info   func(emr.Info) emr.Info
}

func (s *spoiled) Parts() emr.Parts { return s.parts }

func (s *spoiled) Info() emr.Info {
	if s.info != nil {
		return s.info(s.Driver.Info())
	}
	return s.Driver.Info()
}

// harness runs the mutant over a memory clinic.
func (m mutant) harness() Harness {
	return Harness{patience: 100 * time.Millisecond, only: m.caught, Open: func(t testing.TB, o *emr.Options) *Clinic {
		var memory *Memory
		h := MemoryHarness(&MemoryOptions{Habits: m.habits})
		c := h.Open(t, o)
		memory = c.Driver.(*Memory)
		s := &spoiled{Driver: c.Driver, memory: memory, logger: o.Logger, parts: c.Driver.Parts()}
		m.spoil(s)
		c.Driver = s
		return c
	}}
}

func TestTheSuiteCatches(t *testing.T) {
	t.Parallel()
	if failed := record(t, mutant{spoil: func(*spoiled) {}}.harness()).failures(); len(failed) > 0 {
		t.Fatalf("a driver without a mistake fails: %v", failed)
	}
	for _, m := range append(writeMutants(), readMutants()...) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			r := record(t, m.harness())
			if len(r.subs) != len(m.caught) {
				t.Errorf("%d of the clauses %q exist", len(r.subs), m.caught)
			}
			failed := r.failures()
			for _, clause := range m.caught {
				if failed[clause] == "" {
					t.Errorf("%q did not catch it; failed: %v", clause, failed)
				}
			}
		})
	}
}

// The parts as functions.
type (
	bookFunc   func(context.Context, *emr.Booking) (*emr.Appointment, error)
	createFunc func(context.Context, *emr.NewPatient) (*emr.Patient, error)
	personFunc func(context.Context, emr.PatientID) (*emr.Patient, error)
	findFunc   func(context.Context, emr.PatientQuery, emr.Cursor) (emr.Page[emr.Patient], error)
	slotsFunc  func(context.Context, emr.SlotQuery, emr.Cursor) (emr.Page[emr.Slot], error)
	cancelFunc func(context.Context, *emr.Appointment, *emr.Cancellation) (*emr.Appointment, error)
	placesFunc func(context.Context, emr.Cursor) (emr.Page[emr.Location], error)
)

func (f bookFunc) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return f(ctx, b)
}
func (f createFunc) CreatePatient(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
	return f(ctx, n)
}
func (f personFunc) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	return f(ctx, id)
}
func (f findFunc) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	return f(ctx, q, at)
}
func (f slotsFunc) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	return f(ctx, q, at)
}
func (f cancelFunc) Cancel(ctx context.Context, a *emr.Appointment, c *emr.Cancellation) (*emr.Appointment, error) {
	return f(ctx, a, c)
}
func (f placesFunc) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	return f(ctx, at)
}

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
			caught: []string{"connection/calls after close are refused", "context/a cancelled context sends nothing"},
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

// reading changes each appointment that is read.
type reading struct {
	emr.AppointmentReader
	change func(*emr.Appointment)
}

func (r reading) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	a, err := r.AppointmentReader.GetAppointment(ctx, id)
	if err == nil {
		r.change(a)
	}
	return a, err
}

func (r reading) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	page, err := r.AppointmentReader.ListAppointments(ctx, q, at)
	for _, a := range page.Items {
		r.change(a)
	}
	return page, err
}
