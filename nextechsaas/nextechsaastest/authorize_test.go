package nextechsaastest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestAUserSignsInOnThePage(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.SignIn = SignInPage })
	r := b.authorize(b.ask())
	if r.Status != http.StatusOK || !strings.Contains(r.Body, "<form") || !strings.Contains(r.Header.Get("Content-Security-Policy"), "form-action 'self' http://localhost:8000;") {
		t.Fatalf("%d %v", r.Status, r.Header)
	}
	to, err := b.sim.Browse(t.Context(), b.sim.directory+authorizePath+"?"+b.ask().Encode())
	if err != nil || !strings.HasPrefix(to.String(), "http://localhost:8000/callback/?") || to.Query().Get("state") != "st" || to.Query().Get("session_state") == "" {
		t.Fatal(to, err)
	}
	if r := b.redeem(to.Query().Get("code")); text(r, "access_token") == "" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	transaction := simserver.Transaction.FindStringSubmatch(r.Body)[1]
	no := url.Values{"transaction": {transaction}, "decision": {"refuse"}}
	r = b.post(decidePath, no)
	if back, _ := url.Parse(r.Header.Get("Location")); r.Status != http.StatusSeeOther || back.Query().Get("error") != "access_denied" || back.Query().Get("state") != "st" {
		t.Errorf("%d %s", r.Status, r.Header.Get("Location"))
	}
	if r := b.post(decidePath, no); r.Status != http.StatusBadRequest {
		t.Errorf("the page counts twice: %d", r.Status)
	}
	q := b.ask()
	transaction = simserver.Transaction.FindStringSubmatch(b.authorize(q).Body)[1]
	b.sim.Advance(11 * time.Minute)
	if r := b.post(decidePath, url.Values{"transaction": {transaction}, "decision": {"agree"}}); r.Status != http.StatusBadRequest {
		t.Errorf("an old page counts: %d", r.Status)
	}
}

func TestAWrongApplicationIsToldToThePersonOnly(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for name, q := range map[string]url.Values{
		"client": b.ask("client_id", "another"), "no client": b.ask("client_id", "-"),
		"redirect": b.ask("redirect_uri", "http://localhost:8000/callback"), "another port": b.ask("redirect_uri", "http://localhost:8001/callback/"),
		"redirect_url of the vendor's page": b.ask("redirect_uri", "-", "response_mode", "query"),
	} {
		if r := b.authorize(q); r.Status != http.StatusBadRequest || r.Header.Get("Location") != "" || !strings.Contains(r.Body, "No sign-in") {
			t.Errorf("%s: %d %v", name, r.Status, r.Header)
		}
	}
}

func TestOtherMistakesGoBackToTheApplication(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes []string
		code    string
		broken  string
	}{
		"type":           {[]string{"response_type", "token"}, "unsupported_response_type", ""},
		"no resource":    {[]string{"resource", "-"}, "invalid_request", ""},
		"resource":       {[]string{"resource", "https://graph.windows.net"}, "invalid_resource", ""},
		"plain PKCE":     {[]string{"code_challenge_method", "plain"}, "invalid_request", ""},
		"method alone":   {[]string{"code_challenge", "-"}, "invalid_request", ""},
		"challenge":      {[]string{"code_challenge", "short"}, "invalid_request", ""},
		"no state":       {[]string{"state", "-"}, "invalid_request", "a sign-in without state"},
		"PKCE is wanted": {[]string{"code_challenge", "-", "code_challenge_method", "-"}, "invalid_request", ""},
	} {
		b := open(t, func(o *Options) { o.RequirePKCE = name == "PKCE is wanted" })
		if c.broken != "" {
			b.expect(c.broken)
		}
		got := b.callback(b.ask(c.changes...))
		if got.Get("error") != c.code || got.Has("code") || !strings.Contains(got.Get("error_description"), "AADSTS") {
			t.Errorf("%s: %v", name, got)
		}
	}
	b := open(t, nil).expect("unknown parameter of the sign-in", "a parameter of the sign-in was sent twice", "not a GET")
	if b.callback(b.ask("nonce", "1")).Get("code") == "" {
		t.Error("an unknown parameter is refused")
	}
	q := b.ask()
	q["state"] = []string{"a", "b"}
	if b.callback(q).Get("error") != "invalid_request" {
		t.Error("two states are taken")
	}
	if r := b.post(authorizePath, b.ask()); r.Status != http.StatusMethodNotAllowed {
		t.Error(r.Status)
	}
}

func TestOptionsOfTheSignIn(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.SignIn = SignInRefuse })
	if got := b.callback(b.ask()); got.Get("error") != "access_denied" || got.Get("state") != "st" {
		t.Errorf("%v", got)
	}
	b = open(t, func(o *Options) { o.RedirectParam = "redirect_url" })
	if r := b.redeem(b.code(b.ask())); r.Status != http.StatusOK {
		t.Error(r.Body)
	}
	b = open(t, func(o *Options) { o.AnyPort = true })
	if r := b.authorize(b.ask("redirect_uri", "http://localhost:54321/callback/")); r.Status != http.StatusSeeOther {
		t.Error(r.Status)
	}
	if r := b.authorize(b.ask("redirect_uri", "http://elsewhere.example.test:8000/callback/")); r.Status != http.StatusBadRequest {
		t.Error(r.Status)
	}
	b = open(t, nil)
	if got := b.code(b.ask("code_challenge", "-", "code_challenge_method", "-")); b.redeem(got, "code_verifier", "-").Status != http.StatusOK {
		t.Error("a sign-in without PKCE is refused")
	}
}
