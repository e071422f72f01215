package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// medtechEnv turns the simulator's lines into variables.
func medtechEnv(sim *medtechtest.Sim) map[string]string {
	env := map[string]string{}
	for _, l := range sim.Env() {
		key, value, _ := strings.Cut(l, "=")
		env[key] = value
	}
	return env
}

// someone are the flags for a person of the simulator, without a telephone number.
func someone(n int, more ...string) []string {
	p := emrtest.People()[n]
	return append([]string{
		"-vendor", "medtech", "-live", "-json",
		"-given", p.Given.Reveal(), "-family", p.Family.Reveal(), "-birthdate", p.Born.Reveal().String(),
	}, more...)
}

// TestMedtechLive books for a person named by the bare NHI, which goes out with its system.
func TestMedtechLiveSendsABareNHIWithItsSystem(t *testing.T) {
	t.Parallel()
	sim := medtechtest.New(t)
	r := call(t, t.Context(), vendors(), medtechEnv(sim), someone(3, "-identifier", strings.ToLower(medtechtest.NHI(3)))...)
	o := r.object(t)
	if r.code != exitOK || o.Error != nil || !isBooked(o.Appointment.Status) || !*o.Cancelled || o.Patient.Created || sim.Appointments() != 0 {
		t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	if env := medtechEnv(sim); strings.Contains(r.stdout+r.stderr, env["MEDTECH_CLIENT_SECRET"]) || strings.Contains(r.stdout+r.stderr, medtechtest.NHI(3)) {
		t.Error("the secret or the NHI is in the output")
	}
	for _, req := range sim.Requests() {
		if req.Path != "/FHIR/Patient" {
			continue
		}
		if q, err := url.ParseQuery(req.RawQuery); err != nil || q.Get("identifier") != medtech.NHISystem+"|"+medtechtest.NHI(3) {
			t.Errorf("patients are searched with %s", req.RawQuery)
		}
	}
}

func TestMedtechLiveSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	sim := medtechtest.New(t)
	o := call(t, t.Context(), vendors(), medtechEnv(sim), someone(3)...).wantFailure(t, emr.KindInvalid, "")
	if !strings.Contains(o.Error.Message, "phone") || !strings.Contains(o.Error.Message, "identifier") {
		t.Errorf("got %+v", o.Error)
	}
	for _, name := range []string{"MEDTECH_CLIENT_ID", "MEDTECH_CLIENT_SECRET", "MEDTECH_API_SCOPE", "MEDTECH_FACILITY_ID"} {
		env := medtechEnv(sim)
		delete(env, name)
		o := call(t, t.Context(), vendors(), env, "-vendor", "medtech", "-live", "-json").wantFailure(t, emr.KindConfig, "")
		if !strings.Contains(o.Error.Message, name) {
			t.Errorf("got %+v", o.Error)
		}
	}
	env := medtechEnv(sim)
	env["MEDTECH_FACILITY_ID"] = "F0X000-Z"
	o = call(t, t.Context(), vendors(), env, someone(3, "-identifier", medtechtest.NHI(3))...).wantFailure(t, emr.KindConfig, "")
	if !strings.Contains(o.Error.Hint, "facility") {
		t.Errorf("got %+v", o.Error)
	}
}
