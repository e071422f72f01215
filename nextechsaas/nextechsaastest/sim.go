package nextechsaastest

import (
	"crypto/rand"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// Sim is a running SaaS EHR API of one practice and the directory where its users sign in.
// Its methods may be called by many goroutines at once.
type Sim struct {
	opts      Options
	server    *simserver.Server
	origin    string // of the API
	directory string // origin of the directory
	authority *authority
	patients  []patient
	visits    []visitRecord
	secret    string
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
	s := &Sim{opts: opts, secret: rand.Text()}
	s.server = simserver.New(simserver.Config{
		InMemory: opts.InMemory, Clock: clock, Latency: opts.Latency, SlowToken: opts.SlowToken, Observe: opts.Observe,
	})
	s.authority = newAuthority(s)
	s.seed(clock.Now())
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.server.Close())
	}
	return s, nil
}

// listen opens the API and the directory.
func (s *Sim) listen() (err error) {
	s.origin, err = s.server.Serve(s.opts.Addr, &simserver.Host{
		Classify: s.classify, Step: stepOf, Handle: s.handle, Refuse: s.refuse,
	})
	if err != nil {
		return err
	}
	s.directory, err = s.server.Serve("", &simserver.Host{Classify: classifyAzure, Handle: s.authority.handle})
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
		t.Fatalf("start the SaaS EHR simulator: %v", err)
	}
	s.server.Watch(t, "nextechsaastest", s.Close)
	return s
}

// HTTPClient reaches a simulator in memory: put it into emr.Options.HTTPClient. It is
// nil, which there means the usual client, for one on a socket.
func (s *Sim) HTTPClient() *http.Client { return s.server.HTTPClient() }

// TakeSlot always fails: the API has no calendar.
func (s *Sim) TakeSlot(*emr.Slot) error {
	return errors.New("nextechsaastest: the SaaS EHR API has no calendar")
}

// FailNext makes the next n calls that f fits fail. Of the faults, those of writes, of
// bookings and of next links never fit: the API has nothing of it.
func (s *Sim) FailNext(f emrtest.Fault, n int) { s.FailNextOn(emrtest.StepAny, f, n) }

// FailNextOn is FailNext for the calls of one step of the main job: of those, this API has
// StepToken and StepPatient, which is the search.
func (s *Sim) FailNextOn(step emrtest.Step, f emrtest.Fault, n int) { s.server.FailNextOn(step, f, n) }

// LoseTokenAnswers lets the next n token requests be carried out and cuts the connection
// in the place of their answers: a refresh token is spent, and its successor is lost.
func (s *Sim) LoseTokenAnswers(n int) {
	s.authority.mu.Lock()
	defer s.authority.mu.Unlock()
	s.authority.lose = n
}

// Requests returns a copy of what arrived, at whichever host; of very many, the latest
// 9,000 or more.
func (s *Sim) Requests() []emrtest.Request { return s.server.Requests() }

// Appointments is always 0: the API has no calendar.
func (s *Sim) Appointments() int { return 0 }

// Violations lists where a request broke one of the vendor's rules.
func (s *Sim) Violations() []string { return s.server.Violations() }

// ExpectViolation tells New that the test breaks a rule on purpose: violations that hold
// text do not fail it, and that there is none does.
func (s *Sim) ExpectViolation(text string) { s.server.ExpectViolation(text) }

// Now is the practice's present.
func (s *Sim) Now() time.Time { return s.server.Clock().Now() }

// SetTime makes it t; the clock runs on from there. Tokens age with it.
func (s *Sim) SetTime(t time.Time) { s.server.Clock().Set(t) }

// Advance moves the clock by d.
func (s *Sim) Advance(d time.Duration) { s.server.Clock().Advance(d) }

// RevokeTokens makes all access tokens good for nothing, with refresh true the refresh
// tokens too.
func (s *Sim) RevokeTokens(refresh bool) { s.authority.revokeAll(refresh) }

// FirstRefreshToken hands out a refresh token without a request, as a sign-in of yesterday
// would have.
func (s *Sim) FirstRefreshToken() string { return s.authority.issue(s.Now()).refresh }

// Close stops the simulator and waits until nothing of it runs.
func (s *Sim) Close() error { return s.server.Close() }
