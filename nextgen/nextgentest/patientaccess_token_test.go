package nextgentest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestPatientAccessACodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	b := paOpen(t, nil)
	code := b.code(b.ask())
	first := b.redeem(code)
	self, _ := b.sim.PatientIDs()
	if first.Status != http.StatusOK || first.JSON["patient"] != self || first.JSON["expires_in"] != 3600.0 || first.JSON["refresh_token"] == nil {
		t.Fatalf("%d %s", first.Status, first.Body)
	}
	b.token = first.JSON["access_token"].(string)
	if r := b.get("/Patient/" + self); r.Status != http.StatusOK {
		t.Fatalf("the token is not good: %d", r.Status)
	}
	if r := b.redeem(code); r.Status != http.StatusBadRequest || r.JSON["error"] != "invalid_grant" {
		t.Errorf("used twice: %d %s", r.Status, r.Body)
	}
	if r := b.get("/Patient/" + self); r.Status != http.StatusUnauthorized {
		t.Errorf("what came of the code goes on: %d", r.Status)
	}
	if r := b.refresh(first.JSON["refresh_token"].(string)); r.Status != http.StatusBadRequest {
		t.Errorf("the refresh token goes on: %d", r.Status)
	}
}

func TestPatientAccessARefreshTokenIsReplacedAndItsSecondUseEndsTheFamily(t *testing.T) {
	t.Parallel()
	b := paOpen(t, nil)
	first := b.redeem(b.code(b.ask())).JSON["refresh_token"].(string)
	second := b.refresh(first)
	if second.Status != http.StatusOK || second.JSON["refresh_token"] == first {
		t.Fatalf("%d %s", second.Status, second.Body)
	}
	b.token = second.JSON["access_token"].(string)
	if r := b.refresh(first); r.Status != http.StatusBadRequest || r.JSON["error"] != "invalid_grant" {
		t.Errorf("used twice: %d %s", r.Status, r.Body)
	}
	if r := b.refresh(second.JSON["refresh_token"].(string)); r.Status != http.StatusBadRequest {
		t.Errorf("the family goes on: %d", r.Status)
	}
	if r := b.get("/Patient"); r.Status != http.StatusUnauthorized || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

func TestPatientAccessARefreshTokenLasts48Hours(t *testing.T) {
	t.Parallel()
	b := paOpen(t, nil)
	token := b.sim.FirstRefreshToken()
	b.sim.Advance(48*time.Hour - time.Minute)
	r := b.refresh(token)
	if r.Status != http.StatusOK {
		t.Fatalf("within 48 hours: %d %s", r.Status, r.Body)
	}
	b.sim.Advance(48 * time.Hour)
	if r := b.refresh(r.JSON["refresh_token"].(string)); r.Status != http.StatusBadRequest {
		t.Errorf("after 48 hours: %d", r.Status)
	}
	keeps := paOpen(t, func(o *PatientAccessOptions) { o.KeepRefresh = true })
	token = keeps.sim.FirstRefreshToken()
	for range 2 {
		if r := keeps.refresh(token); r.Status != http.StatusOK || r.JSON["refresh_token"] != token {
			t.Errorf("kept: %d %s", r.Status, r.Body)
		}
	}
}

func TestPatientAccessAnAccessTokenLastsAnHour(t *testing.T) {
	t.Parallel()
	b := paSignedIn(t, nil)
	b.sim.Advance(59 * time.Minute)
	if r := b.get("/Patient"); r.Status != http.StatusOK {
		t.Errorf("within the hour: %d", r.Status)
	}
	b.sim.Advance(time.Minute)
	if r := b.get("/Patient"); r.Status != http.StatusUnauthorized {
		t.Errorf("after it: %d", r.Status)
	}
}

func TestPatientAccessTheTokenEndpointRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		change    func(*PatientAccessOptions)
		ask, with []string
		wait      time.Duration
		status    int
		code      string
		violation string
	}{
		{name: "a wrong verifier", with: []string{"code_verifier", strings.Repeat("x", 43)}, status: 400, code: "invalid_grant"},
		{name: "no verifier", with: []string{"code_verifier", "-"}, status: 400, code: "invalid_grant"},
		{name: "a verifier without a challenge", ask: []string{"code_challenge", "-", "code_challenge_method", "-"}, status: 400, code: "invalid_grant"},
		{name: "another callback", with: []string{"redirect_uri", "http://127.0.0.1:8765/other"}, status: 400, code: "invalid_grant"},
		{name: "a code nobody has", with: []string{"code", "sim-code-x"}, status: 400, code: "invalid_grant"},
		{name: "a code that is too old", wait: time.Minute, status: 400, code: "invalid_grant"},
		{name: "a wrong secret", with: []string{"client_secret", "x"}, status: 401, code: "invalid_client"},
		{name: "no secret", with: []string{"client_secret", "-"}, status: 401, code: "invalid_client"},
		{name: "another app", with: []string{"client_id", "x"}, status: 401, code: "invalid_client"},
		{name: "no grant", with: []string{"grant_type", "-"}, status: 400, code: "invalid_request"},
		{name: "a password", with: []string{"grant_type", "password"}, status: 400, code: "unsupported_grant_type"},
		{name: "no patient at all", with: []string{"grant_type", "client_credentials"}, status: 400, code: "unauthorized_client"},
		{name: "an app that is not approved", change: func(o *PatientAccessOptions) { o.Approval = PatientAccessNotAtToken }, status: 400, code: "unauthorized_client"},
		{name: "an unknown field", with: []string{"resource", "x"}, status: 200, violation: "unknown form field"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := paOpen(t, tc.change)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			code := b.code(b.ask(tc.ask...))
			b.sim.Advance(tc.wait)
			r := b.redeem(code, tc.with...)
			if got, _ := r.JSON["error"].(string); r.Status != tc.status || got != tc.code {
				t.Errorf("%d %s, want %d %s", r.Status, r.Body, tc.status, tc.code)
			}
		})
	}
}

func TestPatientAccessATokenRequestIsAPlainForm(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		violation string
		change    func(*http.Request)
		status    int
	}{
		{"unknown header Authorization", func(r *http.Request) { r.SetBasicAuth(paClientID, "x") }, 200},
		{"unknown header X-Ng-Sessionid", func(r *http.Request) { r.Header.Set("X-NG-SessionId", "x") }, 200},
		{"the request has a query", func(r *http.Request) { r.URL.RawQuery = "client_id=x" }, 200},
		{"content type is not", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 200},
		{"not a POST", func(r *http.Request) { r.Method = http.MethodPut }, 405},
	} {
		b := paOpen(t, nil)
		b.sim.ExpectViolation(tc.violation)
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {b.sim.FirstRefreshToken()}, "client_id": {paClientID}, "client_secret": {b.sim.secret}}
		req := b.request(http.MethodPost, b.sim.origin+paOAuthPath+"/token", form.Encode())
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		tc.change(req)
		if r := b.send(req); r.Status != tc.status {
			t.Errorf("%s: %d %s", tc.violation, r.Status, r.Body)
		}
	}
	b := paOpen(t, nil)
	b.sim.ExpectViolation("sent twice")
	b.sim.ExpectViolation("fields of a code")
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {b.sim.FirstRefreshToken()}, "code": {"x"}, "client_id": {paClientID, paClientID}, "client_secret": {b.sim.secret}}
	if r := b.post("/token", form); r.Status != http.StatusOK {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := b.post("/token/revoke", url.Values{"client_id": {paClientID}, "client_secret": {"x"}}); r.Status != http.StatusUnauthorized {
		t.Errorf("revoke with a wrong secret: %d", r.Status)
	}
}

func TestPatientAccessAPublicAppHasNoSecret(t *testing.T) {
	t.Parallel()
	b := paOpen(t, func(o *PatientAccessOptions) { o.PublicClient = true })
	if r := b.redeem(b.code(b.ask()), "client_secret", "-"); r.Status != http.StatusOK {
		t.Errorf("%d %s", r.Status, r.Body)
	}
}

func TestPatientAccessTokensAreRevoked(t *testing.T) {
	t.Parallel()
	b := paOpen(t, nil)
	got := b.redeem(b.code(b.ask()))
	b.token = got.JSON["access_token"].(string)
	form := func(token string) map[string][]string {
		return map[string][]string{"token": {token}, "client_id": {paClientID}, "client_secret": {b.sim.secret}}
	}
	if r := b.post("/token/revoke", form(b.token)); r.Status != http.StatusOK || b.get("/Patient").Status != http.StatusUnauthorized {
		t.Errorf("access token: %d", r.Status)
	}
	refresh := got.JSON["refresh_token"].(string)
	if r := b.post("/token/revoke", form(refresh)); r.Status != http.StatusOK || b.refresh(refresh).Status != http.StatusBadRequest {
		t.Errorf("refresh token: %d", r.Status)
	}
	if r := b.post("/token/revoke", form("what nobody knows")); r.Status != http.StatusOK {
		t.Errorf("unknown: %d", r.Status)
	}
}
