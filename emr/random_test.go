package emr_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// mishap is one thing that can go wrong with a write; none is the empty one.
func mishap(r *rand.Rand, f *fake, late func()) fault {
	switch r.IntN(10) {
	case 0:
		return fault{err: lost()}
	case 1, 2:
		return fault{err: lost(), done: true}
	case 3:
		return fault{err: &emr.Error{Kind: emr.KindProtocol, Status: 201, Attempts: 1}, done: true}
	case 4:
		return fault{err: &emr.Error{Kind: emr.KindUnavailable}}
	case 5:
		return fault{err: &emr.Error{Kind: emr.KindRateLimited, Status: 429, Attempts: 1}}
	case 6:
		return fault{wait: time.Hour} // done, the answer never comes
	case 7: // answered with an error, done a moment later
		delay := time.Duration(r.IntN(3000)) * time.Millisecond
		return fault{err: lost(), do: func() {
			time.AfterFunc(delay, func() { f.mu.Lock(); defer f.mu.Unlock(); late() })
		}}
	}
	return fault{}
}

// noise makes some of the coming reads fail or hang.
func noise(r *rand.Rand, f *fake, op string) {
	for range 4 {
		switch r.IntN(5) {
		case 0:
			f.next(op, fault{err: &emr.Error{Kind: emr.KindUnavailable}})
		case 1:
			f.next(op, fault{wait: time.Duration(r.IntN(20)) * time.Second})
		default:
			f.next(op, fault{})
		}
	}
}

// impatient is a context of which some end early.
func impatient(t *testing.T, r *rand.Rand) (context.Context, context.CancelFunc) {
	switch r.IntN(4) {
	case 0:
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Duration(r.IntN(20))*time.Second, cancel)
		return ctx, cancel
	case 1:
		return context.WithTimeout(t.Context(), time.Duration(1+r.IntN(20))*time.Second)
	}
	return context.WithCancel(t.Context())
}

// TestFault_B1_aThousandBookingsWithRandomFaultsEndInOneAppointmentEach follows RedoOf
// as an application would, and counts what is on the server.
func TestFault_B1_aThousandBookingsWithRandomFaultsEndInOneAppointmentEach(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1000) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			f, b := newFake(), booking()
			f.info.Habits.AcceptsDoubleBooking = r.IntN(2) == 0
			f.info.Habits.KeepsNotes = r.IntN(2) == 0
			b.Note = emr.NewPHI("web booking")
			c := client(t, f, nil)
			for try := 0; ; try++ {
				if try == 100 {
					t.Fatalf("seed %d: no end", seed)
				}
				f.faults = map[string][]fault{}
				f.next("book", mishap(r, f, func() { f.put(b, emr.StatusBooked) }))
				noise(r, f, "list")
				before := f.count("book")
				ctx, cancel := impatient(t, r)
				a, err := c.Book(ctx, b)
				cancel()
				if sent := f.count("book") - before; sent > 1 {
					t.Fatalf("seed %d: %d requests in one call", seed, sent)
				}
				if err == nil {
					if a.ID.IsZero() {
						t.Fatalf("seed %d: success without an appointment", seed)
					}
					break
				}
				redo := emr.RedoOf(err)
				if errors.Is(err, emr.ErrSlotTaken) || redo == emr.Never {
					t.Fatalf("seed %d: %v", seed, err)
				}
				b.Again = b.Again || redo == emr.CheckFirst
				time.Sleep(5 * time.Second) // what was under way arrives
			}
			time.Sleep(time.Minute)
			if f.live() != 1 {
				t.Fatalf("seed %d: %d appointments on the server", seed, f.live())
			}
		})
	}
}

func TestCreatePatient_randomFaultsEndInOneRecordEach(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			f := newFake()
			c := client(t, f, nil)
			for try := 0; ; try++ {
				if try == 100 {
					t.Fatalf("seed %d: no end", seed)
				}
				f.faults = map[string][]fault{}
				noise(r, f, "search")
				f.next("create", mishap(r, f, func() { f.addPatient(ines()) }))
				before := f.count("create")
				ctx, cancel := impatient(t, r)
				found, err := c.FindOrCreatePatient(ctx, ines())
				cancel()
				if sent := f.count("create") - before; sent > 1 {
					t.Fatalf("seed %d: %d requests in one call", seed, sent)
				}
				if err == nil {
					if found.Patient == nil {
						t.Fatalf("seed %d: asks for %v", seed, found.AskFor)
					}
					break
				}
				time.Sleep(5 * time.Second)
			}
			time.Sleep(time.Minute)
			if len(f.patients) != 1 {
				t.Fatalf("seed %d: %d records", seed, len(f.patients))
			}
		})
	}
}
