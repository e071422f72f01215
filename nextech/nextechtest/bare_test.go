package nextechtest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/internal/vendortest"
	"github.com/emrkit/emrkit/nextech"
)

// monday is 08:00 in New York on a Monday, a week before the clocks change.
var monday = time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC)

var plus = nextech.PracticePlus

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
	o := &Options{InMemory: true, Now: monday, Appointments: -1}
	if change != nil {
		change(o)
	}
	b := &bare{t: t, sim: New(t, o), header: http.Header{}}
	b.sim.perSecond = 0 // bare tests ask faster than a client may
	b.signIn()
	return b
}

// signIn asks for a token as the practice's authentication wants it.
func (b *bare) signIn() {
	b.t.Helper()
	s := b.sim
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {s.secret}}
	if s.opts.Auth != Connect {
		form.Set("resource", s.resource())
		b.header.Set("nx-practice-id", practiceID)
	}
	if s.opts.Auth == AzurePassword {
		form.Set("grant_type", "password")
		form.Set("username", s.user)
		form.Set("password", s.pass)
	}
	r := b.post(s.tokenAt, form)
	token, ok := r.json["access_token"].(string)
	if !ok {
		b.t.Fatalf("no token: %d %s", r.status, r.body)
	}
	b.token = token
}

func (b *bare) post(to string, form url.Values) reply {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := b.send(req)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// try sends a request below the base; body may be nil, text, or anything JSON.
func (b *bare) try(method, target string, body any) (reply, error) {
	b.t.Helper()
	content := vendortest.Content(b.t, body)
	if !strings.HasPrefix(target, "http://") {
		target = b.sim.base.String() + target
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, target, content)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header = b.header.Clone()
	if b.token != "" {
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
	if r.status != http.StatusOK {
		b.t.Fatalf("GET %s: %d %s", target, r.status, r.body)
	}
	return r
}

// all reads every page of a list, by offset.
func (b *bare) all(target string) []map[string]any {
	b.t.Helper()
	sep := "?"
	if strings.Contains(target, "?") {
		sep = "&"
	}
	var list []map[string]any
	for {
		page := b.get(fmt.Sprintf("%s%s_count=50&_getpagesoffset=%d", target, sep, len(list))).entries()
		list = append(list, page...)
		if len(page) < 50 {
			return list
		}
	}
}

// entries are the resources of a bundle.
func (r reply) entries() []map[string]any {
	var all []map[string]any
	for _, e := range children(r.json, "entry") {
		all = append(all, simserver.ObjectIn(e, "resource"))
	}
	return all
}

// ids are the ids of the resources of a bundle.
func (r reply) ids() string {
	var all []string
	for _, e := range r.entries() {
		all = append(all, simserver.StringIn(e, "id"))
	}
	return strings.Join(all, " ")
}

// person is the nth of emrtest.People as the simulator has it.
func (b *bare) person(n int) string { return b.sim.clinic.Patients()[n].ID }

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

func onPlus(o *Options) { o.Product = plus }
