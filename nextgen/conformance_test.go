package nextgen_test

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextgen"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// TestNextGenKeepsTheDriverContract runs the suite against sites that differ in what no
// public source tells.
func TestNextGenKeepsTheDriverContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts nextgentest.Options
		edit func(*nextgen.Config)
	}{
		{name: "the usual site"},
		{name: "the template's slots, ids in the body, absent in all its forms",
			opts: nextgentest.Options{Created: nextgentest.CreatedBody, RotateAbsent: true, Pascal: true, Pointer: nextgentest.PointerForward},
			edit: func(c *nextgen.Config) { c.SlotSource, c.PageSize = nextgen.SlotsTemplate, 400 }},
		{name: "empty answers to writes, 409 for a taken time, small pages, charts for new people",
			opts: nextgentest.Options{Created: nextgentest.CreatedEmpty, Conflict: 409, MostTop: 20, Envelope: true, InternalLinks: true, Pointer: nextgentest.PointerNone},
			edit: func(c *nextgen.Config) { c.CreateChart = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			emrtest.Run(t, emrtest.Harness{Bubble: true, Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
				return open(t, o, c.opts, true, c.edit)
			}})
		})
	}
}

// TestNextGenKeepsTheDriverContractOnSockets runs it where time is real.
func TestNextGenKeepsTheDriverContractOnSockets(t *testing.T) {
	t.Parallel()
	emrtest.Run(t, emrtest.Harness{Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
		return open(t, o, nextgentest.Options{}, false, nil)
	}})
}

// open starts a site and a driver for its home practice.
func open(t testing.TB, o *emr.Options, opts nextgentest.Options, inMemory bool, edit func(*nextgen.Config)) *emrtest.Clinic {
	t.Helper()
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	opts.InMemory = inMemory
	sim := nextgentest.New(t, &opts)
	cfg := sim.Config()
	if edit != nil {
		edit(&cfg)
	}
	home := sim.Practices()[0]
	tomorrow := emr.DateOf(sim.Now().In(ny)).AddDays(1)
	clinic := &emrtest.Clinic{
		Zone:    ny,
		Slots:   emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(5)},
		Raw:     &emr.RawRequest{Path: "/master/time-zones", Route: "/master/time-zones"},
		Chart:   func() emr.PatientID { return sim.PersonID(home, 0) },
		Unknown: "0e0e0e0e-1111-4222-8333-444455556666",
		// The practice id as a whole value: a correlation id may well end in its four digits.
		Secrets: []string{cfg.SiteID, `"` + cfg.PracticeID + `"`, secretOf(t, sim.SessionID(home))},
	}
	if inMemory {
		emrtest.AttachSim(clinic, sim, o, sim.HTTPClient().Transport)
	} else {
		emrtest.AttachSim(clinic, sim, o, nil)
	}
	if cfg.SlotSource != nextgen.SlotsTemplate {
		clinic.Slots.Type = consult(t, cfg, sim)
	}
	clinic.Slots.Practitioners = somebody(t, cfg, sim)
	clinic.Driver = dial(t, cfg, o)
	cfg.ClientSecret = auth.NewSecret("secret-of-somebody-else")
	clinic.Refused = dial(t, cfg, o)
	t.Cleanup(func() {
		if n := sim.TrapRequests(); n > 0 {
			t.Errorf("%d requests to the host that next links name", n)
		}
	})
	return clinic
}

// consult is the type of the practice's usual visit.
func consult(t testing.TB, cfg nextgen.Config, sim *nextgentest.Sim) emr.AppointmentTypeID {
	t.Helper()
	ng := dial(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
	defer func() { _ = ng.Close() }()
	for one, err := range emr.NewClient(ng, nil).AppointmentTypes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if one.Name == "Consult" {
			return one.ID
		}
	}
	t.Fatal("the practice has no consultation")
	return ""
}

// somebody is one of those who work there: the free times of all of them are too many for a
// suite that lists them often.
func somebody(t testing.TB, cfg nextgen.Config, sim *nextgentest.Sim) []emr.PractitionerID {
	t.Helper()
	ng := dial(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
	defer func() { _ = ng.Close() }()
	one, err := emr.First(emr.NewClient(ng, nil).Practitioners(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return []emr.PractitionerID{one.ID}
}

func secretOf(t testing.TB, s auth.Secret) string {
	t.Helper()
	text, err := s.Reveal(t.Context())
	if err != nil || text == "" {
		t.Fatalf("no session id: %v", err)
	}
	return text
}

func dial(t testing.TB, cfg nextgen.Config, o *emr.Options) *nextgen.Client {
	t.Helper()
	ng, err := nextgen.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ng.Close() })
	return ng
}
