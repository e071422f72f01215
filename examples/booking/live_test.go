package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

// environment turns the simulator's lines into variables, those named only, or all.
func environment(sim *nextechtest.Sim, only ...string) map[string]string {
	env := map[string]string{}
	for _, l := range sim.Env() {
		key, value, _ := strings.Cut(l, "=")
		env[key] = value
	}
	if len(only) > 0 {
		some := map[string]string{}
		for _, key := range only {
			some[key] = env[key]
		}
		return some
	}
	return env
}

func TestLiveInTheConfigurationsOfTheContract(t *testing.T) {
	t.Parallel()
	three := []string{"NEXTECH_BASE_URL", "NEXTECH_CLIENT_ID", "NEXTECH_CLIENT_SECRET"}
	for name, c := range map[string]struct {
		options *nextechtest.Options
		only    []string
		cancels bool
	}{
		"base URL, id and secret only":      {&nextechtest.Options{}, three, true},
		"Azure password and refresh tokens": {&nextechtest.Options{Auth: nextechtest.AzurePassword}, nil, true},
		"Practice+":                         {&nextechtest.Options{Product: nextech.PracticePlus, Auth: nextechtest.AzureClient}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := nextechtest.New(t, c.options)
			env := environment(sim, c.only...)
			r := call(t, t.Context(), vendors(), env, "-vendor", "nextech", "-live", "-json")
			o := r.object(t)
			if r.code != exitOK || o.Error != nil || o.Appointment.Status != "booked" || *o.Cancelled != c.cancels {
				t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
			}
			left := 1
			if c.cancels {
				left = 0
			}
			if n := sim.Appointments(); n != left {
				t.Errorf("%d appointments in the calendar, want %d", n, left)
			}
			tokens := 0
			for _, req := range sim.Requests() {
				if req.Token {
					tokens++
				}
			}
			if tokens != 1 {
				t.Errorf("%d token requests", tokens)
			}
		})
	}
}

func TestAPasswordTokenThatIsRevokedIsRefreshedInTheMiddle(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t, &nextechtest.Options{Auth: nextechtest.AzurePassword})
	sim.FailNext("revoked-token", 1)
	r := call(t, t.Context(), vendors(), environment(sim), "-vendor", "nextech", "-live", "-json")
	if o := r.object(t); r.code != exitOK || o.Error != nil {
		t.Fatalf("code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	var grants []string
	for _, req := range sim.Requests() {
		if req.Token {
			grants = append(grants, strings.Join(grantOf(string(req.Body)), ""))
		}
	}
	if strings.Join(grants, " ") != "password refresh_token" {
		t.Errorf("token requests: %v", grants)
	}
}

func grantOf(body string) (found []string) {
	for _, pair := range strings.Split(body, "&") {
		if g, ok := strings.CutPrefix(pair, "grant_type="); ok {
			found = append(found, g)
		}
	}
	return found
}

func TestTheTableOfALiveRunNamesTheEndpointAndWhatCannotBeCancelled(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t, &nextechtest.Options{Product: nextech.PracticePlus, Auth: nextechtest.AzureClient})
	env := environment(sim)
	r := call(t, t.Context(), vendors(), env, "-vendor", "nextech", "-live")
	for _, want := range []string{"Nextech (practiceplus)", "live, " + env["NEXTECH_BASE_URL"], "cannot be cancelled here, the appointment stays"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %q in\n%s", want, r.stdout)
		}
	}
	if r.code != exitOK || strings.Contains(r.stdout, "To do the same") || !strings.Contains(r.stderr, "invented person") {
		t.Errorf("code %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
}

func TestWithoutConfigurationTheMissingVariableIsNamed(t *testing.T) {
	t.Parallel()
	o := call(t, t.Context(), vendors(), nil, "-vendor", "nextech", "-live", "-json").wantFailure(t, emr.KindConfig, "")
	if !strings.Contains(o.Error.Message, "NEXTECH_") {
		t.Errorf("got %+v", o.Error)
	}
}

func TestAWrongSecretIsAnAuthFailure(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t, nil)
	env := environment(sim)
	env["NEXTECH_CLIENT_SECRET"] = "not-the-right-one-7731"
	o := call(t, t.Context(), vendors(), env, "-vendor", "nextech", "-live", "-json").wantFailure(t, emr.KindAuth, "")
	if !strings.Contains(o.Error.Hint, "secret") {
		t.Errorf("hint %q", o.Error.Hint)
	}
}

func TestPlainHTTPBeyondThisMachineIsRefused(t *testing.T) {
	t.Parallel()
	env := map[string]string{"NEXTECH_BASE_URL": "http://emr.example.com", "NEXTECH_CLIENT_ID": "a", "NEXTECH_CLIENT_SECRET": "7731-secret"}
	call(t, t.Context(), vendors(), env, "-vendor", "nextech", "-live", "-json").wantFailure(t, emr.KindConfig, "")
}

func TestTheDotEnvFileIsReadAndTheRealEnvironmentWins(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t, nil)
	env := environment(sim, "NEXTECH_BASE_URL", "NEXTECH_CLIENT_ID", "NEXTECH_CLIENT_SECRET")
	write := func(values map[string]string) string {
		var b strings.Builder
		for key, value := range values {
			b.WriteString(key + "='" + value + "'\n")
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if r := callIn(t, t.Context(), write(env), vendors(), nil, "-vendor", "nextech", "-live", "-json"); r.code != exitOK {
		t.Errorf("from the file: %s%s", r.stdout, r.stderr)
	}
	wrong := maps.Clone(env)
	wrong["NEXTECH_BASE_URL"] = "http://emr.example.com"
	environ := map[string]string{"NEXTECH_BASE_URL": env["NEXTECH_BASE_URL"]}
	if r := callIn(t, t.Context(), write(wrong), vendors(), environ, "-vendor", "nextech", "-live", "-json"); r.code != exitOK {
		t.Errorf("the real environment wins: %s%s", r.stdout, r.stderr)
	}
}

func TestADotEnvFileThatCannotBeReadIsAConfigErrorWithoutItsLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte("NEXTECH_CLIENT_SECRET s3cret value!\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := callIn(t, t.Context(), dir, vendors(), nil, "-vendor", "nextech", "-live", "-json").wantFailure(t, emr.KindConfig, "")
	if !strings.Contains(o.Error.Message, ".env") {
		t.Errorf("got %+v", o.Error)
	}
	if r := callIn(t, t.Context(), dir, vendors(), nil, "-json"); r.code != exitOK {
		t.Error("a simulator needs no configuration, not even a good one")
	}
}
