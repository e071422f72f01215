package medtechtest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// Sim is a running ALEX with two practices. Its methods may be called by many goroutines
// at once.
type Sim struct {
	opts       Options
	server     *simserver.Server
	tokens     *simserver.Tokens
	facilities []*facility
	routes     []route
	base       *url.URL // of the API: its path is /FHIR
	tokenAt    string   // URL of the token endpoint
	trap       string   // origin of the host nobody should ask
	secret     string
	scope      string
	seeded     time.Time

	mu       sync.Mutex
	without  []string // roles
	turn     int      // of RotateTexts
	planned  []planned
	outages  map[string]Outage // by facility
	calls    correlations
	parallel map[string]*parallel // by facility
	records  []*record
	last     int // number of a record
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
	s := &Sim{
		opts: opts, secret: rand.Text(), scope: "api://5f0cab00-a1e0-4b00-8c00-9d00ab12cd34/.default", seeded: clock.Now(),
		without: slices.Clone(opts.WithoutRoles), outages: map[string]Outage{}, parallel: map[string]*parallel{}, last: 500,
	}
	for _, f := range []struct {
		id, name               string
		patients, appointments int
	}{{homeFacility, "Pohutukawa Road Medical Centre", opts.Patients, opts.Appointments}, {otherFacility, "Harbour View Health", 1, -1}} {
		clinic, err := practice(clock, opts.Zone, f.patients, f.appointments)
		if err != nil {
			return nil, err
		}
		s.facilities = append(s.facilities, newFacility(f.id, f.name, clinic, opts.LongIDs))
	}
	s.server = simserver.New(simserver.Config{
		InMemory: opts.InMemory, Clock: clock, Latency: opts.Latency, SlowToken: opts.SlowToken, Observe: opts.Observe,
	})
	s.tokens = simserver.NewTokens(s.tokenRules())
	s.routes = s.table()
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.server.Close())
	}
	s.seedDocuments() // references need the address
	return s, nil
}

// listen opens the API, the token host and the host nobody should ask.
func (s *Sim) listen() error {
	origin, err := s.server.Serve(s.opts.Addr, &simserver.Host{
		Classify: s.classify, Step: s.stepOf, Arrive: s.arrive, Handle: s.handle, Refuse: s.refuse, MaxBody: 160 << 20,
	})
	if err != nil {
		return err
	}
	if s.base, err = url.Parse(origin + basePath); err != nil {
		return err
	}
	if s.trap, err = s.server.ServeTrap("a host that a next link leads to"); err != nil {
		return err
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
		t.Fatalf("start the ALEX simulator: %v", err)
	}
	s.server.Watch(t, "medtechtest", s.Close)
	return s
}

// HTTPClient reaches a simulator in memory: put it into emr.Options.HTTPClient. It is
// nil, which there means the usual client, for one on a socket.
func (s *Sim) HTTPClient() *http.Client { return s.server.HTTPClient() }

// TakeSlot books the slot of the first practice for somebody else.
func (s *Sim) TakeSlot(slot *emr.Slot) error {
	f := s.facilities[0]
	p, ok := f.practitioner(string(slot.Practitioner))
	if !ok {
		return fmt.Errorf("medtechtest: no practitioner %q", slot.Practitioner)
	}
	return f.clinic.TakeSlot(theLocation, p.ID, "", slot.Start, slot.End)
}

// FailNext makes the next n calls that f fits fail.
func (s *Sim) FailNext(f emrtest.Fault, n int) { s.FailNextOn(emrtest.StepAny, f, n) }

// FailNextOn is FailNext for the calls of one step of the main job, or of one of the
// steps of this package: the others pass.
func (s *Sim) FailNextOn(step emrtest.Step, f emrtest.Fault, n int) { s.server.FailNextOn(step, f, n) }

// Requests returns a copy of what arrived, at whichever host; of very many, the latest
// 9,000 or more.
func (s *Sim) Requests() []emrtest.Request { return s.server.Requests() }

// Appointments counts the live appointments that were booked through the API, in both
// practices.
func (s *Sim) Appointments() int {
	n := 0
	for _, f := range s.facilities {
		n += f.clinic.BookedViaAPI()
	}
	return n
}

// TrapRequests counts what arrived at the host that next links lead to with
// emrtest.FaultNextForeignHost. It should be 0.
func (s *Sim) TrapRequests() int { return s.server.Trapped() }

// Now is the practices' present.
func (s *Sim) Now() time.Time { return s.server.Clock().Now() }

// SetTime makes it t in the practices; their clock runs on from there. Tokens age with it.
func (s *Sim) SetTime(t time.Time) { s.server.Clock().Set(t) }

// Advance moves the practices' clock by d.
func (s *Sim) Advance(d time.Duration) { s.server.Clock().Advance(d) }

// RevokeTokens makes all tokens good for nothing.
func (s *Sim) RevokeTokens() { s.tokens.RevokeAll(false) }

// Close stops the simulator and waits until nothing of it runs.
func (s *Sim) Close() error { return s.server.Close() }
