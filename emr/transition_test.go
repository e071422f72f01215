package emr_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// booked is a fake whose calendar holds one appointment with that status.
func booked(status emr.Status) (*fake, emr.AppointmentID) {
	f := newFake()
	return f, f.put(booking(), status).ID
}

func TestFault_B6_cancellingAgainIsASuccess(t *testing.T) {
	t.Parallel()
	f, id := booked(emr.StatusBooked)
	c := client(t, f, nil)
	for range 2 {
		if a, err := c.Cancel(t.Context(), id, nil); err != nil || a.Status != emr.StatusCancelled {
			t.Fatal(a, err)
		}
	}
	if f.count("cancel") != 1 {
		t.Errorf("%d cancels sent", f.count("cancel"))
	}
	_, err := c.Cancel(t.Context(), emr.NewAppointmentID("nobody's"), nil)
	wantKind(t, err, emr.KindNotFound)
	_, err = c.Cancel(t.Context(), emr.AppointmentID{}, nil)
	wantKind(t, err, emr.KindInvalid)
	_, err = c.Cancel(t.Context(), id, &emr.Cancellation{Note: emr.NewPHI("\x00")})
	wantKind(t, err, emr.KindInvalid)
}

func TestTransition_isNotReadFirstWhereTheIDIsEnough(t *testing.T) {
	t.Parallel()
	f, id := booked(emr.StatusBooked)
	f.info.Habits.ActsByID = true
	c := client(t, f, nil)
	_, err1 := c.Confirm(t.Context(), id)
	_, err2 := c.Arrive(t.Context(), id)
	_, err3 := c.Cancel(t.Context(), id, nil)
	if err := errors.Join(err1, err2, err3); err != nil || f.count("get") != 0 || f.total() != 3 {
		t.Error(err, f.total())
	}
}

func TestTransition_whatIsDoneAlreadyIsNotSent(t *testing.T) {
	t.Parallel()
	f, id := booked(emr.StatusArrived)
	c := client(t, f, nil)
	if a, err := c.Arrive(t.Context(), id); err != nil || a.Status != emr.StatusArrived {
		t.Error(a, err)
	}
	if a, err := c.Confirm(t.Context(), id); err != nil || a.Status != emr.StatusArrived {
		t.Error(a, err)
	}
	if f.count("arrive")+f.count("confirm") != 0 {
		t.Error("sent")
	}
}

func TestTransition_aLostAnswerIsReadBack(t *testing.T) {
	t.Parallel()
	type call func(*emr.Client, context.Context, emr.AppointmentID) (*emr.Appointment, error)
	confirm := func(c *emr.Client, ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
		return c.Confirm(ctx, id)
	}
	arrive := func(c *emr.Client, ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
		return c.Arrive(ctx, id)
	}
	cancel := func(c *emr.Client, ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
		return c.Cancel(ctx, id, &emr.Cancellation{Reason: "patient"})
	}
	for op, do := range map[string]call{"confirm": confirm, "arrive": arrive, "cancel": cancel} {
		for _, done := range []bool{true, false} {
			for _, byID := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) {
					f, id := booked(emr.StatusBooked)
					f.info.Habits.ActsByID = byID
					f.next(op, fault{err: lost(), done: done})
					a, err := do(client(t, f, nil), t.Context(), id)
					if done != (err == nil && a != nil) || !done && emr.KindOf(err) != emr.KindAmbiguous || f.count(op) != 1 {
						t.Error(op, done, byID, a, err)
					}
				})
			}
		}
		synctest.Test(t, func(t *testing.T) {
			f, id := booked(emr.StatusBooked)
			f.next(op, fault{err: lost(), done: true})
			_, err := do(client(t, f, &emr.ClientOptions{Lost: emr.Report}), t.Context(), id)
			wantKind(t, err, emr.KindAmbiguous)
			if f.count("get") != 1 {
				t.Error(op, "read back:", f.count("get"))
			}
		})
	}
}

func TestTransition_aReleasedHoldThatIsGoneWasCancelled(t *testing.T) {
	t.Parallel()
	f, id := booked(emr.StatusHeld)
	f.next("cancel", fault{err: lost(), do: func() { f.mu.Lock(); f.appts = nil; f.mu.Unlock() }})
	a, err := client(t, f, nil).Cancel(t.Context(), id, nil)
	if err != nil || a.Status != emr.StatusCancelled || a.ID != id {
		t.Error(a, err)
	}
}

func TestTransition_aConfirmedHoldIsReadBackAsABooking(t *testing.T) {
	t.Parallel()
	f, id := booked(emr.StatusHeld)
	f.next("confirm", fault{err: lost(), do: func() { f.mu.Lock(); f.appts[0].Status = emr.StatusBooked; f.mu.Unlock() }})
	if a, err := client(t, f, nil).Confirm(t.Context(), id); err != nil || a.Status != emr.StatusBooked {
		t.Error(a, err)
	}
}

func TestFault_X4_cancelAfterAChangeWasSentIsAmbiguous(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, id := booked(emr.StatusBooked)
		f.next("cancel", fault{wait: time.Hour})
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		_, err := client(t, f, nil).Cancel(ctx, id, nil)
		wantKind(t, err, emr.KindAmbiguous)
		if !errors.Is(err, context.Canceled) || f.count("get") != 1 {
			t.Error(err)
		}
	})
}
