package emrtest

import (
	"context"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func contextClauses() []Clause {
	return []Clause{
		{
			Topic: "context", Name: "a cancelled context sends nothing",
			Text: "A call whose context is already cancelled fails with kind canceled and sends nothing, not even for a token.",
			check: func(s *suite) {
				ctx, cancel := context.WithCancel(s.ctx)
				cancel()
				s.sendsNothing(ctx, emr.KindCanceled, context.Canceled)
			},
		},
		{
			Topic: "context", Name: "an expired deadline sends nothing",
			Text: "A call whose deadline is over fails with kind timeout and sends nothing.",
			check: func(s *suite) {
				ctx, cancel := context.WithDeadline(s.ctx, time.Now().Add(-time.Second))
				defer cancel()
				s.sendsNothing(ctx, emr.KindTimeout, context.DeadlineExceeded)
			},
		},
		{
			Topic: "context", Name: "a cancelled read returns at once",
			Text:  "A read whose context is cancelled while it waits returns at once with kind canceled.",
			check: func(s *suite) { s.readEnds(emr.KindCanceled, context.Canceled) },
		},
		{
			Topic: "context", Name: "a read returns at its deadline",
			Text:  "A read whose deadline passes while it waits returns at once with kind timeout.",
			check: func(s *suite) { s.readEnds(emr.KindTimeout, context.DeadlineExceeded) },
		},
	}
}

// sendsNothing wants every declared call refused because of its context.
func (s *suite) sendsNothing(ctx context.Context, want emr.Kind, cause error) {
	s.Helper()
	for _, call := range s.calls() {
		if s.client.Has(call.can) {
			s.sends(call.name, 0, 0, func() {
				err := call.do(ctx, s.client)
				s.kind(call.name, err, want)
				s.is(call.name, err, cause)
			})
		}
	}
	s.sendsNothingDirectly(ctx, want)
}

// sendsNothingDirectly asks the driver itself: the client checks before it.
func (s *suite) sendsNothingDirectly(ctx context.Context, want emr.Kind) {
	s.Helper()
	ask := func(what string, f func() error) {
		s.sends(what+" of the driver", 0, 0, func() {
			if err := f(); emr.KindOf(s.failed(err)) != want {
				s.Errorf("%s of the driver: kind %q, want %s", what, emr.KindOf(err), want)
			}
		})
	}
	if p := s.parts.SlotFinder; p != nil {
		ask("FindSlots", func() error { return second(p.FindSlots(ctx, s.clinic.Slots, "")) })
	}
	if p := s.parts.PatientGetter; p != nil {
		ask("GetPatient", func() error { return second(p.GetPatient(ctx, emr.NewPatientID(s.clinic.unknown()))) })
	}
	if p := s.parts.AppointmentBooker; p != nil {
		b := s.booking(&emr.Patient{ID: emr.NewPatientID(s.clinic.unknown())}, s.madeUpSlot())
		ask("Book", func() error { return second(p.Book(ctx, b)) })
	}
}

// readEnds holds up each declared read, ends its context and wants it back. Reads
// that need no request (cached ones) may succeed instead.
func (s *suite) readEnds(want emr.Kind, cause error) {
	s.Helper()
	var arrived <-chan struct{}
	for _, call := range s.calls() {
		if call.write || !s.client.Has(call.can) {
			continue
		}
		if arrived == nil {
			arrived = s.clinic.Stall(false)
		}
		ctx := newEndable(s.ctx)
		done := make(chan error, 1)
		go func() { done <- call.do(ctx, s.client) }()
		select {
		case err := <-done:
			ctx.end(cause)
			s.ok(call.name+" without a request", err)
			continue
		case <-arrived:
			arrived = nil
		}
		ctx.end(cause)
		err := s.back(call.name, done)
		s.kind(call.name, err, want)
		s.is(call.name, err, cause)
	}
}

// back waits for a call whose context has ended.
func (s *suite) back(what string, done <-chan error) error {
	s.Helper()
	patience := s.patience
	if patience == 0 {
		patience = 10 * time.Second // only a broken driver makes the suite wait
	}
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		s.Fatalf("%s: the call did not return after its context ended", what)
		return nil
	}
}

// endable is a context that the test ends by hand, as cancelled or as past its
// deadline: no test has to wait for a clock.
type endable struct {
	context.Context
	done chan struct{}
	mu   sync.Mutex
	err  error
}

func newEndable(parent context.Context) *endable {
	return &endable{Context: parent, done: make(chan struct{})}
}

// end ends the context with context.Canceled or context.DeadlineExceeded.
func (c *endable) end(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = cause
		close(c.done)
	}
}

// Deadline is an hour away: drivers that divide the time left have enough.
func (c *endable) Deadline() (time.Time, bool) { return time.Now().Add(time.Hour), true }

func (c *endable) Done() <-chan struct{} { return c.done }

func (c *endable) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
