package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

func TestTheUserSignsInAndTheDocumentsAreMeasured(t *testing.T) {
	t.Parallel()
	r, sim := simulated(t, plan{json: true})
	o := r.object(t)
	if r.code != exitOK || o.Patients == nil || *o.Patients != 1 || o.Encounters == nil || *o.Encounters != 3 || o.DocumentBytes == nil || *o.DocumentBytes < 3*100 ||
		strings.Join(o.Sections, " ") != strings.Join(nextechsaastest.SectionNames(), " ") || o.Error != nil || !strings.Contains(r.stdout, `"error":null`) {
		t.Fatalf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	if !strings.HasPrefix(r.stderr, "open: http://127.0.0.1:") || strings.Count(r.stderr, "open: ") != 1 {
		t.Errorf("stderr: %s", r.stderr)
	}
	for _, q := range sim.Requests() {
		if query, _ := url.ParseQuery(q.RawQuery); strings.HasSuffix(q.Path, "/authorize") && (query.Get("code_challenge_method") != "S256" || query.Get("state") == "" || query.Get("resource") == "") {
			t.Errorf("the sign-in lacks state, PKCE or resource: %v", query)
		}
	}
}

func TestTheTableShowsEachVisit(t *testing.T) {
	t.Parallel()
	r, _ := simulated(t, plan{})
	for _, want := range []string{"Nextech SaaS EHR\n", "  ok    sign in ", "  ok    patients        1 patient ", " id 1044\n", "  ok    visit 88330     document of ", "3 visits, ", "4 sections", "1 for a token; none left this machine."} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %q in\n%s", want, r.stdout)
		}
	}
	for line := range strings.Lines(r.stdout) {
		if len([]rune(strings.TrimRight(line, "\n"))) >= columns {
			t.Errorf("too long: %s", line)
		}
	}
}

func TestALargeDocumentIsCountedWhole(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	r, _ := simulated(t, plan{json: true, term: chartOf(t, 1), change: func(o *nextechsaastest.Options) { o.LargeDocument = size }})
	if o := r.object(t); r.code != exitOK || *o.DocumentBytes < size {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
}

// chartOf is the chart number of the n-th patient of every simulator.
func chartOf(t *testing.T, n int) string {
	t.Helper()
	return nextechsaastest.New(t).Patient(n).Identifiers[0].Value.Reveal()
}

func TestTheAnswersOfOtherPracticesAreReadToo(t *testing.T) {
	t.Parallel()
	want, _ := simulated(t, plan{json: true})
	for name, change := range map[string]func(*nextechsaastest.Options){
		"one object":               func(o *nextechsaastest.Options) { o.OneObject, o.DateOnlyBirth, o.LockedText = true, true, true },
		"documents before visits":  func(o *nextechsaastest.Options) { o.DocumentFirst = true },
		"another path and layout":  func(o *nextechsaastest.Options) { o.EncounterPath, o.DateLayout = "/{patientId}/encounter", "1-2-2006" },
		"redirect_url and secret":  func(o *nextechsaastest.Options) { o.RedirectParam, o.Confidential = "redirect_url", true },
		"PKCE wanted":              func(o *nextechsaastest.Options) { o.RequirePKCE = true },
		"sections that have an id": func(o *nextechsaastest.Options) { o.CategoryObjects = true },
	} {
		if r, _ := simulated(t, plan{json: true, change: change}); r.code != exitOK || r.stdout != want.stdout {
			t.Errorf("%s: exit code %d: %s%s", name, r.code, r.stdout, r.stderr)
		}
	}
}

func TestNobodyAndNoVisitsAreNoErrors(t *testing.T) {
	t.Parallel()
	for term, patients := range map[string]int{"nobody": 0, chartOf(t, 3): 1} {
		r, _ := simulated(t, plan{json: true, term: term})
		if o := r.object(t); r.code != exitOK || *o.Patients != patients || *o.Encounters != 0 || *o.DocumentBytes != 0 {
			t.Errorf("exit code %d: %s", r.code, r.stdout)
		}
	}
}

func TestATermThatFitsManyOpensNobodysRecord(t *testing.T) {
	t.Parallel()
	const people = 200
	crowd := nextechsaastest.New(t, &nextechsaastest.Options{Patients: people})
	bearers, name := map[string]int{}, "" // the vendor finds by the start of a name
	for n := range people {
		start := crowd.Patient(n).Family.Reveal()[:3]
		if bearers[start]++; bearers[start] > bearers[name] {
			name = start
		}
	}
	if bearers[name] <= mostPatients {
		t.Fatalf("at most %d names begin alike", bearers[name])
	}
	r, sim := simulated(t, plan{json: true, term: name, change: func(o *nextechsaastest.Options) { o.Patients = people }})
	if o := r.wantFailure(t, emr.KindPrecondition, true); *o.Patients < bearers[name] {
		t.Errorf("%s, want %d patients", r.stdout, bearers[name])
	}
	for _, q := range sim.Requests() {
		if strings.Contains(q.Path, "/encounters/search") {
			t.Fatal("a record was opened")
		}
	}
}

func TestWhatGoesWrongHasAKind(t *testing.T) {
	t.Parallel()
	fail := func(f emrtest.Fault, on emrtest.Step) func(context.Context, *nextechsaastest.Sim, string) error {
		return func(ctx context.Context, sim *nextechsaastest.Sim, open string) error {
			sim.FailNextOn(on, f, 20)
			return browse(ctx, sim, open)
		}
	}
	for _, tc := range []struct {
		name     string
		change   func(*nextechsaastest.Options)
		browser  func(context.Context, *nextechsaastest.Sim, string) error
		kind     emr.Kind
		patients bool
	}{
		{name: "the user says no", change: func(o *nextechsaastest.Options) { o.SignIn = nextechsaastest.SignInRefuse }, kind: emr.KindPermission},
		{name: "the code is another one", browser: func(ctx context.Context, sim *nextechsaastest.Sim, open string) error {
			to, err := sim.Browse(ctx, open)
			if err != nil {
				return err
			}
			q := to.Query()
			q.Set("code", "s3cret-code")
			to.RawQuery = q.Encode()
			if status, page := get(ctx, t, to.String()); status != http.StatusBadRequest || strings.Contains(page, "s3cret") {
				t.Errorf("%d: %s", status, page)
			}
			return nil
		}, kind: emr.KindAuth},
		{name: "the token answer is lost", browser: func(ctx context.Context, sim *nextechsaastest.Sim, open string) error {
			sim.LoseTokenAnswers(1)
			return browse(ctx, sim, open)
		}, kind: emr.KindUnavailable},
		{name: "the search is answered with a page", browser: fail(emrtest.FaultHTML, emrtest.StepPatient), kind: emr.KindProtocol},
		{name: "the search fails", browser: fail(emrtest.FaultServerError, emrtest.StepPatient), kind: emr.KindUnavailable},
		{name: "no browser", browser: func(context.Context, *nextechsaastest.Sim, string) error { return errors.New("no browser") }, kind: emr.KindUnavailable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r, sim := simulated(t, plan{json: true, change: tc.change, browser: tc.browser})
			r.wantFailure(t, tc.kind, tc.patients)
			if _, tokens := traffic(sim); tokens > 1 {
				t.Errorf("the code was sent %d times", tokens)
			}
		})
	}
}

func TestACallbackOfSomebodyElseEndsTheRunAndSendsNoCode(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"code=x&state=somebody-elses", "code=x", "error=access_denied&state=somebody-elses", ""} {
		r, sim := simulated(t, plan{json: true, browser: func(ctx context.Context, _ *nextechsaastest.Sim, open string) error {
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
