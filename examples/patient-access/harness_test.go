package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// result is what a run left behind.
type result struct {
	code           int
	stdout, stderr string
}

// object is the -json line as a reader in another language sees it.
type object struct {
	Patient   *struct{ ID string }
	Resources map[string]int
	Error     *struct{ Kind, Message, Hint string }
}

// output of a run; onLine is told each line of stderr.
type lines struct {
	mu     sync.Mutex
	all    bytes.Buffer
	onLine func(string)
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.onLine != nil {
		for line := range strings.Lines(string(p)) {
			l.onLine(strings.TrimSpace(line))
		}
	}
	return l.all.Write(p)
}

// simulated runs a plan against its own simulator and searches what it printed.
func simulated(t *testing.T, p plan) (result, *nextgentest.PatientAccess) {
	t.Helper()
	p.sim = true
	var sim *nextgentest.PatientAccess
	var mu sync.Mutex
	own := p.browser
	if own == nil {
		own = browse
	}
	p.browser = func(ctx context.Context, s *nextgentest.PatientAccess, open string) error {
		mu.Lock()
		sim = s
		mu.Unlock()
		return own(ctx, s, open)
	}
	var stdout, stderr lines
	code := p.run(t.Context(), host{stdout: &stdout, stderr: &stderr, dir: t.TempDir(), lookup: nothing})
	r := result{code, stdout.all.String(), stderr.all.String()}
	mu.Lock()
	defer mu.Unlock()
	r.search(t, sim)
	return r, sim
}

func nothing(string) (string, bool) { return "", false }

// search looks for secrets, and for anything about the patients, in what was printed. The
// line "open:" must hold state and challenge, and none of the rest.
func (r result) search(t *testing.T, sim *nextgentest.PatientAccess) {
	t.Helper()
	printed := r.stdout + r.stderr
	rest := regexp.MustCompile(`(?m)^open: .*\n`).ReplaceAllString(printed, "")
	for _, p := range emrtest.People() {
		for _, word := range []string{p.Given.Reveal(), p.Family.Reveal(), p.Born.Reveal().String(), p.Address.Lines[0].Reveal()} {
			if strings.Contains(printed, word) {
				t.Errorf("a personal word of %d letters was printed", len(word))
			}
		}
	}
	if sim == nil {
		return
	}
	for _, q := range sim.Requests() {
		form, _ := url.ParseQuery(string(q.Body))
		query, _ := url.ParseQuery(q.RawQuery)
		words := []string{strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer ")}
		for _, name := range []string{"code", "code_verifier", "client_secret", "refresh_token", "transaction"} {
			words = append(words, form.Get(name))
		}
		for _, word := range words {
			if word != "" && strings.Contains(printed, word) {
				t.Errorf("a secret of %s was printed", q.Path)
			}
		}
		if state := query.Get("state"); state != "" && strings.Contains(rest, state) {
			t.Error("the state was printed beside the URL to open")
		}
	}
}

// object reads the one line of a -json run.
func (r result) object(t *testing.T) object {
	t.Helper()
	if strings.Count(r.stdout, "\n") != 1 {
		t.Fatalf("want one line on stdout, got %q (stderr %q)", r.stdout, r.stderr)
	}
	var o object
	dec := json.NewDecoder(strings.NewReader(r.stdout))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&o); err != nil {
		t.Fatalf("stdout is not the object: %v: %q", err, r.stdout)
	}
	return o
}

// wantFailure checks a failed run: exit code, kind, and null after the failed step.
func (r result) wantFailure(t *testing.T, kind emr.Kind, patient bool) object {
	t.Helper()
	o := r.object(t)
	if r.code != exitFail || o.Error == nil {
		t.Fatalf("exit code %d, %s", r.code, r.stdout)
	}
	if o.Error.Kind != string(kind) || o.Error.Message == "" || o.Error.Hint == "" {
		t.Errorf("want kind %s, message and hint: %s", kind, r.stdout)
	}
	if (o.Patient != nil) != patient || o.Resources != nil {
		t.Errorf("want patient %v and no resources: %s", patient, r.stdout)
	}
	return o
}

// live runs the program with an environment, from outside.
func live(t *testing.T, env map[string]string, onLine func(string), args ...string) result {
	t.Helper()
	return liveIn(t, t.Context(), t.TempDir(), env, onLine, args...)
}

func liveIn(t *testing.T, ctx context.Context, dir string, env map[string]string, onLine func(string), args ...string) result {
	t.Helper()
	stdout, stderr := lines{}, lines{onLine: onLine}
	code := run(ctx, host{args: args, stdout: &stdout, stderr: &stderr, dir: dir, lookup: func(key string) (string, bool) {
		v, ok := env[key]
		return v, ok
	}})
	r := result{code, stdout.all.String(), stderr.all.String()}
	r.search(t, nil)
	return r
}

// environment is that of a simulator.
func environment(sim *nextgentest.PatientAccess) map[string]string {
	env := map[string]string{}
	for _, line := range sim.Env() {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return env
}
