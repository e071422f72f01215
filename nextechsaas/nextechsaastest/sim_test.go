package nextechsaastest

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas"
)

func TestConfigAndEnvReachThePractice(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {Confidential: true}, {InMemory: true}} {
		sim := New(t, &o)
		env := map[string]string{}
		for _, line := range sim.Env() {
			name, value, _ := strings.Cut(line, "=")
			env[name] = value
		}
		var asked []string
		fromEnv, err := nextechsaas.ConfigFrom(func(name string) string {
			if _, there := env[name]; !there {
				t.Errorf("Env does not name %s", name)
			}
			asked = append(asked, name)
			return env[name]
		})
		if err != nil || len(asked) < len(env) {
			t.Fatalf("%d of %d names are read: %v", len(asked), len(env), err)
		}
		for _, cfg := range []nextechsaas.Config{sim.Config(), fromEnv} {
			nx, err := nextechsaas.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
			if err != nil {
				t.Fatal(err)
			}
			c := emr.NewClient(nx, nil)
			p := sim.Patient(5)
			found, err := emr.Collect(c.FindPatients(t.Context(), emr.PatientQuery{Identifier: p.Identifiers[0]}))
			if err != nil || len(found) != 1 || found[0].ID != p.ID || found[0].Family.Reveal() != p.Family.Reveal() ||
				found[0].Born.Reveal() != p.Born.Reveal() || found[0].Phones[0].Number.Reveal() != p.Phones[0].Number.Reveal() {
				t.Fatal(len(found), err)
			}
			visits, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: found[0]}))
			if want := sim.Visits(p.ID); err != nil || len(visits) != len(want) || visits[0].ID != want[0] {
				t.Error(len(visits), err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestOptionsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"sign-in": {SignIn: "x"}, "sections": {Sections: "x"}, "path": {EncounterPath: "/encounters"}, "document": {LargeDocument: -1}, "address": {Addr: "256.0.0.1:1"},
	} {
		o.InMemory = name != "address"
		if s, err := Start(&o); err == nil {
			_ = s.Close()
			t.Errorf("%s is taken", name)
		}
	}
	sim := New(t, &Options{InMemory: true, Patients: 3})
	if p := sim.Patient(99); !p.ID.IsZero() || sim.Patient(10).ID.IsZero() {
		t.Error("the practice has other people")
	}
}
