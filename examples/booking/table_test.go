package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it):\n%s", file, got)
	}
}

// sample is a run with every kind of row: one vendor that went through, one that
// cannot cancel, one that failed.
func sample() []*report {
	zone := time.FixedZone("", -5*3600)
	start := time.Date(2030, 3, 4, 14, 0, 0, 0, zone)
	slot := &emr.Slot{Start: start, End: start.Add(30 * time.Minute), LocationName: "West Office", Practitioner: "15", TypeName: "Consult"}
	booked := &emr.Appointment{ID: emr.NewAppointmentID("1042"), Status: emr.StatusBooked, Start: slot.Start, End: slot.End}
	head := func(took time.Duration) []line {
		return []line{
			{"patient", done, "found, id 0B6F2C1E-0000-4000-8000-000000000001", nil, took},
			{"slots", done, "84 free from Mon 4 Mar to Sun 10 Mar 2030", nil, 1234 * time.Millisecond},
		}
	}
	book := line{"book", done, timeRange(slot.Start, slot.End) + ", id 1042", []string{place(slot)}, 12 * time.Millisecond}
	back := line{"read back", done, "booked, same id and time", nil, 3 * time.Millisecond}

	good := &report{title: "Nextech (select)", where: "simulator in this process, http://127.0.0.1:40123", traffic: traffic{9, 1}}
	good.lines = append(head(7*time.Millisecond), book, back, line{"cancel", done, "cancelled", nil, 8 * time.Millisecond})
	stays := &report{title: "Nextech (practiceplus)", where: "simulator in this process, http://127.0.0.1:40124"}
	stays.lines = append(head(400*time.Microsecond), book, back, line{"cancel", skipped, "cannot be cancelled here, the appointment stays",
		[]string{"Practice+ documents no way to cancel; set AllowUndocumentedCancel to use the undocumented one, at your own risk and after a test."}, 0})
	bad := &report{title: "Another", tried: slot}
	bad.book(booked, slot)
	bad.lines = append(head(time.Millisecond), book, line{"read back", failed, "timeout", nil, 61 * time.Second})
	bad.Error = failureOf(&emr.Error{Kind: emr.KindTimeout, Vendor: "another", Op: "read appointment", RequestID: "3f2c9a52-1111-4222-8333-444455556666",
		Hint: "the vendor answers nothing: ask whether this machine's address is on the allow-list, then give more time with -timeout"})
	none := &report{title: "Unconfigured"}
	none.Error = failureOf(&emr.Error{Kind: emr.KindConfig, Vendor: "unconfigured", Op: "configure", Fields: []string{"CLIENT_ID"}, Hint: "set the client id"})
	return []*report{good, stays, bad, none}
}

func render(s style) string {
	var b bytes.Buffer
	out := &table{w: &b, style: s}
	reports := sample()
	for _, r := range reports {
		out.add(r)
	}
	out.finish(&plan{vendors: vendors()}, reports, 1500*time.Millisecond)
	return b.String()
}

func TestThePlainTableIsAsciiAndFitsEightyColumns(t *testing.T) {
	t.Parallel()
	got := render(style{})
	golden(t, "table.txt", got)
	for _, l := range strings.Split(got, "\n") {
		if len(l) >= columns {
			t.Errorf("%d characters: %s", len(l), l)
		}
	}
	for _, b := range []byte(got) {
		if b != '\n' && (b < ' ' || b > '~') {
			t.Fatalf("byte %#x in plain output", b)
		}
	}
}

func TestTheTableOnATerminalHasTheSameLayout(t *testing.T) {
	t.Parallel()
	got := render(style{fancy: true})
	golden(t, "table.ansi", got)
	plain := strings.Split(render(style{}), "\n")
	for i, l := range strings.Split(withoutColours(got), "\n") {
		if utf8.RuneCountInString(l) >= columns {
			t.Errorf("%d characters: %s", utf8.RuneCountInString(l), l)
		}
		if cut := 8; len(l) > 20 && len(plain[i]) > 20 && !strings.HasSuffix(string([]rune(l)[cut:]), plain[i][cut+10:]) {
			t.Errorf("columns differ:\n%s\n%s", l, plain[i])
		}
	}
}

// withoutColours drops the escape sequences the table uses.
func withoutColours(s string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, s, _ = strings.Cut(after, "m")
	}
}

func TestNamesFromAVendorCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	slot := &emr.Slot{LocationName: "West\x1b[2J\nOffice\u202e", PractitionerName: "Zoë Østergård"}
	(&table{w: &b}).add(&report{title: "V", lines: []line{{"book", done, place(slot), nil, 0}}})
	if strings.ContainsAny(b.String(), "\x1b\u202e") || !strings.Contains(b.String(), "with Zoë Østergård at West[2JOffice") {
		t.Errorf("got %q", b.String())
	}
}

func TestLongTextIsCutOrWrappedNeverRunningOver(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 60)
	for _, s := range []style{{}, {fancy: true}} {
		var b bytes.Buffer
		r := &report{title: long, where: long, lines: []line{{"book", done, long, []string{long}, 100 * time.Hour}}}
		r.Error = &failure{emr.KindProtocol, long, long}
		(&table{w: &b, style: s}).add(r)
		for _, l := range strings.Split(withoutColours(b.String()), "\n") {
			if utf8.RuneCountInString(l) >= columns {
				t.Errorf("%d characters: %s", utf8.RuneCountInString(l), l)
			}
		}
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"-json"}} {
		var stderr bytes.Buffer
		h := host{args: args, stdout: brokenPipe{}, stderr: &stderr, dir: t.TempDir(), lookup: func(string) (string, bool) { return "", false }}
		if code := run(t.Context(), h, vendors()); code != exitFail || !strings.Contains(stderr.String(), "could not be written") {
			t.Errorf("%v: code %d, stderr %q", args, code, stderr.String())
		}
	}
}
