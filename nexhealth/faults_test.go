package nexhealth_test

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
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// desk is a practice in memory with a client, a patient and free slots, in a bubble where
// waiting costs nothing.
type desk struct {
	sim     *nexhealthtest.Sim
	client  *emr.Client
	patient *emr.Patient
	slots   []*emr.Slot
}

func atDesk(t *testing.T, opts nexhealthtest.Options, days int, do func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		opts.InMemory = true
		sim, err := nexhealthtest.Start(&opts)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = sim.Close() }()
		nx, err := nexhealth.New(sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
		if err != nil {
			t.Fatal(err)
		}
		d := &desk{sim: sim, client: emr.NewClient(nx, nil)}
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
	})
}

// count counts the requests of a method and path since n.
func (d *desk) count(n int, method, path string) (found int) {
	for _, r := range d.sim.Requests()[n:] {
		if r.Method == method && r.Path == path {
			found++
		}
	}
	return found
}

func (d *desk) tokens() (n int) {
	for _, r := range d.sim.Requests() {
		if r.Token {
			n++
		}
	}
	return n
}

// TestFault_A9_H2_H9_R1_eachFaultOfABookingHasItsKindAndNumberOfRequests is the table of what a booking
// meets: never more than one appointment, never a plain failure for one that was made.
func TestFault_A9_H2_H9_R1_eachFaultOfABookingHasItsKindAndNumberOfRequests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts   nexhealthtest.Options
		before func(*desk)
		kind   emr.Kind
		is     error
		posts  int // POST /appointments
		made   int // appointments
		tokens int // beside the first one
	}{
		"the answer is lost: read back":           {before: fails(emrtest.FaultLostReply), posts: 1, made: 1},
		"the connection is cut before it is done": {before: fails(emrtest.FaultWriteNeverCompleted), kind: "", posts: 1, made: 1},
		"the token is revoked":                    {before: fails(emrtest.FaultRevokedToken), posts: 2, made: 1, tokens: 1},
		"429 without Retry-After":                 {before: fails(emrtest.FaultRateLimited), posts: 2, made: 1},
		"429 with Retry-After":                    {before: fails(emrtest.FaultRateLimitedRetryAfter), posts: 2, made: 1},
		"500":                                     {before: fails(emrtest.FaultServerError), kind: emr.KindAmbiguous, posts: 1},
		"503":                                     {before: fails(emrtest.FaultUnavailableOnce), kind: emr.KindAmbiguous, posts: 1},
		"a login page":                            {before: fails(emrtest.FaultHTML), kind: emr.KindAmbiguous, posts: 1},
		"the answer is cut: read back":            {before: fails(emrtest.FaultTruncatedJSON), posts: 1, made: 1},
		"the time is taken and NexHealth refuses": {opts: nexhealthtest.Options{RefuseTaken: true}, before: fails(emrtest.FaultSlotTaken), kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 1},
		"the time was taken before":               {before: func(d *desk) { _ = d.sim.TakeSlot(d.slots[0]) }, kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 0},
		"code false: the time is taken":           {before: says(200, "The requested time is not available"), kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 1},
		"code false: something else":              {before: says(201, "Provider is on leave"), kind: emr.KindInvalid, posts: 1},
		"code false without a reason":             {before: says(200), kind: emr.KindAmbiguous, posts: 1},
		"422":                                     {before: says(422, "Time slot already booked"), kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 1},
		"403":                                     {before: says(403, "You don't have access to perform this action."), kind: emr.KindPermission, posts: 1},
		"409":                                     {before: says(409), kind: emr.KindConflict, is: emr.ErrSlotTaken, posts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			atDesk(t, c.opts, 7, func(d *desk) {
				before := len(d.sim.Requests())
				c.before(d)
				made, err := d.client.Book(context.Background(), &emr.Booking{Patient: d.patient, Slot: d.slots[0]})
				if emr.KindOf(err) != c.kind || c.is != nil && !errors.Is(err, c.is) {
					t.Fatalf("got %v, want %q", err, c.kind)
				}
				if err == nil && (made.Write != emr.WriteAccepted || !made.Start.Equal(d.slots[0].Start)) {
					t.Errorf("%v", made)
				}
				if n := d.count(before, http.MethodPost, "/appointments"); n != c.posts {
					t.Errorf("%d bookings were sent, want %d", n, c.posts)
				}
				if n := d.sim.Appointments(); n != c.made {
					t.Errorf("%d appointments, want %d", n, c.made)
				}
				if n := d.tokens(); n != 1+c.tokens {
					t.Errorf("%d token requests, want %d", n, 1+c.tokens)
				}
			})
		})
	}
}

func fails(f emrtest.Fault) func(*desk) {
	return func(d *desk) { d.sim.FailNextOn(emrtest.StepBook, f, 1) }
}

func says(status int, texts ...string) func(*desk) {
	return func(d *desk) { d.sim.AnswerNext(emrtest.StepBook, status, texts...) }
}

// TestAWriteThatFailsOrComesTooLateEndsTheWait: accepted is not written.
func TestAWriteThatFailsOrComesTooLateEndsTheWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*nexhealthtest.Sim)
		want error
	}{
		"failed":    {(*nexhealthtest.Sim).FailAccepted, emr.ErrWriteFailed},
		"timed out": {(*nexhealthtest.Sim).TimeOutAccepted, emr.ErrWriteTimedOut},
		"written":   {(*nexhealthtest.Sim).SettleWrites, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				feed := newWebhookFeed()
				sim, err := nexhealthtest.Start(&nexhealthtest.Options{InMemory: true, WriteDelay: -1, Deliver: feed.deliver})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = sim.Close() }()
				o := &emr.Options{HTTPClient: sim.HTTPClient()}
				feed.subscribe(t, sim, o, nil)
				cfg := sim.Config()
				cfg.Outcomes = feed.outcomes
				client := emr.NewClient(dial(t, cfg, o), nil)
				person := emrtest.Invent(911)
				found, err := client.FindOrCreatePatient(t.Context(), &person)
				if err != nil {
					t.Fatal(err)
				}
				slot, err := emr.First(client.FindSlots(t.Context(), emr.SlotQuery{}))
				if err != nil {
					t.Fatal(err)
				}
				made, err := client.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slot})
				if err != nil || made.Write != emr.WriteAccepted {
					t.Fatalf("%v, %v", made, err)
				}
				time.AfterFunc(30*time.Second, func() { c.end(sim) })
				began, sent := time.Now(), len(sim.Requests())
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				last, err := client.AwaitWritten(ctx, made.ID)
				if c.want != nil && !errors.Is(err, c.want) || c.want == nil && err != nil || last == nil || last.ID != made.ID {
					t.Errorf("%v, %v", last, err)
				}
				if waited := time.Since(began); waited < 29*time.Second || waited > 35*time.Second {
					t.Errorf("waited %v: the news should end the wait", waited)
				}
				looks := 0
				for _, r := range sim.Requests()[sent:] {
					if r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/appointments/") {
						t.Errorf("%s %s while waiting", r.Method, r.Path)
					}
					looks++
				}
				if looks != 7 { // pauses double, and the news set off the last one
					t.Errorf("%d requests while waiting", looks)
				}
			})
		})
	}
}

func TestAPatientWhoIsKnownMeanwhileIsFoundAndNotMadeTwice(t *testing.T) {
	t.Parallel()
	atDesk(t, nexhealthtest.Options{}, 7, func(d *desk) {
		before := len(d.sim.Requests())
		d.sim.FailNextOn(emrtest.StepPatient, emrtest.FaultDuplicatePatient, 1)
		person := emrtest.Invent(912)
		found, err := d.client.FindOrCreatePatient(context.Background(), &person)
		if err != nil || found.Patient == nil || found.Created {
			t.Fatalf("%+v, %v", found, err)
		}
		if n := d.count(before, http.MethodPost, "/patients"); n != 1 {
			t.Errorf("%d patients were sent", n)
		}
	})
}

func TestFault_P1_P3_cursorsThatLoopEndAListAndNoCursorIsFollowedAsALink(t *testing.T) {
	t.Parallel()
	for _, f := range []emrtest.Fault{emrtest.FaultNextLoop, emrtest.FaultNextForeignHost} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sim, err := nexhealthtest.Start(&nexhealthtest.Options{InMemory: true})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = sim.Close() }()
				cfg := sim.Config()
				cfg.PageSize = 5
				client := emr.NewClient(dial(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient()}), nil)
				sim.FailNext(f, 10)
				n := len(sim.Requests())
				today := emr.DateOf(sim.Now())
				all, err := emr.Collect(client.Appointments(t.Context(), emr.AppointmentQuery{From: today.AddDays(-30), To: today.AddDays(30)}))
				asked := 0
				for _, r := range sim.Requests()[n:] {
					if strings.HasPrefix(r.Path, "/appointments") {
						asked++
					}
				}
				t.Logf("%d appointments after %d requests, %v", len(all), asked, err)
				if f == emrtest.FaultNextLoop && (emr.KindOf(err) != emr.KindProtocol || asked != 2) {
					t.Errorf("pages that loop: %v after %d requests", err, asked)
				}
				if f == emrtest.FaultNextForeignHost && (err != nil || len(all) < 6) { // a cursor is a text, whatever it looks like
					t.Errorf("%d appointments, %v", len(all), err)
				}
				if sim.TrapRequests() != 0 {
					t.Error("a cursor was followed as a link")
				}
			})
		})
	}
}

// TestBookingsWithRandomFaultsAreNeverDoubledNorLost books again and again while the
// network and the server misbehave: with each fault, once and twice in a row, at the
// booking and at the look before it, in a random order whose seed is logged.
func TestBookingsWithRandomFaultsAreNeverDoubledNorLost(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	atDesk(t, nexhealthtest.Options{RefuseTaken: true}, 60, func(d *desk) {
		faults := emrtest.Faults()
		kinds := map[emr.Kind]int{}
		runs := 4 * len(faults)
		if len(d.slots) < runs {
			t.Fatalf("%d slots for %d bookings", len(d.slots), runs)
		}
		for i, n := range random.Perm(runs) {
			fault := faults[n%len(faults)]
			before := d.sim.Appointments()
			if n < runs/2 { // the booking itself, else the look into the calendar before it
				d.sim.FailNextOn(emrtest.StepBook, fault, 1+n/len(faults)%2)
			} else {
				d.sim.FailNext(fault, 1+n/len(faults)%2)
			}
			made, err := d.client.Book(context.Background(), &emr.Booking{Patient: d.patient, Slot: d.slots[i]})
			kind := emr.KindOf(err)
			kinds[kind]++
			switch added := d.sim.Appointments() - before; {
			case added > 1:
				t.Fatalf("%s: one call made %d appointments", fault, added)
			case err == nil && (added != 1 || !made.Start.Equal(d.slots[i].Start)):
				t.Errorf("%s: success with %d appointments", fault, added)
			case err != nil && kind != emr.KindAmbiguous && added != 0:
				t.Errorf("%s: reported as %s although it is in the calendar", fault, kind)
			}
			for range 3 {
				_, _ = emr.Collect(d.client.AppointmentTypes(context.Background())) // what is left of the fault hits somebody else
			}
			time.Sleep(2 * time.Minute)
		}
		t.Logf("outcomes: %v", kinds)
		if kinds[""] < runs/4 {
			t.Errorf("only %d of %d bookings succeeded: %v", kinds[""], runs, kinds)
		}
	})
}
