package nexhealth_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// window is a limit of the documentation: of the requests it counts, at most so many in
// any rolling span.
type window struct {
	name   string
	most   int
	per    time.Duration
	counts func(path string) bool
}

func documented() []window {
	under := func(prefixes ...string) func(string) bool {
		return func(path string) bool {
			return slices.ContainsFunc(prefixes, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
		}
	}
	records := under("/patients", "/appointments")
	return []window{
		{"all", 100, time.Second, func(string) bool { return true }},
		{"appointments and slots", 10, time.Second, under("/appointments", "/available_slots")},
		{"patients and appointments", 1000, time.Minute, records},
		{"everything else", 2000, time.Minute, func(path string) bool { return !records(path) }},
	}
}

// TestFault_R6_noRollingSpanHoldsMoreThanNexHealthTakes: two institutions of one key call
// at once; the simulator counts too, and refuses nothing.
func TestFault_R6_noRollingSpanHoldsMoreThanNexHealthTakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true, SlowToken: 3 * time.Second})
		sim.FailNext(emrtest.FaultSlowToken, 1)
		shared := emr.NewShared()
		defer func() { _ = shared.Close() }()
		var clients []*emr.Client
		for _, location := range []emr.LocationID{"7", "10"} {
			cfg := sim.ConfigAt(location)
			clients = append(clients, emr.NewClient(dial(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient(), Shared: shared, Retry: &emr.Retry{Timeout: time.Hour}}), nil))
		}
		from := emr.DateOf(sim.Now()).AddDays(1)
		var all sync.WaitGroup
		for i := range 100 {
			client := clients[i%2]
			all.Go(func() {
				if _, err := client.GetAppointment(t.Context(), emr.NewAppointmentID("4999999")); emr.KindOf(err) != emr.KindNotFound {
					t.Error(err)
				}
				if _, err := emr.Collect(client.FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(1), Practitioners: []emr.PractitionerID{"15"}})); err != nil {
					t.Error(err)
				}
			})
		}
		for i := range 600 {
			client := clients[i%2]
			all.Go(func() {
				for range 2 {
					if _, err := client.GetPatient(t.Context(), emr.NewPatientID("4999999")); emr.KindOf(err) != emr.KindNotFound {
						t.Error(err)
					}
					for range 2 {
						if _, err := emr.Collect(client.AppointmentTypes(t.Context())); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		checkWindows(t, sim.Requests())
	})
}

func checkWindows(t *testing.T, requests []emrtest.Request) {
	t.Helper()
	tokens := 0
	for _, r := range requests {
		if r.Token {
			tokens++
		}
		if r.Status == http.StatusTooManyRequests {
			t.Fatal("a request was refused with 429")
		}
	}
	if tokens != 1 {
		t.Errorf("%d token requests", tokens)
	}
	for _, w := range documented() {
		var at []time.Time
		for _, r := range requests {
			if !r.Token && w.counts(r.Path) {
				at = append(at, r.At)
			}
		}
		slices.SortFunc(at, time.Time.Compare)
		worst := 0
		for first, last := 0, 0; last < len(at); last++ {
			for at[last].Sub(at[first]) >= w.per {
				first++
			}
			worst = max(worst, last-first+1)
		}
		t.Logf("%s: %d requests, at most %d in %v", w.name, len(at), worst, w.per)
		if worst > w.most || len(at) < w.most {
			t.Errorf("%s: %d of %d requests within %v, documented are %d", w.name, worst, len(at), w.per, w.most)
		}
	}
}

func TestTheLimitsAreTold(t *testing.T) {
	t.Parallel()
	sim := nexhealthtest.New(t)
	cfg := sim.Config()
	cfg.Limits = nexhealth.Limits{SchedulePerSecond: 3}
	got := dial(t, cfg, nil).Info().Limits
	want := map[string]int{"": 100, "appointments and slots": 3, "patients and appointments": 1000, "everything else": 2000}
	for _, r := range got.Rates {
		if want[r.Class] != r.Most {
			t.Errorf("%q: %d, want %d", r.Class, r.Most, want[r.Class])
		}
	}
	if len(got.Rates) != len(want) || got.SlotWindow != 14 {
		t.Errorf("%+v", got)
	}
}
