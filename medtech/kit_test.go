package medtech

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
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

const (
	testSecret   = "medtech-kit-secret-0001"
	testFacility = "F1Z999-A"
	testNHI      = "ZZZ0016"
	testPatient  = "0123456789abcdef0123456789abcdef"
)

// reply is one prepared answer.
type reply struct {
	status   int // 0 is 200
	body     string
	location string
	kind     string // Content-Type; "" is FHIR in JSON
	cut      bool   // no answer: the connection breaks
	hang     bool   // no answer, ever
}

// wire answers the requests of a client in order, the last reply again and again.
type wire struct {
	t       testing.TB
	mu      sync.Mutex
	roles   []string // of the token; nil: the token tells none
	replies []reply
	routes  map[string]reply // "GET /Practitioner": answered aside
	fixed   map[string]reply // by method, in the place of replies
	answer  func(*http.Request) (reply, bool)
	seen    []*http.Request
	bodies  []string
	tokens  int
	log     bytes.Buffer
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	waits := false
	defer func() {
		if waits { // with the context, and without the lock
			w.mu.Unlock()
			<-req.Context().Done()
			w.mu.Lock()
		}
	}()
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	answer := func(r reply) (*http.Response, error) {
		if r.hang {
			waits = true
			return nil, context.DeadlineExceeded
		}
		if r.cut {
			return nil, io.ErrUnexpectedEOF
		}
		h := http.Header{"Content-Type": {cmp.Or(r.kind, "application/fhir+json")}}
		if r.location != "" {
			h.Set("Location", r.location)
		}
		return &http.Response{StatusCode: cmp.Or(r.status, 200), Header: h, Body: io.NopCloser(strings.NewReader(r.body)), Request: req}, nil
	}
	if strings.HasSuffix(req.URL.Path, "/token") {
		w.tokens++
		for name := range req.Header {
			if strings.HasPrefix(strings.ToLower(name), "mt-") {
				w.t.Errorf("the token endpoint gets %s", name)
			}
		}
		return answer(reply{body: `{"token_type":"Bearer","expires_in":3599,"access_token":"` + token(w.tokens, w.roles) + `"}`})
	}
	if r, ok := w.routes[req.Method+" "+strings.TrimPrefix(req.URL.Path, "/FHIR")]; ok {
		return answer(r)
	}
	w.seen, w.bodies = append(w.seen, req), append(w.bodies, string(body))
	if w.answer != nil {
		if r, ok := w.answer(req); ok {
			return answer(r)
		}
	}
	if r, ok := w.fixed[req.Method]; ok {
		return answer(r)
	}
	r := reply{status: 500}
	if len(w.replies) > 0 {
		r = w.replies[0]
		if len(w.replies) > 1 {
			w.replies = w.replies[1:]
		}
	}
	return answer(r)
}

// token is a JWT with roles, unsigned.
func token(n int, roles []string) string {
	part := func(v any) string {
		data, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	claims := map[string]any{"aud": "api://kit", "n": n}
	if roles != nil {
		claims["roles"] = roles
	}
	return part(map[string]string{"alg": "none"}) + "." + part(claims) + ".c2ln"
}

// connect makes a client whose requests are answered by replies.
func connect(t testing.TB, edit func(*Config), replies ...reply) (*Client, *wire) {
	t.Helper()
	w := &wire{t: t, replies: replies, routes: map[string]reply{}}
	cfg := Config{
		Environment: NZUAT, ClientID: "kit", ClientSecret: auth.NewSecret(testSecret), Scope: "api://kit/.default", Facility: testFacility,
	}
	if edit != nil {
		edit(&cfg)
	}
	c, err := New(cfg, &emr.Options{
		HTTPClient: &http.Client{Transport: w}, Retry: &emr.Retry{BaseDelay: time.Millisecond},
		Logger: slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c, w
}

func outcome(severity, code, text string) string {
	data, _ := json.Marshal(map[string]any{"resourceType": "OperationOutcome", "issue": []any{
		map[string]string{"severity": severity, "code": code, "diagnostics": text},
	}})
	return string(data)
}

func bundle(resources ...string) string {
	entries := make([]string, len(resources))
	for i, r := range resources {
		entries[i] = `{"resource":` + r + `}`
	}
	return `{"resourceType":"Bundle","type":"searchset","entry":[` + strings.Join(entries, ",") + `]}`
}

const patientBody = `{"resourceType":"Patient","id":"` + testPatient + `","identifier":[{"system":"https://standards.digital.health.nz/ns/nhi-id","value":"ZZZ0016"}],
	"name":[{"family":"QUILLSAMPLE","given":["PAT"],"prefix":["MRS"]}],"gender":"female","birthDate":"1980-02-29","telecom":[{"system":"phone","value":"0205550142"}]}`

const appointmentBody = `{"resourceType":"Appointment","id":"a1","status":"booked","start":"2030-03-04T09:00:00+13:00","end":"2030-03-04T09:15:00+13:00","comment":"x",
	"participant":[{"actor":{"reference":"Patient/` + testPatient + `"},"status":"accepted"},{"actor":{"reference":"Practitioner/p1"},"status":"accepted"}]}`

const doctors = `{"resourceType":"Practitioner","id":"p1","identifier":[{"system":"https://standards.digital.health.nz/ns/hpi-person-id","value":"99ZZZS"}],"name":[{"family":"Tui","given":["Ana"],"prefix":["Dr"]}]}`

// booking is a booking ALEX could take.
func booking() *emr.Booking {
	zone, _ := time.LoadLocation("Pacific/Auckland")
	start := time.Date(2030, 3, 4, 9, 0, 0, 0, zone)
	return &emr.Booking{
		Patient: &emr.Patient{ID: emr.NewPatientID(testPatient)},
		Slot:    &emr.Slot{Start: start, End: start.Add(15 * time.Minute), Practitioner: "p1", Resources: []emr.ResourceID{slotResource("s1", start)}},
		Note:    emr.NewPHI("Repeat visit"),
	}
}

// wantError checks the kind and gives the error.
func wantError(t testing.TB, err error, kind emr.Kind) *emr.Error {
	t.Helper()
	e := asError(err)
	if e == nil || e.Kind != kind {
		t.Fatalf("got %v, want kind %s", err, kind)
	}
	return e
}
