package nextgen_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// TestFault_eachFaultOfAReadHasItsKindAndNumberOfRequests is the table of what a list of
// master data meets on its way.
func TestFault_H1_H9_A9_R1_R3_P1_P3_eachFaultOfAReadHasItsKindAndNumberOfRequests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  emrtest.Fault
		times  int
		kind   emr.Kind
		asked  int
		tokens int
	}{
		{emrtest.FaultUnavailableOnce, 1, "", 2, 1},
		{emrtest.FaultServerError, 1, "", 2, 1},
		{emrtest.FaultServerError, 9, emr.KindUnavailable, 3, 1},
		{emrtest.FaultRevokedToken, 1, "", 2, 2},
		{emrtest.FaultRateLimited, 1, "", 2, 1},
		{emrtest.FaultRateLimitedRetryAfter, 1, "", 2, 1},
		{emrtest.FaultTruncatedJSON, 1, emr.KindProtocol, 1, 1},
		{emrtest.FaultHTML, 1, emr.KindProtocol, 1, 1},
		{emrtest.FaultNextLoop, 1, emr.KindProtocol, 1, 1},
		{emrtest.FaultNextForeignHost, 1, "", 2, 1}, // only its query counts
		{nextgentest.FaultQuota, 1, emr.KindQuota, 1, 1},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sim := nextgentest.New(t, &nextgentest.Options{InMemory: true, MostTop: 400})
				ng := dial(t, sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
				client := emr.NewClient(ng, nil)
				if _, err := client.Check(t.Context()); err != nil { // token and practice selection
					t.Fatal(err)
				}
				sim.FailNextOn(nextgentest.StepDirectory, c.fault, c.times)
				before := countPath(sim, "/master/events")
				_, err := emr.Collect(client.AppointmentTypes(t.Context()))
				asked := countPath(sim, "/master/events") - before
				if emr.KindOf(err) != c.kind || sim.TokenRequests() != c.tokens || sim.SessionRequests() != 1 || sim.TrapRequests() != 0 {
					t.Errorf("%v, %d tokens, %d selections, %d requests elsewhere", err, sim.TokenRequests(), sim.SessionRequests(), sim.TrapRequests())
				}
				if asked != c.asked && c.fault != emrtest.FaultNextForeignHost && c.fault != emrtest.FaultNextLoop {
					t.Errorf("%d requests, want %d", asked, c.asked)
				}
			})
		})
	}
}

func countPath(sim *nextgentest.Sim, path string) (n int) {
	for _, r := range sim.Requests() {
		if strings.HasSuffix(r.Path, path) {
			n++
		}
	}
	return n
}

// TestFault_P1: with pages of three rows every list goes on, and nothing ever arrives at
// the host that next links name.
func TestFault_P1_everyListGoesOnOnOurOwnHost(t *testing.T) {
	t.Parallel()
	whole := func(most int) map[string]int {
		sim := nextgentest.New(t, &nextgentest.Options{MostTop: most})
		ng := dial(t, sim.Config(), nil)
		c := emr.NewClient(ng, nil)
		who := &emr.Patient{ID: sim.PersonID(sim.Practices()[0], 0)}
		n := map[string]int{}
		count := func(name string, got int, err error) {
			if n[name] = got; err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		places, err := emr.Collect(c.Locations(t.Context()))
		count("locations", len(places), err)
		people, err := emr.Collect(c.Practitioners(t.Context()))
		count("practitioners", len(people), err)
		kinds, err := emr.Collect(c.AppointmentTypes(t.Context()))
		count("types", len(kinds), err)
		columns, err := ng.Resources(t.Context())
		count("resources", len(columns), err)
		practices, err := ng.Practices(t.Context())
		count("practices", len(practices), err)
		visits, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: who}))
		count("encounters", len(visits), err)
		papers, err := emr.Collect(c.Documents(t.Context(), emr.DocumentQuery{Patient: who}))
		count("documents", len(papers), err)
		today := emr.DateOf(sim.Now())
		booked, err := emr.Collect(c.Appointments(t.Context(), emr.AppointmentQuery{From: today, To: today.AddDays(21)}))
		count("appointments", len(booked), err)
		if sim.TrapRequests() != 0 || sim.TokenRequests() != 1 || sim.SessionRequests() != 1 {
			t.Errorf("%d requests to the internal host, %d tokens, %d selections", sim.TrapRequests(), sim.TokenRequests(), sim.SessionRequests())
		}
		return n
	}
	large, small := whole(400), whole(2)
	for name, n := range large {
		if n == 0 || small[name] != n {
			t.Errorf("%s: %d in large pages, %d in small ones", name, n, small[name])
		}
	}
}

// TestTwoPracticesShareATokenAndNothingElse: two connections of one application with one
// emr.Shared; and a practice with the same numbers at another site.
func TestTwoPracticesShareATokenAndNothingElse(t *testing.T) {
	t.Parallel()
	sim := nextgentest.New(t)
	shared := emr.NewShared()
	practices := sim.Practices()
	seen := map[string]string{} // session id by practice
	for i := range 2 {
		for n, at := range practices {
			c := emr.NewClient(dial(t, sim.ConfigFor(at), &emr.Options{Shared: shared}), nil)
			own, err := c.GetPatient(t.Context(), sim.PersonID(at, 0))
			if err != nil || own.ID != sim.PersonID(at, 0) {
				t.Errorf("practice %d: %v", n, err)
			}
			if _, err := c.GetPatient(t.Context(), sim.PersonID(practices[(n+1)%len(practices)], 0)); emr.KindOf(err) != emr.KindNotFound && emr.KindOf(err) != emr.KindPermission {
				t.Errorf("practice %d reads the next one's person: %v", n, err)
			}
			all := sim.Requests()
			last := all[len(all)-1].Header.Get("X-NG-SessionId")
			for other, session := range seen {
				if (session == last) != (other == at.Site+at.Enterprise+at.ID) {
					t.Errorf("round %d: practices %d and %s have the sessions of each other", i, n, other)
				}
			}
			seen[at.Site+at.Enterprise+at.ID] = last
			if last != secretOf(t, sim.SessionID(at)) {
				t.Errorf("practice %d: another session", n)
			}
		}
	}
	if sim.TokenRequests() != 2 || sim.SessionRequests() != len(practices) {
		t.Errorf("%d tokens for two sites, %d selections for %d practices", sim.TokenRequests(), sim.SessionRequests(), len(practices))
	}
}

// TestBookingsAreInThePracticesTimeWhateverTheMachines runs itself again in processes whose
// own zones are far away.
func TestBookingsAreInThePracticesTimeWhateverTheMachines(t *testing.T) {
	const child = "EMRKIT_TEST_OTHER_ZONE"
	if os.Getenv(child) != "" {
		bookSomething(t)
		return
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range []string{"Pacific/Auckland", "Asia/Kathmandu"} {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), child+"=1", "TZ="+zone)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
			t.Errorf("%s: %v\n%s", zone, err, out)
		}
	}
}

func bookSomething(t *testing.T) {
	t.Helper()
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	sim := nextgentest.New(t)
	c := emr.NewClient(dial(t, sim.Config(), nil), nil)
	from := emr.DateOf(sim.Now().In(ny)).AddDays(1)
	slot, err := emr.First(c.FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(7)}))
	if err != nil {
		t.Fatal(err)
	}
	slot.Start, slot.End = slot.Start.Local(), slot.End.Local() // as a caller may have it
	made, err := c.Book(t.Context(), &emr.Booking{Patient: &emr.Patient{ID: sim.PersonID(sim.Practices()[0], 1)}, Slot: slot})
	if err != nil {
		t.Fatal(err)
	}
	want := slot.Start.In(ny).Format("2006-01-02T15:04:05")
	if made.Start.Location().String() != "America/New_York" || !made.Start.Equal(slot.Start) {
		t.Errorf("booked %s, wanted %s", made.Start, want)
	}
	for _, r := range sim.Requests() {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.Path, "/appointments") {
			continue
		}
		var sent struct{ AppointmentDate string }
		if json.Unmarshal(r.Body, &sent) != nil || sent.AppointmentDate != want {
			t.Errorf("sent %s, want %s", r.Body, want)
		}
	}
}

// TestFault_N8_N9: what never answers ends with the caller's time, and leaves nothing.
func TestFault_N9_aSiteThatNeverAnswersEndsWithTheCallersTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := nextgentest.New(t, &nextgentest.Options{InMemory: true, Latency: time.Hour})
		c := emr.NewClient(dial(t, sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()}), nil)
		for _, limit := range []time.Duration{time.Second, 0} {
			ctx := t.Context()
			if limit > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, limit)
				defer cancel()
			}
			began := time.Now()
			_, err := emr.Collect(c.AppointmentTypes(ctx))
			if emr.KindOf(err) != emr.KindTimeout || limit > 0 && time.Since(began) > limit+time.Millisecond || time.Since(began) > 2*time.Minute {
				t.Errorf("%v after %s", err, time.Since(began))
			}
		}
	})
}

// TestVersionsThatLackARouteSaySo: which routes a site has depends on its version.
func TestVersionsThatLackARouteSaySo(t *testing.T) {
	t.Parallel()
	sim := nextgentest.New(t, &nextgentest.Options{Version: "6.0.0.767", Without: []string{"GET /master/events"}})
	c := emr.NewClient(dial(t, sim.Config(), nil), nil)
	health, err := c.Check(t.Context())
	if err != nil || !health.OK || health.Version == "" {
		t.Fatalf("%+v, %v", health, err)
	}
	_, err = emr.Collect(c.AppointmentTypes(t.Context()))
	e, ok := err.(*emr.Error) //nolint:errorlint // as it is
	if !ok || e.Kind != emr.KindUnsupported || !strings.Contains(e.Hint, "6.0.0.767") || strings.Contains(e.Error()+e.Detail(), "127.0.0.1") {
		t.Errorf("%v", err)
	}
}
