package emrtest

import (
	"context"
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
