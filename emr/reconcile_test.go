package emr_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// readBack books with a lost answer against a calendar that holds what set puts there.
func readBack(t *testing.T, f *fake, b *emr.Booking, set ...func(a *emr.Appointment)) (*emr.Appointment, error) {
	t.Helper()
	for _, change := range set {
		change(f.put(b, emr.StatusBooked))
	}
	f.next("book", fault{err: lost()})
	return client(t, f, nil).Book(t.Context(), b)
}

func TestReconcile_onlyTheBookingItselfIsTheAnswer(t *testing.T) {
	t.Parallel()
	note := emr.NewPHI("web booking")
	same := func(*emr.Appointment) {}
	for name, c := range map[string]struct {
		habits emr.Habits
		note   emr.PHI
		there  []func(a *emr.Appointment)
		found  bool
	}{
		"the same":                         {there: []func(*emr.Appointment){same}, found: true},
		"another patient":                  {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Patient = emr.NewPatientID("p-2") }}},
		"a block without a patient":        {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Patient = emr.PatientID{} }}},
		"another start":                    {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Start = a.Start.Add(time.Minute) }}},
		"another practitioner":             {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Practitioner = "16" }}},
		"practitioner not told":            {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Practitioner = "" }}, found: true},
		"start in another zone":            {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Start = a.Start.UTC() }}, found: true},
		"status not known":                 {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Status = emr.StatusUnknown }}, found: true},
		"did not come":                     {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Status = emr.StatusNoShow }}},
		"writing failed":                   {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Write = emr.WriteFailed }}},
		"writing timed out":                {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Write = emr.WriteTimedOut }}, found: true},
		"two":                              {there: []func(*emr.Appointment){same, same}},
		"id in another case":               {habits: emr.Habits{FoldsIDs: true}, there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Patient = emr.NewPatientID("P-1") }}, found: true},
		"id in another case, which counts": {there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Patient = emr.NewPatientID("P-1") }}},
		"our note":                         {habits: emr.Habits{KeepsNotes: true}, note: note, there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Note = emr.NewPHI("web  booking\r\n") }}, found: true},
		"another note":                     {habits: emr.Habits{KeepsNotes: true}, note: note, there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Note = emr.NewPHI("by phone") }}},
		"another note, none kept":          {note: note, there: []func(*emr.Appointment){func(a *emr.Appointment) { a.Note = emr.NewPHI("by phone") }}, found: true},
		"our note tells two apart":         {habits: emr.Habits{KeepsNotes: true}, note: note, there: []func(*emr.Appointment){same, func(a *emr.Appointment) { a.Note = emr.PHI{} }}, found: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, b := newFake(), booking()
				f.info.Habits, b.Note = c.habits, c.note
				a, err := readBack(t, f, b, c.there...)
				if c.found != (err == nil && a != nil) || err != nil && emr.KindOf(err) != emr.KindAmbiguous || f.count("book") != 1 {
					t.Error(a, err)
				}
			})
		})
	}
}

func TestReconcile_asksAtTheSlotsLocationWhereItHasOne(t *testing.T) {
	t.Parallel()
	for _, location := range []emr.LocationID{"7", ""} {
		f, b := newFake(), booking()
		b.Slot.Location = location
		if _, err := readBack(t, f, b, func(a *emr.Appointment) {}); err != nil {
			t.Fatal(err)
		}
		var want []emr.LocationID
		if location != "" {
			want = []emr.LocationID{location}
		}
		if q := f.gotQuery[0]; !slices.Equal(q.Locations, want) {
			t.Errorf("asked at %q, want %q", q.Locations, want)
		}
	}
	// What comes back is the booking, whatever the vendor tells of its place.
	for _, told := range []emr.LocationID{"", "7/room 2"} {
		f, b := newFake(), booking()
		f.tells = func(a *emr.Appointment) { a.Location = told }
		if _, err := readBack(t, f, b, func(a *emr.Appointment) {}); err != nil {
			t.Errorf("an appointment told at %q is not found: %v", told, err)
		}
		b.Again = true
		if _, err := client(t, f, nil).Book(t.Context(), b); err != nil || f.count("book") != 1 {
			t.Error("booked again", err)
		}
	}
}

func TestReconcile_asksForTheSlotsDayAndOneMoreWhereItsZoneIsNotTheClinics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		day := emr.Today(newYork()).AddDays(3)
		ny := newYork()
		for _, c := range []struct{ clinic, slot *time.Location }{{ny, ny}, {ny, time.UTC}, {nil, ny}} {
			f, b := newFake(), booking()
			f.info.Zone = c.clinic
			b.Slot.Start, b.Slot.End = b.Slot.Start.In(c.slot), b.Slot.End.In(c.slot)
			if _, err := readBack(t, f, b, func(*emr.Appointment) {}); err != nil {
				t.Fatal(err)
			}
			q := f.gotQuery[0]
			from, to := day, day.AddDays(1)
			if c.clinic != c.slot {
				from, to = from.AddDays(-1), to.AddDays(1)
			}
			if q.From != from || q.To != to || q.Patient == nil || q.Patient.ID != b.Patient.ID {
				t.Errorf("asked %v..%v", q.From, q.To)
			}
		}
	})
}

func TestFault_X4_cancelAfterTheBookingWasSentIsAmbiguousWithoutReadBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, lost := range []emr.LostPolicy{emr.Reconcile, emr.Report} {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			f := newFake()
			f.next("book", fault{wait: time.Minute})
			began := time.Now()
			_, err := client(t, f, &emr.ClientOptions{Lost: lost}).Book(ctx, booking())
			wantKind(t, err, emr.KindAmbiguous)
			if !errors.Is(err, context.Canceled) || time.Since(began) != time.Second || f.count("book") != 1 || f.count("list") != 0 {
				t.Error(err, time.Since(began), f.count("list"))
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		f := newFake()
		f.next("book", fault{wait: time.Minute})
		_, err := client(t, f, &emr.ClientOptions{Lost: emr.Report}).Book(ctx, booking())
		wantKind(t, err, emr.KindAmbiguous)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestReconcile_keepsHalfOfTheTimeForReadingBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			deadline time.Duration // 0: none
			write    time.Duration
		}{{0, 15 * time.Second}, {10 * time.Second, 5 * time.Second}, {5 * time.Minute, 15 * time.Second}} {
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if c.deadline > 0 {
				ctx, cancel = context.WithTimeout(ctx, c.deadline)
			}
			f := newFake()
			f.next("book", fault{done: false, wait: time.Hour})
			began := time.Now()
			a, err := client(t, f, nil).Book(ctx, booking()) // the fake books, the answer never comes
			if err != nil || a == nil || time.Since(began) != c.write {
				t.Errorf("deadline %v: %v after %v", c.deadline, err, time.Since(began))
			}
			cancel()
		}
		// Without a read-back the write may have all of the time.
		f := newFake()
		f.next("book", fault{wait: time.Hour})
		began := time.Now()
		_, err := client(t, f, &emr.ClientOptions{Lost: emr.Report}).Book(t.Context(), booking())
		wantKind(t, err, emr.KindAmbiguous)
		if time.Since(began) != 30*time.Second {
			t.Error(time.Since(began))
		}
	})
}

func TestReconcile_cancelWhileReadingBackIsAmbiguous(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f := newFake()
		f.next("book", fault{err: lost()})
		time.AfterFunc(500*time.Millisecond, cancel) // between the two looks
		began := time.Now()
		_, err := client(t, f, nil).Book(ctx, booking())
		wantKind(t, err, emr.KindAmbiguous)
		if !errors.Is(err, context.Canceled) || time.Since(began) != 500*time.Millisecond || f.count("list") != 1 {
			t.Error(err, time.Since(began), f.count("list"))
		}
	})
}
