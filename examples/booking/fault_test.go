package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// at makes faults start at one step: it wraps the row's driver so that prepare runs
// just before the driver's part for that step is first used.
type at struct {
	emr.Driver
	parts emr.Parts
}

func (a at) Parts() emr.Parts { return a.parts }

type bookAfter struct {
	emr.AppointmentBooker
	do func()
}

func (b bookAfter) Book(ctx context.Context, k *emr.Booking) (*emr.Appointment, error) {
	b.do()
	return b.AppointmentBooker.Book(ctx, k)
}

type readAfter struct {
	emr.AppointmentReader
	do func()
}

func (r readAfter) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	r.do()
	return r.AppointmentReader.GetAppointment(ctx, id)
}

type cancelAfter struct {
	emr.AppointmentCanceller
	do func()
}

func (c cancelAfter) Cancel(ctx context.Context, a *emr.Appointment, o *emr.Cancellation) (*emr.Appointment, error) {
	c.do()
	return c.AppointmentCanceller.Cancel(ctx, a, o)
}

// during returns the vendor's row so that do runs when step begins.
func during(v vendor, step string, do func(emrtest.Sim)) (vendor, *emrtest.Sim) {
	v, sim := simulated(v, nil)
	start := v.simulate
	v.simulate = func() (endpoint, error) {
		e, err := start()
		if err != nil {
			return e, err
		}
		p, hook := e.driver.Parts(), func() { do(*sim) }
		switch step {
		case "book":
			p.AppointmentBooker = bookAfter{p.AppointmentBooker, hook}
		case "read back":
			p.AppointmentReader = readAfter{p.AppointmentReader, hook}
		case "cancel":
			p.AppointmentCanceller = cancelAfter{p.AppointmentCanceller, hook}
		}
		e.driver = at{e.driver, p}
		return e, nil
	}
	return v, sim
}

func fail(f emrtest.Fault, n int) func(emrtest.Sim) {
	return func(s emrtest.Sim) { s.FailNext(f, n) }
}

func TestAFaultInTheFirstStepIsReportedAndNothingWritten(t *testing.T) {
	t.Parallel()
	for fault, kind := range map[emrtest.Fault]emr.Kind{
		emrtest.FaultServerError:  emr.KindUnavailable,
		emrtest.FaultHTML:         emr.KindProtocol,
		emrtest.FaultRevokedToken: emr.KindAuth,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			v, sim := simulated(vendors()[0], fail(fault, 20))
			call(t, t.Context(), []vendor{v}, nil, append(known(), "-json")...).wantFailure(t, kind, "")
			if posts(*sim, "/appointment") != 0 {
				t.Error("booked after a failure")
			}
		})
	}
}

func TestATimeTakenMeanwhileEndsInAConflictAfterOnePost(t *testing.T) {
	t.Parallel()
	v, sim := during(vendors()[0], "book", fail(emrtest.FaultSlotTaken, 1))
	call(t, t.Context(), []vendor{v}, nil, append(known(), "-json")...).wantFailure(t, emr.KindConflict, "slots")
	if n := posts(*sim, "/appointment"); n != 1 {
		t.Errorf("%d bookings asked for, want 1", n)
	}
}

func TestALostReplyIsFoundInTheCalendarAfterOnePost(t *testing.T) {
	t.Parallel()
	for _, fault := range []emrtest.Fault{emrtest.FaultLostReply, emrtest.FaultTruncatedJSON} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			v, sim := during(vendors()[0], "book", fail(fault, 1))
			r := call(t, t.Context(), []vendor{v}, nil, append(known(), "-json", "-keep")...)
			if o := r.object(t); r.code != exitOK || o.Error != nil || o.Appointment == nil {
				t.Errorf("code %d: %s", r.code, r.stdout)
			}
			if posts(*sim, "/appointment") != 1 || (*sim).Appointments() != 1 {
				t.Errorf("%d posts, %d appointments", posts(*sim, "/appointment"), (*sim).Appointments())
			}
		})
	}
}

func TestABookingWithoutAnAnswerIsAmbiguousAndSaysWhichTimeToLookAt(t *testing.T) {
	t.Parallel()
	for _, fault := range []emrtest.Fault{emrtest.FaultServerError, emrtest.FaultWriteNeverCompleted, emrtest.FaultHTML, emrtest.FaultUnavailableOnce} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			v, sim := during(vendors()[0], "book", fail(fault, 1))
			r := call(t, t.Context(), []vendor{v}, nil, append(known(), "-json")...)
			r.wantFailure(t, emr.KindAmbiguous, "slots")
			if !strings.Contains(r.stderr, "Perhaps in the calendar: ") {
				t.Errorf("stderr %q", r.stderr)
			}
			if n := posts(*sim, "/appointment"); n != 1 {
				t.Errorf("%d posts, want 1", n)
			}
		})
	}
}

func TestAFailureAfterBookingSaysWhatIsStillInTheCalendar(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"read back", "cancel"} {
		for _, json := range []bool{true, false} {
			t.Run(step, func(t *testing.T) {
				t.Parallel()
				v, sim := during(vendors()[0], step, fail(emrtest.FaultHTML, 20))
				args := known()
				if json {
					args = append(args, "-json")
				}
				r := call(t, t.Context(), []vendor{v}, nil, args...)
				if json {
					if o := r.object(t); o.Appointment == nil || o.Cancelled != nil || o.Error == nil {
						t.Errorf("got %s", r.stdout)
					}
				}
				if r.code != exitFail || !strings.Contains(r.stdout+r.stderr, "Still in the calendar: ") || (*sim).Appointments() != 1 {
					t.Errorf("code %d, %d appointments: %s%s", r.code, (*sim).Appointments(), r.stdout, r.stderr)
				}
			})
		}
	}
}

func TestStoppingInTheMiddleSaysWhatWasBooked(t *testing.T) {
	t.Parallel()
	for step, want := range map[string]struct {
		kind emr.Kind
		left string
	}{
		"read back": {emr.KindCanceled, "Still in the calendar: "},
		"cancel":    {"", "Still in the calendar: "},
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			v, _ := during(vendors()[0], step, func(emrtest.Sim) { cancel() })
			r := call(t, ctx, []vendor{v}, nil, append(known(), "-json")...)
			o := r.object(t)
			if r.code != exitFail || o.Appointment == nil || o.Cancelled != nil || o.Error == nil || !strings.Contains(r.stderr, want.left) {
				t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
			}
			if kinds := []string{"canceled", "ambiguous"}; !slices.Contains(kinds, o.Error.Kind) || (want.kind != "" && o.Error.Kind != string(want.kind)) {
				t.Errorf("kind %q", o.Error.Kind)
			}
		})
	}
}

func TestACalendarThatShowsSomethingElseIsAProtocolError(t *testing.T) {
	t.Parallel()
	a := &emr.Appointment{ID: emr.NewAppointmentID("AB"), Patient: emr.NewPatientID("P"), Status: emr.StatusBooked}
	same := *a
	same.ID = emr.NewAppointmentID("ab")
	if err := differs("v", a, &same); err != nil {
		t.Errorf("an id in other letter case is the same: %v", err)
	}
	other := *a
	other.ID, other.Start, other.Patient = emr.NewAppointmentID("AC"), a.Start.Add(1), emr.NewPatientID("Q")
	var e *emr.Error
	if err := differs("v", a, &other); !errors.As(err, &e) || e.Kind != emr.KindProtocol || !slices.Equal(e.Fields, []string{"id", "start", "patient"}) {
		t.Errorf("got %v", err)
	}
	gone := *a
	gone.Status = emr.StatusCancelled
	if err := differs("v", a, &gone); emr.KindOf(err) != emr.KindConflict {
		t.Errorf("got %v", err)
	}
}

func TestAnErrorOfAnotherPackageIsNotPrinted(t *testing.T) {
	t.Parallel()
	f := failureOf(errors.New("Ines Roy is not at home"))
	if f.Kind != emr.KindProtocol || strings.Contains(f.Message+f.Hint, "Ines") || f.Hint == "" {
		t.Errorf("got %+v", f)
	}
	if failureOf(context.DeadlineExceeded).Kind != emr.KindTimeout || failureOf(context.Canceled).Kind != emr.KindCanceled {
		t.Error("context errors keep their meaning")
	}
}
