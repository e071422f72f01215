package medtechtest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// monday is 08:00 in Auckland on a Monday, in daylight time.
var monday = time.Date(2026, 3, 1, 19, 0, 0, 0, time.UTC)

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
	b := &bare{t: t, sim: New(t, o), header: http.Header{facilityHeaderName: {homeFacility}}}
	b.signIn()
	return b
}

const facilityHeaderName = "Mt-Facilityid"

func (b *bare) form() url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {b.sim.secret}, "scope": {b.sim.scope}}
}

func (b *bare) signIn() {
	b.t.Helper()
	r := b.post(b.sim.tokenAt, b.form())
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
	if req.Header.Get(correlationHeader) == "" {
		req.Header.Set(correlationHeader, newUUID())
	}
	if content != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/fhir+json")
	}
	return b.send(req)
}

// newUUID is a version 4, as emr makes up correlation ids.
func newUUID() string { return emr.CorrelationID(emr.WithCorrelationID(context.Background(), "")) }

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

// entries are the resources of a bundle.
func (r reply) entries() []map[string]any {
	var all []map[string]any
	for _, e := range children(r.json, "entry") {
		all = append(all, child(e, "resource"))
	}
	return all
}

// asked writes system|value as a query has it.
func asked(system, value string) string { return url.QueryEscape(system + "|" + value) }

// byNHI is the query for a patient's records.
func byNHI(n int) string { return "patient.identifier=" + asked(nhiSystem, NHI(n)) }

func (b *bare) home() *facility { return b.sim.facilities[0] }

// person is the id of the nth of emrtest.People.
func (b *bare) person(n int) string {
	return b.home().wire("Patient", b.home().clinic.Patients()[n].Chart)
}

// okafor is the practitioner with both numbers.
func (b *bare) okafor() string { return b.home().wire("Practitioner", "15") }

const (
	okaforCPN = "91ZABK"
	tenAM     = "2026-03-03T10:00:00+13:00"
	quarter   = "2026-03-03T10:15:00+13:00"
)

// slots is the query for Okafor's free slots on Tuesday.
func slots() string {
	return "/Slot?schedule.actor.identifier=" + asked(cpnSystem, okaforCPN) + "&status=free&start=ge2026-03-03T00%3A00%3A00%2B13%3A00&start=le2026-03-03T23%3A59%3A59%2B13%3A00"
}

// appointment is a booking's or a change's body.
func (b *bare) appointment(n int, status string) object {
	return object{
		"resourceType": "Appointment", "status": status, "start": tenAM, "end": quarter,
		"participant": []object{
			{"actor": object{"reference": "Patient/" + b.person(n)}, "status": "accepted"},
			{"actor": object{"reference": "Practitioner/" + b.okafor()}, "status": "accepted"},
		},
	}
}

// ruled is one row of the tables about rules.
type ruled struct {
	name      string
	change    func(*Options)
	method    string
	target    string
	body      func(*bare) any
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
	var body any
	if tc.body != nil {
		body = tc.body(b)
	}
	target := strings.NewReplacer("{person}", b.person(0), "{okafor}", b.okafor()).Replace(tc.target)
	r := b.do(method, target, body)
	if r.status != tc.status || !strings.Contains(r.body, tc.has) {
		t.Errorf("%d %.600s, want %d and %q", r.status, r.body, tc.status, tc.has)
	}
}

// someone is the nth of emrtest.People.
func someone(n int) (family, born, phone string) {
	p := emrtest.People()[n]
	return p.Family.Reveal(), p.Born.Reveal().String(), p.Phones[0].Number.Reveal()
}
