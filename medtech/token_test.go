package medtech

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// azure answers the token endpoint and keeps what it was sent.
type azure struct {
	mu     sync.Mutex
	status int
	body   string
	seen   []*http.Request
	forms  []url.Values
}

func (a *azure) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body := []byte(nil)
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	if !strings.HasSuffix(r.URL.Path, "/token") {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}}, Body: io.NopCloser(strings.NewReader(bundle(doctors))), Request: r}, nil
	}
	form, _ := url.ParseQuery(string(body))
	a.seen, a.forms = append(a.seen, r), append(a.forms, form)
	status, text := a.status, a.body
	if status == 0 {
		status, text = 200, `{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"`+token(len(a.seen), nil)+`"}`
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

func azureClient(t *testing.T, a *azure, o *emr.Options) *Client {
	t.Helper()
	if o == nil {
		o = &emr.Options{}
	}
	o.HTTPClient = &http.Client{Transport: a}
	c, err := New(good(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// The form that Azure AD version 2 wants, with the secret in it and in no header, and
// nothing of Medtech's.
func TestToken_theRequestToAzure(t *testing.T) {
	t.Parallel()
	a := &azure{}
	c := azureClient(t, a, nil)
	for range 2 {
		if _, err := (parts{c}).ListPractitioners(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.seen) != 1 {
		t.Fatalf("%d tokens", len(a.seen))
	}
	r := a.seen[0]
	if got, want := r.Method+" "+r.URL.String(), "POST https://login.microsoftonline.com/"+DefaultTenantID+"/oauth2/v2.0/token"; got != want {
		t.Error(got)
	}
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.Header.Get("Authorization") != "" {
		t.Errorf("%v", r.Header)
	}
	for name := range r.Header {
		if strings.HasPrefix(name, "Mt-") {
			t.Errorf("%s goes to Azure", name)
		}
	}
	want := url.Values{"client_id": {"id"}, "client_secret": {"shh-shh-shh"}, "grant_type": {"client_credentials"}, "scope": {"api://x/.default"}}
	if got := a.forms[0].Encode(); got != want.Encode() {
		t.Error(got)
	}
}

// The usual errors of Azure say what to mend, and hold nothing of its words.
func TestToken_errorsSayWhatToMend(t *testing.T) {
	t.Parallel()
	for code, words := range map[string]string{
		"invalid_client": "MEDTECH_CLIENT_SECRET", "unauthorized_client": "MEDTECH_CLIENT_ID", "invalid_scope": "MEDTECH_API_SCOPE", "invalid_resource": "MEDTECH_API_SCOPE",
		"invalid_target": "MEDTECH_API_SCOPE", "invalid_request": "MEDTECH_TENANT_ID",
	} {
		a := &azure{status: 400, body: `{"error":"` + code + `","error_description":"AADSTS7000215: canary text","error_codes":[7000215],"correlation_id":"c"}`}
		c := azureClient(t, a, &emr.Options{Name: "kit-7"})
		kind := emr.KindAuth
		if strings.Contains(words, "SCOPE") {
			kind = emr.KindConfig
		}
		_, err := parts{c}.ListPractitioners(t.Context(), "")
		e := asError(err)
		if e == nil || e.Kind != kind || e.Code != code || !strings.Contains(e.Hint, words) || strings.Contains(err.Error(), "canary") || len(a.seen) != 1 || e.Name != "kit-7" || e.Vendor != vendor {
			t.Errorf("%s: %+v after %d requests", code, e, len(a.seen))
		}
		if _, err := c.Roles(t.Context()); emr.KindOf(err) != kind || !strings.Contains(asErrorIn(err).Hint, words) {
			t.Errorf("%s: %v", code, err)
		}
		if until, err := c.TokenExpires(t.Context()); emr.KindOf(err) != kind || !until.IsZero() {
			t.Errorf("%s: %v", code, err)
		}
		if _, err := c.MissingRoles(t.Context()); emr.KindOf(err) != kind {
			t.Errorf("%s: %v", code, err)
		}
	}
	a := &azure{status: 400, body: `{"error":"of_our_own"}`}
	if _, err := (parts{azureClient(t, a, nil)}).ListPractitioners(t.Context(), ""); emr.KindOf(err) != emr.KindAuth || strings.Contains(asErrorIn(err).Hint, "MEDTECH_TENANT_ID") {
		t.Error(err)
	}
}

func asErrorIn(err error) *emr.Error {
	if e := asError(err); e != nil {
		return e
	}
	return new(emr.Error)
}

// Connections that share have one token; an operator's Invalidate drops it for all, once.
func TestToken_isSharedAndDroppedOnce(t *testing.T) {
	t.Parallel()
	a, shared := &azure{}, emr.NewShared()
	t.Cleanup(func() { _ = shared.Close() })
	first, other := azureClient(t, a, &emr.Options{Shared: shared}), azureClient(t, a, &emr.Options{Shared: shared})
	ask := func(c *Client) {
		t.Helper()
		if _, err := (parts{c}).ListPractitioners(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	first.Invalidate() // there is none yet: nothing to drop
	ask(first)
	ask(other)
	if len(a.seen) != 1 {
		t.Fatalf("%d tokens for two that share", len(a.seen))
	}
	first.Invalidate()
	first.Invalidate()
	ask(first)
	ask(first)
	ask(other)
	if len(a.seen) != 2 {
		t.Errorf("%d tokens", len(a.seen))
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if _, err := (parts{first}).ListPractitioners(t.Context(), ""); emr.KindOf(err) != emr.KindConfig {
		t.Errorf("after Close: %v", err)
	}
}

// How long a token is good may be shown, the token not.
func TestToken_expires(t *testing.T) {
	t.Parallel()
	a := &azure{}
	c := azureClient(t, a, nil)
	for range 2 {
		until, err := c.TokenExpires(t.Context())
		if left := time.Until(until); err != nil || left > 3599*time.Second || left < 3500*time.Second {
			t.Errorf("%v, %v", until, err)
		}
	}
	if len(a.seen) != 1 {
		t.Errorf("%d tokens", len(a.seen))
	}
}

// The log of a connection hears of its tokens, and of no secret.
func TestToken_theLogIsTheConnections(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	a := &azure{status: 500, body: "canary text"}
	c := azureClient(t, a, &emr.Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	_, err := parts{c}.ListPractitioners(t.Context(), "")
	if err == nil || strings.Contains(log.String()+err.Error(), "canary") || strings.Contains(log.String(), "shh-shh") {
		t.Errorf("%v: %s", err, log.String())
	}
}

func TestFacility_idsThatGoIntoAHeader(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"F2N060-E": true, "12345678": true, "f2n060-e": true, strings.Repeat("x", 128): true, strings.Repeat("x", 129): false, "": false, "a b": false, "a\tb": false, "ä": false, "a\r\nb": false, "a\x00": false,
	} {
		c, w := connect(t, nil, reply{body: bundle(doctors)})
		for name, do := range map[string]func(context.Context) error{
			"do": func(ctx context.Context) error { return second(parts{c}.ListPractitioners(ctx, "")) },
			"open": func(ctx context.Context) error {
				return second(c.openBinary(ctx, opOpenDocument, emr.PatientID{}, "b1", ""))
			},
		} {
			w.seen = nil
			err := do(WithFacility(t.Context(), id))
			if ok != (len(w.seen) == 1) || ok && w.seen[0].Header.Get("mt-facilityid") != id {
				t.Errorf("%s of %q: %v, %d requests", name, id, err, len(w.seen))
			}
			if e := asError(err); !ok && (e == nil || e.Kind != emr.KindConfig || e.Vendor != vendor || e.Op == "" || !strings.Contains(e.Hint, "facility") || strings.Join(e.Fields, "") != "facility") {
				t.Errorf("%s of %q: %+v", name, id, e)
			}
		}
	}
}

func TestCorrelation_onlyAUUIDOfVersion4IsTakenAsOne(t *testing.T) {
	t.Parallel()
	for id, ok := range map[string]bool{
		"6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f": true, "6F1F3C1E-8F6A-4C1B-BD2E-0A1B2C3D4E5F": true, "6f1f3c1e-8f6a-1c1b-9d2e-0a1b2c3d4e5f": false, "6f1f3c1e-8f6a-7c1b-9d2e-0a1b2c3d4e5f": false,
		"6f1f3c1e-8f6a-4c1b-cd2e-0a1b2c3d4e5f": false, "6f1f3c1e-8f6a-4c1b-1d2e-0a1b2c3d4e5f": false, "6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5g": false, "6f1f3c1e8f6a-4c1b-9d2e-0a1b2c3d4e5f-": false,
		"": false, "6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5": false, "6f1f3c1e-8f6a-4c1b-9d2e0-a1b2c3d4e5f": false, "6f1f3c1e-8f6a-4c1b9-d2e-0a1b2c3d4e5f": false, "6f1f3c1e-8f6a4-c1b-9d2e-0a1b2c3d4e5f": false,
		"6f1f3c1e08f6a-4c1b-9d2e-0a1b2c3d4e5f": false, "6f1f3c1e-8f6a04c1b-9d2e-0a1b2c3d4e5f": false, "6f1f3c1e-8f6a-4c1b09d2e-0a1b2c3d4e5f": false, "6f1f3c1e-8f6a-4c1b-9d2e00a1b2c3d4e5f": false,
	} {
		if isUUID4(id) != ok {
			t.Errorf("%q", id)
		}
	}
}
