package medtech_test

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// TestMedtechKeepsTheDriverContract runs the suite against practices that differ in what
// the vendor's documents leave open. Absolute references to ids of 2021 spell them in another
// way: see the tests of spelling.
func TestMedtechKeepsTheDriverContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts medtechtest.Options
		edit func(*medtech.Config)
	}{
		{name: "the usual practice", opts: medtechtest.Options{RotateTexts: true}},
		{name: "absolute references, pages", opts: medtechtest.Options{
			AbsoluteReferences: true, FullBundles: true, PageSize: 40, Times: medtechtest.TimesUTC, Empty: medtechtest.EmptyMissing},
			edit: func(c *medtech.Config) { c.AbsoluteReferences = true }},
		{name: "new patients are tried, ids of 2021", opts: medtechtest.Options{LongIDs: true}, edit: func(c *medtech.Config) { c.ExperimentalCreate = true }},
		{name: "new patients are tried, ids of 2021, empty answers", opts: medtechtest.Options{LongIDs: true, EmptyAnswers: true},
			edit: func(c *medtech.Config) { c.ExperimentalCreate = true }},
		{name: "changes by id, times without offset, empty answers", opts: medtechtest.Options{
			PutByID: true, Times: medtechtest.TimesLocal, Empty: medtechtest.EmptyBare, EmptyAnswers: true, StringNumbers: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			emrtest.Run(t, emrtest.Harness{Bubble: true, Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
				return open(t, o, c.opts, true, c.edit)
			}})
		})
	}
}

// TestMedtechKeepsTheDriverContractOnSockets runs it where time is real.
func TestMedtechKeepsTheDriverContractOnSockets(t *testing.T) {
	t.Parallel()
	emrtest.Run(t, emrtest.Harness{Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
		return open(t, o, medtechtest.Options{}, false, nil)
	}})
}

// open starts a practice and a driver for it.
func open(t testing.TB, o *emr.Options, opts medtechtest.Options, inMemory bool, edit func(*medtech.Config)) *emrtest.Clinic {
	t.Helper()
	zone, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	opts.InMemory = inMemory
	sim := medtechtest.New(t, &opts)
	cfg := sim.Config()
	if edit != nil {
		edit(&cfg)
	}
	tomorrow := emr.DateOf(sim.Now().In(zone)).AddDays(1)
	clinic := &emrtest.Clinic{
		Zone:  zone,
		Slots: emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(5)},
		Raw:   &emr.RawRequest{Path: "/Location", Route: "/Location"},
	}
	author := someDoctor(t, cfg, sim, inMemory)
	home, _, _ := sim.Facilities()
	someone := emrtest.People()[9]
	clinic.LongestID = 512
	clinic.Patient = &emr.Patient{
		ID: sim.PatientID(home, medtechtest.NHI(9)), Given: someone.Given, Family: someone.Family, Born: someone.Born,
		Phones: someone.Phones, Emails: someone.Emails, Identifiers: []emr.Identifier{medtech.NHI(medtechtest.NHI(9))},
	}
	clinic.Chart = func() emr.PatientID { return sim.PatientID(home, medtechtest.NHI(9)) }
	people := 0
	clinic.FillPatient = func(n *emr.NewPatient) { // by which the practice tells people apart
		people++
		n.Identifiers = []emr.Identifier{medtech.NHI(medtechtest.NHI(50_000 + people))}
	}
	clinic.FillDocument = func(n *emr.NewDocument) { // ALEX takes scans only, and they have an author
		n.TypeCode, n.Vendor = medtech.CategoryScan, medtech.DocumentOptions{Author: author}
	}
	if opts.InMemory {
		emrtest.AttachSim(clinic, sim, o, sim.HTTPClient().Transport)
	} else {
		emrtest.AttachSim(clinic, sim, o, nil)
	}
	clinic.Slots.Locations = []emr.LocationID{place(t, cfg, sim, inMemory)}
	clinic.Driver = dial(t, cfg, o)
	cfg.ClientSecret = auth.NewSecret("secret-of-somebody-else")
	clinic.Refused = dial(t, cfg, o)
	return clinic
}

// place is the id of the practice's own location.
func place(t testing.TB, cfg medtech.Config, sim *medtechtest.Sim, inMemory bool) emr.LocationID {
	t.Helper()
	o := &emr.Options{}
	if inMemory {
		o.HTTPClient = sim.HTTPClient()
	}
	mt := dial(t, cfg, o)
	defer func() { _ = mt.Close() }()
	all, err := emr.Collect(emr.NewClient(mt, nil).Locations(t.Context()))
	if err != nil || len(all) != 1 {
		t.Fatalf("%d locations, %v", len(all), err)
	}
	return all[0].ID
}

func dial(t testing.TB, cfg medtech.Config, o *emr.Options) *medtech.Client {
	t.Helper()
	mt, err := medtech.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mt.Close() })
	return mt
}

// someDoctor is the id of a practitioner of the practice.
func someDoctor(t testing.TB, cfg medtech.Config, sim *medtechtest.Sim, inMemory bool) emr.PractitionerID {
	t.Helper()
	o := &emr.Options{}
	if inMemory {
		o.HTTPClient = sim.HTTPClient()
	}
	mt := dial(t, cfg, o)
	defer func() { _ = mt.Close() }()
	all, err := emr.Collect(emr.NewClient(mt, nil).Practitioners(t.Context()))
	if err != nil || len(all) == 0 {
		t.Fatalf("%d practitioners, %v", len(all), err)
	}
	return all[0].ID
}
