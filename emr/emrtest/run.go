package emrtest

import (
	"context"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/emrkit/emrkit/emr"
)

// Run holds a driver to the contract: each sentence of Contract that concerns the
// declared capabilities is a sub-test with a fresh clinic, and for each capability
// that is not declared there is one that wants kind unsupported and no request.
// Nothing else is left out.
func Run(t *testing.T, h Harness) {
	t.Helper()
	run(onTesting{t, h}, h)
}

// tester is where sub-tests run: the real one, or a recorder in the suite's own tests.
type tester interface {
	testing.TB
	here(f func(testing.TB))
	sub(name string, f func(testing.TB))
}

// onTesting runs sub-tests on testing.T.
type onTesting struct {
	*testing.T
	harness Harness
}

// here runs f at once, in a bubble where the harness wants one.
func (t onTesting) here(f func(testing.TB)) {
	if t.harness.Bubble {
		synctest.Test(t.T, func(t *testing.T) { f(t) })
		return
	}
	f(t.T)
}

func (t onTesting) sub(name string, f func(testing.TB)) {
	t.Run(name, func(sub *testing.T) {
		if !t.harness.Serial {
			sub.Parallel()
		}
		onTesting{sub, t.harness}.here(f)
	})
}

// run is Run on any tester.
func run(t tester, h Harness) {
	t.Helper()
	declared := map[emr.Capability]bool{}
	t.here(func(t testing.TB) { probe(t, h, declared) })
	for _, c := range Contract() {
		if c.applies(declared) && h.wants(c) {
			t.sub(c.Topic+"/"+c.Name, func(t testing.TB) { hold(t, h, c.check) })
		}
	}
	for _, missing := range emr.Capabilities() {
		if missing == emr.CanWatchWrites {
			continue // no call needs it: without it AwaitWritten looks
		}
		if !declared[missing] && h.only == nil {
			t.sub("undeclared/"+string(missing)+" is answered unsupported without a request", func(t testing.TB) {
				hold(t, h, func(s *suite) { s.unsupported(missing) })
			})
		}
	}
}

// wants reports whether the suite's own tests ask for the clause.
func (h Harness) wants(c Clause) bool {
	return h.only == nil || slices.Contains(h.only, c.Topic+"/"+c.Name)
}

// probe opens one clinic to learn the declared capabilities.
func probe(t testing.TB, h Harness, declared map[emr.Capability]bool) {
	t.Helper()
	if h.Open == nil {
		t.Fatal("harness: Open is not set")
	}
	c := h.Open(t, &emr.Options{})
	c.require(t)
	client := emr.NewClient(c.Driver, nil)
	for _, can := range emr.Capabilities() {
		declared[can] = client.Has(can)
	}
	for _, d := range []emr.Driver{c.Driver, c.Refused} {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if c.Idle != nil {
		c.Idle()
	}
}

// runs numbers the sub-tests of all suites of the process, to tell their goroutines apart.
var runs atomic.Int64

// hold runs one sub-test on a fresh clinic and then looks for what it left behind:
// personal data in errors, logs and hooks, and goroutines.
func hold(t testing.TB, h Harness, check func(*suite)) {
	t.Helper()
	seen := newCapture()
	c := h.Open(t, seen.options())
	c.require(t)
	s := &suite{
		TB: t, clinic: c, driver: c.Driver, client: emr.NewClient(c.Driver, nil),
		info: c.Driver.Info(), parts: c.Driver.Parts(), seen: seen, patience: h.patience,
	}
	for i, secret := range c.Secrets {
		seen.canary("secret "+strconv.Itoa(i), secret)
	}
	mark := strconv.FormatInt(runs.Add(1), 10)
	defer func() {
		_ = c.Driver.Close()
		_ = c.Refused.Close()
		if c.Idle != nil {
			c.Idle()
		}
		seen.report(t)
		reportGoroutines(t, mark, h.patience)
	}()
	pprof.Do(context.Background(), pprof.Labels(goroutineLabel, mark), func(ctx context.Context) {
		s.ctx = ctx
		check(s)
	})
}

// require fails the test when the harness leaves out what every clinic needs.
func (c *Clinic) require(t testing.TB) {
	t.Helper()
	missing := map[string]bool{
		"Driver": c.Driver == nil, "Refused": c.Refused == nil, "Zone": c.Zone == nil, "Take": c.Take == nil,
		"Slots": c.Slots.From.IsZero() || c.Slots.To.IsZero(), "LoseReply": c.LoseReply == nil, "Stall": c.Stall == nil, "SpoilReads": c.SpoilReads == nil,
		"Requests": c.Requests == nil, "Writes": c.Writes == nil, "Booked": c.Booked == nil,
	}
	for field, is := range missing {
		if is {
			t.Errorf("harness: Clinic.%s is not set", field)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}
