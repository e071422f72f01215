package nextgen_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextgen"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// desk is a practice in memory with a client, a patient and free slots, in a bubble where
// waiting costs nothing.
type desk struct {
	sim     *nextgentest.Sim
	client  *emr.Client
	patient *emr.Patient
	slots   []*emr.Slot
}

func atDesk(t *testing.T, opts nextgentest.Options, edit func(*nextgen.Config), days int, do func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		opts.InMemory = true
		sim, err := nextgentest.Start(&opts)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = sim.Close() }()
		cfg := sim.Config()
		if edit != nil {
			edit(&cfg)
		}
		ng, err := nextgen.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
		if err != nil {
			t.Fatal(err)
		}
		d := &desk{sim: sim, client: emr.NewClient(ng, nil)}
		defer func() { _ = d.client.Close() }()
		person := emrtest.Invent(911)
		found, err := d.client.FindOrCreatePatient(context.Background(), &person)
		if err != nil || found.Patient == nil {
			t.Fatalf("patient: %+v, %v", found, err)
		}
		d.patient = found.Patient
		from := emr.DateOf(sim.Now()).AddDays(2)
		if d.slots, err = emr.Collect(d.client.FindSlots(context.Background(), emr.SlotQuery{From: from, To: from.AddDays(days)})); err != nil || len(d.slots) < 2 {
			t.Fatalf("%d slots, %v", len(d.slots), err)
		}
		do(d)
		if broken := sim.Violations(); len(broken) > 0 {
			t.Errorf("violations: %v", broken)
		}
		if n := sim.TrapRequests(); n > 0 {
			t.Errorf("%d requests to the internal host", n)
		}
		if tokens, sessions := sim.TokenRequests(), sim.SessionRequests(); sessions != 1 || tokens < 1 {
			t.Errorf("%d tokens, %d practice selections", tokens, sessions)
		}
	})
}

// posts counts the requests since n whose path ends so.
func (d *desk) posts(n int, method, ending string) (found int) {
	for _, r := range d.sim.Requests()[n:] {
		if r.Method == method && strings.HasSuffix(r.Path, ending) {
			found++
		}
	}
	return found
}

func fails(step emrtest.Step, f emrtest.Fault) func(*desk) {
	return func(d *desk) { d.sim.FailNextOn(step, f, 1) }
}

// TestFault_A9_H2_H9_R1_eachFaultOfABookingHasItsKindAndNumberOfRequests is the table of
// what a booking meets, however the site tells ids: never more than one appointment, never
// a plain failure for one that was made.
func TestFault_A9_H2_H9_R1_eachFaultOfABookingHasItsKindAndNumberOfRequests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts   nextgentest.Options
		before func(*desk)
		kind   emr.Kind
		is     error
		posts  int // POST /appointments
		made   int // appointments
	}{
		"the answer is lost: read back":      {before: fails(emrtest.StepBook, emrtest.FaultLostReply), posts: 1, made: 1},
		"the token is revoked":               {before: fails(emrtest.StepBook, emrtest.FaultRevokedToken), posts: 2, made: 1},
		"429 without Retry-After":            {before: fails(emrtest.StepBook, emrtest.FaultRateLimited), posts: 2, made: 1},
		"429 with Retry-After":               {before: fails(emrtest.StepBook, emrtest.FaultRateLimitedRetryAfter), posts: 2, made: 1},
		"500":                                {before: fails(emrtest.StepBook, emrtest.FaultServerError), kind: emr.KindAmbiguous, posts: 1},
		"503":                                {before: fails(emrtest.StepBook, emrtest.FaultUnavailableOnce), kind: emr.KindAmbiguous, posts: 1},
		"a login page":                       {before: fails(emrtest.StepBook, emrtest.FaultHTML), kind: emr.KindAmbiguous, posts: 1},
		"the time is taken: 400 with words":  {before: fails(emrtest.StepBook, emrtest.FaultSlotTaken), kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 1},
		"the time is taken: 409":             {opts: nextgentest.Options{Conflict: 409}, before: func(d *desk) { _ = d.sim.TakeSlot(d.slots[0]) }, kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 1},
		"the time was taken before":          {before: func(d *desk) { _ = d.sim.TakeSlot(d.slots[0]) }, kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 1},
		"nothing is told of what was made":   {opts: nextgentest.Options{Created: nextgentest.CreatedNowhere}, before: func(*desk) {}, posts: 1, made: 1},
		"an empty answer":                    {opts: nextgentest.Options{Created: nextgentest.CreatedEmpty}, before: func(*desk) {}, posts: 1, made: 1},
		"an empty answer is lost":            {opts: nextgentest.Options{Created: nextgentest.CreatedEmpty}, before: fails(emrtest.StepBook, emrtest.FaultLostReply), posts: 1, made: 1},
		"the record in the body":             {opts: nextgentest.Options{Created: nextgentest.CreatedBody, Pascal: true, RotateAbsent: true}, before: func(*desk) {}, posts: 1, made: 1},
		"the body is cut, the id is in none": {opts: nextgentest.Options{Created: nextgentest.CreatedBody}, before: fails(emrtest.StepBook, emrtest.FaultTruncatedJSON), posts: 1, made: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, c.opts, nil, 7, func(d *desk) {
				before := len(d.sim.Requests())
				c.before(d)
				made, err := d.client.Book(context.Background(), &emr.Booking{Patient: d.patient, Slot: d.slots[0], Note: emr.NewPHI("by phone")})
				if emr.KindOf(err) != c.kind || c.is != nil && !errors.Is(err, c.is) {
					t.Fatalf("got %v, want %q", err, c.kind)
				}
				if err == nil && (!made.Start.Equal(d.slots[0].Start) || made.Patient.IsZero() || made.Note.IsZero()) {
					t.Errorf("%v", made)
				}
				if n := d.posts(before, http.MethodPost, "/appointments"); n != c.posts {
					t.Errorf("%d bookings were sent, want %d", n, c.posts)
				}
				if n := d.sim.Appointments(); n != c.made {
					t.Errorf("%d appointments, want %d", n, c.made)
				}
			})
		})
	}
}

// TestAMoveAndACancellationThatLoseTheirAnswersAreLookedForAndNotRepeated, whichever way
// the two appointments point.
func TestAMoveAndACancellationThatLoseTheirAnswersAreLookedForAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, pointer := range []nextgentest.Pointer{nextgentest.PointerBack, nextgentest.PointerForward, nextgentest.PointerNone} {
		for _, created := range []nextgentest.Created{nextgentest.CreatedLocation, nextgentest.CreatedBody, nextgentest.CreatedNowhere, nextgentest.CreatedEmpty} {
			for _, lost := range []bool{false, true} {
				t.Run(string(pointer)+" "+string(created), func(t *testing.T) {
					t.Parallel()
					atDesk(t, nextgentest.Options{Pointer: pointer, Created: created}, nil, 7, func(d *desk) {
						ctx := context.Background()
						made, err := d.client.Book(ctx, &emr.Booking{Patient: d.patient, Slot: d.slots[0]})
						if err != nil {
							t.Fatal(err)
						}
						n := len(d.sim.Requests())
						if lost {
							d.sim.FailNextOn(nextgentest.StepChange, emrtest.FaultLostReply, 1)
						}
						to := d.slots[len(d.slots)-1]
						moved, err := d.client.Reschedule(ctx, &emr.Move{Appointment: made.ID, To: to})
						if err != nil || moved.ID == made.ID || !moved.Start.Equal(to.Start) || d.posts(n, http.MethodPost, "/reschedule") != 1 || d.sim.Appointments() != 1 {
							t.Fatalf("%v, %v, %d live", moved, err, d.sim.Appointments())
						}
						if old, err := d.client.GetAppointment(ctx, made.ID); err != nil || old.Status != emr.StatusMoved {
							t.Errorf("the old one: %v, %v", old, err)
						}
						if _, err := d.client.Cancel(ctx, made.ID, nil); emr.KindOf(err) != emr.KindConflict {
							t.Errorf("the old one was cancelled: %v", err)
						}
						n = len(d.sim.Requests())
						if lost {
							d.sim.FailNextOn(emrtest.StepCancel, emrtest.FaultLostReply, 1)
						}
						for range 2 { // the second time it is done already
							if gone, err := d.client.Cancel(ctx, moved.ID, nil); err != nil || gone.Status != emr.StatusCancelled {
								t.Errorf("cancel: %v, %v", gone, err)
							}
						}
						if d.posts(n, http.MethodPost, "/cancel") != 1 || d.sim.Appointments() != 0 {
							t.Errorf("%d cancellations, %d live", d.posts(n, http.MethodPost, "/cancel"), d.sim.Appointments())
						}
					})
				})
			}
		}
	}
}

// TestAPatientIsMadeOnceHoweverTheAnswerComes.
func TestAPatientIsMadeOnceHoweverTheAnswerComes(t *testing.T) {
	t.Parallel()
	for _, created := range []nextgentest.Created{nextgentest.CreatedLocation, nextgentest.CreatedBody, nextgentest.CreatedNowhere, nextgentest.CreatedEmpty} {
		for _, f := range []emrtest.Fault{"", emrtest.FaultLostReply, emrtest.FaultDuplicatePatient} {
			t.Run(string(created)+" "+string(f), func(t *testing.T) {
				t.Parallel()
				atDesk(t, nextgentest.Options{Created: created}, nil, 7, func(d *desk) {
					n := len(d.sim.Requests())
					if f != "" {
						d.sim.FailNextOn(emrtest.StepPatient, f, 1)
					}
					person := emrtest.Invent(912)
					found, err := d.client.FindOrCreatePatient(context.Background(), &person)
					if err != nil || found.Patient == nil || found.Patient.ID.IsZero() || !found.Patient.Born.Equal(person.Born) {
						t.Fatalf("%+v, %v", found, err)
					}
					if posts := d.posts(n, http.MethodPost, "/persons"); posts != 1 {
						t.Errorf("%d patients were sent", posts)
					}
					again, err := d.client.FindOrCreatePatient(context.Background(), &person)
					if err != nil || again.Created || again.Patient == nil || again.Patient.ID != found.Patient.ID {
						t.Errorf("the second time: %+v, %v", again, err)
					}
				})
			})
		}
	}
}

// TestTheDailyQuotaIsNeverTakenForAnEmptyListOrADoneWrite.
func TestTheDailyQuotaIsNeverTakenForAnEmptyListOrADoneWrite(t *testing.T) {
	t.Parallel()
	atDesk(t, nextgentest.Options{DailyQuota: 60}, nil, 7, func(d *desk) {
		ctx := context.Background()
		for range 80 {
			_, _ = emr.Collect(d.client.AppointmentTypes(ctx))
		}
		if _, err := emr.Collect(d.client.Appointments(ctx, emr.AppointmentQuery{})); emr.KindOf(err) != emr.KindQuota {
			t.Errorf("a list: %v", err)
		}
		if _, err := d.client.Book(ctx, &emr.Booking{Patient: d.patient, Slot: d.slots[0]}); emr.KindOf(err) != emr.KindAmbiguous {
			t.Errorf("a booking: %v", err)
		}
		person := emrtest.Invent(913)
		if _, err := d.client.CreatePatient(ctx, &person); emr.KindOf(err) != emr.KindAmbiguous {
			t.Errorf("a patient: %v", err)
		}
		if d.sim.Appointments() != 0 {
			t.Errorf("%d appointments", d.sim.Appointments())
		}
	})
}

// TestBookingsWithRandomFaultsAreNeverDoubledNorLost books again and again while the
// network and the server misbehave, in a random order whose seed is logged.
func TestBookingsWithRandomFaultsAreNeverDoubledNorLost(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	opts := nextgentest.Options{Created: []nextgentest.Created{nextgentest.CreatedLocation, nextgentest.CreatedBody, nextgentest.CreatedNowhere, nextgentest.CreatedEmpty}[random.IntN(4)]}
	atDesk(t, opts, nil, 30, func(d *desk) {
		faults := emrtest.Faults()
		kinds := map[emr.Kind]int{}
		runs := 2 * len(faults)
		if len(d.slots) < 2*runs {
			t.Fatalf("%d slots for %d bookings", len(d.slots), runs)
		}
		var last time.Time
		next := 0
		for _, n := range random.Perm(runs) {
			for d.slots[next].Start.Before(last) { // visits of one calendar do not overlap
				next++
			}
			slot := d.slots[next]
			next, last = next+1, slot.End
			before := d.sim.Appointments()
			d.sim.FailNextOn(emrtest.StepBook, faults[n%len(faults)], 1+n/len(faults))
			made, err := d.client.Book(context.Background(), &emr.Booking{Patient: d.patient, Slot: slot})
			kind := emr.KindOf(err)
			kinds[kind]++
			switch added := d.sim.Appointments() - before; {
			case added > 1:
				t.Fatalf("%s: one call made %d appointments", faults[n%len(faults)], added)
			case err == nil && (added != 1 || !made.Start.Equal(slot.Start)):
				t.Errorf("%s: success with %d appointments", faults[n%len(faults)], added)
			case err != nil && kind != emr.KindAmbiguous && added != 0:
				t.Errorf("%s: reported as %s although it is in the calendar", faults[n%len(faults)], kind)
			}
			time.Sleep(2 * time.Minute)
		}
		t.Logf("outcomes: %v", kinds)
		if kinds[""] < runs/4 {
			t.Errorf("only %d of %d bookings succeeded: %v", kinds[""], runs, kinds)
		}
	})
}
