package authtest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"

	"github.com/emrkit/emrkit/auth/authtest"
)

const back = "https://app.example.test/cb"

// codeFor lets the person agree and returns the code.
func codeFor(t *testing.T, srv *authtest.Server, verifier string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(verifier))
	u, err := srv.Agree(srv.AuthorizeURL() + "?" + url.Values{
		"response_type": {"code"}, "client_id": {"client-1"}, "redirect_uri": {back}, "state": {"s"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}.Encode())
	if err != nil || u.Query().Get("state") != "s" {
		t.Fatal(u, err)
	}
	return u.Query().Get("code")
}

func TestServer_aCodeIsForOneUseWithItsVerifierAndRedirectURL(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	code := codeFor(t, srv, "v-1")
	for _, tt := range []struct{ code, verifier, redirect string }{
		{"another", "v-1", back}, {code, "v-2", back}, {code, "", back}, {code, "v-1", back + "/"},
	} {
		status, a := post(t, srv, "grant_type", "authorization_code", "code", tt.code, "code_verifier", tt.verifier, "redirect_uri", tt.redirect)
		if status != http.StatusBadRequest || a["error"] != "invalid_grant" {
			t.Errorf("status %d, %v", status, a["error"])
		}
	}
	good := []string{"grant_type", "authorization_code", "code", code, "code_verifier", "v-1", "redirect_uri", back}
	status, a := post(t, srv, good...)
	access, _ := a["access_token"].(string)
	if status != http.StatusOK || !srv.Valid(access) || a["refresh_token"] == nil {
		t.Fatalf("status %d, %v", status, a["error"])
	}
	if status, _ = post(t, srv, good...); status != http.StatusBadRequest || srv.Valid(access) {
		t.Errorf("second use: status %d; the first token lives on: %v", status, srv.Valid(access))
	}
}

func TestServer_authorizeRefusesWhatItCannotSendBack(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	for _, bad := range []string{
		"https://elsewhere.example.test/authorize?response_type=code", srv.AuthorizeURL() + "?response_type=code&client_id=client-1",
		srv.AuthorizeURL() + "?response_type=code&client_id=nobody&redirect_uri=" + url.QueryEscape(back),
		srv.AuthorizeURL() + "?state=1&state=2&response_type=code&client_id=client-1&redirect_uri=" + url.QueryEscape(back),
	} {
		if u, err := srv.Agree(bad); err == nil {
			t.Errorf("sent back to %v", u)
		}
	}
	u, err := srv.Agree(srv.AuthorizeURL() + "?response_type=token&client_id=client-1&redirect_uri=" + url.QueryEscape(back))
	if err != nil || u.Query().Get("error") != "unsupported_response_type" {
		t.Errorf("%v, %v", u, err)
	}
}
