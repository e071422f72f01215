package nextgen

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// What the tests' connection is made of; all invented.
const (
	testSecret     = "nextgen-kit-secret-0001"
	testSite       = "5e1d0c1a-0b1c-4a52-9d3e-7f60a1b2c3d4"
	testEnterprise = "00002"
	testPractice   = "0006"
	testSession    = "c2Vzc2lvbi1vZi1raXQ="
	testPerson     = "5b1f0c2e-7a41-4a58-9b1e-2f60c1d9a001"
	apiPath        = "/nge/prod/nge-api/api"
)

// reply is one prepared answer.
type reply struct {
	status int // 0 is 200
	body   string
	header http.Header
	kind   string // Content-Type; "" is JSON
	cut    bool   // no answer: the connection breaks
}

// wire answers the requests of a client in order, the last reply again and again. Tokens
// and practice selections are answered aside.
type wire struct {
	t       testing.TB
	mu      sync.Mutex
	replies []reply
	routes  map[string]reply // "GET /master/events": answered aside
	login   []reply          // of practice selections, in order; then testSession again and again
	seen    []*http.Request
	bodies  []string
	tokens  []string // forms
	logins  []*http.Request
	chosen  []string // bodies of practice selections
	log     bytes.Buffer
	wait    chan struct{} // practice selections wait for it; nil: they do not
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	isLogin := strings.HasSuffix(req.URL.Path, loginPath)
	if isLogin && w.wait != nil {
		select {
		case <-w.wait:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	answer := func(r reply) (*http.Response, error) {
		if r.cut {
			return nil, io.ErrUnexpectedEOF
		}
		h := http.Header{"Content-Type": {cmp.Or(r.kind, "application/json")}}
		for name, values := range r.header {
			h[http.CanonicalHeaderKey(name)] = values
		}
		return &http.Response{StatusCode: cmp.Or(r.status, 200), Header: h, Body: io.NopCloser(strings.NewReader(r.body)), Request: req}, nil
	}
	switch {
	case strings.HasSuffix(req.URL.Path, "/token"):
		if req.Header.Get(sessionHeader) != "" || req.URL.RawQuery != "" {
			w.t.Errorf("the token endpoint gets a session id or a query")
		}
		w.tokens = append(w.tokens, string(body))
		return answer(reply{body: fmt.Sprintf(`{"token_type":"Bearer","expires_in":3600,"access_token":"eyJ-kit-%d"}`, len(w.tokens))})
	case isLogin:
		w.logins, w.chosen = append(w.logins, req), append(w.chosen, string(body))
		if len(w.login) > 0 {
			r := w.login[0]
			w.login = w.login[1:]
			return answer(r)
		}
		return answer(reply{body: "200", header: http.Header{"x-ng-sessionid": {testSession}}})
	}
	if r, ok := w.routes[req.Method+" "+strings.TrimPrefix(req.URL.Path, apiPath)]; ok {
		return answer(r)
	}
	w.seen, w.bodies = append(w.seen, req), append(w.bodies, string(body))
	r := reply{status: 500}
	if len(w.replies) > 0 {
		r = w.replies[0]
		if len(w.replies) > 1 {
			w.replies = w.replies[1:]
		}
	}
	return answer(r)
}

// asked are the requests that were not answered aside: "GET /master/events?$top=100".
func (w *wire) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, r := range w.seen {
		all = append(all, r.Method+" "+strings.TrimPrefix(r.URL.RequestURI(), apiPath))
	}
	return all
}

// testConfig is a complete one.
func testConfig(t testing.TB) Config {
	t.Helper()
	return Config{
		ClientID: "kit", ClientSecret: auth.NewSecret(testSecret), SiteID: testSite, EnterpriseID: testEnterprise, PracticeID: testPractice, Zone: zone(t, "America/New_York"),
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// connect makes a client whose requests are answered by replies.
func connect(t testing.TB, edit func(*Config), replies ...reply) (*Client, *wire) {
	t.Helper()
	w := &wire{t: t, replies: replies, routes: map[string]reply{}}
	return w.connect(t, edit, nil), w
}

// connect makes another client on the same wire.
func (w *wire) connect(t testing.TB, edit func(*Config), shared *emr.Shared) *Client {
	t.Helper()
	cfg := testConfig(t)
	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg, &emr.Options{
		HTTPClient: &http.Client{Transport: w}, Retry: &emr.Retry{BaseDelay: time.Millisecond}, Shared: shared,
		Logger: slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// listed is an envelope of rows without another page.
func listed(rows ...string) string {
	return `{"items":[` + strings.Join(rows, ",") + `],"nextPageLink":null,"count":null}`
}

// wantError checks the kind and gives the error.
func wantError(t testing.TB, err error, kind emr.Kind) *emr.Error {
	t.Helper()
	e, ok := errors.AsType[*emr.Error](err)
	if !ok || e.Kind != kind {
		t.Fatalf("got %v, want kind %s", err, kind)
	}
	return e
}
