package nextechtest

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

const hour = time.Hour

// bubble runs f in a synctest bubble; goroutines that stay fail it.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func TestNothingRunsAfterClose(t *testing.T) {
	t.Parallel()
	for _, a := range []Auth{Connect, AzurePassword} {
		bubble(t, func(t *testing.T) {
			b := open(t, func(o *Options) { o.Auth, o.Latency = a, time.Minute })
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					if _, err := b.try(http.MethodGet, "/Location", nil); err == nil {
						t.Error("answered after Close")
					}
				})
			}
			synctest.Wait()
			if err := b.sim.Close(); err != nil {
				t.Error(err)
			}
			wg.Wait()
		})
	}
}

func TestOnASocketTheHostsAreApart(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.InMemory, o.Auth = false, AzurePassword })
	b.get("/Location")
	if b.sim.HTTPClient() != nil {
		t.Error("a client for sockets")
	}
	hosts := map[string]bool{}
	for _, r := range b.sim.Requests() {
		hosts[r.Host] = true
	}
	if len(hosts) != 2 {
		t.Errorf("%v", hosts)
	}
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
	second := New(t, &Options{Addr: addr})
	if second.base.Host != addr {
		t.Errorf("%s, want %s", second.base.Host, addr)
	}
}

func TestOptionsThatMeanNothingAreRefused(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Product: "r4"}, {Auth: "basic"}, {Links: "none"}, {OnlineScheduling: "maybe"}, {BookingStatus: "0"}} {
		if s, err := Start(&o); err == nil {
			_ = s.Close()
			t.Errorf("%+v", o)
		}
	}
}

// TestTheLinesToPasteMakeTheSameConnection compares Config with ConfigFrom(Env).
func TestTheLinesToPasteMakeTheSameConnection(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{
		{}, {Auth: AzurePassword}, {Product: plus}, {Product: plus, Auth: AzureClient}, {Zone: zone}, {Auth: AzureClient},
	} {
		o.InMemory = true
		s := New(t, &o)
		env := s.Env()
		got, err := nextech.ConfigFrom(func(key string) string {
			for _, line := range env {
				if v, ok := strings.CutPrefix(line, key+"="); ok {
					return v
				}
			}
			return ""
		})
		if err != nil {
			t.Errorf("%+v: %v", o, err)
			continue
		}
		want := s.Config()
		same := got.Product == want.Product && got.BaseURL == want.BaseURL && got.ClientID == want.ClientID &&
			secret(t, got.ClientSecret) == secret(t, want.ClientSecret) && got.Username == want.Username &&
			secret(t, got.Password) == secret(t, want.Password) && got.Resource == want.Resource && got.PracticeID == want.PracticeID &&
			got.Practitioner == want.Practitioner && got.ReferralSource == want.ReferralSource && got.PatientStatus == want.PatientStatus &&
			(got.Zone == nil) == (want.Zone == nil)
		if !same {
			t.Errorf("%+v: the lines say another connection than Config", o)
		}
		if o.Auth == "" && slices.ContainsFunc(env, func(l string) bool { return strings.HasPrefix(l, "NEXTECH_TOKEN_URL=h") }) {
			t.Error("a token URL where the base is enough")
		}
	}
}

// TestTheLinesToPasteNameAllThatIsRead keeps what another connection set from staying.
func TestTheLinesToPasteNameAllThatIsRead(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {Auth: AzurePassword}, {Product: plus, Auth: AzureClient}} {
		o.InMemory = true
		lines := map[string]string{}
		for _, line := range New(t, &o).Env() {
			name, value, _ := strings.Cut(line, "=")
			if _, twice := lines[name]; twice {
				t.Errorf("%s twice", name)
			}
			lines[name] = value
		}
		read := map[string]bool{}
		if _, err := nextech.ConfigFrom(func(key string) string { read[key] = true; return lines[key] }); err != nil {
			t.Error(err)
		}
		for name := range read {
			if _, ok := lines[name]; !ok {
				t.Errorf("no line for %s", name)
			}
		}
		if len(read) != len(lines) {
			t.Errorf("%d lines, %d are read", len(lines), len(read))
		}
	}
}

func secret(t *testing.T, s auth.Secret) string {
	t.Helper()
	if s.IsZero() {
		return ""
	}
	v, err := s.Reveal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheClockCanBeSet(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.TokenLife = 10 * time.Minute })
	b.get("/Location")
	b.sim.Advance(10 * time.Minute)
	if r := b.do(http.MethodGet, "/Location", nil); r.status != http.StatusUnauthorized {
		t.Errorf("a token of ten minutes after ten minutes: %d", r.status)
	}
	autumn := time.Date(2026, 10, 30, 12, 0, 0, 0, time.UTC)
	b.sim.SetTime(autumn)
	if d := b.sim.Now().Sub(autumn); d < 0 || d > time.Minute {
		t.Errorf("%v", b.sim.Now())
	}
	b.signIn()
	all := b.all("/Slot?start=ge2026-10-30&start=lt2026-11-03&schedule.actor=location/7&schedule.actor=practitioner/15&appointment-type=appointment-type/12")
	if first, last := simserver.StringIn(all[0], "start"), simserver.StringIn(all[len(all)-1], "start"); first != "2026-10-30T09:00:00-04:00" || last != "2026-11-02T15:30:00-05:00" {
		t.Errorf("from %s to %s", first, last)
	}
}

func TestAZoneOfOnesOwnIsEverybodys(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Zone = time.FixedZone("", 3600) })
	all := b.all("/Slot?start=2026-03-03&schedule.actor=location/7&schedule.actor=location/8&appointment-type=appointment-type/12")
	for _, e := range all {
		if !strings.HasSuffix(simserver.StringIn(e, "start"), "+01:00") {
			t.Fatal(e["start"])
		}
	}
}

func TestNewReportsWhatWasNotExpectedAndWhatDidNotCome(t *testing.T) {
	t.Parallel()
	s, err := Start(&Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	b := &bare{t: t, sim: s, header: http.Header{}}
	b.signIn()
	b.do(http.MethodGet, "/patient", nil)
	b.do(http.MethodGet, "/Patient?x=1", nil)
	s.ExpectViolation("unknown query parameter")
	s.ExpectViolation("never happens")
	_ = s.Close()
	got := s.server.Unexpected()
	if len(got) != 2 || !strings.Contains(got[0], "not written as") || !strings.Contains(got[1], "no violation with the text never happens") {
		t.Errorf("%q", got)
	}
	if v := s.Violations(); len(v) != 2 {
		t.Errorf("%q", v)
	}
}

func TestEverybodyCanAskAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Observe = func(emrtest.Request, []string) {} })
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 5 {
				r, err := b.try(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast))
				if err != nil || r.status != http.StatusCreated && r.status != http.StatusConflict {
					t.Errorf("%v %d", err, r.status)
				}
				_, _ = b.try(http.MethodGet, "/Patient?_getpagesoffset="+itoa(i), nil)
				_ = b.sim.Requests()
				_ = b.sim.Violations()
			}
		})
	}
	wg.Wait()
	if b.sim.Appointments() != 1 {
		t.Errorf("%d bookings of one time", b.sim.Appointments())
	}
}
