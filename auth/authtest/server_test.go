package authtest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// post asks srv for a token as any client would.
func post(t *testing.T, srv *authtest.Server, fields ...string) (int, map[string]any) {
	t.Helper()
	form := url.Values{"client_id": {"client-1"}, "client_secret": {"secret-of-client-1"}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp, err := srv.Client().PostForm(srv.URL(), form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

func TestServer_usingARefreshTokenTwiceRevokesTheFamily(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, &authtest.Options{Rotate: true})
	first := srv.SignIn()
	status, a := post(t, srv, "grant_type", "refresh_token", "refresh_token", first)
	second, _ := a["refresh_token"].(string)
	access, _ := a["access_token"].(string)
	if status != http.StatusOK || second == "" || second == first || !srv.Valid(access) {
		t.Fatalf("status %d", status)
	}
	status, a = post(t, srv, "grant_type", "refresh_token", "refresh_token", first)
	if status != http.StatusBadRequest || a["error"] != "invalid_grant" {
		t.Errorf("second use: status %d, %v", status, a["error"])
	}
	if srv.Valid(access) {
		t.Error("the access token of the family lives on")
	}
	if _, a = post(t, srv, "grant_type", "refresh_token", "refresh_token", second); a["error"] != "invalid_grant" {
		t.Error("the successor lives on")
	}
}

func TestServer_refusals(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	for _, tt := range []struct {
		fields []string
		status int
		code   string
	}{
		{[]string{"grant_type", "client_credentials", "client_secret", "wrong"}, 401, "invalid_client"},
		{[]string{"grant_type", "client_credentials", "client_secret", ""}, 401, "invalid_client"},
		{[]string{"grant_type", "password", "username", "user-1", "password", "wrong"}, 400, "invalid_grant"},
		{[]string{"grant_type", "implicit"}, 400, "unsupported_grant_type"},
	} {
		status, a := post(t, srv, tt.fields...)
		if status != tt.status || a["error"] != tt.code {
			t.Errorf("%v: status %d, %v", tt.fields, status, a["error"])
		}
	}
	if srv.Count() != 4 {
		t.Errorf("%d requests counted, want 4", srv.Count())
	}
}

func TestServer_faultsComeInOrderAndHeal(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, &authtest.Options{AzureV1: true})
	srv.Fail(1, authtest.Refuse(400, "invalid_scope"))
	srv.FailAll(authtest.ExpiresIn(`"abc"`))
	grant := []string{"grant_type", "client_credentials", "resource", "urn:x"}
	if _, a := post(t, srv, grant...); a["error"] != "invalid_scope" {
		t.Error("the first fault did not come first")
	}
	if _, a := post(t, srv, grant...); a["expires_in"] != "abc" {
		t.Error("the standing fault did not come")
	}
	srv.Heal()
	if _, a := post(t, srv, grant...); a["expires_in"] != "3600" || a["resource"] != "urn:x" {
		t.Errorf("not healed, or not Azure AD v1: %v", a["expires_in"])
	}
}

func TestServer_givesATokenForItsKeyOnly(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	tokens, err := auth.New(srv.ExchangeConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tokens.Close() }()
	tok, err := tokens.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := tok.Access.Reveal(t.Context()); !srv.Valid(text) {
		t.Error("the token is not the endpoint's")
	}
	srv.SetKey("another")
	tokens.Invalidate(tok)
	if _, err := tokens.Token(t.Context()); emr.KindOf(err) != emr.KindAuth {
		t.Errorf("an old key: %v", err)
	}
}
