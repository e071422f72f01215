package bulkcsv_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/bulkcsv"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// connected is a client of a simulated NexHealth.
func connected(t *testing.T) (*nexhealthtest.Sim, *nexhealth.Client) {
	t.Helper()
	sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true})
	nx, err := nexhealth.New(sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	return sim, nx
}

func TestARowBecomesAnOnboarding(t *testing.T) {
	t.Parallel()
	fresh := (&bulkcsv.Row{
		Institution: "Harbor", Zip: "98101", Website: "harbor.example.com", Email: emr.NewPHI("office@harbor.example.com"), EMR: nexhealth.EMRDentrix,
		City: "Seattle", Sync: "Main",
	}).Onboarding()
	want := &nexhealth.NewOnboarding{Name: "Harbor", Zip: "98101", Website: "harbor.example.com", Email: emr.NewPHI("office@harbor.example.com"), EMR: nexhealth.EMRDentrix}
	if diff := cmp.Diff(want, fresh); diff != "" {
		t.Error(diff)
	}
	sim, nx := connected(t)
	more := (&bulkcsv.Row{Institution: "Harbor", Subdomain: sim.Config().Subdomain, Zip: "98101", EMR: nexhealth.EMRDentrix}).Onboarding()
	if diff := cmp.Diff(&nexhealth.NewOnboarding{Subdomain: sim.Config().Subdomain, EMR: nexhealth.EMRDentrix}, more); diff != "" {
		t.Error(diff)
	}
	for name, n := range map[string]*nexhealth.NewOnboarding{"new": fresh, "further": more} {
		if o, err := nx.CreateOnboarding(t.Context(), n); err != nil || o.ID == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestARowThatTheCheckPassesIsTakenByTheClient: sheet and client judge by the same rules.
func TestARowThatTheCheckPassesIsTakenByTheClient(t *testing.T) {
	t.Parallel()
	_, nx := connected(t)
	base := bulkcsv.Row{Institution: "Harbor", Zip: "98101", EMR: nexhealth.EMRDentrix}
	for name, edit := range map[string]func(*bulkcsv.Row){
		"nothing":   func(*bulkcsv.Row) {},
		"name":      func(r *bulkcsv.Row) { r.Institution = "4711" },
		"direction": func(r *bulkcsv.Row) { r.Institution = "Harbor\u202e" },
		"website":   func(r *bulkcsv.Row) { r.Website = "harbor" },
		"e-mail":    func(r *bulkcsv.Row) { r.Email = emr.NewPHI("zebra") },
		"subdomain": func(r *bulkcsv.Row) { r.Subdomain = "Harbor Smiles" },
		"system":    func(r *bulkcsv.Row) { r.EMR = "-" },
		"drchrono":  func(r *bulkcsv.Row) { r.Subdomain, r.EMR = "harbor", nexhealth.EMRDrChrono },
	} {
		row := base
		edit(&row)
		problems, err := bulkcsv.Check([]*bulkcsv.Row{&row}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = nx.CreateOnboarding(t.Context(), row.Onboarding())
		if refused := emr.KindOf(err) == emr.KindInvalid; refused != (len(problems) > 0) {
			t.Errorf("%s: the sheet says %v, the client %v", name, problems, err)
		}
	}
}

func TestAPracticeThatTheKeySeesIsRecognised(t *testing.T) {
	t.Parallel()
	_, nx := connected(t)
	known, err := emr.Collect(nx.Institutions(t.Context()))
	if err != nil || len(known) == 0 || len(known[0].Locations) == 0 {
		t.Fatalf("%v, %v", known, err)
	}
	row := &bulkcsv.Row{Line: 2, Institution: known[0].Name + ", LLC", Zip: known[0].Locations[0].Zip}
	alerts := bulkcsv.Match([]*bulkcsv.Row{row}, known)
	if len(alerts) == 0 || !alerts[0].Certain || alerts[0].Known != known[0] {
		t.Errorf("alerts %v about a practice that is there", alerts)
	}
}
