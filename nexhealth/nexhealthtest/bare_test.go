package nexhealthtest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// monday is 08:00 in New York on a Monday, a week before the clocks change.
var monday = time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC)

const sub = "subdomain=" + practiceSubdomain

// bare talks to a simulator in plain HTTP.
type bare struct {
	t      testing.TB
	sim    *Sim
	token  string
	header http.Header // of each request
}

// reply is an answer.
type reply struct {
	status int
	header http.Header
	body   string
	json   map[string]any
}

// open starts a simulator in memory on that Monday and signs in. Change may be nil.
func open(t testing.TB, change func(*Options)) *bare {
	t.Helper()
	o := &Options{InMemory: true, Now: monday, Appointments: -1, WriteDelay: -1, Unlimited: true} // bare tests ask faster than a client may
	if change != nil {
		change(o)
	}
	b := &bare{t: t, sim: New(t, o), header: http.Header{versionHeader: {"v3.0.0"}, "Accept": {vendoredJSON}}}
	b.signIn()
	return b
}

// signIn buys a token with the key of the seeded clinic.
func (b *bare) signIn() {
	b.t.Helper()
	r := b.authenticate(b.sim.keys.of(b.sim.opts.Environment))
	token, ok := simserver.ObjectIn(r.json, "data")["token"].(string)
	if !ok || r.status != http.StatusCreated {
		b.t.Fatalf("no token: %d %s", r.status, r.body)
	}
	b.token = token
}

func (b *bare) authenticate(authorization string) reply {
	b.t.Helper()
	held := b.token
	b.token = ""
	b.header.Set("Authorization", authorization)
	defer func() {
		b.token = held
		b.header.Del("Authorization")
	}()
	return b.do(http.MethodPost, authPath, nil)
}

// try sends a request; body may be nil, text, or anything JSON.
func (b *bare) try(method, target string, body any) (reply, error) {
	b.t.Helper()
	content := vendortest.Content(b.t, body)
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.sim.base.String()+target, content)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header = b.header.Clone()
	if b.token != "" && req.Header.Get("Authorization") == "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	if content != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return b.send(req)
}

func (b *bare) send(req *http.Request) (reply, error) {
	r, err := vendortest.Send(b.sim.HTTPClient(), req)
	return reply{r.Status, r.Header, r.Body, r.JSON}, err
}

// do is try that must be answered.
func (b *bare) do(method, target string, body any) reply {
	b.t.Helper()
	r, err := b.try(method, target, body)
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	return r
}

// get reads with status 200.
func (b *bare) get(target string) reply {
	b.t.Helper()
	r := b.do(http.MethodGet, target, nil)
	if r.status != http.StatusOK || r.json["code"] != true {
		b.t.Fatalf("GET %s: %d %s", target, r.status, r.body)
	}
	return r
}

// list is data as objects.
func (r reply) list() []map[string]any {
	var all []map[string]any
	data, _ := r.json["data"].([]any)
	for _, e := range data {
		all = append(all, e.(map[string]any))
	}
	return all
}

// data is data, unwrapped from wrap where one is given.
func (r reply) data(wrap ...string) map[string]any {
	o := simserver.ObjectIn(r.json, "data")
	for _, w := range wrap {
		o = simserver.ObjectIn(o, w)
	}
	return o
}

// ids are the ids of a list.
func (r reply) ids() string {
	var all []string
	for _, e := range r.list() {
		all = append(all, idText(e["id"]))
	}
	return strings.Join(all, " ")
}

func idText(v any) string {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	s, _ := v.(string)
	return s
}

// cursor is a member of page_info.
func (r reply) cursor(name string) string {
	return simserver.StringIn(simserver.ObjectIn(r.json, "page_info"), name)
}

// person is the wire id of the nth of emrtest.People.
func (b *bare) person(n int) int { return patientID(b.sim.clinic.Patients()[n]) }

// ruled is one row of the tables about rules.
type ruled struct {
	name      string
	change    func(*Options)
	method    string
	target    string
	body      any
	prepare   func(*bare)
	status    int
	has       string // text in the answer
	violation string // "" for none
}

// check runs the row.
func (tc ruled) check(t *testing.T) {
	b := open(t, tc.change)
	if tc.prepare != nil {
		tc.prepare(b)
	}
	if tc.violation != "" {
		b.sim.ExpectViolation(tc.violation)
	}
	method := tc.method
	if method == "" {
		method = http.MethodGet
	}
	r := b.do(method, tc.target, tc.body)
	if r.status != tc.status || !strings.Contains(r.body, tc.has) {
		t.Errorf("%d %s, want %d and %q", r.status, r.body, tc.status, tc.has)
	}
}
