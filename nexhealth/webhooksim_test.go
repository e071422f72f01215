package nexhealth_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

const hookAddress = "https://hooks.example.com/nexhealth"

// hooked is a practice whose webhooks reach the client's own handler.
type hooked struct {
	t      *testing.T
	sim    *nexhealthtest.Sim
	nx     *nexhealth.Client
	client *emr.Client

	mu     sync.Mutex
	events []nexhealth.Event
	fail   func() error
}

// openHooked starts all of it in memory; it belongs into a synctest bubble.
func openHooked(t *testing.T, o nexhealthtest.Options, change func(*nexhealth.WebhookConfig)) *hooked {
	t.Helper()
	h := &hooked{t: t}
	feed := newWebhookFeed()
	o.InMemory, o.Deliver = true, feed.deliver
	h.sim = nexhealthtest.New(t, &o)
	options := &emr.Options{HTTPClient: h.sim.HTTPClient()}
	feed.subscribe(t, h.sim, options, func(c *nexhealth.WebhookConfig) {
		c.Handle = h.handle
		if change != nil {
			change(c)
		}
	})
	cfg := h.sim.Config()
	cfg.Outcomes = feed.outcomes
	h.nx = dial(t, cfg, options)
	h.client = emr.NewClient(h.nx, nil)
	return h
}

func (h *hooked) handle(_ context.Context, e nexhealth.Event) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail != nil {
		if err := h.fail(); err != nil {
			return err
		}
	}
	h.events = append(h.events, e)
	return nil
}

// all are the events so far.
func (h *hooked) all() []nexhealth.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.events)
}

func (h *hooked) wantEvents(want ...string) {
	h.t.Helper()
	var got []string
	for _, e := range h.all() {
		name := string(e.Name)
		if e.Outcome != "" {
			name += "." + string(e.Outcome)
		}
		got = append(got, name)
	}
	if !slices.Equal(got, want) {
		h.t.Fatalf("handled %v, want %v", got, want)
	}
}

// book books the first free time for somebody the practice knows.
func (h *hooked) book() *emr.Appointment {
	h.t.Helper()
	ctx := h.t.Context()
	p := emrtest.People()[0]
	found, err := h.client.FindOrCreatePatient(ctx, &p)
	if err != nil || found.Patient == nil {
		h.t.Fatalf("find the patient: %v", err)
	}
	from := emr.Today(time.UTC).AddDays(2)
	for slot, err := range h.client.FindSlots(ctx, emr.SlotQuery{From: from, To: from.AddDays(7)}) {
		if err != nil {
			h.t.Fatal(err)
		}
		a, err := h.client.Book(ctx, &emr.Booking{Patient: found.Patient, Slot: slot})
		if err != nil {
			h.t.Fatal(err)
		}
		return a
	}
	h.t.Fatal("no free time")
	return nil
}

// wantWrite reads the appointment and compares.
func (h *hooked) wantWrite(id emr.AppointmentID, want emr.WriteState) {
	h.t.Helper()
	a, err := h.client.GetAppointment(h.t.Context(), id)
	if err != nil || a.Write != want {
		h.t.Errorf("write state %v, %v, want %s", a, err, want)
	}
}

func TestWebhookThatComesBeforeTheAnswerEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{EarlyWebhooks: true}, nil)
		a := h.book()
		h.wantEvents("appointment_insertion.complete")
		before := len(h.sim.Requests())
		written, err := h.client.AwaitWritten(t.Context(), a.ID)
		if err != nil || written.Write != emr.WriteDone || len(h.sim.Requests()) != before+1 {
			t.Errorf("%v, %v, %d requests", written, err, len(h.sim.Requests())-before)
		}
	})
}

func TestWebhookOfAFailedWriteThatComesBeforeTheAnswerIsNotLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{EarlyWebhooks: true}, nil)
		h.sim.FailWrites(1)
		a := h.book()
		h.wantEvents("appointment_insertion.failed")
		h.wantWrite(a.ID, emr.WriteFailed) // the record itself never tells
		got, err := h.client.AwaitWritten(t.Context(), a.ID)
		if !errors.Is(err, emr.ErrWriteFailed) || got == nil || got.Write != emr.WriteFailed {
			t.Errorf("%v, %v", got, err)
		}
		h.sim.TimeOutWrites(1)
		a = h.book()
		if got, err = h.client.AwaitWritten(t.Context(), a.ID); !errors.Is(err, emr.ErrWriteTimedOut) || got == nil || got.Write != emr.WriteTimedOut {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestWebhookThatComesTwiceIsHandledOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{WriteDelay: -1}, nil)
		a := h.book()
		h.sim.SettleWrites()
		for range 3 {
			if status, err := h.sim.Deliver(0, nexhealthtest.Sound); status != http.StatusOK || err != nil {
				t.Errorf("answered %d, %v", status, err)
			}
			time.Sleep(time.Minute)
		}
		h.wantEvents("appointment_insertion.complete")
		h.wantWrite(a.ID, emr.WriteDone)
	})
}

func TestWebhooksOutOfOrderEndTheSame(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refuseChange bool
		want         emr.WriteState
	}{"a change that is made": {false, emr.WriteDone}, "a change that is refused": {true, emr.WriteTimedOut}} {
		for _, order := range [][]int{{0, 1}, {1, 0}, {1, 0, 1, 0}} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					h := openHooked(t, nexhealthtest.Options{WriteDelay: -1}, nil)
					h.sim.HoldWebhooks(true)
					a := h.book()
					h.sim.SettleWrites()
					time.Sleep(time.Minute)
					if c.refuseChange {
						h.sim.FailWrites(1)
					}
					off, err := h.client.Cancel(t.Context(), a.ID, nil)
					if err != nil || off.Status != emr.StatusCancelled {
						t.Fatal(off, err)
					}
					time.Sleep(time.Minute)
					h.sim.SettleWrites()
					for _, n := range order {
						if status, err := h.sim.Deliver(n, nexhealthtest.Sound); status != http.StatusOK || err != nil {
							t.Errorf("delivery %d: %d, %v", n, status, err)
						}
					}
					if got := len(h.all()); got != 2 {
						t.Errorf("handled %d events", got)
					}
					h.wantWrite(a.ID, c.want)
				})
			})
		}
	}
}

// TestWebhooksBeforeTheAnswerTwiceAndOutOfOrder is all three in one run: the news of the
// booking before its answer and again at the end, that of the cancellation before its
// answer, and both once more the wrong way round.
func TestWebhooksBeforeTheAnswerTwiceAndOutOfOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{EarlyWebhooks: true}, nil)
		a := h.book()
		if a.Write != emr.WriteDone {
			t.Errorf("the news came first, and the booking is %s", a.Write)
		}
		time.Sleep(time.Second)
		off, err := h.client.Cancel(t.Context(), a.ID, nil)
		if err != nil || off.Status != emr.StatusCancelled || off.Write != emr.WriteDone {
			t.Fatalf("%v, %v", off, err)
		}
		h.wantEvents("appointment_insertion.complete", "appointment_updated")
		for _, n := range []int{1, 0, 0, 1} {
			if status, err := h.sim.Deliver(n, nexhealthtest.Sound); status != http.StatusOK || err != nil {
				t.Errorf("delivery %d: %d, %v", n, status, err)
			}
		}
		h.wantEvents("appointment_insertion.complete", "appointment_updated")
		before := len(h.sim.Requests())
		last, err := h.client.AwaitWritten(t.Context(), a.ID)
		if err != nil || last.Write != emr.WriteDone || last.Status != emr.StatusCancelled || len(h.sim.Requests()) != before+1 {
			t.Errorf("%v, %v after %d requests", last, err, len(h.sim.Requests())-before)
		}
	})
}

func TestWebhookShowsAChangeAsAcceptedUntilItIsWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{WriteDelay: -1}, nil)
		first := h.book()
		h.sim.SettleWrites()
		if _, err := h.client.Confirm(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
		h.sim.SettleWrites() // now it is known that updates are told
		a := h.book()
		h.sim.SettleWrites()
		h.wantWrite(a.ID, emr.WriteDone)
		if off, err := h.client.Cancel(t.Context(), a.ID, nil); err != nil || off.Write != emr.WriteAccepted {
			t.Fatal(off, err)
		}
		h.wantWrite(a.ID, emr.WriteAccepted)
		h.sim.SettleWrites()
		off, err := h.client.AwaitWritten(t.Context(), a.ID)
		if err != nil || off.Write != emr.WriteDone || off.Status != emr.StatusCancelled {
			t.Error(off, err)
		}
	})
}

func TestWebhookRefusesWhateverIsWrongWithADelivery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{WriteDelay: -1}, nil)
		h.sim.HoldWebhooks(true)
		a := h.book()
		h.sim.SettleWrites()
		for _, how := range []nexhealthtest.Spoil{nexhealthtest.Tampered, nexhealthtest.WrongSecret, nexhealthtest.Stale, nexhealthtest.Restamped, nexhealthtest.Unsigned} {
			if status, err := h.sim.Deliver(0, how); status != http.StatusUnauthorized || err != nil {
				t.Errorf("%s: %d, %v", how, status, err)
			}
		}
		h.wantEvents()
		if news, stop := h.nx.Parts().WriteWatcher.WatchWrite(a.ID); len(news) != 0 {
			t.Error("news of a delivery that was refused")
		} else {
			stop()
		}
		if status, err := h.sim.Deliver(0, nexhealthtest.Sound); status != http.StatusOK || err != nil {
			t.Errorf("sound: %d, %v", status, err)
		}
		h.wantEvents("appointment_insertion.complete")
	})
}
func TestWebhookEndsTheWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := openHooked(t, nexhealthtest.Options{WriteDelay: -1}, nil)
		a := h.book()
		time.Sleep(time.Minute)
		var took time.Duration
		done := make(chan error)
		go func() {
			_, err := h.client.AwaitWritten(t.Context(), a.ID)
			done <- err
		}()
		time.Sleep(50 * time.Second) // between two looks
		synctest.Wait()
		settled := time.Now()
		h.sim.SettleWrites()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if took = time.Since(settled); took > 200*time.Millisecond { // the limiter may hold the look back
			t.Errorf("the wait ended %v after the news", took)
		}
	})
}
