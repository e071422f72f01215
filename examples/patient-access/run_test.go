package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

func TestThePatientSignsInAndTheRecordIsCounted(t *testing.T) {
	t.Parallel()
	r, sim := simulated(t, plan{json: true})
	o := r.object(t)
	self, _ := sim.PatientIDs()
	if r.code != exitOK || o.Patient == nil || o.Patient.ID != self || o.Error != nil || !strings.Contains(r.stdout, `"error":null`) {
		t.Fatalf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	kinds := 0
	for _, kind := range patientaccess.R4.Types() {
		if patientaccess.R4.OfPatient(kind) {
			kinds++
			if n, ok := o.Resources[kind]; !ok || n != sim.Count(kind, self) {
				t.Errorf("%s: %d, the record has %d", kind, n, sim.Count(kind, self))
			}
		}
	}
	if kinds == 0 || len(o.Resources) != kinds {
		t.Errorf("%d types, want %d", len(o.Resources), kinds)
	}
	if !strings.HasPrefix(r.stderr, "open: http://127.0.0.1:") || strings.Count(r.stderr, "open: ") != 1 {
		t.Errorf("stderr: %s", r.stderr)
	}
	if v := sim.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
	authorize := slices.IndexFunc(sim.Requests(), func(q emrtest.Request) bool { return strings.HasSuffix(q.Path, "/authorize") })
	q, _ := url.ParseQuery(sim.Requests()[authorize].RawQuery)
	if q.Get("code_challenge_method") != "S256" || q.Get("state") == "" || q.Get("aud") == "" {
		t.Errorf("the sign-in lacks state, PKCE or aud: %v", q)
	}
}

func TestTheTableShowsEachType(t *testing.T) {
	t.Parallel()
	r, _ := simulated(t, plan{})
	for _, want := range []string{"NextGen Patient Access (R4)\n", "  ok    sign in ", "  ok    Observation                23 ", "54 resources of 20 types", "1 for a token; none left this machine."} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %q in\n%s", want, r.stdout)
		}
	}
	for line := range strings.Lines(r.stdout) {
		if len([]rune(strings.TrimRight(line, "\n"))) >= columns && !strings.Contains(line, "http://") {
			t.Errorf("too long: %s", line)
		}
	}
}

func TestWhatGoesWrongHasAKind(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		change  func(*nextgentest.PatientAccessOptions)
		kind    emr.Kind
		patient bool
		hint    string
		tokens  int
	}{
		{name: "the person says no", change: func(o *nextgentest.PatientAccessOptions) { o.SignIn = nextgentest.PatientAccessRefuse }, kind: emr.KindPermission, hint: "said no"},
		{name: "not approved, told at the callback", change: func(o *nextgentest.PatientAccessOptions) { o.Approval = nextgentest.PatientAccessNotAtAuthorize }, kind: emr.KindConfig, hint: "approve"},
		{name: "not approved, told as a no", change: func(o *nextgentest.PatientAccessOptions) { o.Approval = nextgentest.PatientAccessDeniedAuthorize }, kind: emr.KindPermission, hint: "approve"},
		{name: "not approved, told by the token endpoint", change: func(o *nextgentest.PatientAccessOptions) { o.Approval = nextgentest.PatientAccessNotAtToken }, kind: emr.KindAuth, hint: "approve", tokens: 1},
		{name: "not approved, told by the data", change: func(o *nextgentest.PatientAccessOptions) { o.Approval = nextgentest.PatientAccessNotAtData }, kind: emr.KindPermission, hint: "approve", tokens: 1},
		{name: "several records", change: func(o *nextgentest.PatientAccessOptions) { o.SignIn = nextgentest.PatientAccessProxy }, kind: emr.KindPrecondition, hint: "-record", tokens: 1},
		{name: "a sign-in at another host", change: func(o *nextgentest.PatientAccessOptions) { o.Discovery = nextgentest.PatientAccessTrapped }, kind: emr.KindUntrustedURL},
		{name: "no way to find the sign-in", change: func(o *nextgentest.PatientAccessOptions) { o.Discovery = nextgentest.PatientAccessNoDiscovery }, kind: emr.KindConfig},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r, sim := simulated(t, plan{json: true, change: tc.change})
			o := r.wantFailure(t, tc.kind, tc.patient)
			if !strings.Contains(o.Error.Hint, tc.hint) {
				t.Errorf("hint %q, want %q in it", o.Error.Hint, tc.hint)
			}
			if sim == nil {
				if strings.Contains(r.stderr, "open:") {
					t.Error("a person was sent away")
				}
				return
			}
			if _, tokens := traffic(sim); tokens != tc.tokens || sim.TrapRequests() != 0 {
				t.Errorf("%d token requests, want %d; %d to another host", tokens, tc.tokens, sim.TrapRequests())
			}
		})
	}
}

func TestOneOfSeveralRecordsIsChosen(t *testing.T) {
	t.Parallel()
	proxy := func(o *nextgentest.PatientAccessOptions) { o.SignIn = nextgentest.PatientAccessProxy }
	r, sim := simulated(t, plan{json: true, record: 2, change: proxy})
	_, two := sim.PatientIDs()
	if o := r.object(t); r.code != exitOK || o.Patient.ID != two[1] || o.Resources["Condition"] != sim.Count("Condition", two[1]) {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
	r, _ = simulated(t, plan{json: true, record: 3, change: proxy})
	r.wantFailure(t, emr.KindNotFound, false)
}

func TestACallbackOfSomebodyElseEndsTheRunAndSendsNoCode(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"code=x&state=somebody-elses", "code=x", "error=access_denied&state=somebody-elses", ""} {
		r, sim := simulated(t, plan{json: true, browser: func(ctx context.Context, _ *nextgentest.PatientAccess, open string) error {
			u, err := url.Parse(open)
			if err != nil {
				return err
			}
			if status, page := get(ctx, t, u.Query().Get("redirect_uri")+"?"+query); status != http.StatusBadRequest || !strings.Contains(page, "<!DOCTYPE html>") {
				t.Errorf("%s: %d, %s", query, status, page)
			}
			return nil
		}})
		r.wantFailure(t, emr.KindAuth, false)
		if _, tokens := traffic(sim); tokens != 0 {
			t.Errorf("%s: %d token requests", query, tokens)
		}
	}
}

func TestATypeThatMayNotBeReadIsToldAndLeftOut(t *testing.T) {
	t.Parallel()
	r, _ := simulated(t, plan{json: true, browser: func(ctx context.Context, sim *nextgentest.PatientAccess, open string) error {
		sim.Deny("Coverage", "Goal")
		return browse(ctx, sim, open)
	}})
	o := r.object(t)
	if _, has := o.Resources["Coverage"]; r.code != exitOK || has || len(o.Resources) != 18 || !strings.Contains(r.stderr, "Coverage: not read: permission\n") {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestWhereNothingMayBeReadThatIsTheError(t *testing.T) {
	t.Parallel()
	r, _ := simulated(t, plan{json: true, browser: func(ctx context.Context, sim *nextgentest.PatientAccess, open string) error {
		for _, kind := range patientaccess.R4.Types() {
			if kind != "Patient" {
				sim.Deny(kind)
			}
		}
		return browse(ctx, sim, open)
	}})
	r.wantFailure(t, emr.KindPermission, true)
}

func TestABrokenListIsNoCount(t *testing.T) {
	t.Parallel()
	r, _ := simulated(t, plan{json: true, browser: func(ctx context.Context, sim *nextgentest.PatientAccess, open string) error {
		defer sim.ExhaustQuota(-1)
		return browse(ctx, sim, open)
	}})
	r.wantFailure(t, emr.KindQuota, false)
}

func TestABrowserThatFailsEndsTheRun(t *testing.T) {
	t.Parallel()
	r, _ := simulated(t, plan{json: true, browser: func(context.Context, *nextgentest.PatientAccess, string) error { return errors.New("no browser") }})
	r.wantFailure(t, emr.KindUnavailable, false)
}

// get opens a URL as a browser does.
func get(ctx context.Context, t *testing.T, target string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}
