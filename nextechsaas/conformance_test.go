package nextechsaas_test

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// TestNextechSaaSKeepsTheDriverContract runs the suite against practices that differ in
// what the vendor's page leaves open.
func TestNextechSaaSKeepsTheDriverContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts nextechsaastest.Options
	}{
		{name: "the usual practice"},
		{name: "one object, objects, texts, dates", opts: nextechsaastest.Options{
			OneObject: true, CategoryObjects: true, LockedText: true, DateOnlyBirth: true, Confidential: true}},
		{name: "turned members, another path and layout", opts: nextechsaastest.Options{
			DocumentFirst: true, EncounterPath: "/{patientId}/encounters", DateLayout: "1-2-2006", Zone: losAngeles(t), KeepRefresh: true}},
		{name: "the third path, several sections, strict refresh tokens", opts: nextechsaastest.Options{
			EncounterPath: "/{patientId}/encounter", DateLayout: "2-1-2006", Sections: nextechsaastest.SectionsRepeated, EndReplayed: true, TokenLife: 2 * time.Minute}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			emrtest.Run(t, emrtest.Harness{Bubble: true, Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
				return openClinic(t, o, c.opts, true)
			}})
		})
	}
}

// TestNextechSaaSKeepsTheDriverContractOnSockets runs it where time is real.
func TestNextechSaaSKeepsTheDriverContractOnSockets(t *testing.T) {
	t.Parallel()
	emrtest.Run(t, emrtest.Harness{Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
		return openClinic(t, o, nextechsaastest.Options{}, false)
	}})
}

// openClinic starts a practice and a driver for it.
func openClinic(t testing.TB, o *emr.Options, opts nextechsaastest.Options, inMemory bool) *emrtest.Clinic {
	t.Helper()
	opts.InMemory = inMemory
	sim := nextechsaastest.New(t, &opts)
	cfg := sim.Config()
	someone, tomorrow := sim.Patient(2), emr.DateOf(sim.Now()).AddDays(1)
	clinic := &emrtest.Clinic{
		Zone:    cfg.Zone,
		Slots:   emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(14)},
		Patient: &someone,
		Visit:   sim.Visits(someone.ID)[1],
		Raw:     &emr.RawRequest{Path: "/encounters/categories", Route: "/encounters/categories"},
		Secrets: []string{cfg.PracticeID},
	}
	if inMemory {
		emrtest.AttachSim(clinic, sim, o, sim.HTTPClient().Transport)
	} else {
		emrtest.AttachSim(clinic, sim, o, nil)
	}
	clinic.Driver = connect(t, cfg, o)
	cfg.RefreshToken = auth.NewSecret("refresh-token-of-somebody-else")
	clinic.Refused = connect(t, cfg, o)
	return clinic
}

func connect(t testing.TB, cfg nextechsaas.Config, o *emr.Options) *nextechsaas.Client {
	t.Helper()
	nx, err := nextechsaas.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	return nx
}

func losAngeles(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
