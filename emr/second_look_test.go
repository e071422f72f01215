package emr_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// A vendor may show a change only a moment after it was made: the first look after a lost
// answer finds nothing, the second one finds it. Nothing is sent again.
func TestReconcile_theSecondLookFindsWhatTheFirstDidNot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		write string // lost: it arrives, and shows later
		look  string
		first int // looks before the write
		show  func(*fake)
		do    func(context.Context, *emr.Client, emr.AppointmentID) (shown bool, err error)
	}{
		"confirm": {"confirm", "get", 1, func(f *fake) { f.appts[0].Confirmed = true }, func(ctx context.Context, c *emr.Client, id emr.AppointmentID) (bool, error) {
			a, err := c.Confirm(ctx, id)
			return a != nil && a.Confirmed, err
		}},
		"arrive": {"arrive", "get", 1, func(f *fake) { f.appts[0].Status = emr.StatusArrived }, func(ctx context.Context, c *emr.Client, id emr.AppointmentID) (bool, error) {
			a, err := c.Arrive(ctx, id)
			return a != nil && a.Status == emr.StatusArrived, err
		}},
		"cancel": {"cancel", "get", 1, func(f *fake) { f.appts[0].Status = emr.StatusCancelled }, func(ctx context.Context, c *emr.Client, id emr.AppointmentID) (bool, error) {
			a, err := c.Cancel(ctx, id, nil)
			return a != nil && a.Status == emr.StatusCancelled, err
		}},
		"native move": {"move", "get", 1, func(f *fake) { f.appts[0].Start, f.appts[0].End = inDays(5).Start, inDays(5).End }, func(ctx context.Context, c *emr.Client, id emr.AppointmentID) (bool, error) {
			a, err := c.Reschedule(ctx, &emr.Move{Appointment: id, To: inDays(5)})
			return a != nil && a.Start.Equal(inDays(5).Start), err
		}},
		"book": {"book", "list", 0, func(f *fake) { f.put(booking(), emr.StatusBooked) }, func(ctx context.Context, c *emr.Client, _ emr.AppointmentID) (bool, error) {
			a, err := c.Book(ctx, booking())
			return a != nil && a.Start.Equal(booking().Slot.Start), err
		}},
		"create a patient": {"create", "search", 0, func(f *fake) { f.addPatient(ines()) }, func(ctx context.Context, c *emr.Client, _ emr.AppointmentID) (bool, error) {
			p, err := c.CreatePatient(ctx, ines())
			return p != nil && p.ID == emr.NewPatientID("p-1"), err
		}},
		"find or create a patient": {"create", "search", 1, func(f *fake) { f.addPatient(ines()) }, func(ctx context.Context, c *emr.Client, _ emr.AppointmentID) (bool, error) {
			found, err := c.FindOrCreatePatient(ctx, ines())
			return found != nil && found.Created && found.Patient.ID == emr.NewPatientID("p-1"), err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, id := newFake(), emr.AppointmentID{}
				if c.write != "book" {
					f, id = booked(emr.StatusBooked)
				}
				f.moves = true
				f.next(c.write, fault{err: lost()})
				for range c.first + 1 {
					f.next(c.look, fault{})
				}
				f.next(c.look, fault{do: func() { f.mu.Lock(); defer f.mu.Unlock(); c.show(f) }})
				began := time.Now()
				shown, err := c.do(t.Context(), client(t, f, nil), id)
				if err != nil || !shown {
					t.Errorf("shown %v, %v", shown, err)
				}
				if took := time.Since(began); f.count(c.write) != 1 || f.count(c.look) != c.first+2 || took != time.Second {
					t.Errorf("sent %d times, %d looks, %v", f.count(c.write), f.count(c.look), took)
				}
			})
		})
	}
}
