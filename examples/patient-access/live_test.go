package main

import (
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

func server(t *testing.T, change func(*nextgentest.PatientAccessOptions)) *nextgentest.PatientAccess {
	t.Helper()
	o := &nextgentest.PatientAccessOptions{Redirects: []string{"http://127.0.0.1:0/callback"}, AnyPort: true}
	if change != nil {
		change(o)
	}
	return nextgentest.NewPatientAccess(t, o)
}

func TestAPersonOpensTheURLThatIsPrinted(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", "R4", "DSTU2"} {
		sim := server(t, nil)
		env := environment(sim)
		env["NEXTGEN_FHIR_VERSION"] = version
		if version == "DSTU2" {
			env["NEXTGEN_FHIR_BASE_URL"] = sim.ConfigDSTU2().BaseURL
		}
		var browser sync.WaitGroup
		var page string
		r := live(t, env, func(line string) {
			open, ok := strings.CutPrefix(line, "open: ")
			if !ok {
				return
			}
			browser.Go(func() {
				to, err := sim.Browse(t.Context(), open)
				if err != nil {
					t.Error(err)
					return
				}
				status, body := get(t.Context(), t, to.String())
				if page = body; status != http.StatusOK {
					t.Errorf("the page is %d", status)
				}
			})
		}, "-json")
		browser.Wait()
		self, _ := sim.PatientIDs()
		if o := r.object(t); r.code != exitOK || o.Patient == nil || o.Patient.ID != self || o.Resources["Condition"] != 3 {
			t.Errorf("%q: exit code %d: %s%s", version, r.code, r.stdout, r.stderr)
		}
		if !strings.Contains(page, "You are signed in") || strings.Contains(page, self) {
			t.Errorf("the page: %s", page)
		}
		r.search(t, sim)
	}
}

func TestWithARefreshTokenNobodyIsAsked(t *testing.T) {
	t.Parallel()
	sim := server(t, nil)
	env := environment(sim)
	env["NEXTGEN_FHIR_REFRESH_TOKEN"] = sim.FirstRefreshToken()
	r := live(t, env, nil, "-json")
	if o := r.object(t); r.code != exitOK || o.Resources["Observation"] != 23 || strings.Contains(r.stderr, "open:") {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	r.search(t, sim)
	// It was good once.
	again := live(t, env, nil, "-json")
	again.wantFailure(t, emr.KindAuth, false)
	again.search(t, sim)
}

func TestTheEnvironmentAndItsMistakes(t *testing.T) {
	t.Parallel()
	sim := server(t, nil)
	good := environment(sim)
	good["NEXTGEN_FHIR_REFRESH_TOKEN"] = sim.FirstRefreshToken()
	with := func(name, value string) map[string]string {
		env := maps.Clone(good)
		env[name] = value
		return env
	}
	for name, tc := range map[string]struct {
		env  map[string]string
		hint string
	}{
		"nothing":         {nil, "NEXTGEN_FHIR_CLIENT_ID"},
		"no callback":     {with("NEXTGEN_FHIR_REDIRECT_URL", ""), "NEXTGEN_FHIR_REDIRECT_URL"},
		"another version": {with("NEXTGEN_FHIR_VERSION", "R5"), "R4 and DSTU2"},
		"plain http":      {with("NEXTGEN_FHIR_BASE_URL", "http://fhir.example.com/r4"), "https"},
		"callback elsewhere": {func() map[string]string {
			e := with("NEXTGEN_FHIR_REFRESH_TOKEN", "")
			e["NEXTGEN_FHIR_REDIRECT_URL"] = "https://app.example.com/cb"
			return e
		}(), "loopback"},
		"a callback in plain": {with("NEXTGEN_FHIR_REDIRECT_URL", "http://app.example.com/cb"), "loopback"},
	} {
		r := live(t, tc.env, nil, "-json")
		o := r.wantFailure(t, emr.KindConfig, false)
		if !strings.Contains(o.Error.Message+o.Error.Hint, tc.hint) {
			t.Errorf("%s: %s", name, r.stdout)
		}
		if name == "nothing" && strings.Contains(live(t, tc.env, nil).stdout, "FAIL  connect") == false {
			t.Error("the table does not show that it failed")
		}
	}
}

func TestTheEnvFileIsReadAndTheEnvironmentWins(t *testing.T) {
	t.Parallel()
	sim := server(t, nil)
	env := environment(sim)
	var file strings.Builder
	for name, value := range env {
		if name != "NEXTGEN_FHIR_CLIENT_ID" && name != "NEXTGEN_FHIR_REFRESH_TOKEN" {
			file.WriteString(name + "='" + value + "'\n")
		}
	}
	file.WriteString("NEXTGEN_FHIR_CLIENT_ID=wrong\nNEXTGEN_FHIR_REFRESH_TOKEN=" + sim.FirstRefreshToken() + "\n")
	dir := t.TempDir()
	path := filepath.Join(dir, ".env")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r := liveIn(t, t.Context(), dir, map[string]string{"NEXTGEN_FHIR_CLIENT_ID": env["NEXTGEN_FHIR_CLIENT_ID"]}, nil, "-json")
	if r.code != exitOK {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
	if err := os.WriteFile(path, []byte("what's this s3cret\x00=\n'"), 0o600); err != nil {
		t.Fatal(err)
	}
	r = liveIn(t, t.Context(), dir, nil, nil, "-json")
	r.wantFailure(t, emr.KindConfig, false)
	if strings.Contains(r.stdout+r.stderr, "s3cret") {
		t.Error("a line of the file was printed")
	}
}

func TestAStoppedRunSaysSo(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	r := liveIn(t, ctx, t.TempDir(), environment(server(t, nil)), func(line string) {
		if strings.HasPrefix(line, "open: ") {
			stop()
		}
	}, "-json")
	r.wantFailure(t, emr.KindCanceled, false)
}

func TestWrongFlagsAreToldAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-wait"}, {"-Zoe"}, {"Zoe"}, {"-timeout", "0s"}, {"-timeout", "Zoe"}, {"-record", "0"}, {"-record", "Zoe"}, {"-json=Zoe"}} {
		r := live(t, nil, nil, args...)
		if r.code != exitUsage || r.stdout != "" || strings.Contains(r.stderr, "Zoe") || !strings.Contains(r.stderr, "-timeout") {
			t.Errorf("%q: exit code %d: %s", args, r.code, r.stderr)
		}
	}
	if r := live(t, nil, nil, "-h"); r.code != exitOK || r.stdout != help {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
}
