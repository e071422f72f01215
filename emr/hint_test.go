package emr_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// Hints are read by developers and, through their programs, by people at a terminal: the
// words come first, and names of Go stand in brackets behind them.
func TestHints_sayInWordsWhatToDo(t *testing.T) {
	t.Parallel()
	blind := newFake()
	blind.info.Habits.AcceptsDoubleBooking = true
	blind.missing = []emr.Capability{emr.CanReadAppointments, emr.CanGetPatient}
	full := newFake()
	full.next("book", fault{err: lost()}, fault{err: lost()})
	full.next("get patient", fault{err: errors.New("plain")})
	c, seeing, reporting := client(t, blind, nil), client(t, full, nil), client(t, full, &emr.ClientOptions{Lost: emr.Report})
	again := booking()
	again.Again = true
	ctx, ines := t.Context(), emr.NewPatientID("p-1")
	for _, err := range []error{
		of(c.Book(ctx, booking())),
		of(c.Book(ctx, again)),
		of(c.Book(ctx, &emr.Booking{})),
		of(c.Book(ctx, &emr.Booking{Patient: booking().Patient})),
		of(c.GetPatient(ctx, ines)),
		of(c.Reschedule(ctx, &emr.Move{Appointment: emr.NewAppointmentID("a"), To: inDays(3)})),
		of(reporting.Book(ctx, booking())),
		of(seeing.Book(ctx, booking())),
		of(seeing.GetPatient(ctx, ines)),
	} {
		var e *emr.Error
		if !errors.As(err, &e) || e.Hint == "" {
			t.Fatalf("no hint: %v", err)
		}
		words, _, _ := strings.Cut(e.Hint, " (")
		for _, name := range []string{"Client", "Booking", "Error.", "Detail", "Options", "Again", "Emulate", "Move."} {
			if strings.Contains(words, name) {
				t.Errorf("%q names %s before it says what to do", e.Hint, name)
			}
		}
	}
}

// of is the error of a call.
func of[V any](_ V, err error) error { return err }
