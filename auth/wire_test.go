package auth_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func TestRequest_carriesNothingButTheForm(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	cfg := srv.Config()
	cfg.HTTPClient = nil // our own connections
	cfg.Scopes = []string{"patient/*.read", "slot/*.read"}
	cfg.Extra = map[string][]string{"site_id": {"17"}}
	token(t, newCache(t, cfg))
	r := srv.Requests()[0]
	want := []string{"Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "User-Agent"}
	if got := slices.Sorted(maps.Keys(r.Header)); !slices.Equal(got, want) {
		t.Errorf("headers %v, want %v", got, want)
	}
	for name, want := range map[string]string{
		"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "emrkit",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	wantForm := map[string]string{
		"grant_type": "client_credentials", "client_id": "client-1", "client_secret": "secret-of-client-1",
		"scope": "patient/*.read slot/*.read", "site_id": "17",
	}
	if len(r.Form) != len(wantForm) {
		t.Errorf("%d form fields, want %d", len(r.Form), len(wantForm))
	}
	for name, want := range wantForm {
		if got := r.Form.Get(name); got != want {
			t.Errorf("form field %s is wrong", name)
		}
	}
}

func TestRequest_usesNoKeptConnectionOfTheCallers(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	token(t, newCache(t, srv.Config()))
	if got := srv.Requests()[0].Header.Get("Connection"); got != "close" {
		t.Errorf("Connection: %q: the next refresh token could go into a dead one", got)
	}
}

func TestRequest_basicStyleEscapesIDAndSecret(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, &authtest.Options{ClientID: "id:with colon", ClientSecret: "secret-of-+/%:&= ä"})
	cfg := srv.Config()
	cfg.Style = auth.InHeader
	token(t, newCache(t, cfg))
	r := srv.Requests()[0]
	if r.Form.Has("client_id") || r.Form.Has("client_secret") || r.Header.Get("Authorization") == "" {
		t.Error("id and secret belong into the header only")
	}
	cfg.ClientSecret = auth.NewSecret("secret-of-wrong")
	wantKind(t, failure(t, newCache(t, cfg)), emr.KindAuth)
	wantCount(t, srv, 2) // the style is not probed
}

func TestFault_C5_callersClientIsNotModifiedAndItsRulesDoNotCount(t *testing.T) {
	t.Parallel()
	srv, other := authtest.New(t, nil), authtest.New(t, nil)
	srv.Fail(1, authtest.Redirect(307, other.URL()))
	jar, _ := cookiejar.New(nil)
	asked := false
	client := &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error {
		asked = true
		return nil
	}}
	cfg := srv.Config()
	cfg.HTTPClient = client
	c := newCache(t, cfg)
	wantKind(t, failure(t, c), emr.KindUntrustedURL)
	wantCount(t, other, 0)
	if asked || client.Jar != jar || client.Transport != nil || client.CheckRedirect == nil || client.Timeout != time.Minute {
		t.Error("the caller's client was changed or asked")
	}
}

func TestRequest_timeoutOfTheCallersClientCounts(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	srv.FailAll(authtest.Hang())
	cfg := srv.Config()
	cfg.HTTPClient = &http.Client{Timeout: 50 * time.Millisecond}
	began := time.Now()
	wantKind(t, failure(t, newCache(t, cfg)), emr.KindTimeout)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestKinds_ofAnswers(t *testing.T) {
	t.Parallel()
	json := func(status int, code string) authtest.Fault {
		return authtest.Answer(status, "application/json", `{"error":"`+code+`"}`)
	}
	for _, tt := range []struct {
		name  string
		fault authtest.Fault
		kind  emr.Kind
		login bool
	}{
		{"invalid_client", json(401, "invalid_client"), emr.KindAuth, false},
		{"invalid_client with 400", json(400, "invalid_client"), emr.KindAuth, false},
		{"invalid_client with 500", json(500, "invalid_client"), emr.KindAuth, false},
		{"invalid_client with 200", json(200, "invalid_client"), emr.KindAuth, false},
		{"unauthorized_client", json(400, "unauthorized_client"), emr.KindAuth, false},
		{"invalid_grant", json(400, "invalid_grant"), emr.KindAuth, false},
		{"invalid_request", json(400, "invalid_request"), emr.KindAuth, false},
		{"access_denied", json(403, "access_denied"), emr.KindAuth, false},
		{"interaction_required", json(400, "interaction_required"), emr.KindAuth, true},
		{"invalid_scope", json(400, "invalid_scope"), emr.KindConfig, false},
		{"invalid_resource", json(400, "invalid_resource"), emr.KindConfig, false},
		{"invalid_target", json(400, "invalid_target"), emr.KindConfig, false},
		{"unsupported_grant_type", json(400, "unsupported_grant_type"), emr.KindConfig, false},
		{"404", authtest.Answer(404, "text/plain", "Cannot POST /connect/token"), emr.KindConfig, false},
		{"405", authtest.Answer(405, "text/plain", ""), emr.KindConfig, false},
		{"403 of a firewall", authtest.Answer(403, "text/html", "<html>blocked"), emr.KindAuth, false},
		{"429", authtest.Answer(429, "text/plain", "", "Retry-After", "60"), emr.KindRateLimited, false},
		{"500", authtest.Answer(500, "text/plain", ""), emr.KindUnavailable, false},
		{"503 with date", authtest.Answer(503, "", "", "Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"), emr.KindUnavailable, false},
		{"temporarily_unavailable", json(503, "temporarily_unavailable"), emr.KindUnavailable, false},
		{"cut", authtest.Cut(), emr.KindUnavailable, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := authtest.New(t, nil)
			srv.FailAll(tt.fault)
			c := newCache(t, srv.Config())
			auth.Hasten(c)
			e := failure(t, c)
			wantKind(t, e, tt.kind)
			if e.Hint == "" {
				t.Error("no hint")
			}
			if got := emr.KindOf(e) == emr.KindAuth && errorIs(e, emr.ErrLoginRequired); got != tt.login {
				t.Errorf("ErrLoginRequired: %v, want %v", got, tt.login)
			}
			noSecrets(t, srv, e)
		})
	}
}

func TestKinds_ofBrokenConnections(t *testing.T) {
	t.Parallel()
	banner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = banner.Close() })
	dials := make(chan struct{}, 10)
	go func() {
		for {
			c, err := banner.Accept()
			if err != nil {
				return
			}
			dials <- struct{}{}
			_, _ = c.Read(make([]byte, 1)) // net/http throws away what comes before
			_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.6 secret-of-nobody\r\n")
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
		}
	}()
	arrived := false
	unknown := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived = true }))
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknown.StartTLS()
	t.Cleanup(unknown.Close)
	srv := authtest.New(t, nil)
	for name, tt := range map[string]struct {
		url  string
		kind emr.Kind
		hint string
	}{
		"closed port":       {"http://127.0.0.1:1/token", emr.KindUnavailable, "no connection"},
		"no such host":      {"https://no-such-host.invalid/token", emr.KindUnavailable, ""},
		"not HTTP":          {"http://" + banner.Addr().String() + "/token", emr.KindProtocol, "HTTP"},
		"unknown authority": {unknown.URL + "/token", emr.KindUnavailable, "certificate"},
		"no TLS there":      {"https" + strings.TrimPrefix(srv.URL(), "http"), emr.KindUnavailable, "TLS"},
	} {
		cfg := srv.Config()
		cfg.TokenURL, cfg.HTTPClient = tt.url, nil
		c := newCache(t, cfg)
		auth.Hasten(c)
		e := failure(t, c)
		wantKind(t, e, tt.kind)
		wantIn(t, e.Hint, tt.hint)
		noSecrets(t, srv, e)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if n := len(dials); n != 1 || arrived || srv.Count() != 0 {
		t.Errorf("%d dials to what speaks no HTTP; request behind an unknown certificate: %v", n, arrived)
	}
}

func TestFault_H10_endlessAndCompressedAnswersAreCut(t *testing.T) {
	t.Parallel()
	var zip bytes.Buffer
	w := gzip.NewWriter(&zip)
	_, _ = w.Write(make([]byte, 2<<20))
	_ = w.Close()
	srv := authtest.New(t, nil)
	srv.FailAll(authtest.Answer(200, "application/json", zip.String(), "Content-Encoding", "gzip"))
	e := failure(t, newCache(t, srv.Config()))
	wantKind(t, e, emr.KindProtocol)
	wantIn(t, e.Hint, "longer")
	srv.FailAll(authtest.Answer(401, "application/json", zip.String(), "Content-Encoding", "gzip"))
	wantKind(t, failure(t, newCache(t, srv.Config())), emr.KindAuth)
	wantCount(t, srv, 2)
}
