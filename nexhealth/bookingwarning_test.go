package nexhealth

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// syncOf is GET /sync_status of the location, last read some time ago.
func syncOf(write, read string, ago time.Duration) string {
	at := time.Now().Add(-ago).UTC().Format(time.RFC3339)
	return good(fmt.Sprintf(`[{"institution_id":31,"sync_source_type":"x","sync_source_name":"y","emr":{"id":"1","name":"dentrix","display_name":"Dentrix","type":"onprem"},`+
		`"read_status":%q,"read_status_at":%q,"write_status":%q,"write_status_at":%q,"locations":[{"id":9001,"name":"Harbour Street"}]}]`, read, at, write, at))
}

func TestABookingSaysWhyItMayNotBeWritten(t *testing.T) {
	t.Parallel()
	closed := strings.Replace(office, `"insert_appt_client":true`, `"insert_appt_client":false`, 1)
	for name, c := range map[string]struct {
		office, write, read string
		ago                 time.Duration
		want                string // in a warning; "" for none
		closed              bool
	}{
		"all is well":     {office, "green", "green", time.Minute, "", false},
		"takes none":      {closed, "green", "green", time.Minute, "insert_appt_client", true},
		"writing is down": {office, "red", "green", time.Minute, "cannot write", true},
		"reading is down": {office, "green", "red", time.Minute, "cannot read", true},
		"stale":           {office, "green", "green", 2 * time.Hour, "2h0m0s ago", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				answer := step{status: 201, route: "POST /appointments", body: good(`{"appt":` + visitRecord() + `}`)}
				client, r := connect(t, nil, answer, answer)
				r.also("GET /locations", c.office).also("GET /sync_status", syncOf(c.write, c.read, c.ago))
				for range 2 { // the second time from memory
					a, err := parts{client}.Book(t.Context(), visitBooking(t))
					if err != nil || (c.want == "") != (len(a.Warnings) == 0) || !strings.Contains(strings.Join(a.Warnings, "; "), c.want) {
						t.Errorf("%q, %v", a.Warnings, err)
					}
				}
				if n := len(r.requests()); n != 4 {
					t.Errorf("%d requests, want two for the bookings and two for the look: %v", n, r.requests())
				}

				strict, r := connect(t, func(c *Config) { c.RequireWritable = true })
				r.also("GET /locations", c.office).also("GET /sync_status", syncOf(c.write, c.read, c.ago)).also("POST /appointments", good(`{"appt":`+visitRecord()+`}`))
				_, err := parts{strict}.Book(t.Context(), visitBooking(t))
				sent := strings.Contains(strings.Join(r.requests(), " "), "POST /appointments")
				if want := map[bool]emr.Kind{true: emr.KindPrecondition}[c.closed]; emr.KindOf(err) != want || sent == c.closed {
					t.Errorf("required: %v, sent %v", err, sent)
				}
				if e, ok := errors.AsType[*emr.Error](err); ok && (e.Vendor != vendor || e.Op != opBook) {
					t.Errorf("an error of %q %q", e.Vendor, e.Op)
				}
			})
		})
	}
}

// TestALookNeverHoldsUpOrFailsABooking, and is not repeated for a while.
func TestALookNeverHoldsUpOrFailsABooking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, r := connect(t, nil)
		r.also("POST /appointments", good(`{"appt":`+visitRecord()+`}`)).also("GET /locations", office).also("GET /sync_status", "broken")
		began := time.Now()
		for range 3 {
			a, err := parts{c}.Book(t.Context(), visitBooking(t))
			if err != nil || len(a.Warnings) > 0 {
				t.Errorf("%v, %v", a, err)
			}
		}
		if took := time.Since(began); took > 2*mostGrace {
			t.Errorf("three bookings took %s", took)
		}
		looks := func() int { return strings.Count(strings.Join(r.requests(), " "), "/sync_status") }
		if looks() != 1 {
			t.Errorf("looked %d times", looks())
		}
		time.Sleep(standingAge)
		r.also("GET /sync_status", syncOf("red", "green", 0))
		a, err := parts{c}.Book(t.Context(), visitBooking(t))
		if err != nil || len(a.Warnings) == 0 || looks() != 2 {
			t.Errorf("%v, %v, looked %d times", a.Warnings, err, looks())
		}
	})
}

// slow answers GET /sync_status only when its request is cancelled.
type slow struct{ http.RoundTripper }

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/sync_status" {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return s.RoundTripper.RoundTrip(r)
}

func TestALookThatTakesLongIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &replay{t: t, aside: map[string]string{}, refused: map[string]bool{}}
		r.also("POST /appointments", good(`{"appt":`+visitRecord()+`}`)).also("GET /locations", office)
		c, err := New(testConfig(), &emr.Options{HTTPClient: &http.Client{Transport: slow{answering(r.answer)}}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		began := time.Now()
		a, err := parts{c}.Book(t.Context(), visitBooking(t))
		if err != nil || len(a.Warnings) > 0 || time.Since(began) > 2*mostGrace {
			t.Errorf("%v, %v after %s", a, err, time.Since(began))
		}
	})
}

type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestWhatCannotBeReadIsRequiredInVain(t *testing.T) {
	t.Parallel()
	c, r := connect(t, func(c *Config) { c.RequireWritable = true }, step{route: "GET /sync_status", status: 403})
	r.also("GET /locations", office)
	_, err := parts{c}.Book(t.Context(), visitBooking(t))
	wantKind(t, err, emr.KindPermission)
	c, r = connect(t, func(c *Config) { c.RequireWritable = true })
	r.also("GET /locations", office).also("GET /sync_status", good("[]")) // no sync serves the location
	_, err = parts{c}.Book(t.Context(), visitBooking(t))
	wantKind(t, err, emr.KindPrecondition)
}

// TestBookingsAtTheSameMomentAreAllWarned: they share one look.
func TestBookingsAtTheSameMomentAreAllWarned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, r := connect(t, nil)
		r.also("GET /locations", strings.Replace(office, `"insert_appt_client":true`, `"insert_appt_client":false`, 1)).
			also("GET /sync_status", syncOf("green", "green", time.Minute))
		first, second := c.lookForWarnings(t.Context(), testLocation), c.lookForWarnings(t.Context(), testLocation)
		for _, w := range []*warningLook{second, first} {
			if found := w.wait(t.Context()); len(found) != 1 {
				t.Errorf("warnings %q", found)
			}
		}
		if n := len(r.requests()); n != 2 {
			t.Errorf("%d requests for the look", n)
		}
	})
}

// TestALookThatHangsEndsWithItsBooking, and those who wait for it go on.
func TestALookThatHangsEndsWithItsBooking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := connect(t, nil)
		lead := &warningLook{cancel: func() {}, done: make(chan struct{})} // never ends
		if _, other := c.standings.begin(testLocation, lead); other != lead {
			t.Fatal("not the leader")
		}
		began := time.Now()
		w := c.lookForWarnings(t.Context(), testLocation)
		if found := w.wait(t.Context()); found != nil || time.Since(began) != mostGrace {
			t.Errorf("%q after %v", found, time.Since(began))
		}
		w.stop()
	})
}
