package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// result is what a run left behind.
type result struct {
	code           int
	stdout, stderr string
}

// object is the -json line as a reader in another language sees it.
type object struct {
	Patients, Encounters *int
	DocumentBytes        *int64
	Sections             []string
	Error                *struct{ Kind, Message, Hint string }
}

// lines is output of a run; onLine is told each line of it.
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

// simulated runs a plan against its own simulator and searches what it printed. The
// simulator is nil where nobody was sent to sign in.
func simulated(t *testing.T, p plan) (result, *nextechsaastest.Sim) {
	t.Helper()
	p.sim = true
	var sim *nextechsaastest.Sim
	var mu sync.Mutex
	own := p.browser
	if own == nil {
		own = browse
	}
	p.browser = func(ctx context.Context, s *nextechsaastest.Sim, open string) error {
		mu.Lock()
		sim = s
		mu.Unlock()
		return own(ctx, s, open)
	}
	var stdout, stderr lines
	code := p.run(t.Context(), host{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, dir: t.TempDir(), lookup: nothing})
	r := result{code, stdout.all.String(), stderr.all.String()}
	mu.Lock()
	defer mu.Unlock()
	if sim != nil {
		r.search(t, sim)
		if v := sim.Violations(); len(v) > 0 && p.change == nil {
			t.Errorf("violations: %q", v)
		}
	}
	return r, sim
}

func nothing(string) (string, bool) { return "", false }

// search looks for secrets, and for anything about the patients, in what was printed. The
// line "open:" must hold state and challenge, and none of the rest.
func (r result) search(t *testing.T, sim *nextechsaastest.Sim) {
	t.Helper()
	printed := r.stdout + r.stderr
	rest := regexp.MustCompile(`(?m)^open: .*\n`).ReplaceAllString(printed, "")
	words := []string{"900-55-", "<html", "<script", "Retina", "Okafor", "Novak", "Follow Up"}
	for n := 0; !sim.Patient(n).ID.IsZero(); n++ {
		p := sim.Patient(n)
		words = append(words, p.Given.Reveal(), p.Family.Reveal(), p.Born.Reveal().String(), p.Identifiers[0].Value.Reveal())
	}
	for _, q := range sim.Requests() {
		form, _ := url.ParseQuery(string(q.Body))
		query, _ := url.ParseQuery(q.RawQuery)
		words = append(words, query.Get("term"), strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer "), q.Header.Get("X-Nextech-Practice-Id"))
		for _, name := range []string{"code", "code_verifier", "client_secret", "refresh_token", "transaction"} {
			words = append(words, form.Get(name))
		}
		if state := query.Get("state"); state != "" && strings.Contains(rest, state) {
			t.Error("the state was printed beside the URL to open")
		}
	}
	for _, word := range words {
		if word != "" && regexp.MustCompile(`(^|\W)`+regexp.QuoteMeta(word)).MatchString(printed) {
			t.Errorf("a secret or personal word of %d letters was printed", len(word))
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
func (r result) wantFailure(t *testing.T, kind emr.Kind, patients bool) object {
	t.Helper()
	o := r.object(t)
	if r.code != exitFail || o.Error == nil {
		t.Fatalf("exit code %d, %s", r.code, r.stdout)
	}
	if o.Error.Kind != string(kind) || o.Error.Message == "" || o.Error.Hint == "" {
		t.Errorf("want kind %s, message and hint: %s", kind, r.stdout)
	}
	if (o.Patients != nil) != patients || o.Sections != nil {
		t.Errorf("want patients %v and no sections: %s", patients, r.stdout)
	}
	return o
}

// live runs the program with an environment, from outside.
func live(t *testing.T, env map[string]string, onLine func(string), args ...string) result {
	t.Helper()
	return liveIn(t, t.Context(), t.TempDir(), "", env, onLine, args...)
}

func liveIn(t *testing.T, ctx context.Context, dir, stdin string, env map[string]string, onLine func(string), args ...string) result {
	t.Helper()
	stdout, stderr := lines{}, lines{onLine: onLine}
	code := run(ctx, host{args: args, stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr, dir: dir, lookup: func(key string) (string, bool) {
		v, ok := env[key]
		return v, ok
	}})
	return result{code, stdout.all.String(), stderr.all.String()}
}

// environment is that of a simulator; without a refresh token somebody has to sign in.
func environment(sim *nextechsaastest.Sim, refresh bool) map[string]string {
	env := map[string]string{}
	for _, line := range sim.Env() {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	if !refresh {
		delete(env, "NEXTECHSAAS_REFRESH_TOKEN")
	}
	return env
}

// get opens a URL as a browser does.
func get(ctx context.Context, t *testing.T, target string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}
