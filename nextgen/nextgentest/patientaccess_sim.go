package nextgentest

import (
	"context"
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

// PatientAccess is a running gateway of the Patient Access APIs: the authorization server
// with its page, FHIR R4 and FHIR DSTU2, all at one origin as the vendor's, and the list
// of practices at another. Its methods may be called by many goroutines at once.
//
//	sim, err := nextgentest.StartPatientAccess(nil)
//	cfg := sim.Config() // for package patientaccess
//
// Two people can sign in: a patient with a record of every advertised type, and a proxy
// who sees two records, the own one and another person's.
//
// # What is known and what is assumed
//
// D: in the vendor's documentation or discovery documents. W: seen in public code.
// H: the standard that the vendor names (SMART App Launch, OAuth, HL7 FHIR), where the
// vendor says nothing of its own. A: assumed, because no public source tells.
//
//	addresses  paths of authorize, token, revoke, R4                              D
//	           the path of DSTU2; one authorization server for both               W A
//	           /fhir/R4 answers too                                               D
//	authorize  GET and POST, code, state, redirect_uri compared exactly           D A
//	           PKCE S256, checked when sent (Options.RequirePKCE)                 D A
//	           a state must be sent; aud is one of the two bases                  H
//	           no scope asked: what the portal configured                         W
//	           iss at the callback only with Options.SendIssuer                   A
//	token      form fields, client_secret in the form; code, refresh              D
//	           a code is good once, 60 s long; a second use ends what came of it  H
//	           refresh token: 48 h                                                D
//	           it is replaced by each use; a second use ends the family           A
//	           Options.KeepRefresh: it is not replaced                            A
//	           patient in the answer, or not (Options.NoPatient)                  W
//	           several records and nobody chosen: no patient                      A
//	           id_token RS256 for the scope openid                                D H
//	not approved by the practice: four places (Options.Approval)                  A
//	metadata   the 28 types of R4 and their search parameters; oauth-uris         D
//	           DSTU2: the Argonaut types, a Conformance                           A
//	requests   read and search-type, nothing else: writes 405                     D A
//	           parameters that are not advertised (_count!) are broken rules      D
//	           a search in a record names patient or _id, else 403                A
//	paging     _maxresults; 10 without it (Options.PageSize); next links          D A
//	           _maxresults as a limit of all (Options.CapResults)                 A
//	           nothing found: a Bundle without entry                              W
//	errors     401 text; 403 ["Access denied"]; OperationOutcome                  W A
//	           quota: 200 with an empty body (PatientAccess.ExhaustQuota)         W
//	references with a blank in front, or a search URL                             W
//	documents  content inline; Options.BinaryDocuments: at Binary                 D A
//	practices  a Bundle of Endpoint and Organization on another host              W A
//
// Not simulated: EHR launch, client_credentials, asymmetric client authentication.
type PatientAccess struct {
	opts      PatientAccessOptions
	server    *simserver.Server
	origin    string // of the gateway
	practices string // origin of the list of practices
	trap      string // origin of the host nobody should ask
	authority *paAuthority
	versions  []*paVersion // R4, DSTU2
	accounts  []paAccount
	secret    string

	mu     sync.Mutex
	denied map[string]bool // resource types
	quota  int             // answers left that are empty; below 0: all
}

var _ emrtest.Sim = (*PatientAccess)(nil)

// StartPatientAccess runs a simulator; nil options are fine. Whoever starts it closes it.
func StartPatientAccess(o *PatientAccessOptions) (*PatientAccess, error) {
	opts, err := o.fill()
	if err != nil {
		return nil, err
	}
	clock := &simserver.Clock{}
	if !opts.Now.IsZero() {
		clock.Set(opts.Now)
	}
	s := &PatientAccess{opts: opts, secret: rand.Text(), accounts: paAccounts(), denied: map[string]bool{}}
	s.server = simserver.New(simserver.Config{
		InMemory: opts.InMemory, Clock: clock, Latency: opts.Latency, SlowToken: opts.SlowToken, Observe: opts.Observe,
	})
	if err := s.listen(); err != nil {
		return nil, errors.Join(err, s.server.Close())
	}
	return s, nil
}

// listen opens the gateway, the list of practices and the host nobody should ask. What
// needs the addresses is made before the first request can know them.
func (s *PatientAccess) listen() (err error) {
	if s.trap, err = s.server.ServeTrap("a host that a link leads to"); err != nil {
		return err
	}
	var ready sync.WaitGroup // the gateway's address is known with its first request only
	ready.Add(1)
	defer ready.Done()
	host := &simserver.Host{
		Classify: s.classify, Step: s.stepOf, Refuse: s.refuse,
		Handle: func(c *simserver.Call) *simserver.Reply { ready.Wait(); return s.handle(c) },
	}
	if s.origin, err = s.server.Serve(s.opts.Addr, host); err != nil {
		return err
	}
	s.authority = newPAAuthority(s)
	s.versions = []*paVersion{newPAVersion(s, false), newPAVersion(s, true)}
	s.practices, err = s.server.Serve("", &simserver.Host{Classify: paClassifyPractices, Handle: s.listPractices})
	return err
}

// NewPatientAccess starts a simulator for a test: it is closed at the end, and broken
// rules fail the test unless ExpectViolation announced them. The first options count.
func NewPatientAccess(t testing.TB, o ...*PatientAccessOptions) *PatientAccess {
	t.Helper()
	var opts *PatientAccessOptions
	if len(o) > 0 {
		opts = o[0]
	}
	s, err := StartPatientAccess(opts)
	if err != nil {
		t.Fatalf("start the Patient Access simulator: %v", err)
	}
	s.server.Watch(t, "nextgentest", s.Close)
	return s
}

// HTTPClient reaches a simulator in memory: put it into emr.Options.HTTPClient. It is
// nil, which there means the usual client, for one on a socket.
func (s *PatientAccess) HTTPClient() *http.Client { return s.server.HTTPClient() }

// Browse does what a browser does with the URL of a sign-in: it opens it and, where the
// page asks, lets the patient agree. It returns the callback URL that the browser would
// open next, with its query, and opens it not.
func (s *PatientAccess) Browse(ctx context.Context, authorizeURL string) (*url.URL, error) {
	return s.browse(ctx, authorizeURL)
}

// TakeSlot always fails: the gateway has no calendar.
func (s *PatientAccess) TakeSlot(*emr.Slot) error {
	return errors.New("nextgentest: Patient Access has no calendar")
}

// FailNext makes the next n calls that f fits fail.
func (s *PatientAccess) FailNext(f emrtest.Fault, n int) { s.FailNextOn(emrtest.StepAny, f, n) }

// FailNextOn is FailNext for the calls of one step of the main job: of those, Patient
// Access has StepToken and StepPatient.
func (s *PatientAccess) FailNextOn(step emrtest.Step, f emrtest.Fault, n int) {
	s.server.FailNextOn(step, f, n)
}

// Requests returns a copy of what arrived, at whichever host; of very many, the latest
// 9,000 or more.
func (s *PatientAccess) Requests() []emrtest.Request { return s.server.Requests() }

// Appointments is always 0: the gateway has no calendar.
func (s *PatientAccess) Appointments() int { return 0 }

// Violations lists where a request broke one of the vendor's rules.
func (s *PatientAccess) Violations() []string { return s.server.Violations() }

// ExpectViolation tells NewPatientAccess that the test breaks a rule on purpose:
// violations that hold text do not fail it, and that there is none does.
func (s *PatientAccess) ExpectViolation(text string) { s.server.ExpectViolation(text) }

// TrapRequests counts what arrived at the host that links lead to with
// emrtest.FaultNextForeignHost, and that PatientAccessTrapped names. It should be 0.
func (s *PatientAccess) TrapRequests() int { return s.server.Trapped() }

// Now is the gateway's present.
func (s *PatientAccess) Now() time.Time { return s.server.Clock().Now() }

// SetTime makes it t; the clock runs on from there. Tokens age with it.
func (s *PatientAccess) SetTime(t time.Time) { s.server.Clock().Set(t) }

// Advance moves the clock by d.
func (s *PatientAccess) Advance(d time.Duration) { s.server.Clock().Advance(d) }

// RevokeTokens makes all access tokens good for nothing, with refresh true the refresh
// tokens too.
func (s *PatientAccess) RevokeTokens(refresh bool) { s.authority.revokeAll(refresh) }

// FirstRefreshToken hands out a refresh token of the patient without a request, as a
// sign-in of yesterday would have.
func (s *PatientAccess) FirstRefreshToken() string {
	return s.authority.issue(s.Now(), &paFamily{account: 0, patient: s.accounts[0].patients[0], refreshes: true}, nil).refresh
}

// Deny answers 403 ["Access denied"] to everything about these resource types from now on.
func (s *PatientAccess) Deny(resourceTypes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range resourceTypes {
		s.denied[t] = true
	}
}

// ExhaustQuota answers the next n data calls with 200 and an empty body, as the vendor
// says that a day's calls are used up; n below 0: all from now on.
func (s *PatientAccess) ExhaustQuota(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quota = n
}

// PatientIDs are the ids of the records that each of the two people sees: the patient's
// one, and the proxy's two.
func (s *PatientAccess) PatientIDs() (self string, proxy []string) {
	return s.accounts[0].patients[0], append([]string(nil), s.accounts[1].patients...)
}

// Count is how many resources of a type an R4 record holds, for a type that belongs to
// no patient how many there are.
func (s *PatientAccess) Count(resourceType, patient string) int {
	n := 0
	for _, r := range s.versions[0].records[resourceType] {
		if r.patient == "" || r.patient == patient {
			n++
		}
	}
	return n
}

// Close stops the simulator and waits until nothing of it runs.
func (s *PatientAccess) Close() error { return s.server.Close() }
