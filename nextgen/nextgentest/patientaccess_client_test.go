package nextgentest_test

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

func TestPatientAccessTheConfigurationConnects(t *testing.T) {
	t.Parallel()
	sim := nextgentest.NewPatientAccess(t)
	fromEnv, err := patientaccess.ConfigFrom(func(name string) string {
		for _, line := range sim.Env() {
			if value, ok := strings.CutPrefix(line, name+"="); ok {
				return value
			}
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	if fromEnv, err = fromEnv.Discover(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	self, _ := sim.PatientIDs()
	for _, cfg := range []patientaccess.Config{sim.Config(), sim.ConfigDSTU2(), fromEnv} {
		cfg.RefreshToken = auth.NewSecret(sim.FirstRefreshToken())
		pa, err := patientaccess.New(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := emr.NewClient(pa, nil).GetPatient(t.Context(), emr.NewPatientID(self))
		if err != nil || p.Family.Reveal() != "Müller-Østergård" {
			t.Errorf("%v: %v", cfg, err)
		}
		if err := pa.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPatientAccessAPublicAppHasNoSecretInItsConfiguration(t *testing.T) {
	t.Parallel()
	sim := nextgentest.NewPatientAccess(t, &nextgentest.PatientAccessOptions{PublicClient: true})
	if !sim.Config().ClientSecret.IsZero() {
		t.Error("there is one")
	}
}

func TestPatientAccessPracticesAreReadByTheClient(t *testing.T) {
	t.Parallel()
	sim := nextgentest.NewPatientAccess(t)
	all, err := patientaccess.Practices(t.Context(), sim.PracticesURL(), nil)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d practices, %v", len(all), err)
	}
	for _, p := range all {
		if p.Name == "" || p.BaseURL != sim.Config().BaseURL || p.State != "WA" {
			t.Errorf("%+v", p)
		}
	}
}
