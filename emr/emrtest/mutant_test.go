package emrtest

import (
	"context"
	"log/slog"
	"slices"
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
	clinic func(*Clinic) // changes the harness, for mistakes of the refused connection
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
		if m.clinic != nil {
			m.clinic(c)
		}
		return c
	}}
}

func TestTheSuiteCatches(t *testing.T) {
	t.Parallel()
	if failed := record(t, mutant{spoil: func(*spoiled) {}}.harness()).failures(); len(failed) > 0 {
		t.Fatalf("a driver without a mistake fails: %v", failed)
	}
	for _, m := range mutants() {
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

func mutants() []mutant {
	return slices.Concat(writeMutants(), readMutants(), connectionMutants(), recordMutants(), calendarMutants(), narrowMutants(), watchMutants(), []mutant{dead()})
}

// dead is a driver that fails each call with a kind that fits none.
func dead() mutant {
	return mutant{
		name:   "a driver that does nothing",
		caught: []string{"booking/impossible bookings are refused without a request"},
		spoil: func(s *spoiled) {
			s.memory.clinic.broken = &emr.Error{Kind: emr.KindPrecondition}
		},
	}
}

// TestEverySentenceCanFail wants a mistake for each sentence: a check that no driver
// fails shows nothing.
func TestEverySentenceCanFail(t *testing.T) {
	t.Parallel()
	everything := dead()
	everything.caught = nil
	caught := record(t, everything.harness()).failures()
	for _, m := range mutants() {
		for _, clause := range m.caught {
			caught[clause] = m.name
		}
	}
	for _, c := range Contract() {
		name := c.Topic + "/" + c.Name
		if caught[name] == "" && name != "patients/an empty query is refused without a request" { // the client's own promise
			t.Errorf("no mistake makes %q fail", name)
		}
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
