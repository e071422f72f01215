package nextech

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jarcoal/httpmock"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
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
	out := &outputs{}
	o := out.watch(&emr.Options{HTTPClient: &http.Client{Transport: mock}, Retry: &emr.Retry{BaseDelay: time.Millisecond}, Name: "west"})
	c, err := New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		out.check(t, len(r.seen))
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
		checkRequest(r.t, r.fixture(s.want+".request.http"), req, body)
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

func readFixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "nextech", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// checkRequest compares a request with a fixture: request line and headers to the
// letter, the body as JSON. User-Agent and the like may come on top, vendor headers not.
func checkRequest(t *testing.T, fixture []byte, req *http.Request, body []byte) {
	t.Helper()
	head, wantBody, _ := strings.Cut(string(fixture), "\n\n")
	lines := strings.Split(head, "\n")
	want := map[string]string{}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ": ")
		want[http.CanonicalHeaderKey(name)] = value
	}
	if got := req.Method + " " + req.URL.RequestURI() + " HTTP/1.1"; got != lines[0] {
		t.Errorf("request line\n got %s\nwant %s", got, lines[0])
	}
	if req.URL.Host != want["Host"] {
		t.Errorf("host %s, want %s", req.URL.Host, want["Host"])
	}
	delete(want, "Host")
	got := map[string]string{}
	for name, values := range req.Header {
		if name != "User-Agent" && name != "Accept-Encoding" {
			got[name] = strings.Join(values, ", ")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got)\n%s", diff)
	}
	if strings.TrimSpace(wantBody) == "" {
		if len(body) > 0 {
			t.Errorf("a body of %d bytes where none is wanted", len(body))
		}
		return
	}
	if diff := cmp.Diff(anyJSON(t, []byte(wantBody)), anyJSON(t, body)); diff != "" {
		t.Errorf("body (-want +got)\n%s", diff)
	}
}

func anyJSON(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, data)
	}
	return v
}

// models compares ids as they are and times with their offset.
var models = cmp.Options{
	cmpopts.EquateComparable(emr.PatientID{}, emr.AppointmentID{}, emr.DocumentID{}, emr.EncounterID{}),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b time.Time) bool {
		_, x := a.Zone()
		_, y := b.Zone()
		return a.Equal(b) && x == y
	}),
	cmpopts.IgnoreFields(emr.Slot{}, "Key"),
}

// golden compares got with {product}/{name}.golden.json.
func golden[T any](t *testing.T, product Product, name string, got T) {
	t.Helper()
	var want T
	d := json.NewDecoder(bytes.NewReader(readFixture(t, string(product)+"/"+name+".golden.json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&want); err != nil {
		t.Fatalf("golden %s: %v", name, err)
	}
	if diff := cmp.Diff(want, got, models); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}
