package patientaccess

import (
	stdcmp "cmp"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// The invented person of the fixtures, her visit and her doctor.
const (
	zelda  = "a3f1c2d4-1111-4aaa-8bbb-000000000001"
	letter = "f1f1c2d4-5555-4aaa-8bbb-000000000005"
)

const testSecret, testRefresh = "kit-secret-0001", "kit-refresh-0001"

// reply is one prepared answer.
type reply struct {
	status int    // 0 is 200
	kind   string // Content-Type; "" is FHIR in JSON
	body   string
	cut    bool // no answer: the connection breaks
}

// fakeServer answers requests; none leaves the process.
type fakeServer struct {
	t      testing.TB
	mu     sync.Mutex
	answer func(req *http.Request) reply // for all but the token endpoint
	token  reply                         // zero: a token
	seen   []*http.Request
	tokens []url.Values
}

func (g *fakeServer) RoundTrip(req *http.Request) (*http.Response, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := reply{body: `{"access_token":"kit-token-0001","token_type":"Bearer","expires_in":3600,"refresh_token":"kit-refresh-0002"}`, kind: "application/json"}
	if strings.HasSuffix(req.URL.Path, "/token") && req.Method == http.MethodPost {
		body, _ := io.ReadAll(req.Body)
		form, err := url.ParseQuery(string(body))
		if err != nil || req.URL.Host != "fhir.nextgen.com" {
			g.t.Errorf("a token request to %s (%v)", req.URL.Host, err)
		}
		g.tokens = append(g.tokens, form)
		if g.token != (reply{}) {
			r = g.token
		}
	} else {
		if req.URL.Host != "fhir.nextgen.com" && req.Header.Get("Authorization") != "" {
			g.t.Errorf("a token went to %s", req.URL.Host)
		}
		g.seen = append(g.seen, req)
		r = g.answer(req)
	}
	if req.Body != nil {
		_ = req.Body.Close()
	}
	if r.cut {
		return nil, io.ErrUnexpectedEOF
	}
	h := http.Header{"Content-Type": {stdcmp.Or(r.kind, "application/fhir+json")}}
	status := r.status
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(r.body)), Request: req}, nil
}

// requests are the paths and queries of the data calls so far.
func (g *fakeServer) requests() (all []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.seen {
		all = append(all, strings.TrimPrefix(strings.TrimPrefix(r.URL.RequestURI(), "/nge/prod/fhir-api-r4/fhir/r4"), "/nge/prod/fhir-api/fhir/dstu2"))
	}
	return all
}

// always answers everything alike.
func always(body string) func(*http.Request) reply {
	return func(*http.Request) reply { return reply{body: body} }
}

// inTurn answers one after another, the last again and again.
func inTurn(all ...string) func(*http.Request) reply {
	n := -1
	return func(*http.Request) reply {
		n = min(n+1, len(all)-1)
		return reply{body: all[n]}
	}
}

func testConfig(v Version) Config {
	return Config{
		ClientID: "kit-app", ClientSecret: auth.NewSecret(testSecret), RedirectURL: "https://app.example.com/callback",
		Version: v, RefreshToken: auth.NewSecret(testRefresh),
	}
}

// open connects to a gateway that answers as told.
func open(t testing.TB, v Version, answer func(*http.Request) reply) (*Client, *fakeServer) {
	t.Helper()
	return openWith(t, testConfig(v), nil, answer)
}

func openWith(t testing.TB, cfg Config, o *emr.Options, answer func(*http.Request) reply) (*Client, *fakeServer) {
	t.Helper()
	g := &fakeServer{t: t, answer: answer}
	if o == nil {
		o = &emr.Options{}
	}
	o.HTTPClient = &http.Client{Transport: g}
	o.Retry = &emr.Retry{Attempts: 1}
	c, err := New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, g
}

// own reads a fixture of ours.
func own(t testing.TB, name string) string {
	t.Helper()
	return string(vendortest.Fixture(t, "../../testdata/nextgen/patient-access/"+name))
}

func golden[T any](t testing.TB, name string, got T) {
	t.Helper()
	vendortest.Golden(t, "../../testdata/nextgen/patient-access/"+name, got, cmp.Options{
		cmpopts.IgnoreTypes(emr.Source{}),
	})
}

func person() *emr.Patient { return &emr.Patient{ID: emr.NewPatientID(zelda)} }

func wantKind(t testing.TB, err error, kind emr.Kind) *emr.Error {
	t.Helper()
	e := asError(err)
	if e == nil || e.Kind != kind {
		t.Fatalf("got %v, want %s", err, kind)
	}
	return e
}

// collect reads a search to its end.
func collect(c *Client, t testing.TB, resourceType string, q *fhir.Query) (ids []string, err error) {
	t.Helper()
	for r, err := range c.Search(t.Context(), resourceType, q) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, r.ResourceID())
	}
	return ids, nil
}
