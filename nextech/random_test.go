package nextech_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

// TestFault_B1_aThousandBookingsWithRandomFaultsEndInOneAppointmentEach books 500 times
// at each product while the network and the server misbehave, in a bubble where waiting
// costs nothing, and repeats as RedoOf says until the booking stands. EMRKIT_SEED runs
// the faults of one seed again.
func TestFault_B1_aThousandBookingsWithRandomFaultsEndInOneAppointmentEach(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	if text := os.Getenv("EMRKIT_SEED"); text != "" {
		given, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal("EMRKIT_SEED is no number")
		}
		seed = given
	}
	for _, product := range []nextech.Product{nextech.Select, nextech.PracticePlus} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			t.Logf("seed %d", seed)
			synctest.Test(t, func(t *testing.T) {
				b := openBooker(t, product, rand.New(rand.NewPCG(seed, 3)), 700)
				for range 500 {
					b.untilBooked()
				}
				b.report()
			})
		})
	}
}

// booker books one slot after the other for one patient.
type booker struct {
	t       *testing.T
	r       *rand.Rand
	sim     *nextechtest.Sim
	posts   *bookingPosts
	client  *emr.Client
	patient *emr.Patient
	free    []*emr.Slot
	kinds   map[emr.Kind]int
	repeats int
}

func openBooker(t *testing.T, product nextech.Product, r *rand.Rand, slots int) *booker {
	sim := nextechtest.New(t, &nextechtest.Options{Product: product, InMemory: true})
	posts := &bookingPosts{to: sim.HTTPClient().Transport}
	client := emr.NewClient(connect(t, sim.Config(), &emr.Options{HTTPClient: &http.Client{Transport: posts}}), nil)
	b := &booker{t: t, r: r, sim: sim, posts: posts, client: client, patient: findOrCreate(t, client), kinds: map[emr.Kind]int{}}
	from := emr.DateOf(time.Now()).AddDays(2)
	var err error
	b.free, err = emr.Collect(client.FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(60), Limit: slots}))
	if err != nil || len(b.free) < slots {
		t.Fatalf("%d slots, %v", len(b.free), err)
	}
	return b
}

// untilBooked makes one booking as an application would: what is safe is done again, what
// is in doubt with Again, and a taken slot makes way for the next one.
func (b *booker) untilBooked() {
	b.t.Helper()
	want := &emr.Booking{Patient: b.patient}
	atStart := b.sim.Appointments()
	for try := 0; ; try++ {
		if try == 50 {
			b.t.Fatal("no end")
		}
		if want.Slot == nil {
			want.Slot, b.free = b.free[0], b.free[1:]
		}
		b.mishaps()
		before := b.sim.Appointments()
		b.posts.n.Store(0)
		made, err := b.book(want)
		kind, added := emr.KindOf(err), b.sim.Appointments()-before
		b.kinds[kind]++
		switch {
		case b.posts.n.Load() > 1:
			b.t.Fatalf("%d bookings sent in one call, %v", b.posts.n.Load(), err)
		case err == nil && (made.ID.IsZero() || !made.Start.Equal(want.Slot.Start)):
			b.t.Fatalf("success with %v", made)
		case err != nil && kind != emr.KindAmbiguous && added != 0:
			b.t.Fatalf("it is in the calendar and was reported as %v", err)
		case err == nil:
			time.Sleep(time.Minute) // what was under way arrives
			if n := b.sim.Appointments() - atStart; n != 1 {
				b.t.Fatalf("%d appointments after %d tries", n, try+1)
			}
			return
		case errors.Is(err, emr.ErrSlotTaken):
			if n := b.sim.Appointments() - atStart; n != 0 {
				b.t.Fatalf("somebody else has the slot, and we have %d appointments", n)
			}
			want.Slot, want.Again = nil, false
		default: // Never: somebody has mended what was wrong
			want.Again = want.Again || emr.RedoOf(err) == emr.CheckFirst
		}
		b.repeats++
		time.Sleep(time.Duration(b.r.IntN(60)) * time.Second)
	}
}

// book is one call; some callers are impatient.
func (b *booker) book(want *emr.Booking) (*emr.Appointment, error) {
	ctx, cancel := context.WithCancel(b.t.Context())
	defer cancel()
	if b.r.IntN(5) == 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(50+b.r.IntN(5_000))*time.Millisecond)
		defer cancel()
	}
	return b.client.Book(ctx, want)
}

// mishaps puts up to three faults before the coming calls. Most tries meet at least one,
// on the booking or on the look before or after it; what is left hits a later try.
func (b *booker) mishaps() {
	all := emrtest.Faults()
	for range b.r.IntN(4) {
		f := all[b.r.IntN(len(all))]
		step := emrtest.StepAny
		if steps := f.Steps(); b.r.IntN(2) == 0 {
			step = steps[b.r.IntN(len(steps))]
		}
		switch step {
		case emrtest.StepAny, emrtest.StepBook, emrtest.StepToken: // no other step comes
			b.sim.FailNextOn(step, f, 1)
		}
	}
}

// report checks that the faults really came and really were got over.
func (b *booker) report() {
	b.t.Logf("%d repeats, outcomes of the calls: %v", b.repeats, b.kinds)
	if b.repeats < 100 || b.kinds[emr.KindAmbiguous] < 20 || b.kinds[emr.KindConflict] < 5 {
		b.t.Errorf("the faults did not hit: %d repeats, %v", b.repeats, b.kinds)
	}
}

// bookingPosts counts the bookings that left and were not refused before they were looked
// at: those may be sent again.
type bookingPosts struct {
	to http.RoundTripper
	n  atomic.Int32
}

func (p *bookingPosts) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := p.to.RoundTrip(req)
	if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/Appointment/") &&
		(err != nil || res.StatusCode != http.StatusUnauthorized && res.StatusCode != http.StatusTooManyRequests) {
		p.n.Add(1)
	}
	return res, err
}
