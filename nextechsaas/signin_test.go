package nextechsaas_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

func flowOf(t testing.TB, sim *nextechsaastest.Sim, cfg nextechsaas.Config) *signin.Flow {
	t.Helper()
	flow, err := nextechsaas.SignIn(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
	if err != nil {
		t.Fatal(err)
	}
	return flow
}

// browse is a user who agrees: the query that the browser brings back.
func browse(t testing.TB, sim *nextechsaastest.Sim, authorize string) url.Values {
	t.Helper()
	to, err := sim.Browse(t.Context(), authorize)
	if err != nil {
		t.Fatal(err)
	}
	return to.Query()
}

func begun(t testing.TB, flow *signin.Flow) *signin.Attempt {
	t.Helper()
	a, err := flow.Begin()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// reads checks that a grant opens the practice's records.
func reads(t testing.TB, sim *nextechsaastest.Sim, cfg nextechsaas.Config, g *signin.Grant) *emr.Client {
	t.Helper()
	nx, err := nextechsaas.NewSignedIn(cfg, g, &emr.Options{HTTPClient: sim.HTTPClient()})
	if err != nil {
		t.Fatal(err)
	}
	c := emr.NewClient(nx, nil)
	t.Cleanup(func() { _ = c.Close() })
	if _, err := emr.First(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Royce")})); err != nil {
		t.Fatal(err)
	}
	return c
}

// tokens counts the requests for tokens.
func tokens(sim *nextechsaastest.Sim) (n int) {
	for _, r := range sim.Requests() {
		if r.Token {
			n++
		}
	}
	return n
}

func TestAUserSignsInOnThisMachine(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]nextechsaastest.Options{
		"the page asks": {}, "at once": {SignIn: nextechsaastest.SignInAgree, RequirePKCE: true}, "with a secret": {Confidential: true}, "redirect_url": {RedirectParam: "redirect_url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts.AnyPort = true
			sim := nextechsaastest.New(t, &opts)
			cfg := sim.SignInConfig("http://localhost:0/callback/")
			shown := ""
			g, err := flowOf(t, sim, cfg).Local(t.Context(), func(authorize string) {
				shown = authorize
				to, err := sim.Browse(context.WithoutCancel(t.Context()), authorize)
				if err != nil {
					t.Error(err)
					return
				}
				if status := get(t, to.String()); status != http.StatusOK {
					t.Errorf("the page at the end: %d", status)
				}
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			q := mustParse(t, shown).Query()
			param := "redirect_uri"
			if opts.RedirectParam != "" {
				param = opts.RedirectParam
			}
			if q.Get("state") == "" || q.Get("code_challenge_method") != "S256" || q.Get("resource") != cfg.Resource || !strings.HasPrefix(q.Get(param), "http://localhost:") || strings.Contains(shown, "practice") {
				t.Error("the authorize URL is another one")
			}
			if g.Token.Refresh.IsZero() || g.IDToken.IsZero() || time.Until(g.Token.Expires) < 59*time.Minute || time.Until(g.Token.Expires) > time.Hour {
				t.Errorf("a token until %v", g.Token.Expires)
			}
			reads(t, sim, cfg, g)
		})
	}
}

func mustParse(t testing.TB, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// get opens a page on a connection of its own.
func get(t testing.TB, target string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, target, nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// A web application with two replicas: one sends the user off, the other takes the callback.
func TestAUserSignsInOnTheWeb(t *testing.T) {
	t.Parallel()
	sim := nextechsaastest.New(t, &nextechsaastest.Options{SignIn: nextechsaastest.SignInAgree})
	var one, two *signin.Flow
	grants := make(chan *signin.Grant, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/sign-in", func(w http.ResponseWriter, r *http.Request) {
		if err := one.Start(w, r); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/callback/", func(w http.ResponseWriter, r *http.Request) {
		g, err := two.Callback(w, r)
		if err != nil {
			t.Error(err)
			return
		}
		grants <- g
	})
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)
	cfg := sim.SignInConfig(app.URL + "/callback/")
	one, two = flowOf(t, sim, cfg), flowOf(t, sim, cfg)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.URL+"/sign-in", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Jar: jar, Transport: transport}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	select {
	case g := <-grants:
		reads(t, sim, cfg, g)
	default:
		t.Fatalf("no grant, the browser ends with %d", resp.StatusCode)
	}
}

func TestFault_A15_aWrongStateAndARefusalAskForNoToken(t *testing.T) {
	t.Parallel()
	sim := nextechsaastest.New(t, &nextechsaastest.Options{SignIn: nextechsaastest.SignInAgree, InMemory: true})
	flow := flowOf(t, sim, sim.SignInConfig(""))
	a := begun(t, flow)
	back := browse(t, sim, a.URL())
	for name, change := range map[string]func(url.Values){
		"another state": func(v url.Values) { v.Set("state", "AAAAAAAAAAAAAAAAAAAAAAAAAA") },
		"no state":      func(v url.Values) { v.Del("state") },
		"two states":    func(v url.Values) { v.Add("state", v.Get("state")) },
	} {
		forged := mustParse(t, "?"+back.Encode()).Query()
		change(forged)
		_, err := flow.Finish(t.Context(), begun(t, flow), forged)
		if !errors.Is(err, emr.ErrLoginRequired) || strings.Contains(err.Error(), back.Get("code")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	no := nextechsaastest.New(t, &nextechsaastest.Options{SignIn: nextechsaastest.SignInRefuse, InMemory: true})
	refused := flowOf(t, no, no.SignInConfig(""))
	a = begun(t, refused)
	_, err := refused.Finish(t.Context(), a, browse(t, no, a.URL()))
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindPermission || e.Code != "access_denied" || strings.Contains(e.Error(), "AADSTS") {
		t.Errorf("%v", err)
	}
	if tokens(sim)+tokens(no) != 0 {
		t.Error("a token was asked for")
	}
}

func TestFault_A15_aReusedCodeEndsTheSignIn(t *testing.T) {
	t.Parallel()
	sim := nextechsaastest.New(t, &nextechsaastest.Options{SignIn: nextechsaastest.SignInAgree, InMemory: true})
	cfg := sim.SignInConfig("")
	one, two := flowOf(t, sim, cfg), flowOf(t, sim, cfg)
	a := begun(t, one)
	back := browse(t, sim, a.URL())
	g, err := one.Finish(t.Context(), a, back)
	if err != nil {
		t.Fatal(err)
	}
	c := reads(t, sim, cfg, g)
	before := tokens(sim)
	if _, err := one.Finish(t.Context(), a, back); !errors.Is(err, emr.ErrLoginRequired) || tokens(sim) != before {
		t.Errorf("an attempt counts twice: %v", err)
	}
	b := begun(t, two) // somebody else's attempt, with the code of the first
	stolen := mustParse(t, "?"+back.Encode()).Query()
	stolen.Set("state", mustParse(t, b.URL()).Query().Get("state"))
	_, err = two.Finish(t.Context(), b, stolen)
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Code != "invalid_grant" || !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("%v", err)
	}
	_, err = emr.First(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Royce")}))
	if !errors.Is(err, emr.ErrLoginRequired) {
		t.Errorf("the tokens of a code that came twice live on: %v", err)
	}
}

func TestFault_A13_aLostAnswerToTheCodeIsNotFollowedByASecondUse(t *testing.T) {
	t.Parallel()
	sim := nextechsaastest.New(t, &nextechsaastest.Options{SignIn: nextechsaastest.SignInAgree, InMemory: true})
	flow := flowOf(t, sim, sim.SignInConfig(""))
	a := begun(t, flow)
	sim.LoseTokenAnswers(1)
	_, err := flow.Finish(t.Context(), a, browse(t, sim, a.URL()))
	if !errors.Is(err, emr.ErrLoginRequired) || tokens(sim) != 1 {
		t.Errorf("%v after %d requests", err, tokens(sim))
	}
}

// The refresh token of a sign-in is kept in the store, for the next start of the program.
func TestASignInOutlastsTheProgram(t *testing.T) {
	t.Parallel()
	sim := nextechsaastest.New(t, &nextechsaastest.Options{SignIn: nextechsaastest.SignInAgree, InMemory: true, EndReplayed: true})
	cfg := sim.SignInConfig("")
	cfg.TokenStore, cfg.TokenKey = auth.NewMemoryStore(), "ada"
	flow := flowOf(t, sim, cfg)
	a := begun(t, flow)
	g, err := flow.Finish(t.Context(), a, browse(t, sim, a.URL()))
	if err != nil {
		t.Fatal(err)
	}
	_ = reads(t, sim, cfg, g).Close()
	for range 3 {
		sim.RevokeTokens(false)
		c := emr.NewClient(connect(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient()}), nil)
		if _, err := emr.First(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Royce")})); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
