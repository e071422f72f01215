package nextgentest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestPatientAccessTheAppHearsWhyThereIsNoSignIn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		change    func(*PatientAccessOptions)
		ask       []string
		code      string
		violation string
	}{
		{name: "no code wanted", ask: []string{"response_type", "token"}, code: "unsupported_response_type"},
		{name: "no state", ask: []string{"state", "-"}, code: "invalid_request", violation: "without state"},
		{name: "a plain challenge", ask: []string{"code_challenge_method", "plain"}, code: "invalid_request"},
		{name: "a challenge without a method", ask: []string{"code_challenge_method", "-"}, code: "invalid_request"},
		{name: "a challenge that is none", ask: []string{"code_challenge", "short"}, code: "invalid_request"},
		{name: "no PKCE where it is wanted", change: func(o *PatientAccessOptions) { o.RequirePKCE = true }, ask: []string{"code_challenge", "-", "code_challenge_method", "-"}, code: "invalid_request"},
		{name: "another audience", ask: []string{"aud", "https://fhir.example.com/r4"}, code: "invalid_request"},
		{name: "no audience where it is wanted", change: func(o *PatientAccessOptions) { o.RequireAud = true }, ask: []string{"aud", "-"}, code: "invalid_request"},
		{name: "a scope of another kind", ask: []string{"scope", "openid system/*.read"}, code: "invalid_scope"},
		{name: "the person says no", change: func(o *PatientAccessOptions) { o.SignIn = PatientAccessRefuse }, code: "access_denied"},
		{name: "not approved", change: func(o *PatientAccessOptions) { o.Approval = PatientAccessNotAtAuthorize }, code: "unauthorized_client"},
		{name: "denied", change: func(o *PatientAccessOptions) { o.Approval = PatientAccessDeniedAuthorize }, code: "access_denied"},
		{name: "an unknown parameter", ask: []string{"redirect_url", "x"}, violation: "unknown parameter"},
		{name: "scopes of version 2", ask: []string{"scope", "openid fhirUser launch/patient patient/Observation.rs"}},
		{name: "no scope", ask: []string{"scope", "-"}},
		{name: "no PKCE", ask: []string{"code_challenge", "-", "code_challenge_method", "-"}},
		{name: "no audience", ask: []string{"aud", "-"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := paOpen(t, tc.change)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			got := b.callback(b.ask(tc.ask...))
			if got.Get("error") != tc.code || (tc.code == "") != got.Has("code") || got.Get("state") != b.ask(tc.ask...).Get("state") {
				t.Errorf("%v, want error %q", got, tc.code)
			}
		})
	}
}

func TestPatientAccessAWrongAppOrCallbackIsToldToThePersonOnly(t *testing.T) {
	t.Parallel()
	for _, ask := range [][]string{
		{"client_id", "x"}, {"redirect_uri", "-"}, {"redirect_uri", "http://127.0.0.1:8765/callback/"}, {"redirect_uri", "http://127.0.0.1:8766/callback"},
		{"redirect_uri", "HTTP://127.0.0.1:8765/callback"}, {"redirect_uri", "http://127.0.0.1:8765/callback?x=1"},
	} {
		b := paOpen(t, nil)
		r := b.authorize(b.ask(ask...))
		if r.Status != http.StatusBadRequest || r.Header.Get("Location") != "" || !strings.Contains(r.Body, "<h1>No sign-in</h1>") {
			t.Errorf("%q: %d %s", ask, r.Status, r.Header.Get("Location"))
		}
	}
	b := paOpen(t, func(o *PatientAccessOptions) { o.AnyPort = true })
	if r := b.authorize(b.ask("redirect_uri", "http://127.0.0.1:9999/callback")); r.Status != http.StatusSeeOther {
		t.Errorf("any port: %d", r.Status)
	}
	for _, other := range []string{"http://127.0.0.1:9999/other", "http://localhost:8765/callback", "https://app.example.com/callback", "http://[::1", ""} {
		if r := b.authorize(b.ask("redirect_uri", other)); r.Status != http.StatusBadRequest {
			t.Errorf("%s is taken: %d", other, r.Status)
		}
	}
}

func TestPatientAccessThePageAsksAPerson(t *testing.T) {
	t.Parallel()
	open := func(b *paBare) (transaction string) {
		r := b.authorize(b.ask())
		found := simserver.Transaction.FindStringSubmatch(r.Body)
		csp := r.Header.Get("Content-Security-Policy")
		if r.Status != http.StatusOK || found == nil || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "form-action 'self' http://127.0.0.1:8765;") {
			t.Fatalf("%d %s\n%s", r.Status, csp, r.Body)
		}
		if strings.Contains(r.Body, "<script") || strings.Contains(strings.ReplaceAll(r.Body, `"`+paOAuthPath, ""), "://") {
			t.Error("the page loads something")
		}
		return found[1]
	}
	page := func(o *PatientAccessOptions) { o.SignIn = PatientAccessPage }
	b := paOpen(t, page)
	self, proxy := b.sim.PatientIDs()
	for _, tc := range []struct{ who, patient string }{{"self", self}, {"proxy", ""}, {"proxy-self", proxy[0]}, {"proxy-other", proxy[1]}} {
		r := b.post("/sign-in", url.Values{"transaction": {open(b)}, "who": {tc.who}, "decision": {"agree"}})
		to, err := url.Parse(r.Header.Get("Location"))
		if err != nil || r.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", tc.who, r.Status, r.Body)
		}
		got := b.redeem(to.Query().Get("code"))
		if patient, _ := got.JSON["patient"].(string); got.Status != http.StatusOK || patient != tc.patient {
			t.Errorf("%s: %d %q, want %q", tc.who, got.Status, patient, tc.patient)
		}
	}
	transaction := open(b)
	if r := b.post("/sign-in", url.Values{"transaction": {transaction}, "decision": {"refuse"}}); !strings.Contains(r.Header.Get("Location"), "error=access_denied") {
		t.Errorf("said no: %s", r.Header.Get("Location"))
	}
	for name, form := range map[string]url.Values{
		"used":   {"transaction": {transaction}, "who": {"self"}, "decision": {"agree"}},
		"nobody": {"transaction": {open(b)}, "who": {"x"}, "decision": {"agree"}},
	} {
		if r := b.post("/sign-in", form); r.Status != http.StatusBadRequest || r.Header.Get("Location") != "" {
			t.Errorf("%s: %d", name, r.Status)
		}
	}
}

func TestPatientAccessBrowseAgreesForThePatient(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*PatientAccessOptions){
		nil, func(o *PatientAccessOptions) { o.SignIn = PatientAccessPage }, func(o *PatientAccessOptions) { o.SignIn, o.InMemory = PatientAccessPage, false },
	} {
		b := paOpen(t, change)
		to, err := b.sim.Browse(t.Context(), b.sim.origin+paOAuthPath+"/authorize?"+b.ask().Encode())
		if err != nil || to.Query().Get("state") != "st" {
			t.Fatalf("%v", err)
		}
		if r := b.redeem(to.Query().Get("code")); r.Status != http.StatusOK {
			t.Errorf("%d %s", r.Status, r.Body)
		}
		if _, err := b.sim.Browse(t.Context(), b.sim.origin+paOAuthPath+"/authorize?"+b.ask("client_id", "x").Encode()); err == nil {
			t.Error("an error page leads somewhere")
		}
	}
}

func TestPatientAccessTheIssuerIsSentWhenAskedFor(t *testing.T) {
	t.Parallel()
	b := paOpen(t, func(o *PatientAccessOptions) { o.SendIssuer = true })
	if got := b.callback(b.ask()).Get("iss"); got != b.sim.origin+paOAuthPath {
		t.Errorf("iss %q", got)
	}
	if got := paOpen(t, nil); got.callback(got.ask()).Has("iss") {
		t.Error("iss came unasked")
	}
}
