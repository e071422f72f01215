package nextechtest

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// Sim is a running practice. Its methods may be called by many goroutines at once.
type Sim struct {
	opts    Options
	d       dialect
	server  *simserver.Server
	clinic  *simserver.Clinic
	tokens  *simserver.Tokens
	routes  []route
	base    *url.URL // of the API
	tokenAt string   // URL of the token endpoint
	trap    string   // origin of the host nobody should ask
	secret  string
	user    string
	pass    string
	// perSecond is the rate limit of each endpoint; the package's own tests lift it.
	perSecond int

	mu      sync.Mutex
	uploads int
}

var _ emrtest.Sim = (*Sim)(nil)

// Start runs a simulator; nil options are fine. Whoever starts it closes it.
func Start(o *Options) (*Sim, error) {
	opts, err := o.fill()
	if err != nil {
		return nil, err
	}
	clock := &simserver.Clock{}
	if !opts.Now.IsZero() {
		clock.Set(opts.Now)
	}
	s := &Sim{opts: opts, d: dialectOf(opts.Product), secret: rand.Text(), pass: rand.Text(), perSecond: perSecond}
	s.user = "5f0cab00-6b1e-4c2a-9d3f-e1b2c3d4e5f6@practice.example.com"
	s.clinic, err = simserver.Seed(clock, simserver.SeedOptions{Zone: opts.Zone, Patients: opts.Patients, Appointments: opts.Appointments})
	if err != nil {
		return nil, err
	}
	s.server = simserver.New(simserver.Config{
		InMemory: opts.InMemory, Clock: clock, Latency: opts.Latency, SlowToken: opts.SlowToken, Observe: opts.Observe,
	})
	s.tokens = simserver.NewTokens(s.tokenRules())
	s.routes = s.table()
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.server.Close())
	}
	return s, nil
}

// listen opens the API, the host nobody should ask, and for Azure a token host.
func (s *Sim) listen() error {
	origin, err := s.server.Serve(s.opts.Addr, &simserver.Host{Classify: s.classify, Step: s.stepOf, Handle: s.handle, Refuse: s.refuse})
	if err != nil {
		return err
	}
	if s.base, err = url.Parse(origin + "/api"); err != nil {
		return err
	}
	if s.trap, err = s.server.ServeTrap("a host that paging links lead to"); err != nil {
		return err
	}
	s.tokenAt = s.base.String() + connectPath
	if s.opts.Auth == Connect {
		return nil
	}
	origin, err = s.server.Serve("", &simserver.Host{Classify: classifyAzure, Handle: s.azure})
	s.tokenAt = origin + azurePath
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
		t.Fatalf("start the Nextech simulator: %v", err)
	}
	s.server.Watch(t, "nextechtest", s.Close)
	return s
}

// HTTPClient reaches a simulator in memory: put it into emr.Options.HTTPClient. It is
// nil, which there means the usual client, for one on a socket.
func (s *Sim) HTTPClient() *http.Client { return s.server.HTTPClient() }

// TakeSlot books the slot for somebody else.
func (s *Sim) TakeSlot(slot *emr.Slot) error {
	return s.clinic.TakeSlot(string(slot.Location), string(slot.Practitioner), string(slot.Type), slot.Start, slot.End)
}

// FailNext makes the next n calls that f fits fail.
func (s *Sim) FailNext(f emrtest.Fault, n int) { s.FailNextOn(emrtest.StepAny, f, n) }

// FailNextOn is FailNext for the calls of one step of the main job: the others pass. A
// step that is not among f.Steps() never meets the fault.
func (s *Sim) FailNextOn(step emrtest.Step, f emrtest.Fault, n int) { s.server.FailNextOn(step, f, n) }

// Violations lists where a request broke one of the vendor's rules.
func (s *Sim) Violations() []string { return s.server.Violations() }

// ExpectViolation tells New that the test breaks a rule on purpose: violations that hold
// text do not fail it, and that there is none does.
func (s *Sim) ExpectViolation(text string) { s.server.ExpectViolation(text) }

// Requests returns a copy of what arrived, at whichever host; of very many, the latest
// 9,000 or more.
func (s *Sim) Requests() []emrtest.Request { return s.server.Requests() }

// Appointments counts the live appointments that were booked through the API.
func (s *Sim) Appointments() int { return s.clinic.BookedViaAPI() }

// Uploads counts the documents and notes stored through the API.
func (s *Sim) Uploads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uploads
}

// TrapRequests counts what arrived at the host that paging links lead to with
// ForeignLinks and emrtest.FaultNextForeignHost. It should be 0.
func (s *Sim) TrapRequests() int { return s.server.Trapped() }

// Now is the clinic's present.
func (s *Sim) Now() time.Time { return s.server.Clock().Now() }

// SetTime makes it t in the clinic; its clock runs on from there. Tokens age with it.
func (s *Sim) SetTime(t time.Time) { s.server.Clock().Set(t) }

// Advance moves the clinic's clock by d.
func (s *Sim) Advance(d time.Duration) { s.server.Clock().Advance(d) }

// RevokeTokens makes all tokens good for nothing. With refresh true, refresh tokens too.
func (s *Sim) RevokeTokens(refresh bool) { s.tokens.RevokeAll(refresh) }

// Close stops the simulator and waits until nothing of it runs.
func (s *Sim) Close() error { return s.server.Close() }
