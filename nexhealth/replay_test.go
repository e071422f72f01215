package nexhealth

import (
	stdcmp "cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jarcoal/httpmock"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// The connection of the replayed tests.
const (
	testKey       = "nhk-replay-key-0001"
	testSubdomain = "north-pier-dental"
	testLocation  = "9001"
)

// step is one exchange of a replay: the request that must come, and the answer.
type step struct {
	want   string // name of the .request.http fixture, "" for any request
	route  string // "GET /locations": the request line must begin with it; "" for any
	answer string // name of the .response.json fixture, "" for no body
	body   string // answer written out, where no fixture is needed
	status int    // 0 is 200
	header http.Header
}

// replay answers the requests of a client in order, and checks each. Tokens are bought
// aside, and the directory is answered aside where dir is set.
type replay struct {
	t       *testing.T
	mu      sync.Mutex
	steps   []step
	seen    []*http.Request
	bodies  []string
	tokens  int
	life    time.Duration     // of the tokens; 0: an hour
	aside   map[string]string // "GET /locations" → body, for requests a test is not about
	refused map[string]bool   // tokens that data calls refuse
	before  func()            // called before each answer of steps; nil: nothing
}

// jwt makes a token like NexHealth's, unsigned.
func jwt(n int, issued time.Time, life time.Duration) string {
	part := func(v any) string {
		data, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	return part(map[string]string{"alg": "HS256"}) + "." +
		part(map[string]any{"sub": "1", "scp": "api_user", "iat": issued.Unix(), "exp": issued.Add(life).Unix(), "jti": strconv.Itoa(n)}) + ".c2lnbmF0dXJl"
}

// tokenAnswer is what POST /authenticates gives.
func tokenAnswer(token string) string {
	return `{"code":true,"description":"Authenticated","error":[],"data":{"token":"` + token + `"}}`
}

// good wraps data in an envelope.
func good(data string) string {
	return `{"code":true,"description":null,"error":[],"data":` + data + `}`
}

// listed wraps the records of one whole cursor list.
func listed(records ...string) string {
	return `{"code":true,"description":null,"error":[],"data":[` + strings.Join(records, ",") +
		`],"page_info":{"has_previous_page":false,"has_next_page":false,"start_cursor":"c1","end_cursor":"c2"}}`
}

// office is GET /locations with the connection's location.
const office = `{"code":true,"description":null,"error":[],"data":[{"id":31,"name":"North Pier Dental","subdomain":"north-pier-dental","locations":[
	{"id":9001,"name":"Harbour Street","institution_id":31,"street_address":"4 Harbour Street","city":"Portland","state":"ME","zip_code":"04101","phone_number":"2075550142","tz":"America/New_York","insert_appt_client":true,"map_by_operatory":false,"inactive":false}]}],"count":1}`

// connect makes a client whose requests are answered by steps; the test fails when fewer
// or more come. Whatever the client says is looked through at the end: see leak.
func connect(t *testing.T, edit func(*Config), steps ...step) (*Client, *replay) {
	t.Helper()
	r := &replay{t: t, steps: steps, aside: map[string]string{}, refused: map[string]bool{}}
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(r.answer)
	cfg := testConfig()
	if edit != nil {
		edit(&cfg)
	}
	out := &vendortest.Outputs{}
	o := out.Watch(&emr.Options{HTTPClient: &http.Client{Transport: mock}, Retry: &emr.Retry{BaseDelay: time.Millisecond}, Name: "pier"})
	c, err := New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Close()
		r.mu.Lock()
		defer r.mu.Unlock()
		out.Check(t, len(r.seen), leak)
		if left := len(r.steps); left > 0 && !t.Failed() {
			t.Errorf("%d expected requests did not come", left)
		}
	})
	return c, r
}

func testConfig() Config {
	return Config{
		APIKey: auth.NewSecret(testKey), Subdomain: testSubdomain, Location: testLocation,
		Limits: Limits{PerSecond: 10_000, SchedulePerSecond: 10_000, RecordsPerMinute: 100_000, OthersPerMinute: 100_000},
	}
}

// also answers requests that a test is not about: "GET /locations" with body.
func (r *replay) also(line, body string) *replay {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.aside[line] = body
	return r
}

func (r *replay) answer(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	line := req.Method + " " + req.URL.Path
	if line == "POST /authenticates" {
		r.tokens++
		return reply(req, 201, tokenAnswer(jwt(r.tokens, time.Now(), stdcmp.Or(r.life, time.Hour)))), nil
	}
	r.seen, r.bodies = append(r.seen, req), append(r.bodies, string(body))
	if r.refused[req.Header.Get("Authorization")] {
		return reply(req, 401, `{"code":false,"description":null,"error":["Signature has expired"],"data":null}`), nil
	}
	if text, ok := r.aside[line]; ok {
		return reply(req, 200, text), nil
	}
	if len(r.steps) == 0 {
		r.t.Errorf("unexpected request: %s %s", req.Method, req.URL)
		return reply(req, 500, ""), nil
	}
	s := r.steps[0]
	r.steps = r.steps[1:]
	if r.before != nil {
		r.before()
	}
	if s.want != "" {
		vendortest.CheckRequest(r.t, readFixture(r.t, s.want+".request.http"), req, body)
	}
	if s.route != "" && !strings.HasPrefix(req.Method+" "+req.URL.RequestURI(), s.route) {
		r.t.Errorf("request %s %s, want %s", req.Method, req.URL.RequestURI(), s.route)
	}
	text := s.body
	if s.answer != "" {
		text = string(readFixture(r.t, s.answer+".response.json"))
	}
	res := reply(req, stdcmp.Or(s.status, 200), text)
	for name, values := range s.header {
		res.Header[name] = values
	}
	return res, nil
}

func reply(req *http.Request, status int, body string) *http.Response {
	res := httpmock.NewStringResponse(status, body)
	res.Header.Set("Content-Type", "application/vnd.Nexhealth+json;version=2")
	res.Request = req
	return res
}

// requests are the data requests so far: "GET /patients?subdomain=...".
func (r *replay) requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, req := range r.seen {
		all = append(all, req.Method+" "+req.URL.RequestURI())
	}
	return all
}

func readFixture(t testing.TB, name string) []byte { return vendortest.Fixture(t, "nexhealth/"+name) }

// golden compares got with {name}.golden.json.
func golden[T any](t *testing.T, name string, got T, opts ...cmp.Option) {
	t.Helper()
	vendortest.Golden(t, "nexhealth/"+name, got, opts...)
}

// wantKind fails unless err has that kind; it returns the error.
func wantKind(t *testing.T, err error, kind emr.Kind) *emr.Error {
	t.Helper()
	if emr.KindOf(err) != kind {
		t.Fatalf("got %v, want %s", err, kind)
	}
	if e, ok := errors.AsType[*emr.Error](err); ok {
		return e
	}
	return &emr.Error{}
}
