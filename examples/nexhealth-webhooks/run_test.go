package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// call runs the program and searches its output for anything personal.
func call(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(ctx, host{args: args, stdout: &out, stderr: &errs, lookup: func(string) (string, bool) { return "", false }})
	words := []string{"secret", "Bearer"}
	p := nobody()
	words = append(words, p.Given.Reveal(), p.Family.Reveal(), p.Born.Reveal().String(), p.Phones[0].Number.Reveal(), p.Emails[0].Reveal())
	for _, p := range emrtest.People() {
		words = append(words, p.Family.Reveal())
	}
	for _, word := range words {
		if strings.Contains(out.String()+errs.String(), word) {
			t.Errorf("the output has a personal or secret word of %d letters:\n%s%s", len(word), out.String(), errs.String())
		}
	}
	return code, out.String(), errs.String()
}

// object is a -json line as a reader in another language sees it.
type object struct {
	Step        string
	OK          bool
	Appointment *string
	Write       *string
	Event       *string
	Status      *int
	Error       *struct{ Kind, Message, Hint string }
}

func objects(t *testing.T, stdout string) map[string]object {
	t.Helper()
	all := map[string]object{}
	for line := range strings.Lines(stdout) {
		var o object
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&o); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		all[o.Step] = o
	}
	return all
}

func TestTheStoryGoesAsDescribed(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, t.Context(), "-json")
	if code != exitOK || stderr != "" {
		t.Fatalf("exit code %d, stderr %q\n%s", code, stderr, stdout)
	}
	all := objects(t, stdout)
	if len(all) != 12 {
		t.Errorf("%d steps", len(all))
	}
	is := func(p *string, want string) bool { return p != nil && *p == want }
	for step, want := range map[string]struct {
		write, event string
		status       int
	}{
		"book":       {"accepted", "", 0},
		"written":    {"written", "appointment_insertion.complete", 0},
		"repeated":   {"", "appointment_insertion.complete", 200},
		"tampered":   {"", "appointment_insertion.complete", 401},
		"stale":      {"", "appointment_insertion.complete", 401},
		"book again": {"accepted", "", 0},
		"failed":     {"failed", "appointment_insertion.failed", 0},
		"too late":   {"timed_out", "appointment_insertion.timed_out", 0},
		"cancel":     {"written", "appointment_updated", 0},
	} {
		o := all[step]
		if !o.OK || o.Error != nil || want.write != "" && !is(o.Write, want.write) || want.event != "" && !is(o.Event, want.event) || want.status != 0 && (o.Status == nil || *o.Status != want.status) {
			t.Errorf("%s: %s", step, stdout)
		}
	}
	if first, second := all["book"].Appointment, all["book again"].Appointment; first == nil || second == nil || *first == *second || !is(all["written"].Appointment, *first) {
		t.Errorf("the appointments do not go together: %s", stdout)
	}
}

func TestTheTableFitsATerminal(t *testing.T) {
	t.Parallel()
	code, stdout, _ := call(t, t.Context())
	if code != exitOK || !strings.Contains(stdout, "Done in") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	for line := range strings.Lines(stdout) {
		if len([]rune(strings.TrimRight(line, "\n"))) > 80 || strings.TrimRight(line, " \n") != strings.TrimRight(line, "\n") {
			t.Errorf("a line is too long, or ends in blanks: %q", line)
		}
	}
}

func TestAFailedStepEndsTheStoryWithCode1(t *testing.T) {
	t.Parallel()
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		args []string
	}{
		"stopped":  {stopped, []string{"-json"}},
		"too slow": {t.Context(), []string{"-json", "-timeout", "100ms"}},
	} {
		code, stdout, _ := call(t, c.ctx, c.args...)
		all := objects(t, stdout)
		failed := 0
		for _, o := range all {
			if !o.OK {
				failed++
				if o.Error == nil || o.Error.Kind == "" || o.Error.Message == "" || o.Error.Hint == "" {
					t.Errorf("%s: %s", name, stdout)
				}
			}
		}
		if code != exitFail || failed != 1 {
			t.Errorf("%s: exit code %d, %d failed steps\n%s", name, code, failed, stdout)
		}
	}
	if code, stdout, _ := call(t, stopped); code != exitFail || !strings.Contains(stdout, "To do:") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
}

func TestWrongFlagsAreCode2AndHelpIsNot(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-live"}, {"x"}, {"-timeout", "0s"}, {"-timeout", "soon"}} {
		if code, stdout, stderr := call(t, t.Context(), args...); code != exitUsage || stdout != "" || stderr == "" {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
	if code, stdout, _ := call(t, t.Context(), "-h"); code != exitOK || !strings.Contains(stdout, "usage:") {
		t.Errorf("help: exit code %d", code)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestAResultThatCannotBeWrittenIsCode1(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"-json"}} {
		var errs bytes.Buffer
		code := run(t.Context(), host{args: args, stdout: full{}, stderr: &errs, lookup: func(string) (string, bool) { return "", false }})
		if code != exitFail || errs.Len() == 0 {
			t.Errorf("%v: exit code %d", args, code)
		}
	}
}
