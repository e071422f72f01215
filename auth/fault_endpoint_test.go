package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func TestFault_A5_refusalIsNotRepeatedAndTellsTheCodeOnly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault authtest.Fault
		code  string
	}{
		{"400 page that echoes the request", authtest.Echo(400), ""},
		{"401 page that echoes the request", authtest.Echo(401), ""},
		{"401 OAuth error that echoes the request", authtest.Refuse(401, "invalid_client"), "invalid_client"},
		{"400 OAuth error with an unknown code", authtest.Refuse(400, "some_new_code"), ""},
		{"error code that is the secret", authtest.Refuse(400, "secret-of-client-1"), ""},
		{"error code that is a sentence", authtest.Refuse(400, "you sent secret-of-client-1"), ""},
		{"empty 401", authtest.Answer(401, "", ""), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := authtest.New(t, nil)
			srv.FailAll(tt.fault)
			e := failure(t, newCache(t, srv.Config()))
			wantKind(t, e, emr.KindAuth)
			wantCount(t, srv, 1)
			if e.Code != tt.code {
				t.Errorf("code %q, want %q", e.Code, tt.code)
			}
			noSecrets(t, srv, e)
			if e.Op != "get token" || e.Vendor != "authtest" || e.Hint == "" {
				t.Errorf("op, vendor or hint missing: %v", e)
			}
		})
	}
}

func TestFault_A5_vendorsWordsAreInDetail(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	srv.FailAll(authtest.Answer(400, "application/json", `{"error":"invalid_client","error_description":"AADSTS7000222: keys are expired"}`))
	e := failure(t, newCache(t, srv.Config()))
	if got := e.Detail(); got != "AADSTS7000222: keys are expired" {
		t.Errorf("detail %q", got)
	}
	if strings.Contains(e.Error(), "AADSTS") {
		t.Errorf("the vendor's words are in the text: %v", e)
	}
}

func TestFault_A5_detailIsScrubbedOfWhatWasSent(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, &authtest.Options{ClientSecret: "secret-of+/="})
	srv.FailAll(authtest.Answer(400, "application/json",
		`{"error":"invalid_client","error_description":"bad secret secret-of+/= in client_secret=secret-of%2B%2F%3D"}`))
	e := failure(t, newCache(t, srv.Config()))
	if got := e.Detail(); got != "bad secret [redacted] in client_secret=[redacted]" {
		t.Errorf("detail %q", got)
	}
}

func TestGrant_clientCredentialsNeedNoRefreshToken(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	srv.FailAll(authtest.Member("refresh_token", `"unasked"`))
	if tok := token(t, newCache(t, srv.Config())); !tok.Refresh.IsZero() {
		t.Error("a refresh token nobody stores")
	}
}

func TestFault_A6_redirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		srv, other := authtest.New(t, nil), authtest.New(t, nil)
		srv.FailAll(authtest.Redirect(status, other.URL()+"?client_secret=echo"))
		e := failure(t, newCache(t, srv.Config()))
		wantKind(t, e, emr.KindUntrustedURL)
		wantCount(t, srv, 1)
		wantCount(t, other, 0)
		noSecrets(t, srv, e)
		if strings.Contains(e.Error(), "echo") {
			t.Errorf("the target's query is in the text: %v", e)
		}
	}
	srv := authtest.New(t, nil)
	srv.FailAll(authtest.Redirect(307, "/elsewhere"))
	wantKind(t, failure(t, newCache(t, srv.Config())), emr.KindUntrustedURL)
	wantCount(t, srv, 1)
}

func TestFault_A7_oddLifetimes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw  string
		want time.Duration
	}{
		{``, 5 * time.Minute},
		{`0`, 5 * time.Minute},
		{`null`, 5 * time.Minute},
		{`"abc"`, 5 * time.Minute},
		{`""`, 5 * time.Minute},
		{`"NaN"`, 5 * time.Minute},
		{`true`, 5 * time.Minute},
		{`{"seconds":3600}`, 5 * time.Minute},
		{`3600`, time.Hour},
		{`"3600"`, time.Hour},
		{`" 3599 "`, 3599 * time.Second},
		{`3599.9`, 3599*time.Second + 900*time.Millisecond},
		{`"3599.9"`, 3599*time.Second + 900*time.Millisecond},
		{`100000000000000`, 24 * time.Hour},
		{`1e400`, 24 * time.Hour},
		{`9223372037`, 24 * time.Hour},
	} {
		srv := authtest.New(t, nil)
		srv.FailAll(authtest.ExpiresIn(tt.raw))
		c := newCache(t, srv.Config())
		tok := token(t, c)
		if got := tok.Expires.Sub(tok.Issued); got.Round(time.Millisecond) != tt.want {
			t.Errorf("expires_in %s: life %v, want %v", tt.raw, got, tt.want)
		}
		if token(t, c) != tok {
			t.Errorf("expires_in %s: not cached", tt.raw)
		}
		wantCount(t, srv, 1)
	}
}

func TestFault_A7_negativeLifeIsForOneUse(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`-1`, `"-3600"`, `-1e400`} {
		srv := authtest.New(t, nil)
		srv.FailAll(authtest.ExpiresIn(raw))
		c := newCache(t, srv.Config())
		first, second := token(t, c), token(t, c)
		if access(t, first) == access(t, second) {
			t.Errorf("expires_in %s: the token was used twice", raw)
		}
		wantCount(t, srv, 2)
	}
}

func TestFault_A7_azureV1Answer(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, &authtest.Options{AzureV1: true, Life: 3599 * time.Second})
	cfg := srv.Config()
	cfg.Resource = "urn:api"
	tok := token(t, newCache(t, cfg))
	if got := tok.Expires.Sub(tok.Issued); got != 3599*time.Second {
		t.Errorf("life %v", got)
	}
	if len(tok.Scopes) != 1 || tok.Scopes[0] != "user_impersonation" {
		t.Errorf("scopes %v", tok.Scopes)
	}
	srv.FailAll(authtest.ExpiresIn("")) // expires_on stays
	tok = token(t, newCache(t, cfg))
	if got := tok.Expires.Sub(tok.Issued); got < 3597*time.Second || got > 3601*time.Second {
		t.Errorf("life by expires_on %v", got)
	}
}

func TestFault_A16_unusableTokenIsNeverHandedOut(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]authtest.Fault{
		"type mac":          authtest.Member("token_type", `"mac"`),
		"type DPoP":         authtest.Member("token_type", `"DPoP"`),
		"empty token":       authtest.Member("access_token", `""`),
		"no token":          authtest.Member("access_token", ``),
		"null token":        authtest.Member("access_token", `null`),
		"numeric token":     authtest.Member("access_token", `17`),
		"token with CR LF":  authtest.Member("access_token", `"abc\r\nX-Evil: 1"`),
		"token with blanks": authtest.Member("access_token", `"a b"`),
		"non-ASCII token":   authtest.Member("access_token", `"tök"`),
		"list as refresh":   authtest.Member("refresh_token", `[]`),
		"login page":        authtest.Echo(200),
		"no content":        authtest.Answer(204, "", ""),
		"null":              authtest.Answer(200, "application/json", `null`),
		"array":             authtest.Answer(200, "application/json", `[]`),
		"second value":      authtest.Answer(200, "application/json", `{"access_token":"a"}{"access_token":"b"}`),
		"member twice":      authtest.Answer(200, "application/json", `{"access_token":"a","access_token":"b"}`),
		"other letter case": authtest.Answer(200, "application/json", `{"Access_Token":"a"}`),
		"cut JSON":          authtest.Answer(200, "application/json", `{"access_token":"a`),
		"70 KiB of blanks":  authtest.Answer(200, "application/json", `{"access_token":"a"}`+strings.Repeat(" ", 70<<10)),
		"70 KiB":            authtest.Answer(200, "application/json", `{"access_token":"`+strings.Repeat("a", 70<<10)+`"}`),
	} {
		srv := authtest.New(t, nil)
		srv.FailAll(fault)
		e := failure(t, newCache(t, srv.Config()))
		wantKind(t, e, emr.KindProtocol)
		if t.Failed() {
			t.Fatal(name)
		}
		wantCount(t, srv, 1)
		noSecrets(t, srv, e)
	}
}

func TestFault_A16_missingTypeAndByteOrderMarkAreAccepted(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	for _, f := range []authtest.Fault{
		authtest.Member("token_type", ""), authtest.Member("token_type", `"BEARER"`),
		authtest.Answer(200, "text/plain", "\ufeff"+`{"access_token":"a","token_type":"bearer"}`),
	} {
		srv.Fail(1, f)
		if tok := token(t, newCache(t, srv.Config())); tok.Type != "Bearer" {
			t.Errorf("type %q", tok.Type)
		}
	}
}

func TestConfig_aSourceThatNeverRenews(t *testing.T) {
	t.Parallel()
	s := auth.Static(auth.NewSecret("api-key"))
	tok := token(t, s)
	if access(t, tok) != "api-key" || tok.Type != "Bearer" || !tok.Expires.IsZero() {
		t.Error("the static token is not what was given")
	}
}
