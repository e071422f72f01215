package emr_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func moveTo(id emr.AppointmentID, s *emr.Slot) *emr.Move {
	return &emr.Move{Appointment: id, To: s, Emulate: true}
}

// moving is a fake with a booked appointment of a known patient.
func moving() (*fake, emr.AppointmentID) {
	f, id := booked(emr.StatusBooked)
	f.addPatient(ines())
	f.appts[0].Note = emr.NewPHI("bring glasses")
	return f, id
}

func TestReschedule_nativeIsOneRequestAndALostAnswerIsReadBack(t *testing.T) {
	t.Parallel()
	for _, done := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			f, id := moving()
			f.moves = true
			to := inDays(5)
			to.Type, to.Practitioner = "", ""
			f.next("move", fault{err: lost(), done: done})
			a, err := client(t, f, nil).Reschedule(t.Context(), moveTo(id, to))
			if done != (err == nil && a != nil && a.Start.Equal(to.Start)) || !done && emr.KindOf(err) != emr.KindAmbiguous {
				t.Error(a, err)
			}
			if f.count("move") != 1 || f.count("book")+f.count("cancel") != 0 || f.gotMove.To.Practitioner != "15" || f.gotMove.To.Type != "12" {
				t.Error(f.count("move"), f.gotMove.To)
			}
		})
	}
}

func TestReschedule_nativeUnderANewIDIsFoundByPatientAndStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, id := moving()
		f.moves = true
		to := inDays(5)
		f.next("move", fault{err: lost(), do: func() {
			f.mu.Lock()
			f.appts[0].Status = emr.StatusMoved
			f.put(&emr.Booking{Patient: &emr.Patient{ID: f.appts[0].Patient}, Slot: to}, emr.StatusBooked)
			f.mu.Unlock()
		}})
		a, err := client(t, f, nil).Reschedule(t.Context(), moveTo(id, to))
		if err != nil || a.ID == id || !a.Start.Equal(to.Start) {
			t.Error(a, err)
		}
	})
}

func TestReschedule_withoutNativeNeedsEmulate(t *testing.T) {
	t.Parallel()
	f, id := moving()
	c := client(t, f, nil)
	m := moveTo(id, inDays(5))
	m.Emulate = false
	_, err := c.Reschedule(t.Context(), m)
	wantKind(t, err, emr.KindUnsupported)
	if f.total() != 0 {
		t.Error("sent")
	}
	m.Emulate = true
	made, err := c.Reschedule(t.Context(), m)
	if err != nil || made.ID == id || f.live() != 1 || f.appts[0].Status != emr.StatusCancelled {
		t.Fatal(made, err)
	}
	if b := f.gotBook; b.Note.Reveal() != "bring glasses" || !b.Patient.Given.Equal(ines().Given) {
		t.Error("the note and the whole patient go along:", b)
	}
}

func TestReschedule_aNativeMoveTheSiteRefusesIsEmulatedWhereAllowed(t *testing.T) {
	t.Parallel()
	refused := fault{err: &emr.Error{Kind: emr.KindUnsupported, Status: 404, Attempts: 1}}
	for name, c := range map[string]struct {
		emulate bool
		missing []emr.Capability
		kind    emr.Kind
		books   int
	}{
		"allowed":         {emulate: true, books: 1},
		"not allowed":     {kind: emr.KindUnsupported},
		"nothing to book": {emulate: true, missing: []emr.Capability{emr.CanBook}, kind: emr.KindUnsupported},
		"no way back":     {emulate: true, missing: []emr.Capability{emr.CanCancel}, kind: emr.KindUnsupported},
	} {
		f, id := moving()
		f.moves, f.missing = true, c.missing
		f.next("move", refused)
		m := moveTo(id, inDays(5))
		m.Emulate = c.emulate
		a, err := client(t, f, nil).Reschedule(t.Context(), m)
		if emr.KindOf(err) != c.kind || (err == nil) != (a != nil && a.ID != id) || f.count("move") != 1 || f.count("book") != c.books || f.count("cancel") != c.books || f.live() != 1 {
			t.Error(name, a, err, f.count("book"), f.count("cancel"), f.live())
		}
	}
}

func TestReschedule_emulatedMoveNeverCancelsFirst(t *testing.T) {
	t.Parallel()
	conflict := &emr.Error{Kind: emr.KindConflict, Status: 409}
	for name, c := range map[string]struct {
		set     func(f *fake)
		kind    emr.Kind
		comes   bool // the new appointment comes back
		live    int
		cancels int
	}{
		"new time taken":                     {func(f *fake) { f.next("book", fault{err: conflict}) }, emr.KindConflict, false, 1, 0},
		"booking lost, not done":             {func(f *fake) { f.next("book", fault{err: lost()}) }, emr.KindAmbiguous, false, 1, 0},
		"booking lost, done":                 {func(f *fake) { f.next("book", fault{err: lost(), done: true}) }, "", true, 1, 1},
		"cancel refused":                     {func(f *fake) { f.next("cancel", fault{err: &emr.Error{Kind: emr.KindInvalid, Status: 422}}) }, emr.KindPartial, true, 2, 1},
		"cancel lost, done":                  {func(f *fake) { f.next("cancel", fault{err: lost(), done: true}) }, "", true, 1, 1},
		"cancel lost, not done":              {func(f *fake) { f.next("cancel", fault{err: lost()}) }, emr.KindPartial, true, 2, 1},
		"already cancelled":                  {func(f *fake) { f.appts[0].Status = emr.StatusCancelled }, emr.KindConflict, false, 0, 0},
		"a block without a patient":          {func(f *fake) { f.appts[0].Patient = emr.PatientID{} }, emr.KindInvalid, false, 1, 0},
		"accepted, then refused":             {func(f *fake) { f.written(emr.WriteFailed) }, emr.KindConflict, true, 2, 0},
		"accepted, then written":             {func(f *fake) { f.written(emr.WriteDone) }, "", true, 1, 1},
		"accepted, not written when it ends": {func(f *fake) { f.written(emr.WriteAccepted) }, emr.KindPartial, true, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, id := moving()
				c.set(f)
				a, err := client(t, f, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
				if emr.KindOf(err) != c.kind || c.comes != (a != nil) || f.live() != c.live || f.count("cancel") != c.cancels || f.count("book") > 1 {
					t.Errorf("%v, new one %v, %d live, %d cancels, %d bookings", err, a != nil, f.live(), f.count("cancel"), f.count("book"))
				}
				if a != nil && a.ID == id {
					t.Error("the old appointment came back")
				}
				if c.kind == emr.KindPartial && (emr.RedoOf(err) != emr.CheckFirst || !errors.Is(err, emr.ErrPartial)) {
					t.Error(err)
				}
			})
		})
	}
}

func TestReschedule_aMoveThatStoppedHalfWayGoesOnWhenRepeated(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(f *fake){
		"the cancel failed": func(f *fake) { f.next("cancel", fault{err: &emr.Error{Kind: emr.KindUnavailable}}) },
		"the booking was lost": func(f *fake) {
			f.next("list", fault{}, fault{err: lost()}, fault{err: lost()})
			f.next("book", fault{err: lost(), done: true})
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			f, id := moving()
			set(f)
			c := client(t, f, nil)
			_, err := c.Reschedule(t.Context(), moveTo(id, inDays(5)))
			if emr.RedoOf(err) != emr.CheckFirst || f.live() != 2 {
				t.Fatal(name, err, f.live())
			}
			a, err := c.Reschedule(t.Context(), moveTo(id, inDays(5)))
			if err != nil || a.ID == id || f.live() != 1 || f.count("book") != 1 {
				t.Error(name, a, err, f.live(), f.count("book"))
			}
		})
	}
}

// written makes new appointments accepted first and what in ten seconds.
func (f *fake) written(what emr.WriteState) {
	f.changed = func(a *emr.Appointment) {
		a.Write = emr.WriteAccepted
		time.AfterFunc(10*time.Second, func() { f.mu.Lock(); a.Write = what; f.mu.Unlock() })
	}
}

func TestReschedule_theOldAppointmentIsNeitherMatchNorOverlap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, id := moving()
		f.info.Habits.AcceptsDoubleBooking = true
		longer := inDays(3) // same start and practitioner, an hour long
		longer.End = longer.Start.Add(time.Hour)
		f.next("book", fault{err: lost()})
		c := client(t, f, nil)
		_, err := c.Reschedule(t.Context(), moveTo(id, longer))
		wantKind(t, err, emr.KindAmbiguous) // the old one is not taken for the new one
		if f.live() != 1 || f.count("cancel") != 0 {
			t.Fatal("cancelled without a new appointment")
		}
		a, err := c.Reschedule(t.Context(), moveTo(id, longer))
		if err != nil || a.ID == id || f.live() != 1 || a.End.Sub(a.Start) != time.Hour {
			t.Error(a, err)
		}
	})
}

func TestFault_X4_cancelBetweenTheStepsIsPartial(t *testing.T) {
	t.Parallel()
	f, id := moving()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	f.changed = func(*emr.Appointment) { cancel() }
	a, err := client(t, f, nil).Reschedule(ctx, moveTo(id, inDays(5)))
	wantKind(t, err, emr.KindPartial)
	if a == nil || !errors.Is(err, context.Canceled) || f.live() != 2 {
		t.Error(a, err)
	}
}

func TestFault_B5_whatCannotBeMovedIsInvalidBeforeSending(t *testing.T) {
	t.Parallel()
	f, id := moving()
	c := client(t, f, nil)
	for _, m := range []*emr.Move{{Emulate: true, To: inDays(5)}, moveTo(id, nil), moveTo(id, inDays(-5)), moveTo(id, &emr.Slot{})} {
		_, err := c.Reschedule(t.Context(), m)
		wantKind(t, err, emr.KindInvalid)
	}
	f.missing = []emr.Capability{emr.CanCancel}
	_, err := client(t, f, nil).Reschedule(t.Context(), moveTo(id, inDays(5)))
	wantKind(t, err, emr.KindUnsupported)
	if f.total() != 0 {
		t.Error("sent")
	}
}
