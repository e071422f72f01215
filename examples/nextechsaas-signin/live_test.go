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
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

func practice(t *testing.T) *nextechsaastest.Sim {
	t.Helper()
	return nextechsaastest.New(t, &nextechsaastest.Options{Redirects: []string{"http://127.0.0.1:0/callback/"}, AnyPort: true})
}

func TestAPersonOpensTheURLThatIsPrinted(t *testing.T) {
	t.Parallel()
	sim := practice(t)
	var browser sync.WaitGroup
	var page string
	r := live(t, environment(sim, false), func(line string) {
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
	}, "-json", "-term", simulatedTerm(sim))
	browser.Wait()
	if o := r.object(t); r.code != exitOK || *o.Patients != 1 || *o.Encounters != 3 {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	if !strings.Contains(page, "You are signed in") || strings.Contains(page, "1044") {
		t.Errorf("the page: %s", page)
	}
	r.search(t, sim)
}

func TestWithARefreshTokenNobodyIsAsked(t *testing.T) {
	t.Parallel()
	sim := practice(t)
	env := environment(sim, true)
	r := live(t, env, nil, "-json", "-term", sim.Patient(2).Family.Reveal())
	if o := r.object(t); r.code != exitOK || *o.Patients < 1 || strings.Contains(r.stderr, "open:") {
		t.Errorf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	r.search(t, sim)
	// It was good once.
	again := live(t, env, nil, "-json", "-term", simulatedTerm(sim))
	again.wantFailure(t, emr.KindAuth, false)
	again.search(t, sim)
}

func TestTheTermComesFromStandardInput(t *testing.T) {
	t.Parallel()
	sim := practice(t)
	r := liveIn(t, t.Context(), t.TempDir(), "  "+simulatedTerm(sim)+"  \nsomething else\n", environment(sim, true), nil, "-json", "-term", "-")
	if o := r.object(t); r.code != exitOK || *o.Patients != 1 {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
	r.search(t, sim)
	for _, empty := range []string{"", "\n", "  \n" + simulatedTerm(sim)} {
		r = liveIn(t, t.Context(), t.TempDir(), empty, environment(sim, true), nil, "-json", "-term", "-")
		r.wantFailure(t, emr.KindInvalid, false)
	}
}

func TestTheEnvironmentAndItsMistakes(t *testing.T) {
	t.Parallel()
	good := environment(practice(t), true)
	with := func(name, value string) map[string]string {
		env := maps.Clone(good)
		env[name] = value
		return env
	}
	elsewhere := with("NEXTECHSAAS_REDIRECT_URL", "https://app.example.com/callback")
	elsewhere["NEXTECHSAAS_REFRESH_TOKEN"] = ""
	nowhere := with("NEXTECHSAAS_REDIRECT_URL", "")
	nowhere["NEXTECHSAAS_REFRESH_TOKEN"] = ""
	noResource := with("NEXTECHSAAS_TOKEN_URL", "")
	noResource["NEXTECHSAAS_RESOURCE"] = ""
	for name, tc := range map[string]struct {
		env  map[string]string
		hint string
	}{
		"nothing":                  {nil, "NEXTECHSAAS_CLIENT_ID"},
		"no practice":              {with("NEXTECHSAAS_PRACTICE_ID", ""), "NEXTECHSAAS_PRACTICE_ID"},
		"no resource at Microsoft": {noResource, "NEXTECHSAAS_RESOURCE"},
		"plain http":               {with("NEXTECHSAAS_BASE_URL", "http://saas.example.com/ehr/api"), "https"},
		"a callback elsewhere":     {elsewhere, "loopback"},
		"no callback":              {nowhere, "NEXTECHSAAS_REDIRECT_URL"},
		"no such zone":             {with("NEXTECHSAAS_TIME_ZONE", "Mars/Phobos"), "NEXTECHSAAS_TIME_ZONE"},
	} {
		r := live(t, tc.env, nil, "-json", "-term", "Zoe")
		o := r.wantFailure(t, emr.KindConfig, false)
		if !strings.Contains(o.Error.Message+o.Error.Hint, tc.hint) || strings.Contains(r.stdout+r.stderr, "Zoe") {
			t.Errorf("%s: %s", name, r.stdout)
		}
		if name == "nothing" && !strings.Contains(live(t, tc.env, nil, "-term", "Zoe").stdout, "FAIL  connect") {
			t.Error("the table does not show that it failed")
		}
	}
}

func TestTheEnvFileIsReadAndTheEnvironmentWins(t *testing.T) {
	t.Parallel()
	sim := practice(t)
	env := environment(sim, true)
	var file strings.Builder
	for name, value := range env {
		if name != "NEXTECHSAAS_CLIENT_ID" {
			file.WriteString(name + "='" + value + "'\n")
		}
	}
	file.WriteString("NEXTECHSAAS_CLIENT_ID=wrong\n")
	dir := t.TempDir()
	path := filepath.Join(dir, ".env")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r := liveIn(t, t.Context(), dir, "", map[string]string{"NEXTECHSAAS_CLIENT_ID": env["NEXTECHSAAS_CLIENT_ID"]}, nil, "-json", "-term", simulatedTerm(sim))
	if r.code != exitOK {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
	if err := os.WriteFile(path, []byte("what's this s3cret\x00=\n'"), 0o600); err != nil {
		t.Fatal(err)
	}
	r = liveIn(t, t.Context(), dir, "", nil, nil, "-json", "-term", "x")
	r.wantFailure(t, emr.KindConfig, false)
	if strings.Contains(r.stdout+r.stderr, "s3cret") {
		t.Error("a line of the file was printed")
	}
}

func TestAStoppedRunSaysSo(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	r := liveIn(t, ctx, t.TempDir(), "", environment(practice(t), false), func(line string) {
		if strings.HasPrefix(line, "open: ") {
			stop()
		}
	}, "-json", "-term", "x")
	r.wantFailure(t, emr.KindCanceled, false)
}

func TestNobodyWhoComesEndsTheRunInTime(t *testing.T) {
	t.Parallel()
	r := live(t, environment(practice(t), false), nil, "-json", "-term", "x", "-timeout", "50ms")
	r.wantFailure(t, emr.KindTimeout, false)
}

func TestWrongFlagsAreToldAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"-wait", "-term", "Zoe"}, {"-Zoe"}, {"-term", "x", "Zoe"}, {"-sim", "-timeout", "0s"}, {"-sim", "-timeout", "Zoe"}, {"-json=Zoe"}, {"-term"}} {
		r := live(t, nil, nil, args...)
		if r.code != exitUsage || r.stdout != "" || strings.Contains(r.stderr, "Zoe") || !strings.Contains(r.stderr, "-term") {
			t.Errorf("%q: exit code %d: %s", args, r.code, r.stderr)
		}
	}
	if r := live(t, nil, nil, "-h"); r.code != exitOK || r.stdout != help {
		t.Errorf("exit code %d: %s", r.code, r.stdout)
	}
}
