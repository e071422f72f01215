package nexhealth_test

import (
	"context"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// TestNexHealthKeepsTheDriverContract runs the suite against practices that differ in
// what NexHealth's documentation leaves open.
func TestNexHealthKeepsTheDriverContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		opts     nexhealthtest.Options
		location emr.LocationID
		slots    emr.SlotQuery
		edit     func(*nexhealth.Config)
	}{
		{name: "the usual practice", opts: nexhealthtest.Options{RotateTexts: true}},
		{name: "an office of rooms that refuses taken times", location: "10", opts: nexhealthtest.Options{RefuseTaken: true, Unprocessable: true}},
		{name: "a search that widens, bare slots, small pages",
			opts: nexhealthtest.Options{Search: nexhealthtest.SearchOr, BareSlots: true, OpaqueTokens: true},
			edit: func(c *nexhealth.Config) { c.PageSize = 3 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			emrtest.Run(t, emrtest.Harness{Bubble: true, Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
				return open(t, o, c.opts, c.location, c.edit)
			}})
		})
	}
}

// TestNexHealthKeepsTheDriverContractOnSockets runs it where time is real: without the
// limits, which would make hundreds of short tests long.
func TestNexHealthKeepsTheDriverContractOnSockets(t *testing.T) {
	t.Parallel()
	emrtest.Run(t, emrtest.Harness{Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
		o.Limiter = unlimited{}
		return open(t, o, nexhealthtest.Options{Unlimited: true}, "", nil)
	}})
}

// unlimited lets everything through.
type unlimited struct{}

func (unlimited) Acquire(context.Context, string, []emr.Rate) (func(), error) { return nil, nil }

// open starts an institution and a driver for one of its locations.
func open(t testing.TB, o *emr.Options, opts nexhealthtest.Options, location emr.LocationID, edit func(*nexhealth.Config)) *emrtest.Clinic {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	opts.InMemory, opts.WriteDelay = o.Limiter == nil, -1 // until SettleWrites
	feed := newWebhookFeed()                              // the news of writes come by webhook
	opts.Deliver = feed.deliver
	sim := nexhealthtest.New(t, &opts)
	cfg := sim.Config()
	cfg.Outcomes = feed.outcomes
	if location != "" {
		cfg.Location = location
	}
	if edit != nil {
		edit(&cfg)
	}
	tomorrow := emr.DateOf(sim.Now().In(zone)).AddDays(1)
	clinic := &emrtest.Clinic{
		Zone:         zone,
		Slots:        emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(5)},
		SettleWrites: sim.SettleWrites,
		FailWrites:   sim.FailAccepted,
		Raw:          &emr.RawRequest{Path: "/institutions", Route: "/institutions"},
		Secrets:      []string{cfg.Subdomain},
	}
	plain := *o
	if opts.InMemory {
		plain.HTTPClient = sim.HTTPClient()
	}
	feed.subscribe(t, sim, &plain, nil)
	own := cfg
	clinic.Chart = func() emr.PatientID { return chart(t, own, &plain) }
	if opts.InMemory {
		emrtest.AttachSim(clinic, sim, o, sim.HTTPClient().Transport)
	} else {
		emrtest.AttachSim(clinic, sim, o, nil)
	}
	clinic.Driver = dial(t, cfg, o)
	cfg.APIKey = auth.NewSecret("nhk-of-somebody-else")
	clinic.Refused = dial(t, cfg, o)
	return clinic
}

// chart is the id of a patient of the practice: everybody there has been seen before.
func chart(t testing.TB, cfg nexhealth.Config, o *emr.Options) emr.PatientID {
	t.Helper()
	someone := emrtest.People()[9]
	nx := dial(t, cfg, o)
	defer func() { _ = nx.Close() }()
	people, err := emr.Collect(emr.NewClient(nx, nil).FindPatients(t.Context(), emr.PatientQuery{Given: someone.Given, Family: someone.Family, Born: someone.Born}))
	if err != nil || len(people) != 1 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	return people[0].ID
}

func dial(t testing.TB, cfg nexhealth.Config, o *emr.Options) *nexhealth.Client {
	t.Helper()
	nx, err := nexhealth.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	return nx
}
