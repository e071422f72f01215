package nextgentest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// monday is 08:00 in New York on a Monday, in daylight time.
var monday = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// bare talks to a simulator in plain HTTP.
type bare struct {
	t       testing.TB
	sim     *Sim
	token   string
	session string
}

// reply is an answer.
type reply struct {
	status int
	header http.Header
	body   string
	json   map[string]any
}

// open starts a simulator in memory on that Monday, signs in and chooses the home
// practice. Change may be nil.
func open(t testing.TB, change func(*Options)) *bare {
	t.Helper()
	o := &Options{InMemory: true, Now: monday, Appointments: -1}
	if change != nil {
		change(o)
	}
	b := &bare{t: t, sim: New(t, o)}
	b.enter(b.sim.Practices()[0])
	return b
}

// enter signs in at the practice's site and chooses the practice.
func (b *bare) enter(p Practice) {
	b.t.Helper()
	b.signIn(p.Site)
	b.session = ""
	r := b.do(http.MethodPut, "/users/me/login-defaults", object{"enterpriseId": p.Enterprise, "practiceId": p.ID})
	if b.session = r.header.Get("x-ng-sessionid"); b.session == "" || r.status != http.StatusOK {
		b.t.Fatalf("no session: %d %s", r.status, r.body)
	}
}

func (b *bare) form(site string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {b.sim.secret}, "site_id": {site}}
}

func (b *bare) signIn(site string) {
	b.t.Helper()
	r := b.post(b.form(site))
	token, ok := r.json["access_token"].(string)
	if !ok {
		b.t.Fatalf("no token: %d %s", r.status, r.body)
	}
	b.token = token
}

func (b *bare) post(form url.Values) reply {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.sim.tokenURL(), strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.sent(req)
}

// request makes one below the base; body may be nil, text, or anything JSON.
func (b *bare) request(method, target string, body any) *http.Request {
	b.t.Helper()
	content := vendortest.Content(b.t, body)
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.sim.base.String()+target, content)
	if err != nil {
		b.t.Fatal(err)
	}
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	if b.session != "" {
		req.Header.Set("x-ng-sessionid", b.session)
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func (b *bare) send(req *http.Request) (reply, error) {
	r, err := vendortest.Send(b.sim.HTTPClient(), req)
	return reply{r.Status, r.Header, r.Body, r.JSON}, err
}

func (b *bare) sent(req *http.Request) reply {
	b.t.Helper()
	r, err := b.send(req)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bare) try(method, target string, body any) (reply, error) {
	b.t.Helper()
	return b.send(b.request(method, target, body))
}

// do is try that must be answered.
func (b *bare) do(method, target string, body any) reply {
	b.t.Helper()
	return b.sent(b.request(method, target, body))
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

// rows are those of a page, or of a bare array.
func (r reply) rows() []map[string]any {
	var all []map[string]any
	if json.Unmarshal([]byte(r.body), &all) == nil {
		return all
	}
	list, _ := r.json["items"].([]any)
	for _, e := range list {
		o, _ := e.(map[string]any)
		all = append(all, o)
	}
	return all
}

// next is the query of the link to the next page, "" for none.
func (r reply) next() string {
	link, _ := r.json["nextPageLink"].(string)
	_, query, _ := strings.Cut(link, "?")
	return query
}

// where writes $filter.
func where(filter string) string { return "$filter=" + url.QueryEscape(filter) }

func (b *bare) home() *practice { return b.sim.home }

// person is the id of the nth seeded person.
func (b *bare) person(n int) string { return b.home().personID(b.home().clinic.Patients()[n]) }

func (b *bare) id(kind, number string) string { return b.home().guid(kind, number) }

// tenAM is on Tuesday, at Okafor's.
const tenAM = "2026-05-05T10:00:00"

// booking is a body for a consultation at Okafor's.
func (b *bare) booking(n int) object {
	return object{
		"PersonId": b.person(n), "EventId": b.id("event", "12"), "LocationId": b.id("location", "7"), "ResourceIds": []string{b.id("resource", "15")},
		"AppointmentDate": tenAM, "DurationMinutes": 30,
	}
}

// book books that and returns the id.
func (b *bare) book(n int) string {
	b.t.Helper()
	r := b.do(http.MethodPost, "/appointments", b.booking(n))
	at := r.header.Get("Location")
	if r.status != http.StatusCreated || at == "" {
		b.t.Fatalf("booking: %d %s", r.status, r.body)
	}
	return at[strings.LastIndex(at, "/")+1:]
}

func (b *bare) search() object {
	return object{
		"EventId": b.id("event", "12"), "ResourceIds": []string{b.id("resource", "15")}, "LocationIds": []string{b.id("location", "7")},
		"DateRangeStart": "2026-05-05T00:00:00", "DateRangeEnd": "2026-05-05T00:00:00",
	}
}

// slots is the query for Okafor's template on Tuesday.
func (b *bare) slots() string {
	return "/appointments/slots?$top=100&$orderby=startDate&" + where("startDate ge dateTime'2026-05-05T00:00:00' and startDate le dateTime'2026-05-05T23:59:59' and resourceId eq guid'"+b.id("resource", "15")+"'")
}

func str(o map[string]any, name string) string { return simserver.StringIn(o, name) }

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
	target := strings.NewReplacer("{person}", b.person(0), "{okafor}", b.id("resource", "15")).Replace(tc.target)
	r := b.do(method, target, body)
	if r.status != tc.status || !strings.Contains(r.body, tc.has) {
		t.Errorf("%d %.600s, want %d and %q", r.status, r.body, tc.status, tc.has)
	}
}

// someone is the nth of emrtest.People.
func someone(n int) (given, family, born string) {
	p := emrtest.People()[n]
	return p.Given.Reveal(), p.Family.Reveal(), p.Born.Reveal().String()
}
