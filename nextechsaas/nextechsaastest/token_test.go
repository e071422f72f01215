package nextechsaastest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// refused checks an error of Azure.
func refused(t *testing.T, r vendortest.Reply, status int, code string) {
	t.Helper()
	numbers, _ := r.JSON["error_codes"].([]any)
	if r.Status != status || text(r, "error") != code || !strings.HasPrefix(text(r, "error_description"), "AADSTS") || len(numbers) != 1 ||
		text(r, "timestamp") == "" || text(r, "trace_id") == "" || text(r, "correlation_id") == "" {
		t.Errorf("%d %s, want %d %s", r.Status, r.Body, status, code)
	}
}

func TestACodeGivesTokensWithNumbersAsTexts(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.redeem(b.code(b.ask()))
	if r.Status != http.StatusOK || text(r, "expires_in") != "3599" || text(r, "ext_expires_in") != "0" || text(r, "resource") != resource || text(r, "token_type") != "Bearer" ||
		text(r, "refresh_token") == "" || text(r, "id_token") == "" || text(r, "expires_on") != "1772474399" || text(r, "not_before") != "1772470500" {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	if r.Header.Get("Cache-Control") != "no-store" {
		t.Error("the answer may be kept")
	}
	b.token = text(r, "access_token")
	if r := b.get("/encounters/categories"); r.Status != http.StatusOK {
		t.Error(r.Status)
	}
	b.sim.Advance(3599 * time.Second)
	if r := b.get("/encounters/categories"); r.Status != http.StatusUnauthorized {
		t.Errorf("an old token opens the API: %d", r.Status)
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	code := b.code(b.ask())
	first := b.redeem(code)
	b.token = text(first, "access_token")
	refused(t, b.redeem(code), http.StatusBadRequest, "invalid_grant")
	if r := b.get("/encounters/categories"); r.Status != http.StatusUnauthorized {
		t.Errorf("the tokens of a code that was stolen live on: %d", r.Status)
	}
	refused(t, b.refresh(text(first, "refresh_token")), http.StatusBadRequest, "invalid_grant")
	code = b.code(b.ask())
	b.sim.Advance(10 * time.Minute)
	refused(t, b.redeem(code), http.StatusBadRequest, "invalid_grant")
}

func TestTheExchangeMustFitTheSignIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes []string
		status  int
		code    string
	}{
		"redirect":    {[]string{"redirect_uri", "http://localhost:8000/callback"}, 400, "invalid_grant"},
		"no redirect": {[]string{"redirect_uri", "-"}, 400, "invalid_request"},
		"resource":    {[]string{"resource", "other"}, 400, "invalid_resource"},
		"no resource": {[]string{"resource", "-"}, 400, "invalid_request"},
		"verifier":    {[]string{"code_verifier", strings.Repeat("a", 43)}, 400, "invalid_grant"},
		"no verifier": {[]string{"code_verifier", "-"}, 400, "invalid_grant"},
		"client":      {[]string{"client_id", "another"}, 400, "unauthorized_client"},
		"a secret":    {[]string{"client_secret", "any"}, 401, "invalid_client"},
		"no grant":    {[]string{"grant_type", "-"}, 400, "invalid_request"},
		"password":    {[]string{"grant_type", "password"}, 400, "unsupported_grant_type"},
		"no code":     {[]string{"code", "-"}, 400, "invalid_request"},
		"wrong code":  {[]string{"code", "x"}, 400, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			refused(t, b.redeem(b.code(b.ask()), c.changes...), c.status, c.code)
		})
	}
	b := open(t, func(o *Options) { o.Confidential = true })
	if r := b.redeem(b.code(b.ask())); r.Status != http.StatusOK {
		t.Error(r.Body)
	}
	refused(t, b.redeem(b.code(b.ask()), "client_secret", "wrong"), http.StatusUnauthorized, "invalid_client")
	refused(t, b.redeem(b.code(b.ask()), "client_secret", "-"), http.StatusUnauthorized, "invalid_client")
}

func TestRefreshTokensAreReplaced(t *testing.T) {
	t.Parallel()
	for _, ends := range []bool{false, true} {
		b := open(t, func(o *Options) { o.EndReplayed = ends })
		first := b.sim.FirstRefreshToken()
		second := text(b.refresh(first, "resource", resource), "refresh_token")
		if second == "" || second == first {
			t.Fatal("no new refresh token")
		}
		refused(t, b.refresh(first), http.StatusBadRequest, "invalid_grant")
		if r := b.refresh(second); (r.Status == http.StatusOK) == ends {
			t.Errorf("ends %v: the newest one gives %d", ends, r.Status)
		}
	}
	b := open(t, func(o *Options) { o.KeepRefresh = true })
	first := b.sim.FirstRefreshToken()
	for range 3 {
		if r := b.refresh(first); r.Status != http.StatusOK || r.JSON["refresh_token"] != nil || text(r, "access_token") == "" {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	}
	b.sim.Advance(91 * 24 * time.Hour)
	refused(t, b.refresh(first), http.StatusBadRequest, "invalid_grant")
	refused(t, b.refresh(b.sim.FirstRefreshToken(), "resource", "x"), http.StatusBadRequest, "invalid_resource")
	refused(t, b.refresh("", "refresh_token", "-"), http.StatusBadRequest, "invalid_request")
}

func TestTokensCanBeRevokedAndAnswersLost(t *testing.T) {
	t.Parallel()
	b := signedIn(t, nil)
	refresh := b.sim.FirstRefreshToken()
	b.sim.RevokeTokens(false)
	if r := b.get("/encounters/categories"); r.Status != http.StatusUnauthorized {
		t.Error(r.Status)
	}
	b.sim.LoseTokenAnswers(1)
	req := b.request(http.MethodPost, b.sim.directory+tokenPath, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {clientID}}.Encode())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.GetBody = nil
	if r, err := vendortest.Send(b.sim.HTTPClient(), req); err == nil {
		t.Errorf("an answer of %d", r.Status)
	}
	refused(t, b.refresh(refresh), http.StatusBadRequest, "invalid_grant") // it was carried out
	refresh = b.sim.FirstRefreshToken()
	b.sim.RevokeTokens(true)
	refused(t, b.refresh(refresh), http.StatusBadRequest, "invalid_grant")
	for _, r := range b.sim.Requests() {
		if r.Token != (r.Path == tokenPath) || r.Token && r.Step != emrtest.StepToken {
			t.Errorf("%s: token %v, step %q", r.Path, r.Token, r.Step)
		}
	}
}

func TestTheTokenEndpointIsStrict(t *testing.T) {
	t.Parallel()
	b := open(t, nil).expect("POST /{tenant}/oauth2/token: unknown header X-Nextech-Practice-Id", "unknown header Authorization", "not a POST", "unknown form field",
		"content type is not", "a refresh has fields of a code", "a token request has no query", "a form field was sent twice", "no such path")
	send := func(method, path, body string, headers ...string) vendortest.Reply {
		req := b.request(method, b.sim.directory+path, body)
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		return b.send(req)
	}
	send(http.MethodPost, tokenPath+"?a=b", "grant_type=x&grant_type=y", practiceHeader, practiceID, "Authorization", "Bearer x")
	if r := send(http.MethodGet, tokenPath, ""); r.Status != http.StatusMethodNotAllowed {
		t.Error(r.Status)
	}
	b.refresh(b.sim.FirstRefreshToken(), "code", "x", "scope", "openid")
	if r := b.post("/other.example/oauth2/token", url.Values{}); r.Status != http.StatusBadRequest || !strings.Contains(r.Body, "AADSTS90002") {
		t.Error(r.Body)
	}
	if r := send(http.MethodGet, "/elsewhere", ""); r.Status != http.StatusNotFound {
		t.Error(r.Status)
	}
}
