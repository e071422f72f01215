package simserver

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// desk is a token endpoint without a network.
type desk struct {
	t      *testing.T
	tokens *Tokens
	server *Server
	now    time.Time
}

func newDesk(t *testing.T, r TokenRules) *desk {
	r.ClientID, r.ClientSecret = "id", "secret"
	return &desk{t: t, tokens: NewTokens(r), server: New(Config{InMemory: true}), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

func (d *desk) ask(form url.Values, change ...func(*http.Request)) (int, map[string]any) {
	d.t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/token", nil)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, f := range change {
		f(req)
	}
	reply := d.tokens.Handle(&Call{Request: req, Body: []byte(form.Encode()), Now: d.now, server: d.server, Class: Class{Route: "/token"}})
	var body map[string]any
	if err := json.Unmarshal(reply.Body, &body); err != nil {
		d.t.Fatalf("%s: %v", reply.Body, err)
	}
	return reply.Status, body
}

func form(pairs ...string) url.Values {
	v := url.Values{"client_id": {"id"}, "client_secret": {"secret"}}
	for i := 0; i < len(pairs); i += 2 {
		if v.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			v.Del(pairs[i])
		}
	}
	return v
}

func TestTokenRequestsAreAnsweredByTheRules(t *testing.T) {
	t.Parallel()
	connect := TokenRules{Grants: []string{ClientCredentials}, Scopes: []string{"a/*.read", "b/*.write"}}
	azure := TokenRules{
		Grants: []string{Password, RefreshToken}, Username: "u", Password: "p", SecretOptional: true, Resource: "r",
		FixedScope: "user_impersonation", RefreshLife: time.Hour, StringNumbers: true,
	}
	basic := connect
	basic.Basic = true
	for name, tc := range map[string]struct {
		rules     TokenRules
		form      url.Values
		change    func(*http.Request)
		status    int
		code      string // of the error
		violation string
	}{
		"client credentials":            {rules: connect, form: form("grant_type", ClientCredentials), status: 200},
		"wrong secret":                  {rules: connect, form: form("grant_type", ClientCredentials, "client_secret", "x"), status: 401, code: "invalid_client"},
		"no secret":                     {rules: connect, form: form("grant_type", ClientCredentials, "client_secret", ""), status: 401, code: "invalid_client"},
		"another client":                {rules: connect, form: form("grant_type", ClientCredentials, "client_id", "x"), status: 401, code: "invalid_client"},
		"no grant":                      {rules: connect, form: form(), status: 400, code: "invalid_request"},
		"a grant it does not have":      {rules: connect, form: form("grant_type", Password), status: 400, code: "unsupported_grant_type"},
		"resource where none is known":  {rules: connect, form: form("grant_type", ClientCredentials, "resource", "r"), status: 200, violation: "knows no resource"},
		"scope where none is known":     {rules: azure, form: form("grant_type", Password, "username", "u", "password", "p", "resource", "r", "scope", "a"), status: 200, violation: "knows no scope"},
		"an unknown field":              {rules: connect, form: form("grant_type", ClientCredentials, "site_id", "1"), status: 200, violation: "unknown form field"},
		"password":                      {rules: azure, form: form("grant_type", Password, "username", "u", "password", "p", "resource", "r"), status: 200},
		"password without a secret":     {rules: azure, form: form("grant_type", Password, "username", "u", "password", "p", "resource", "r", "client_secret", ""), status: 200},
		"password with a wrong secret":  {rules: azure, form: form("grant_type", Password, "username", "u", "password", "p", "resource", "r", "client_secret", "x"), status: 401, code: "invalid_client"},
		"wrong password":                {rules: azure, form: form("grant_type", Password, "username", "u", "password", "x", "resource", "r"), status: 400, code: "invalid_grant"},
		"no resource":                   {rules: azure, form: form("grant_type", Password, "username", "u", "password", "p"), status: 400, code: "invalid_request"},
		"wrong resource":                {rules: azure, form: form("grant_type", Password, "username", "u", "password", "p", "resource", "x"), status: 400, code: "invalid_resource"},
		"an unknown refresh token":      {rules: azure, form: form("grant_type", RefreshToken, "refresh_token", "x"), status: 400, code: "invalid_grant"},
		"a header of the vendor's API":  {rules: connect, form: form("grant_type", ClientCredentials), change: header("Nx-Practice-Id", "1"), status: 200, violation: "unknown header Nx-Practice-Id"},
		"authorization in a header":     {rules: connect, form: form("grant_type", ClientCredentials), change: header("Authorization", "Bearer x"), status: 200, violation: "unknown header Authorization"},
		"basic where it is allowed":     {rules: basic, form: form("grant_type", ClientCredentials, "client_id", "", "client_secret", ""), change: func(r *http.Request) { r.SetBasicAuth("id", "secret") }, status: 200},
		"JSON in place of a form":       {rules: connect, form: form("grant_type", ClientCredentials), change: header("Content-Type", "application/json"), status: 200, violation: "content type"},
		"a query at the token endpoint": {rules: connect, form: form("grant_type", ClientCredentials), change: func(r *http.Request) { r.URL.RawQuery = "a=b" }, status: 200, violation: "has no query"},
		"GET":                           {rules: connect, form: form(), change: func(r *http.Request) { r.Method = "GET" }, status: 405, code: "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, tc.rules)
			var change []func(*http.Request)
			if tc.change != nil {
				change = append(change, tc.change)
			}
			status, body := d.ask(tc.form, change...)
			if status != tc.status || tc.code != "" && body["error"] != tc.code {
				t.Errorf("%d %v", status, body)
			}
			v := strings.Join(d.server.Violations(), "\n")
			if (v == "") != (tc.violation == "") || !strings.Contains(v, tc.violation) {
				t.Errorf("violations %q, want %q", v, tc.violation)
			}
			if status == 200 {
				if _, ok := d.tokens.Authorize(d.now, body["access_token"].(string)); !ok {
					t.Error("the token is not good")
				}
			}
		})
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestScopesAreGrantedAsAskedOrAll(t *testing.T) {
	t.Parallel()
	d := newDesk(t, TokenRules{Grants: []string{ClientCredentials}, Scopes: []string{"a/*.read", "b/*.write"}})
	if _, body := d.ask(form("grant_type", ClientCredentials)); body["scope"] != "a/*.read b/*.write" {
		t.Errorf("all: %v", body["scope"])
	}
	if _, body := d.ask(form("grant_type", ClientCredentials, "scope", "a:read")); body["scope"] != "a:read" {
		t.Errorf("asked: %v", body["scope"])
	}
	for want, ok := range map[string]bool{"a/*.read": true, "a/*.write": false, "b/*.read": false} {
		if Covers([]string{"a/*.read", "b/*.write"}, want) != ok {
			t.Errorf("%s: %v", want, !ok)
		}
	}
	if !Covers([]string{"*/*.read"}, "a/*.read") || !Covers([]string{"a/*.*"}, "a/*.read") || Covers([]string{"a:read"}, "a/*.read") {
		t.Error("wildcards")
	}
}

func TestAzureNumbersAreStrings(t *testing.T) {
	t.Parallel()
	d := newDesk(t, TokenRules{Grants: []string{ClientCredentials}, StringNumbers: true, Resource: "r"})
	_, body := d.ask(form("grant_type", ClientCredentials, "resource", "r"))
	if body["expires_in"] != "3600" || body["expires_on"] != "1772445600" || body["resource"] != "r" {
		t.Errorf("%v", body)
	}
	d = newDesk(t, TokenRules{Grants: []string{ClientCredentials}, Scopes: []string{"a"}})
	if _, body := d.ask(form("grant_type", ClientCredentials)); body["expires_in"] != 3600.0 || body["expires_on"] != nil {
		t.Errorf("%v", body)
	}
}

func TestARefreshTokenUsedTwiceEndsTheWholeSignIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t, TokenRules{Grants: []string{Password, RefreshToken}, Username: "u", Password: "p", RefreshLife: 24 * time.Hour})
	_, first := d.ask(form("grant_type", Password, "username", "u", "password", "p"))
	refresh := func(token any) (int, map[string]any) {
		return d.ask(form("grant_type", RefreshToken, "refresh_token", token.(string)))
	}
	status, second := refresh(first["refresh_token"])
	if status != 200 || second["refresh_token"] == first["refresh_token"] {
		t.Fatalf("no rotation: %d %v", status, second)
	}
	if _, ok := d.tokens.Authorize(d.now, second["access_token"].(string)); !ok {
		t.Fatal("new token not good")
	}
	if status, body := refresh(first["refresh_token"]); status != 400 || body["error"] != "invalid_grant" {
		t.Errorf("second use: %d %v", status, body)
	}
	if _, ok := d.tokens.Authorize(d.now, second["access_token"].(string)); ok {
		t.Error("the family lives on")
	}
	if status, _ := refresh(second["refresh_token"]); status != 400 {
		t.Error("the family's refresh token lives on")
	}
}

func TestTokensEndByTimeAndByRevocation(t *testing.T) {
	t.Parallel()
	d := newDesk(t, TokenRules{
		Grants: []string{Password, RefreshToken}, Username: "u", Password: "p", Life: time.Minute, RefreshLife: time.Hour,
	})
	_, a := d.ask(form("grant_type", Password, "username", "u", "password", "p"))
	access := a["access_token"].(string)
	if _, ok := d.tokens.Authorize(d.now.Add(time.Minute), access); ok {
		t.Error("good after its life")
	}
	d.tokens.Revoke(access)
	if _, ok := d.tokens.Authorize(d.now, access); ok {
		t.Error("good after revocation")
	}
	if s := d.tokens.rotate(d.now, a["refresh_token"].(string)); s == nil {
		t.Error("revoking the access token took the refresh token with it")
	}
	late := d.tokens.FirstRefreshToken(d.now)
	if s := d.tokens.rotate(d.now.Add(2*time.Hour), late); s != nil {
		t.Error("refresh token good after its life")
	}
	d.tokens.RevokeAll(true)
	if s := d.tokens.rotate(d.now, late); s != nil {
		t.Error("refresh token good after all were revoked")
	}
}
