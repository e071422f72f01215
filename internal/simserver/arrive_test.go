package simserver

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestAHostHearsOfEachCallBeforeItsFaultAndOfItsAnswer(t *testing.T) {
	t.Parallel()
	s, h := New(Config{InMemory: true}), &counter{}
	var mu sync.Mutex
	var heard []int
	host := h.host()
	host.Arrive = func(c *Call) func(*Reply) {
		if c.URL.Path == "/quiet" {
			return nil
		}
		return func(r *Reply) {
			status := 0
			if r != nil {
				status = r.Status
			}
			mu.Lock()
			defer mu.Unlock()
			heard = append(heard, status)
		}
	}
	origin, err := s.Serve("", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.FailNextOn(emrtest.StepBook, emrtest.FaultServerError, 1)
	s.FailNextOn(emrtest.StepBook, emrtest.FaultWriteNeverCompleted, 1)
	for _, call := range [][2]string{{"GET", "/a"}, {"GET", "/quiet"}, {"POST", "/book"}, {"POST", "/book"}} {
		req, err := http.NewRequestWithContext(t.Context(), call[0], origin+call[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := s.HTTPClient().Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(heard, []int{200, http.StatusTeapot, 0}) {
		t.Errorf("%v", heard)
	}
}

func TestATokenEndpointCanWantOneScopeAndMakeItsOwnTokens(t *testing.T) {
	t.Parallel()
	minted := func(now, expires time.Time) string { return expires.Sub(now).String() }
	d := newDesk(t, TokenRules{Grants: []string{ClientCredentials}, WantScope: "api://x/.default", Life: 3599 * time.Second, ExtExpires: true, Mint: minted})
	for scope, want := range map[string]any{"api://x/.default": nil, "api://y/.default": "invalid_scope", "": "invalid_request"} {
		status, body := d.ask(form("grant_type", ClientCredentials, "scope", scope))
		if body["error"] != want || (want == nil) != (status == http.StatusOK) {
			t.Errorf("%q: %d %v", scope, status, body)
		}
		if want == nil && (body["access_token"] != "59m59s" || body["ext_expires_in"] != 3599.0 || body["scope"] != nil) {
			t.Errorf("%v", body)
		}
	}
	if _, ok := d.tokens.Authorize(d.now, "59m59s"); !ok {
		t.Error("the token is not known")
	}
	if v := d.server.Violations(); len(v) > 0 {
		t.Errorf("%q", v)
	}
}

func TestASeedTakesOtherPlacesAndPeople(t *testing.T) {
	t.Parallel()
	usual := practitioners()[:4]
	c, err := Seed(&Clock{}, SeedOptions{
		Locations: []Location{{ID: "7", Name: "One", Zone: time.UTC, Active: true}}, Practitioners: usual, Zone: time.UTC,
	})
	if err != nil || len(c.Locations) != 1 || len(c.Practitioners) != 4 {
		t.Fatalf("%v", err)
	}
	for _, a := range c.Appointments() {
		if a.Start.Location() != time.UTC {
			t.Errorf("%v", a)
		}
	}
}
