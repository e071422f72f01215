package medtech_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// count counts the requests of a kind.
func (p *practice) count(method, path string) int {
	n := 0
	for _, r := range p.sent() {
		if r.Method == method && strings.TrimPrefix(r.Path, "/FHIR") == path {
			n++
		}
	}
	return n
}

func TestFault_N3_aLostBookingIsReadBackAndNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, fault := range []emrtest.Fault{emrtest.FaultLostReply, emrtest.FaultTruncatedJSON} {
		p := start(t, nil, nil)
		p.sim.FailNextOn(emrtest.StepBook, fault, 1)
		a := p.book()
		if a.Status != emr.StatusBooked || p.sim.Appointments() != 1 || p.count("POST", "/Appointment") != 1 {
			t.Errorf("%s: %s, %d appointments, %d bookings sent", fault, a.Status, p.sim.Appointments(), p.count("POST", "/Appointment"))
		}
	}
}

func TestFault_N3_aLostCancellationIsReadBack(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	a := p.book()
	p.sim.FailNextOn(emrtest.StepCancel, emrtest.FaultLostReply, 1)
	gone, err := p.c.Cancel(t.Context(), a.ID, nil)
	if err != nil || gone.Status != emr.StatusCancelled || p.count("PUT", "/Appointment") != 1 {
		t.Errorf("%v, %v, %d sent", gone, err, p.count("PUT", "/Appointment"))
	}
}

func TestFault_B3_aTakenTimeIsSlotTaken(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	slot := p.slot()
	if err := p.sim.TakeSlot(slot); err != nil {
		t.Fatal(err)
	}
	_, err := p.c.Book(t.Context(), &emr.Booking{Patient: p.person(0), Slot: slot})
	if !errors.Is(err, emr.ErrSlotTaken) || p.sim.Appointments() != 0 {
		t.Error(err)
	}
	if said := medtech.UserMessage(err); !strings.HasPrefix(said, "That time has just been taken.") || !strings.Contains(said, "(reference ") {
		t.Error(said)
	}
}

func TestFault_outageOfThePracticeIsSaidAndWritesAreInDoubt(t *testing.T) {
	t.Parallel()
	for outage, kind := range map[medtechtest.Outage]emr.Kind{
		medtechtest.OutageOffline: emr.KindUnavailable, medtechtest.OutageSlow: emr.KindTimeout, medtechtest.OutageGateway: emr.KindUnavailable,
	} {
		synctest.Test(t, func(t *testing.T) {
			sim := medtechtest.New(t, &medtechtest.Options{InMemory: true})
			mt := dial(t, sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
			p := &practice{t, sim, mt, emr.NewClient(mt, nil)}
			who, slot := p.person(0), p.slot()
			home, _, _ := sim.Facilities()
			sim.SetOutage(home, outage)
			before := p.count("GET", "/Practitioner")
			if _, err := emr.Collect(p.c.Practitioners(t.Context())); emr.KindOf(err) != kind || p.count("GET", "/Practitioner") != before+3 {
				t.Errorf("%s: %v after %d requests", outage, err, p.count("GET", "/Practitioner")-before)
			}
			before = p.count("POST", "/Appointment")
			if _, err := p.c.Book(t.Context(), &emr.Booking{Patient: who, Slot: slot}); emr.KindOf(err) != emr.KindAmbiguous || p.count("POST", "/Appointment") != before+1 {
				t.Errorf("%s: a booking ends with %v", outage, err)
			}
		})
	}
}

func TestFault_aPracticeGetsFourCallsAtOnceAtMost(t *testing.T) {
	t.Parallel()
	p := start(t, &medtechtest.Options{Latency: 5 * time.Millisecond}, nil) // the simulator takes a fifth one for a broken rule
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := emr.Collect(p.c.Practitioners(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := p.sim.MaxParallel(); n > 4 || n < 2 {
		t.Errorf("%d calls at once", n)
	}
}

// An address that is not on the allow-list: tokens come, connections do not.
func TestFault_N8_connectTimeoutWhileTokensWorkNamesTheAllowList(t *testing.T) {
	t.Parallel()
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"token_type":"Bearer","expires_in":"3599","access_token":"opaque"}`))
	}))
	t.Cleanup(tokens.Close)
	silent := func(ctx context.Context, network, addr string) (net.Conn, error) {
		if strings.HasSuffix(tokens.URL, addr) {
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	transport := &http.Transport{DialContext: silent}
	t.Cleanup(transport.CloseIdleConnections)
	sim := medtechtest.New(t)
	cfg := sim.Config()
	cfg.BaseURL, cfg.TokenURL = "http://127.0.0.1:9/FHIR", tokens.URL+"/token"
	for _, retry := range []emr.Retry{
		{DialTimeout: 20 * time.Millisecond, BaseDelay: time.Millisecond},
		{DialTimeout: time.Minute, Timeout: 50 * time.Millisecond},
	} {
		mt := dial(t, cfg, &emr.Options{HTTPClient: &http.Client{Transport: transport}, Retry: &retry})
		_, err := emr.Collect(emr.NewClient(mt, nil).Practitioners(t.Context()))
		if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindTimeout || !strings.Contains(e.Hint, "allow-list") || e.Status != 0 {
			t.Errorf("%v", err)
		}
	}
	cfg.TokenURL = "http://127.0.0.1:9/token" // tokens do not come either: then it is something else
	mt := dial(t, cfg, &emr.Options{HTTPClient: &http.Client{Transport: transport}, Retry: &emr.Retry{DialTimeout: 20 * time.Millisecond, Timeout: 100 * time.Millisecond}})
	if _, err := emr.Collect(emr.NewClient(mt, nil).Practitioners(t.Context())); err == nil || strings.Contains(err.Error(), "allow-list") {
		t.Errorf("%v", err)
	}
}

func TestToken_renewedAtMinute55AndByInvalidate(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{3599 * time.Second, 24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			sim := medtechtest.New(t, &medtechtest.Options{InMemory: true, TokenLife: life})
			mt := dial(t, sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
			c := emr.NewClient(mt, nil)
			tokens := func() (n int) {
				if _, err := emr.Collect(c.Practitioners(t.Context())); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				for _, r := range sim.Requests() {
					if r.Token {
						n++
					}
				}
				return n
			}
			if n := tokens(); n != 1 {
				t.Errorf("%d tokens at first", n)
			}
			time.Sleep(54 * time.Minute)
			if n := tokens(); n != 1 {
				t.Errorf("%d tokens at minute 54", n)
			}
			time.Sleep(time.Minute)
			if n := tokens(); n != 2 {
				t.Errorf("%d tokens at minute 55", n)
			}
			mt.Invalidate()
			if n := tokens(); n != 3 {
				t.Errorf("%d tokens after Invalidate", n)
			}
		})
	}
}

func TestRoles_ofTheToken(t *testing.T) {
	t.Parallel()
	p := start(t, &medtechtest.Options{WithoutRoles: []string{"practitioner.appointment.write"}}, nil)
	missing, err := p.mt.MissingRoles(t.Context())
	if err != nil || strings.Join(missing, " ") != "practitioner.appointment.write" {
		t.Errorf("%v, %v", missing, err)
	}
	_, err = p.c.Book(t.Context(), &emr.Booking{Patient: p.person(0), Slot: p.slot()})
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindPermission || e.Code != "role_missing" {
		t.Errorf("%v", err)
	}
	if roles, err := p.mt.Roles(t.Context()); err != nil || len(roles) < 5 {
		t.Errorf("%v, %v", roles, err)
	}
}

func TestLongIDsOf2021AreEscapedOnce(t *testing.T) {
	t.Parallel()
	p := start(t, &medtechtest.Options{LongIDs: true, AbsoluteReferences: true, FullBundles: true}, func(c *medtech.Config) { c.AbsoluteReferences = true })
	a := p.book()
	if len(a.ID.Reveal()) < 100 || a.Patient != p.person(0).ID {
		t.Errorf("an id of %d bytes, of another patient", len(a.ID.Reveal()))
	}
	if gone, err := p.c.Cancel(t.Context(), a.ID, nil); err != nil || gone.Status != emr.StatusCancelled {
		t.Error(err)
	}
	mine, err := emr.Collect(p.c.Appointments(t.Context(), emr.AppointmentQuery{Patient: p.person(0)}))
	if err != nil || len(mine) == 0 {
		t.Errorf("%d appointments, %v", len(mine), err)
	}
}
