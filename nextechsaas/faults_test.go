package nextechsaas_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

func TestFault_A9_H1_H9_R1_eachFaultOfAReadHasItsKindAndNumberOfRequests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault         emrtest.Fault
		n             int
		kind          emr.Kind
		tokens, calls int
	}{
		{emrtest.FaultRevokedToken, 1, "", 1, 2},
		{emrtest.FaultRevokedToken, 2, emr.KindAuth, 1, 2},
		{emrtest.FaultRateLimited, 2, "", 0, 3},
		{emrtest.FaultRateLimitedRetryAfter, 1, "", 0, 2},
		{emrtest.FaultRateLimited, 3, emr.KindRateLimited, 0, 3},
		{emrtest.FaultUnavailableOnce, 1, "", 0, 2},
		{emrtest.FaultServerError, 2, "", 0, 3},
		{emrtest.FaultServerError, 3, emr.KindUnavailable, 0, 3},
		{emrtest.FaultHTML, 1, emr.KindProtocol, 0, 1},
		{emrtest.FaultTruncatedJSON, 1, emr.KindProtocol, 0, 1},
	} {
		for name, call := range map[string]func(*desk) error{
			"find": func(d *desk) error { return d.find(d.c) },
			"visits": func(d *desk) error {
				who := d.sim.Patient(2)
				_, err := emr.Collect(d.c.Encounters(d.Context(), emr.EncounterQuery{Patient: &who}))
				return err
			},
			"summary": func(d *desk) error {
				who := d.sim.Patient(2)
				content, err := d.c.OpenSummary(d.Context(), emr.SummaryQuery{Patient: &who, Encounter: d.sim.Visits(who.ID)[2]})
				if err != nil {
					return err
				}
				_, err = io.Copy(io.Discard, content.Body)
				return errors.Join(err, content.Body.Close())
			},
			"sections": func(d *desk) error { _, err := d.nx.EncounterSections(d.Context()); return err },
		} {
			atDesk(t, nextechsaastest.Options{}, nil, func(d *desk) {
				if err := d.find(d.c); err != nil {
					d.Fatal(err)
				}
				before := len(d.sim.Requests())
				d.sim.FailNext(c.fault, c.n)
				d.wants(string(c.fault)+" of "+name, before, call(d), c.kind, c.tokens, c.calls)
			})
		}
	}
}

func TestFault_A11_anotherPracticeIsNoReasonForANewToken(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{}, func(c *nextechsaas.Config) { c.PracticeID = "of-somebody-else" }, func(d *desk) {
		e := d.wants("practice", 0, d.find(d.c), emr.KindPermission, 1, 1)
		if e == nil || !strings.Contains(e.Hint, "NEXTECHSAAS_PRACTICE_ID") || strings.Contains(e.Error(), "somebody") {
			d.Errorf("%v", e)
		}
	})
}

func TestFault_H4_anUnknownPatientAndAWrongPathAreNotFound(t *testing.T) {
	t.Parallel()
	nobody := &emr.Patient{ID: emr.NewPatientID("999999999")}
	atDesk(t, nextechsaastest.Options{}, nil, func(d *desk) {
		_, err := emr.Collect(d.c.Encounters(d.Context(), emr.EncounterQuery{Patient: nobody}))
		d.wants("patient", 0, err, emr.KindNotFound, 1, 1)
	})
	atDesk(t, nextechsaastest.Options{EncounterPath: "/{patientId}/encounter"}, func(c *nextechsaas.Config) { c.EncounterPath = "" }, func(d *desk) {
		who := d.sim.Patient(2)
		_, err := emr.Collect(d.c.Encounters(d.Context(), emr.EncounterQuery{Patient: &who}))
		if e := d.wants("path", 0, err, emr.KindNotFound, 1, 1); e == nil || !strings.Contains(e.Hint, "EncounterPath") {
			d.Errorf("%v", e)
		}
	})
	atDesk(t, nextechsaastest.Options{DateLayout: "1-2-2006"}, func(c *nextechsaas.Config) { c.DateLayout = "" }, func(d *desk) {
		who := d.sim.Patient(2)
		_, err := emr.Collect(d.c.Encounters(d.Context(), emr.EncounterQuery{Patient: &who, From: emr.Date{Year: 2020, Month: 1, Day: 2}}))
		if e := d.wants("layout", 0, err, emr.KindInvalid, 1, 1); e == nil || !strings.Contains(e.Hint, "DateLayout") {
			d.Errorf("%v", e)
		}
	})
}

// A new token from each refresh, and no refresh token is ever used twice: the directory
// ends a sign-in whose old one comes again.
func TestFault_A12_aReplacedRefreshTokenIsInTheStoreForTheNextProcess(t *testing.T) {
	t.Parallel()
	for _, keeps := range []bool{false, true} {
		store := auth.NewMemoryStore()
		edit := func(c *nextechsaas.Config) { c.TokenStore, c.TokenKey = store, "user-1" }
		atDesk(t, nextechsaastest.Options{EndReplayed: true, KeepRefresh: keeps}, edit, func(d *desk) {
			for range 3 {
				if err := d.find(d.c); err != nil {
					d.Fatal(err)
				}
				time.Sleep(2 * time.Hour)
			}
			restarted := d.cfg // with the first refresh token, as it is still configured
			if err := d.find(emr.NewClient(d.connect(restarted), nil)); err != nil {
				d.Error(err)
			}
			restarted.RefreshToken = auth.Secret{}
			if err := d.find(emr.NewClient(d.connect(restarted), nil)); err != nil {
				d.Error(err)
			}
			if n := d.count(0, true); n != 4 {
				d.Errorf("%d requests for tokens", n)
			}
		})
	}
}

func TestFault_A13_aLostRefreshAnswerIsNotFollowedByASecondUse(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{EndReplayed: true}, nil, func(d *desk) {
		d.sim.LoseTokenAnswers(1)
		e := d.wants("lost", 0, d.find(d.c), emr.KindUnavailable, 1, 0)
		if e == nil || !strings.Contains(e.Hint, "sign in again") {
			d.Errorf("%v", e)
		}
		time.Sleep(time.Minute)
		err := d.find(d.c) // the application asks once more: there is no other token
		d.wants("again", 0, err, emr.KindAuth, 2, 0)
		if !errors.Is(err, emr.ErrLoginRequired) {
			d.Errorf("%v", err)
		}
		cfg := d.cfg
		cfg.RefreshToken = auth.NewSecret(d.sim.FirstRefreshToken()) // somebody signs in again
		if err := d.find(emr.NewClient(d.connect(cfg), nil)); err != nil {
			d.Error(err)
		}
	})
}

// Two connections with one store, as two processes have, need a token at the same time,
// again and again.
func TestFault_A14_twoProcessesShareARefreshToken(t *testing.T) {
	t.Parallel()
	store := auth.NewMemoryStore()
	edit := func(c *nextechsaas.Config) { c.TokenStore, c.TokenKey = store, "user-1" }
	atDesk(t, nextechsaastest.Options{EndReplayed: true, PerSecond: -1}, edit, func(d *desk) { // each process counts for itself
		processes := []*emr.Client{d.c, emr.NewClient(d.connect(d.cfg), nil)}
		for round := range 4 {
			var all sync.WaitGroup
			for _, c := range processes {
				all.Go(func() {
					for range 5 {
						if err := d.find(c); err != nil {
							d.Errorf("round %d: %v", round, err)
						}
					}
				})
			}
			all.Wait()
			if round%2 == 0 {
				d.sim.RevokeTokens(false)
			} else {
				time.Sleep(3 * time.Hour)
			}
		}
		if n := d.count(0, true); n > 6 || n < 4 {
			d.Errorf("%d requests for tokens", n)
		}
	})
}

func TestFault_A5_aRefusedRefreshSaysSignInAgainAndNothingElse(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{}, nil, func(d *desk) {
		d.sim.RevokeTokens(true)
		refused := emr.NewClient(d.connect(d.cfg), nil)
		d.sim.RevokeTokens(true)
		err := d.find(refused)
		e := d.wants("ended", 0, err, emr.KindAuth, 1, 0)
		if e == nil || e.Code != "invalid_grant" || !errors.Is(err, emr.ErrLoginRequired) || strings.Contains(e.Error(), "AADSTS") || strings.Contains(e.Error(), d.cfg.ClientID) {
			d.Errorf("%v", err)
		}
	})
	atDesk(t, nextechsaastest.Options{Confidential: true}, func(c *nextechsaas.Config) { c.ClientSecret = auth.NewSecret("of-somebody-else") }, func(d *desk) {
		if e := d.wants("secret", 0, d.find(d.c), emr.KindAuth, 1, 0); e == nil || e.Code != "invalid_client" {
			d.Errorf("%v", e)
		}
	})
	atDesk(t, nextechsaastest.Options{}, func(c *nextechsaas.Config) { c.Resource = "https://another.example.test" }, func(d *desk) {
		d.wants("resource", 0, d.find(d.c), emr.KindConfig, 1, 0)
	})
}

func TestFault_A8_theTokenIsRenewedBeforeItsEnd(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{}, nil, func(d *desk) {
		for at, tokens := range []int{1, 1, 2} { // minutes 0, 54, 56
			if at > 0 {
				time.Sleep([]time.Duration{0, 54 * time.Minute, 2 * time.Minute}[at])
			}
			if err := d.find(d.c); err != nil {
				d.Fatal(err)
			}
			time.Sleep(time.Second)
			if n := d.count(0, true); n != tokens {
				d.Errorf("%d: %d tokens, want %d", at, n, tokens)
			}
		}
	})
}

// The simulator takes a twenty-first request in a second for a broken rule.
func TestFault_R6_noMoreThanTwentyRequestsASecond(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{}, nil, func(d *desk) {
		var all sync.WaitGroup
		for range 60 {
			all.Go(func() {
				if err := d.find(d.c); err != nil {
					d.Error(err)
				}
			})
		}
		begin := time.Now()
		all.Wait()
		if took := time.Since(begin); took > 10*time.Second {
			d.Errorf("60 requests took %v", took)
		}
	})
}

func TestFault_X1_X2_aCallerWhoGoesAwayIsToldSoAtOnce(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{LargeDocument: 20 << 20, Latency: time.Second}, nil, func(d *desk) {
		ctx, cancel := context.WithCancel(d.Context())
		cancel()
		_, err := emr.Collect(d.c.FindPatients(ctx, emr.PatientQuery{Family: emr.NewPHI("Roy")}))
		d.wants("before", 0, err, emr.KindCanceled, 0, 0)
		id, visit := d.sim.LargeVisit()
		ctx, cancel = context.WithCancel(d.Context())
		content, err := d.c.OpenSummary(ctx, emr.SummaryQuery{Patient: &emr.Patient{ID: id}, Encounter: visit})
		if err != nil {
			d.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, content.Body, 1<<20); err != nil {
			d.Fatal(err)
		}
		cancel()
		_, err = io.Copy(io.Discard, content.Body)
		if !errors.Is(err, context.Canceled) || emr.KindOf(err) != emr.KindCanceled {
			d.Errorf("%v", err)
		}
		if err := content.Body.Close(); err != nil {
			d.Error(err)
		}
	})
}

func TestFault_N1_nobodyListens(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{}, func(c *nextechsaas.Config) { c.BaseURL = "http://127.0.0.1:9/ehr/api" }, func(d *desk) {
		e := d.wants("refused", 0, d.find(d.c), emr.KindUnavailable, 1, 0)
		if e == nil || strings.Contains(e.Error(), "term") || strings.Contains(e.Error(), "RV-") {
			d.Errorf("%v", e)
		}
	})
}

// A day that the vendor counts in another zone is not missed, and days are the practice's.
func TestFault_T4_visitsOfADayAreFoundWhateverZoneTheVendorCountsIn(t *testing.T) {
	t.Parallel()
	for _, vendors := range []*time.Location{time.UTC, losAngeles(t)} {
		edit := func(c *nextechsaas.Config) { c.Zone = losAngeles(t) }
		now := time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)
		sim := nextechsaastest.New(t, &nextechsaastest.Options{Zone: vendors, Now: now, InMemory: true})
		cfg := sim.Config()
		edit(&cfg)
		c := emr.NewClient(connect(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient()}), nil)
		who := sim.Patient(2)
		all, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: &who}))
		if err != nil || len(all) != 3 {
			t.Fatal(len(all), err)
		}
		for _, e := range all {
			day, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: &who, From: e.Start, To: e.Start.AddDays(1)}))
			if err != nil || len(day) != 1 || day[0].ID != e.ID {
				t.Errorf("vendor in %v: %d visits on %v, %v", vendors, len(day), e.Start, err)
			}
			if got := nextechsaas.VisitOf(e).At.In(losAngeles(t)); emr.DateOf(got) != e.Start {
				t.Errorf("%v is not on %v", got, e.Start)
			}
		}
	}
}

func TestHeadersAndCredentialsGoToTheirOwnHostOnly(t *testing.T) {
	t.Parallel()
	atDesk(t, nextechsaastest.Options{Confidential: true}, nil, func(d *desk) {
		if err := d.find(d.c); err != nil {
			d.Fatal(err)
		}
		for _, r := range d.sim.Requests() {
			practice, bearer := r.Header.Get("X-Nextech-Practice-Id"), r.Header.Get("Authorization")
			if (practice == "") != r.Token || (bearer == "") != r.Token || r.Method != http.MethodGet && !r.Token {
				d.Errorf("%s: practice header %v, bearer %v", r.Method, practice != "", bearer != "")
			}
			if strings.Contains(string(r.Body)+r.RawQuery, d.cfg.PracticeID) {
				d.Error("the practice id is not in its header")
			}
		}
	})
}
