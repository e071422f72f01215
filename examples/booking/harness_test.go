package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// result is what a run left behind.
type result struct {
	code           int
	stdout, stderr string
}

// call runs the program in an empty directory with the given environment and searches
// its output for anything personal.
func call(t *testing.T, ctx context.Context, known []vendor, env map[string]string, args ...string) result {
	t.Helper()
	return callIn(t, ctx, t.TempDir(), known, env, args...)
}

func callIn(t *testing.T, ctx context.Context, dir string, known []vendor, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(ctx, host{
		args: args, stdout: &stdout, stderr: &stderr, dir: dir,
		lookup: func(key string) (string, bool) { v, ok := env[key]; return v, ok },
	}, known)
	r := result{code, stdout.String(), stderr.String()}
	r.searchFor(t, canaries(env)...)
	return r
}

// canaries are the words that must not be in any output: everything about the
// invented people, and the secrets of the environment.
func canaries(env map[string]string) []string {
	words := []string{"s3cret"}
	people := append(emrtest.People(), fields(inventedPerson()))
	for _, p := range people {
		words = append(words, p.Given.Reveal(), p.Family.Reveal(), p.Born.Reveal().String())
		for _, ph := range p.Phones {
			words = append(words, ph.Number.Reveal())
		}
		for _, m := range p.Emails {
			words = append(words, m.Reveal())
		}
		for _, l := range p.Address.Lines {
			words = append(words, l.Reveal())
		}
	}
	for key, v := range env {
		if strings.Contains(key, "SECRET") || strings.Contains(key, "PASSWORD") || strings.Contains(key, "REFRESH_TOKEN") {
			words = append(words, v)
		}
	}
	return words
}

func fields(p person) emr.NewPatient {
	n, err := p.newPatient()
	if err != nil {
		panic(err)
	}
	return *n
}

func (r result) searchFor(t *testing.T, words ...string) {
	t.Helper()
	for _, word := range words {
		if word != "" && strings.Contains(r.stdout+r.stderr, word) {
			t.Errorf("the output has a personal or secret word of %d letters:\n%s%s", len(word), r.stdout, r.stderr)
		}
	}
}

// object is a -json line as a reader in another language sees it.
type object struct {
	Vendor  string
	Patient *struct {
		ID      string
		Created bool
	}
	Slots       *int
	Appointment *struct{ ID, Status, Start, End string }
	Cancelled   *bool
	Error       *struct{ Kind, Message, Hint string }
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

// wantFailure checks a failed run: exit code, kind, and null from the given field on.
func (r result) wantFailure(t *testing.T, kind emr.Kind, reached string) object {
	t.Helper()
	o := r.object(t)
	if r.code != exitFail {
		t.Errorf("exit code %d, want %d", r.code, exitFail)
	}
	if o.Error == nil {
		t.Fatalf("no error in %s", r.stdout)
	}
	if o.Error.Kind != string(kind) {
		t.Errorf("kind %q, want %q: %s", o.Error.Kind, kind, r.stdout)
	}
	if o.Error.Message == "" || o.Error.Hint == "" {
		t.Errorf("message and hint must say something: %s", r.stdout)
	}
	have := []bool{o.Patient != nil, o.Slots != nil, o.Appointment != nil, o.Cancelled != nil}
	want := map[string]int{"": 0, "patient": 1, "slots": 2, "appointment": 3}[reached]
	for i, h := range have {
		if h != (i < want) {
			t.Errorf("want fields up to %q, got %s", reached, r.stdout)
			break
		}
	}
	return o
}

// simulated returns the vendor's row with its simulator prepared before the run. The
// simulator can be asked afterwards what arrived.
func simulated(v vendor, prepare func(emrtest.Sim)) (vendor, *emrtest.Sim) {
	var sim emrtest.Sim
	start := v.simulate
	v.simulate = func() (endpoint, error) {
		e, err := start()
		if err == nil {
			sim = e.sim
			if prepare != nil {
				prepare(sim)
			}
		}
		return e, err
	}
	return v, &sim
}

// posts counts the requests that asked for a booking.
func posts(sim emrtest.Sim, path string) (n int) {
	for _, r := range sim.Requests() {
		if r.Method == http.MethodPost && strings.Contains(strings.ToLower(r.Path), path) {
			n++
		}
	}
	return n
}

// known are flags for a person whom every simulator has, and for a purpose: else the
// driver looks one up before booking, and a fault would hit that.
func known() []string {
	p := emrtest.People()[5]
	return []string{
		"-given", p.Given.Reveal(), "-family", p.Family.Reveal(), "-birthdate", p.Born.Reveal().String(),
		"-purpose", "9", "-phone", p.Phones[0].Number.Reveal(), "-email", p.Emails[0].Reveal(), "-postal-code", p.Address.PostalCode.Reveal(),
	}
}
