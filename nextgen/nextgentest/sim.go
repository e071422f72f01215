package nextgentest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// Sim is a running NextGen Enterprise with two sites. Its methods may be called by many
// goroutines at once.
type Sim struct {
	opts   Options
	server *simserver.Server
	routes []route
	base   *url.URL // of the API: its path is /nge/prod/nge-api/api
	trap   string   // origin of the internal host nobody should ask
	secret string
	seeded time.Time

	// mu is held while a request is handled, and guards what follows.
	mu      sync.Mutex
	sites   []*site
	home    *practice
	planned []planned
	turn    int // of RotateAbsent
	calls   quota
	last    int // number of a record
}

var _ emrtest.Sim = (*Sim)(nil)

// Start runs a simulator; nil options are fine. Whoever starts it closes it.
func Start(o *Options) (*Sim, error) {
	opts, err := o.fill()
	if err != nil {
		return nil, err
	}
	clk := &simserver.Clock{}
	if !opts.Now.IsZero() {
		clk.Set(opts.Now)
	}
	s := &Sim{opts: opts, secret: rand.Text(), seeded: clk.Now(), last: 500}
	if err := s.found(clk); err != nil {
		return nil, err
	}
	s.server = simserver.New(simserver.Config{
		InMemory: opts.InMemory, Clock: clk, Latency: opts.Latency, SlowToken: opts.SlowToken, Observe: opts.Observe,
	})
	s.routes = s.table()
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.server.Close())
	}
	return s, nil
}

// listen opens the gateway and the internal host nobody should ask.
func (s *Sim) listen() error {
	origin, err := s.server.Serve(s.opts.Addr, &simserver.Host{
		Classify: s.classify, Step: s.stepOf, Handle: s.handle, Refuse: s.refuse,
	})
	if err != nil {
		return err
	}
	if s.base, err = url.Parse(origin + basePath); err != nil {
		return err
	}
	s.trap, err = s.server.ServeTrap("the internal host that nextPageLink names")
	return err
}

// New starts a simulator for a test: it is closed at the end, and broken rules fail the
// test unless ExpectViolation announced them. The first options count.
func New(t testing.TB, o ...*Options) *Sim {
	t.Helper()
	var opts *Options
	if len(o) > 0 {
		opts = o[0]
	}
	s, err := Start(opts)
	if err != nil {
		t.Fatalf("start the NextGen simulator: %v", err)
	}
	s.server.Watch(t, "nextgentest", s.Close)
	return s
}

// HTTPClient reaches a simulator in memory: put it into emr.Options.HTTPClient. It is
// nil, which there means the usual client, for one on a socket.
func (s *Sim) HTTPClient() *http.Client { return s.server.HTTPClient() }

// TakeSlot books the slot of the home practice for somebody else. The slot names a
// resource, or a provider, as its practitioner or among its resources.
func (s *Sim) TakeSlot(slot *emr.Slot) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.home
	names := []string{string(slot.Practitioner)}
	for _, r := range slot.Resources {
		names = append(names, string(r))
	}
	at, ok := p.clinic.Locations[0], false
	for _, l := range p.clinic.Locations {
		if known(p.guid("location", l.ID), string(slot.Location)) {
			at, ok = l, true
		}
	}
	if !ok {
		return fmt.Errorf("nextgentest: no location %q", slot.Location)
	}
	for _, r := range p.resources {
		for _, name := range names {
			if known(p.guid("resource", r.id), name) || known(p.guid("provider", r.id), name) {
				return p.clinic.TakeSlot(at.ID, r.id, "", slot.Start, slot.End)
			}
		}
	}
	return errors.New("nextgentest: the slot names no resource or provider of the practice")
}

// FailNext makes the next n calls that f fits fail.
func (s *Sim) FailNext(f emrtest.Fault, n int) { s.FailNextOn(emrtest.StepAny, f, n) }

// FailNextOn is FailNext for the calls of one step of the main job, or of one of the
// steps of this package: the others pass. The lookup of persons and availability have no
// pages, so no call of those two meets faults of next links.
func (s *Sim) FailNextOn(step emrtest.Step, f emrtest.Fault, n int) { s.server.FailNextOn(step, f, n) }

// Violations lists where a request broke one of the vendor's rules.
func (s *Sim) Violations() []string { return s.server.Violations() }

// ExpectViolation tells New that the test breaks a rule on purpose: violations that hold
// text do not fail it, and that there is none does.
func (s *Sim) ExpectViolation(text string) { s.server.ExpectViolation(text) }

// Requests returns a copy of what arrived; of very many, the latest 9,000 or more.
func (s *Sim) Requests() []emrtest.Request { return s.server.Requests() }

// TokenRequests counts the requests for a token.
func (s *Sim) TokenRequests() int { return s.count(emrtest.StepToken) }

// SessionRequests counts the selections of a practice: PUT /users/me/login-defaults.
func (s *Sim) SessionRequests() int { return s.count(StepSession) }

func (s *Sim) count(step emrtest.Step) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Step == step {
			n++
		}
	}
	return n
}

// Appointments counts the live appointments that were booked through the API, in all
// practices.
func (s *Sim) Appointments() int {
	n := 0
	for _, at := range s.sites {
		for _, p := range at.practices {
			n += p.clinic.BookedViaAPI()
		}
	}
	return n
}

// TrapRequests counts what arrived at the internal host that nextPageLink and Location
// name. It should be 0.
func (s *Sim) TrapRequests() int { return s.server.Trapped() }

// Now is the practices' present.
func (s *Sim) Now() time.Time { return s.server.Clock().Now() }

// SetTime makes it t in the practices; their clock runs on from there. Tokens age with it.
func (s *Sim) SetTime(t time.Time) { s.server.Clock().Set(t) }

// Advance moves the practices' clock by d.
func (s *Sim) Advance(d time.Duration) { s.server.Clock().Advance(d) }

// RevokeTokens makes all tokens good for nothing.
func (s *Sim) RevokeTokens() {
	for _, at := range s.sites {
		at.tokens.RevokeAll(false)
	}
}

// Close stops the simulator and waits until nothing of it runs.
func (s *Sim) Close() error { return s.server.Close() }
