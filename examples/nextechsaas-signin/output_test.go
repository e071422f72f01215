package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestAResultThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	for _, p := range []plan{{sim: true}, {sim: true, json: true}} {
		var stderr lines
		code := p.run(t.Context(), host{stdout: full{}, stderr: &stderr, dir: t.TempDir(), lookup: nothing})
		if code != exitFail || !strings.Contains(stderr.all.String(), "could not be written") {
			t.Errorf("json %v: exit code %d: %s", p.json, code, stderr.all.String())
		}
	}
}

func TestATerminalGetsSignsAndNothingThatSteersIt(t *testing.T) {
	t.Parallel()
	var w bytes.Buffer
	o := &output{w: &w, style: style{fancy: true}, started: time.Now()}
	o.head("Title", "where\x1b[2J")
	o.done("patient", time.Now(), "read\x1b]0;x\a", "id 1")
	_ = o.fail("visits", time.Now(), &emr.Error{Kind: emr.KindTimeout})
	o.skip("visit 7", time.Now(), "no document")
	text := w.String()
	if strings.Contains(text, "\x1b[2J") || strings.Contains(text, "\x1b]") || strings.Contains(text, "\a") {
		t.Errorf("%q", text)
	}
	for _, sign := range []string{"\x1b[32m  ✓ \x1b[0m", "\x1b[31m  ✗ \x1b[0m", "\x1b[2m  - \x1b[0m"} {
		if !strings.Contains(text, sign) {
			t.Errorf("no %q in %q", sign, text)
		}
	}
	if n := strings.Count(text, "STEP"); n != 1 {
		t.Errorf("%d heads", n)
	}
}

func TestStyleIsPlainWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, env := range []map[string]string{{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}} {
		h := host{lookup: func(key string) (string, bool) { v, ok := env[key]; return v, ok }}
		for _, w := range []interface{ Write([]byte) (int, error) }{null, &bytes.Buffer{}} {
			if h.styleOf(w).fancy {
				t.Errorf("%v: signs and colours for %T", env, w)
			}
		}
	}
}

func TestEveryFailureHasAHintAndNoWordsOfOthers(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		context.Canceled, context.DeadlineExceeded, errors.New("s3cret"),
		&emr.Error{Kind: emr.KindPermission}, &emr.Error{Kind: emr.KindUnavailable}, &emr.Error{Kind: emr.KindProtocol},
	} {
		f := failureOf(err)
		if f.Kind == "" || f.Message == "" || f.Hint == "" || strings.Contains(f.Message+f.Hint, "s3cret") {
			t.Errorf("%T: %+v", err, f)
		}
	}
	if failureOf(nil) != nil {
		t.Error("a failure of nothing")
	}
}

func TestTimesAreShort(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{time.Microsecond: "<1 ms", 12 * time.Millisecond: "12 ms", 1500 * time.Millisecond: "1.5 s", 5 * time.Minute: "5 min"} {
		if got := short(d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}

func TestSizesAndCountsAreWrittenForPeople(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1,000 bytes", 52428800: "52,428,800 bytes"} {
		if got := bytesOf(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	if count(1, "visit") != "1 visit" || count(0, "visit") != "0 visits" || list("id", nil) != nil || list("id", []string{"7", "8"})[0] != "id 7, 8" {
		t.Error("counts or lists are written otherwise")
	}
}
