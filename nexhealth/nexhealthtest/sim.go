package nexhealthtest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// Sim is a running NexHealth with three institutions. Its methods may be called by many
// goroutines at once.
type Sim struct {
	opts   Options
	server *simserver.Server
	clinic *simserver.Clinic
	keys   *keys
	routes []route
	base   *url.URL
	trap   string // origin of the host nobody should ask
	seeded time.Time

	ctx    context.Context // ends with Close
	cancel context.CancelFunc

	// mu is held while a request is handled, and guards what follows.
	mu           sync.Mutex
	unlimited    bool       // set by the package's own tests
	turns        *rand.Rand // the same for each simulator
	institutions []*institution
	sites        []*site
	syncs        []*syncSource
	operatories  []*operatory
	types        []*apptType
	descriptors  []*descriptor
	hours        []*workingHour
	people       map[string]*person  // by chart number
	bookings     map[string]*booking // by appointment id
	last         int                 // number for new records
	writes       writes
	documents    []*storedDocument
	recalls      []recall
	procedures   []procedure
	coverages    []coverage
	alerts       []*alert
	onboardings  []*onboarding
	uploads      int
	planned      []planned
	endpoints    []*endpoint
	sent         []*delivery
	held         bool // webhooks wait

	sending sync.Mutex // held while webhooks go out one by one
	mailer  *http.Client

	timing    sync.Mutex
	timers    map[int]*time.Timer
	nextTimer int
	running   sync.WaitGroup
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
	s := &Sim{opts: opts, keys: newKeys(opts), people: map[string]*person{}, bookings: map[string]*booking{}, last: 6000,
		turns: rand.New(rand.NewPCG(7, 2026)), mailer: newMailer(), timers: map[int]*time.Timer{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.clinic, err = simserver.Seed(clock, simserver.SeedOptions{Zone: opts.Zone, Patients: opts.Patients, Appointments: opts.Appointments})
	if err != nil {
		return nil, err
	}
	s.server = simserver.New(simserver.Config{
		InMemory: opts.InMemory, Clock: clock, Latency: opts.Latency, SlowToken: opts.SlowToken, Observe: opts.Observe,
	})
	s.seed()
	s.routes = s.table()
	if err := s.listen(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// seed dresses the clinic as NexHealth has it.
func (s *Sim) seed() {
	s.seeded = s.server.Clock().Now()
	s.found()
	s.seedOperatories()
	s.seedTypes()
	s.seedHours()
	s.seedPeople()
	s.seedDocuments()
	s.seedRecalls()
	s.seedProcedures()
	s.seedCoverages()
}

// listen opens the API and the host nobody should ask.
func (s *Sim) listen() error {
	origin, err := s.server.Serve(s.opts.Addr, &simserver.Host{
		Classify: s.classify, Step: s.stepOf, Handle: s.handle, Refuse: s.refuse, WritesLater: true,
	})
	if err != nil {
		return err
	}
	if s.base, err = url.Parse(origin); err != nil {
		return err
	}
	s.trap, err = s.server.ServeTrap("a host that a cursor names")
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
		t.Fatalf("start the NexHealth simulator: %v", err)
	}
	s.server.Watch(t, "nexhealthtest", s.Close)
	return s
}

// HTTPClient reaches a simulator in memory: put it into emr.Options.HTTPClient. It is
// nil, which there means the usual client, for one on a socket.
func (s *Sim) HTTPClient() *http.Client { return s.server.HTTPClient() }

// TakeSlot books the slot for somebody else.
func (s *Sim) TakeSlot(slot *emr.Slot) error {
	defer s.flush()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeSlot(slot)
}

// FailNext makes the next n calls that f fits fail.
func (s *Sim) FailNext(f emrtest.Fault, n int) { s.FailNextOn(emrtest.StepAny, f, n) }

// FailNextOn is FailNext for the calls of one step of the main job: the others pass. A
// step that is not among f.Steps() never meets the fault; neither does StepSlots meet
// FaultNextLoop and FaultNextForeignHost, because slots come in one answer.
func (s *Sim) FailNextOn(step emrtest.Step, f emrtest.Fault, n int) { s.server.FailNextOn(step, f, n) }

// Violations lists where a request broke one of the vendor's rules.
func (s *Sim) Violations() []string { return s.server.Violations() }

// ExpectViolation tells New that the test breaks a rule on purpose: violations that hold
// text do not fail it, and that there is none does.
func (s *Sim) ExpectViolation(text string) { s.server.ExpectViolation(text) }

// Requests returns a copy of what arrived; of very many, the latest 9,000 or more.
func (s *Sim) Requests() []emrtest.Request { return s.server.Requests() }

// Appointments counts the live appointments that were booked through the API.
func (s *Sim) Appointments() int { return s.clinic.BookedViaAPI() }

// TrapRequests counts what arrived at the host that cursors name with
// emrtest.FaultNextForeignHost. It should be 0.
func (s *Sim) TrapRequests() int { return s.server.Trapped() }

// Now is the clinic's present.
func (s *Sim) Now() time.Time { return s.server.Clock().Now() }

// SetTime makes it t in the clinic; its clock runs on from there. Tokens and accepted
// writes age with it.
func (s *Sim) SetTime(t time.Time) {
	s.server.Clock().Set(t)
	s.settleNow()
}

// Advance moves the clinic's clock by d.
func (s *Sim) Advance(d time.Duration) {
	s.server.Clock().Advance(d)
	s.settleNow()
}

// RevokeTokens makes all tokens good for nothing.
func (s *Sim) RevokeTokens() { s.keys.revokeAll() }

// Close stops the simulator and waits until nothing of it runs.
func (s *Sim) Close() error {
	s.stopTimers()
	return s.server.Close()
}

// number gives out ids of records that only NexHealth has; the caller holds the lock.
func (s *Sim) number() int {
	s.last++
	return s.last
}
