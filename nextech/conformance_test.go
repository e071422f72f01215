package nextech_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

func TestBothProductsKeepTheDriverContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts nextechtest.Options
		edit func(*nextech.Config)
	}{
		{"Select", nextechtest.Options{Auth: nextechtest.AzurePassword, OmitTotal: true, NotFoundOnEmpty: true, PublishedPractitioners: true, Links: nextechtest.PlainLinks}, func(*nextech.Config) {}},
		{"Practice+", nextechtest.Options{Product: nextech.PracticePlus, Auth: nextechtest.AzureClient}, func(*nextech.Config) {}},
		{"Practice+ with undocumented cancelling", nextechtest.Options{Product: nextech.PracticePlus, UndocumentedCancel: true}, func(c *nextech.Config) { c.AllowUndocumentedCancel = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			emrtest.Run(t, emrtest.Harness{Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic { return open(t, o, c.opts, c.edit) }})
		})
	}
}

// open starts a practice and a driver for it.
func open(t testing.TB, o *emr.Options, opts nextechtest.Options, edit func(*nextech.Config)) *emrtest.Clinic {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	sim := nextechtest.New(t, &opts)
	cfg := sim.Config()
	edit(&cfg)
	tomorrow := emr.DateOf(sim.Now().In(zone)).AddDays(1)
	clinic := &emrtest.Clinic{
		Zone:  zone,
		Slots: emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(5), Locations: []emr.LocationID{"7"}},
		Chart: func() emr.PatientID { return chart(t, cfg) },
		Raw:   &emr.RawRequest{Path: "/patient-type", Route: "/patient-type"},
	}
	emrtest.AttachSim(clinic, sim, o, nil)
	o.Limiter = &rollingSecond{} // the built-in one spaces requests evenly: right, and slow for hundreds of short tests
	clinic.Driver = connect(t, cfg, o)
	refused := cfg
	refused.ClientSecret, refused.Password = auth.NewSecret("a-wrong-secret"), auth.NewSecret("a-wrong-password")
	clinic.Refused = connect(t, refused, o)
	return clinic
}

// rollingSecond lets 15 requests of one endpoint through at once, and never more in
// well over a second: on a busy machine some arrive late.
type rollingSecond struct {
	mu   sync.Mutex
	sent map[string][]time.Time
}

func (r *rollingSecond) Acquire(ctx context.Context, _ string, rates []emr.Rate) (func(), error) {
	class := rates[0].Class // Nextech's only one
	for {
		r.mu.Lock()
		if r.sent == nil {
			r.sent = map[string][]time.Time{}
		}
		past := r.sent[class]
		var wait time.Duration
		if n := len(past); n >= 15 {
			wait = time.Until(past[n-15].Add(1500 * time.Millisecond))
		}
		if wait <= 0 {
			r.sent[class] = append(past, time.Now())
			r.mu.Unlock()
			return nil, nil
		}
		r.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// chart is the id of a patient of the practice: everybody there has been seen before.
func chart(t testing.TB, cfg nextech.Config) emr.PatientID {
	t.Helper()
	someone := emrtest.People()[9]
	nx := connect(t, cfg, nil)
	defer func() { _ = nx.Close() }()
	people, err := emr.Collect(emr.NewClient(nx, nil).FindPatients(t.Context(), emr.PatientQuery{Family: someone.Family, Born: someone.Born}))
	if err != nil || len(people) != 1 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	return people[0].ID
}

func connect(t testing.TB, cfg nextech.Config, o *emr.Options) *nextech.Client {
	t.Helper()
	nx, err := nextech.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	return nx
}
