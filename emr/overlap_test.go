package emr_test

import (
	"errors"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestOverlap_whereTheVendorBooksTakenTimesTheCalendarIsReadFirst(t *testing.T) {
	t.Parallel()
	other := func(a *emr.Appointment) { a.Patient = emr.NewPatientID("p-2") }
	for name, c := range map[string]struct {
		there func(a *emr.Appointment)
		slot  func(s *emr.Slot)
		again bool
		taken bool
	}{
		"nothing there":                       {},
		"somebody else, same time":            {there: other, taken: true},
		"somebody else, half of the time":     {there: func(a *emr.Appointment) { other(a); a.Start = a.Start.Add(15 * time.Minute) }, taken: true},
		"ends when ours begins":               {there: func(a *emr.Appointment) { other(a); a.End, a.Start = a.Start, a.Start.Add(-time.Hour) }},
		"begins when ours ends":               {there: func(a *emr.Appointment) { other(a); a.Start = a.End; a.End = a.End.Add(time.Hour) }},
		"no end told":                         {there: func(a *emr.Appointment) { other(a); a.End = time.Time{} }, taken: true},
		"another practitioner":                {there: func(a *emr.Appointment) { other(a); a.Practitioner = "16" }},
		"cancelled":                           {there: func(a *emr.Appointment) { other(a); a.Status = emr.StatusCancelled }},
		"the patient's own, not Again":        {there: func(*emr.Appointment) {}, taken: true},
		"the patient's own, Again":            {there: func(*emr.Appointment) {}, again: true},
		"somebody else's, Again":              {there: other, again: true, taken: true},
		"a shared room":                       {there: func(a *emr.Appointment) { other(a); a.Practitioner, a.Resources = "16", []emr.ResourceID{"x", "room"} }, slot: func(s *emr.Slot) { s.Resources = []emr.ResourceID{"room"} }, taken: true},
		"neither room nor person, same place": {there: other, slot: func(s *emr.Slot) { s.Practitioner = "" }, taken: true},
		"neither, another place":              {there: func(a *emr.Appointment) { other(a); a.Location = "8" }, slot: func(s *emr.Slot) { s.Practitioner = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, b := newFake(), booking()
			f.info.Habits.AcceptsDoubleBooking = true
			if c.slot != nil {
				c.slot(b.Slot)
			}
			if c.there != nil {
				c.there(f.put(b, emr.StatusBooked))
			}
			b.Again = c.again
			a, err := client(t, f, nil).Book(t.Context(), b)
			if c.taken {
				if !errors.Is(err, emr.ErrSlotTaken) || f.count("book") != 0 {
					t.Errorf("%v, %d sent", err, f.count("book"))
				}
				return
			}
			if err != nil || a == nil || c.again && f.count("book") != 0 {
				t.Errorf("%v, %d sent", err, f.count("book"))
			}
		})
	}
}

func TestOverlap_allowBooksWithoutLooking(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Habits.AcceptsDoubleBooking = true
	if _, err := client(t, f, &emr.ClientOptions{Overlap: emr.Allow}).Book(t.Context(), booking()); err != nil || f.count("list") != 0 {
		t.Error(err, f.count("list"))
	}
}

func TestOverlap_aCalendarThatCannotBeReadIsNoPermission(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Habits.AcceptsDoubleBooking = true
	f.next("list", fault{err: &emr.Error{Kind: emr.KindUnavailable}})
	c := client(t, f, nil)
	_, err := c.Book(t.Context(), booking())
	wantKind(t, err, emr.KindUnavailable)
	f.missing = []emr.Capability{emr.CanReadAppointments}
	_, err = client(t, f, nil).Book(t.Context(), booking())
	wantKind(t, err, emr.KindUnsupported)
	if f.count("book") != 0 {
		t.Error("booked blindly")
	}
}
