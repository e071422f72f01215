package nextech

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

const testPractice = "7d3c0f52-0000-4000-8000-000000000099"

// step is one exchange of a replay: the request that must come, and the answer.
type step struct {
	want   string // name of the .request.http fixture, "" for any request
	answer string // name of the .response.json fixture, "" for no body
	body   string // answer written out, where no fixture is needed
	status int    // 0 is 200
	header http.Header
}

// replay answers the requests of a client in order, and checks each.
type replay struct {
	t       *testing.T
	product Product
	mu      sync.Mutex
	steps   []step
	seen    []*http.Request
	bodies  []string
}

// connect makes a client whose requests are answered by steps; the test fails when
// fewer or more come.
func connect(t *testing.T, product Product, edit func(*Config), steps ...step) (*Client, *replay) {
	t.Helper()
	r := &replay{t: t, product: product, steps: steps}
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(r.answer)
	cfg := Config{Product: product, StaticToken: auth.NewSecret("test-token"), PracticeID: testPractice, RequestsPerSecond: 1000}
	if edit != nil {
		edit(&cfg)
	}
	out := &vendortest.Outputs{}
	o := out.Watch(&emr.Options{HTTPClient: &http.Client{Transport: mock}, Retry: &emr.Retry{BaseDelay: time.Millisecond}, Name: "west"})
	c, err := New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		out.Check(t, len(r.seen), leak)
		if left := len(r.steps); left > 0 && !t.Failed() {
			t.Errorf("%d expected requests did not come", left)
		}
	})
	return c, r
}

func (r *replay) answer(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	r.seen, r.bodies = append(r.seen, req), append(r.bodies, string(body))
	if len(r.steps) == 0 {
		r.t.Errorf("unexpected request: %s %s", req.Method, req.URL)
		return httpmock.NewStringResponse(500, ""), nil
	}
	s := r.steps[0]
	r.steps = r.steps[1:]
	if s.want != "" {
		vendortest.CheckRequest(r.t, r.fixture(s.want+".request.http"), req, body)
	}
	out := s.body
	if s.answer != "" {
		out = string(r.fixture(s.answer + ".response.json"))
	}
	if s.status == 0 {
		s.status = 200
	}
	res := httpmock.NewStringResponse(s.status, out)
	res.Header.Set("Content-Type", "application/fhir+json; charset=utf-8")
	for name, values := range s.header {
		res.Header[name] = values
	}
	res.Request = req
	return res, nil
}

func (r *replay) fixture(name string) []byte { return readFixture(r.t, string(r.product)+"/"+name) }

func readFixture(t testing.TB, name string) []byte { return vendortest.Fixture(t, "nextech/"+name) }

// golden compares got with {product}/{name}.golden.json.
func golden[T any](t *testing.T, product Product, name string, got T) {
	t.Helper()
	vendortest.Golden(t, "nextech/"+string(product)+"/"+name, got)
}
