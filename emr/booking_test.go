package emr_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_B1_aLostBookingIsAmbiguousWithWhatIsNeededToCheck(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.next("book", fault{err: lost(), done: true})
	c := client(t, f, &emr.ClientOptions{Lost: emr.Report})
	b := booking()
	b.Patient.ID = emr.NewPatientID("canary-id")
	_, err := c.Book(emr.WithCorrelationID(t.Context(), "corr-1"), b)
	wantKind(t, err, emr.KindAmbiguous)
	var e *emr.Error
	if !errors.As(err, &e) || e.Op != "book appointment" || e.RequestID != "corr-1" || e.Status != 502 || !strings.Contains(e.Hint, "FindBooking") {
		t.Errorf("%#v", err)
	}
	if f.count("book") != 1 || f.count("list") != 0 || emr.RedoOf(err) != emr.CheckFirst || strings.Contains(err.Error(), "canary") {
		t.Error(f.count("book"), f.count("list"), emr.RedoOf(err), err)
	}
	found, err := c.FindBooking(t.Context(), b)
	if err != nil || found.Status != emr.StatusBooked {
		t.Error("the look for later:", found, err)
	}
}

func TestFault_B1_aLostBookingIsReadBack(t *testing.T) {
	t.Parallel()
	protocol := &emr.Error{Kind: emr.KindProtocol, Status: 200, Attempts: 1}
	for name, c := range map[string]struct {
		set   func(f *fake, b *emr.Booking)
		kind  emr.Kind // "" for success
		books int
		lists int
		live  int
	}{
		"done, the answer was lost":          {func(f *fake, b *emr.Booking) { f.next("book", fault{err: lost(), done: true}) }, "", 1, 1, 1},
		"done, the answer could not be read": {func(f *fake, b *emr.Booking) { f.next("book", fault{err: protocol, done: true}) }, "", 1, 1, 1},
		"not done":                           {func(f *fake, b *emr.Booking) { f.next("book", fault{err: lost()}) }, emr.KindAmbiguous, 1, 2, 0},
		"a redirect was not done": {func(f *fake, b *emr.Booking) {
			f.next("book", fault{err: &emr.Error{Kind: emr.KindProtocol, Status: 302, Attempts: 1}})
		}, emr.KindProtocol, 1, 0, 0},
		"done, seen at the second look": {func(f *fake, b *emr.Booking) {
			f.next("book", fault{err: lost()})
			f.next("list", fault{}, fault{do: func() { f.mu.Lock(); f.put(b, emr.StatusBooked); f.mu.Unlock() }})
		}, "", 1, 2, 1},
		"the first look fails": {func(f *fake, b *emr.Booking) {
			f.next("book", fault{err: lost(), done: true})
			f.next("list", fault{err: &emr.Error{Kind: emr.KindUnavailable}})
		}, "", 1, 2, 1},
		"both looks fail": {func(f *fake, b *emr.Booking) {
			f.next("book", fault{err: lost(), done: true})
			f.next("list", fault{err: &emr.Error{Kind: emr.KindUnavailable}}, fault{err: &emr.Error{Kind: emr.KindUnavailable}})
		}, emr.KindAmbiguous, 1, 2, 1},
		"nothing was sent": {func(f *fake, b *emr.Booking) { f.next("book", fault{err: &emr.Error{Kind: emr.KindUnavailable}}) }, emr.KindUnavailable, 1, 0, 0},
		"a cancelled one does not count": {func(f *fake, b *emr.Booking) {
			f.put(b, emr.StatusCancelled)
			f.next("book", fault{err: lost()})
		}, emr.KindAmbiguous, 1, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, b := newFake(), booking()
				c.set(f, b)
				a, err := client(t, f, nil).Book(t.Context(), b)
				if emr.KindOf(err) != c.kind || (err == nil) != (a != nil) {
					t.Fatalf("appointment %v, error %v", a != nil, err)
				}
				if f.count("book") != c.books || f.count("list") != c.lists || f.live() != c.live {
					t.Errorf("%d bookings and %d lists arrived, %d live", f.count("book"), f.count("list"), f.live())
				}
			})
		})
	}
}

func TestFault_B2_againFindsTheEarlierBookingInsteadOfMakingASecond(t *testing.T) {
	t.Parallel()
	f, b := newFake(), booking()
	c := client(t, f, &emr.ClientOptions{Lost: emr.Report})
	f.next("book", fault{err: lost(), done: true})
	_, err := c.Book(t.Context(), b)
	wantKind(t, err, emr.KindAmbiguous)
	b.Again = true
	a, err := c.Book(t.Context(), b)
	if err != nil || a.ID.Reveal() != "appt-1" || f.count("book") != 1 || f.count("list") != 1 {
		t.Fatal(a, err, f.count("book"), f.count("list"))
	}

	f.put(b, emr.StatusBooked) // a second one: both are reported
	_, err = c.Book(t.Context(), b)
	wantKind(t, err, emr.KindAmbiguous)
	if !strings.Contains(err.Error(), "2 such appointments") || f.count("book") != 1 {
		t.Error(err)
	}
	_, err = c.FindBooking(t.Context(), b)
	wantKind(t, err, emr.KindAmbiguous)

	other := booking()
	other.Again, other.Slot = true, inDays(4)
	if a, err := c.Book(t.Context(), other); err != nil || a.ID.Reveal() != "appt-3" {
		t.Error("Again with nothing there books:", a, err)
	}
	_, err = c.FindBooking(t.Context(), &emr.Booking{Patient: b.Patient, Slot: inDays(9)})
	wantKind(t, err, emr.KindNotFound)
}

func TestFault_B2_againWhereTheCalendarCannotBeReadSendsNothing(t *testing.T) {
	t.Parallel()
	f, b := newFake(), booking()
	f.missing = []emr.Capability{emr.CanReadAppointments}
	b.Again = true
	_, err := client(t, f, nil).Book(t.Context(), b)
	wantKind(t, err, emr.KindUnsupported)
	f.next("book", fault{err: lost(), done: true})
	b.Again = false
	_, err = client(t, f, nil).Book(t.Context(), b)
	wantKind(t, err, emr.KindAmbiguous)
	if f.count("book") != 1 || strings.Contains(err.Error(), "FindBooking") {
		t.Error("hint names a call that cannot work:", err)
	}
}

func TestFault_B3_aTakenSlotIsErrSlotTakenAndOneOfTwoWins(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	var group sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		group.Go(func() {
			b := booking()
			b.Patient.ID = emr.NewPatientID(string(rune('a' + i)))
			_, results[i] = c.Book(t.Context(), b)
		})
	}
	group.Wait()
	won := 0
	for _, err := range results {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, emr.ErrSlotTaken) || !errors.Is(err, emr.ErrConflict) || emr.RedoOf(err) != emr.Never:
			t.Error(err)
		}
	}
	if won != 1 || f.live() != 1 || f.count("book") != 8 {
		t.Errorf("%d won, %d live, %d sent", won, f.live(), f.count("book"))
	}
}

func TestFault_B5_whatCannotBeBookedIsInvalidBeforeSending(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Habits.AcceptsDoubleBooking = true
	c := client(t, f, nil)
	change := func(do func(b *emr.Booking)) *emr.Booking { b := booking(); do(b); return b }
	for name, b := range map[string]*emr.Booking{
		"nothing":                nil,
		"no patient":             change(func(b *emr.Booking) { b.Patient = nil }),
		"patient without id":     change(func(b *emr.Booking) { b.Patient = &emr.Patient{} }),
		"no slot":                change(func(b *emr.Booking) { b.Slot = nil }),
		"start after end":        change(func(b *emr.Booking) { b.Slot.Start, b.Slot.End = b.Slot.End, b.Slot.Start }),
		"no length":              change(func(b *emr.Booking) { b.Slot.End = b.Slot.Start }),
		"no start":               change(func(b *emr.Booking) { b.Slot.Start, b.Slot.Key = time.Time{}, "" }),
		"no end":                 change(func(b *emr.Booking) { b.Slot.End = time.Time{} }),
		"in the past":            change(func(b *emr.Booking) { b.Slot = inDays(-1) }),
		"longer than a day":      change(func(b *emr.Booking) { b.Slot.End = b.Slot.Start.Add(24*time.Hour + time.Second) }),
		"a key that is no key":   change(func(b *emr.Booking) { b.Slot = &emr.Slot{Key: "s1canary"} }),
		"a note with a NUL":      change(func(b *emr.Booking) { b.Note = emr.NewPHI("canary\x00") }),
		"a note that is no text": change(func(b *emr.Booking) { b.Note = emr.NewPHI("canary\xff") }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, call := range []func(context.Context, *emr.Booking) (*emr.Appointment, error){c.Book, c.Hold} {
				_, err := call(t.Context(), b)
				wantKind(t, err, emr.KindInvalid)
				var e *emr.Error
				if errors.As(err, &e); len(e.Fields) == 0 || e.Hint == "" || strings.Contains(err.Error(), "canary") {
					t.Error(err)
				}
			}
		})
	}
	t.Cleanup(func() { // after the subtests
		if f.total() != 0 {
			t.Error("something was sent")
		}
	})
}

func TestFault_F15_aNoteIsSentUnchanged(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	change := func(do func(b *emr.Booking)) *emr.Booking { b := booking(); do(b); return b }
	fine := change(func(b *emr.Booking) { b.Note = emr.NewPHI("first line\nsecond \u200f line") })
	if _, err := c.Book(t.Context(), fine); err != nil || !f.gotBook.Note.Equal(fine.Note) {
		t.Error("line breaks and direction marks are sent unchanged:", err)
	}
	unknown := change(func(b *emr.Booking) { b.Patient, b.Vendor, b.Slot = &emr.Patient{}, struct{}{}, inDays(5) })
	if _, err := c.Book(t.Context(), unknown); err != nil {
		t.Error("a vendor's own way to name the patient is left to the driver:", err)
	}
}

func TestFault_B9_anAcceptedBookingWithoutIDIsLookedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, report := range []emr.LostPolicy{emr.Reconcile, emr.Report} {
			f, b := newFake(), booking()
			d := &withoutID{f}
			a, err := client(t, d, &emr.ClientOptions{Lost: report}).Book(t.Context(), b)
			if report == emr.Report {
				wantKind(t, err, emr.KindAmbiguous)
			} else if err != nil || a.ID.IsZero() {
				t.Error(a, err)
			}
			if f.live() != 1 || f.count("book") != 1 {
				t.Error(f.live(), f.count("book"))
			}
		}
	})
}

// withoutID forgets to name the new appointment.
type withoutID struct{ *fake }

func (w *withoutID) Parts() emr.Parts {
	p := w.fake.Parts()
	p.AppointmentBooker = w
	return p
}

func (w *withoutID) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	a, err := w.fake.Book(ctx, b)
	if a != nil {
		a.ID = emr.AppointmentID{}
	}
	return a, err
}

func TestBook_takesASlotFromAnotherProcess(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	data, err := json.Marshal(inDays(3))
	if err != nil {
		t.Fatal(err)
	}
	var whole, key emr.Slot
	if err := json.Unmarshal(data, &whole); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{"key":"`+string(inDays(4).Key)+`"}`), &key); err != nil {
		t.Fatal(err)
	}
	for i, s := range []*emr.Slot{&whole, &key} {
		b := booking()
		b.Slot = s
		a, err := c.Book(t.Context(), b)
		want := inDays(3 + i)
		if err != nil || !a.Start.Equal(want.Start) || a.Practitioner != "15" || a.Location != "7" || a.Type != "12" ||
			a.Start.Format(time.RFC3339) != want.Start.Format(time.RFC3339) {
			t.Error(i, a, err)
		}
	}
	if key.Start.Year() != 1 {
		t.Error("the caller's slot was changed")
	}
}

func TestHold_isReadBackAndConfirmedOrReleased(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	f.next("hold", fault{err: lost(), done: true})
	held, err := c.Hold(t.Context(), booking())
	if err != nil || held.Status != emr.StatusHeld || f.count("hold") != 1 {
		t.Fatal(held, err)
	}
	if a, err := c.Confirm(t.Context(), held.ID); err != nil || a.Status != emr.StatusBooked {
		t.Error(a, err)
	}
	if a, err := c.Cancel(t.Context(), held.ID, nil); err != nil || a.Status != emr.StatusCancelled {
		t.Error(a, err)
	}
}
