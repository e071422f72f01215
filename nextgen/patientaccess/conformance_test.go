package patientaccess_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

func TestBothVersionsKeepTheDriverContract(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		version patientaccess.Version
		bubble  bool
	}{
		{"R4 in a bubble", patientaccess.R4, true}, {"R4 on sockets", patientaccess.R4, false}, {"DSTU2 in a bubble", patientaccess.DSTU2, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			emrtest.Run(t, emrtest.Harness{Bubble: c.bubble, Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
				return openClinic(t, o, c.version, nextgentest.PatientAccessOptions{InMemory: c.bubble, PageSize: 2})
			}})
		})
	}
}

func TestTheDriverContractIsKeptAlsoInOtherWaysOfTheGateway(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]nextgentest.PatientAccessOptions{
		"limits, and one patient alone": {InMemory: true, CapResults: true, BarePatient: true, KeepRefresh: true},
		"documents at Binary":           {InMemory: true, BinaryDocuments: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			emrtest.Run(t, emrtest.Harness{Bubble: true, Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
				return openClinic(t, o, patientaccess.R4, opts)
			}})
		})
	}
}

// openClinic starts a gateway and a connection of a patient who signed in before.
func openClinic(t testing.TB, o *emr.Options, v patientaccess.Version, opts nextgentest.PatientAccessOptions) *emrtest.Clinic {
	t.Helper()
	sim := nextgentest.NewPatientAccess(t, &opts)
	self, _ := sim.PatientIDs()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	tomorrow := emr.DateOf(sim.Now().In(zone)).AddDays(1)
	clinic := &emrtest.Clinic{
		Zone:    zone,
		Slots:   emr.SlotQuery{From: tomorrow, To: tomorrow.AddDays(14)}, // asked for, and answered unsupported
		Patient: &emr.Patient{ID: emr.NewPatientID(self)},
		Chart:   func() emr.PatientID { return emr.NewPatientID(self) },
		Raw:     &emr.RawRequest{Path: "/Patient", Route: "/Patient"},
		Unknown: "00000000-0000-4000-8000-000000000000",
	}
	var carrier http.RoundTripper
	if c := sim.HTTPClient(); c != nil {
		carrier = c.Transport
	}
	emrtest.AttachSim(clinic, sim, o, carrier)
	cfg := configOf(sim, v)
	cfg.PageSize = 3
	clinic.Driver = connect(t, cfg, o)
	cfg.RefreshToken = auth.NewSecret("a-refresh-token-that-is-refused")
	clinic.Refused = connect(t, cfg, o)
	return clinic
}

// configOf is the configuration of a patient who signed in before.
func configOf(sim *nextgentest.PatientAccess, v patientaccess.Version) patientaccess.Config {
	cfg := sim.Config()
	if v == patientaccess.DSTU2 {
		cfg = sim.ConfigDSTU2()
	}
	cfg.RefreshToken = auth.NewSecret(sim.FirstRefreshToken())
	return cfg
}

func connect(t testing.TB, cfg patientaccess.Config, o *emr.Options) *patientaccess.Client {
	t.Helper()
	c, err := patientaccess.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
