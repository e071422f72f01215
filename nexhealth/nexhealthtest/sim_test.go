package nexhealthtest

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth"
)

const hour = time.Hour

// bubble runs f in a synctest bubble; goroutines that stay fail it.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// sleep passes seconds of a bubble.
func sleep(t *testing.T, seconds int) {
	t.Helper()
	time.Sleep(time.Duration(seconds) * time.Second)
	synctest.Wait()
}

func TestNothingRunsAfterClose(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		b := open(t, func(o *Options) { o.Latency, o.WriteDelay = time.Minute, time.Hour })
		b.hooked(func(*http.Request) int { return http.StatusInternalServerError }) // a retry waits
		b.book(tenAM)                                                               // a write waits
		b.sim.SettleWrites()
		b.book(elevenAM)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := b.try(http.MethodGet, "/locations?"+sub, nil); err == nil {
					t.Error("answered after Close")
				}
			})
		}
		synctest.Wait()
		for range 2 {
			if err := b.sim.Close(); err != nil {
				t.Error(err)
			}
		}
		wg.Wait()
	})
}

func TestAnAddressCanBeChosenAndIsRefusedWhenInUse(t *testing.T) {
	t.Parallel()
	first, err := Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Start(&Options{Addr: first.base.Host}); err == nil {
		t.Error("one address for two")
	}
	addr := first.base.Host
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if second := New(t, &Options{Addr: addr}); second.base.Host != addr {
		t.Errorf("%s, want %s", second.base.Host, addr)
	}
}

func TestOptionsThatMeanNothingAreRefused(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Environment: "staging"}, {Search: "xor"}, {Placeholders: "lost"}} {
		if s, err := Start(&o); err == nil {
			_ = s.Close()
			t.Errorf("%+v", o)
		}
	}
}

// TestTheLinesToPasteMakeTheSameConnection compares Config with ConfigFrom(Env), and
// keeps what another connection set from staying.
func TestTheLinesToPasteMakeTheSameConnection(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {Environment: Sandbox}, {Zone: zone}, {OpaqueTokens: true, Environment: Sandbox}} {
		o.InMemory = true
		s := New(t, &o)
		lines, read := map[string]string{}, map[string]bool{}
		for _, line := range s.Env() {
			name, value, _ := strings.Cut(line, "=")
			lines[name] = value
		}
		got, err := nexhealth.ConfigFrom(func(key string) string { read[key] = true; return lines[key] })
		if err != nil {
			t.Errorf("%+v: %v", o, err)
			continue
		}
		want := s.Config()
		if got.Subdomain != want.Subdomain || got.Location != want.Location || got.BaseURL != want.BaseURL || got.Environment != want.Environment ||
			reveal(t, got.APIKey) != reveal(t, want.APIKey) || (got.Zone == nil) != (want.Zone == nil) {
			t.Errorf("%+v: the lines say another connection than Config", o)
		}
		if len(read) != len(lines) {
			t.Errorf("%d lines, %d are read", len(lines), len(read))
		}
		for name := range read {
			if _, ok := lines[name]; !ok {
				t.Errorf("no line for %s", name)
			}
		}
	}
}

func reveal(t *testing.T, s auth.Secret) string {
	t.Helper()
	v, err := s.Reveal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNewReportsWhatWasNotExpectedAndWhatDidNotCome(t *testing.T) {
	t.Parallel()
	s, err := Start(&Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	b := &bare{t: t, sim: s, header: http.Header{versionHeader: {"v3.0.0"}}}
	b.signIn()
	b.do(http.MethodGet, "/locations/?"+sub, nil)
	b.do(http.MethodGet, "/locations?x=1", nil)
	s.ExpectViolation("unknown query parameter")
	s.ExpectViolation("never happens")
	_ = s.Close()
	got := s.server.Unexpected()
	if len(got) != 2 || !strings.Contains(got[0], "not written as") || !strings.Contains(got[1], "no violation with the text never happens") {
		t.Errorf("%q", got)
	}
}

func TestEverybodyCanAskAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Observe, o.RefuseTaken = func(emrtest.Request, []string) {}, true })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				r, err := b.try(http.MethodPost, bookAt7, b.booking(tenAM, halfPast))
				if err != nil || r.status != http.StatusCreated && r.status != http.StatusBadRequest {
					t.Errorf("%v %d", err, r.status)
				}
				_, _ = b.try(http.MethodGet, "/patients?"+sub+"&location_id=7&per_page=9", nil)
				b.sim.SettleWrites()
				_ = b.sim.Deliveries()
				_ = b.sim.Violations()
			}
		})
	}
	wg.Wait()
	if b.sim.Appointments() != 1 {
		t.Errorf("%d bookings of one time", b.sim.Appointments())
	}
}

func TestOnASocketItAnswersToo(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.InMemory = false })
	b.get("/locations?" + sub)
	if b.sim.HTTPClient() != nil {
		t.Error("a client for sockets")
	}
}

func TestTheSubdomainsAreToldByWhatTheKeyReaches(t *testing.T) {
	t.Parallel()
	for env, want := range map[Environment][3]string{
		Production: {practiceSubdomain, otherSubdomain, sandboxSubdomain}, Sandbox: {sandboxSubdomain, otherSubdomain, practiceSubdomain},
	} {
		home, other, beyond := New(t, &Options{InMemory: true, Environment: env}).Subdomains()
		if got := [3]string{home, other, beyond}; got != want {
			t.Errorf("%s: %v", env, got)
		}
	}
}
