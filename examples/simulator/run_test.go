package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/joho/godotenv"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextgen"
)

// process is the program running in this process.
type process struct {
	env    map[string]string
	stop   func() int
	stderr *safeBuffer
}

// start runs the program until the last line to paste is there.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	p := &process{stderr: &safeBuffer{}}
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, args, writer, p.stderr)
		_ = writer.Close()
	}()
	p.stop = sync.OnceValue(func() int {
		cancel()
		return <-code
	})
	t.Cleanup(func() { p.stop() })
	var lines []string
	for in := bufio.NewScanner(reader); in.Scan(); {
		lines = append(lines, in.Text())
		last := false
		for _, name := range []string{"NEXTECH_CLIENT_SECRET=", "NEXHEALTH_TIME_ZONE=", "MEDTECH_TIME_ZONE=", "NEXTGEN_REDIRECT_URL=", "NEXTECHSAAS_TIME_ZONE="} {
			last = last || strings.Contains(in.Text(), name)
		}
		if last {
			break
		}
	}
	env, err := godotenv.Unmarshal(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatalf("the lines are no .env file: %v", err)
	}
	p.env = env
	return p
}

// connect makes a client from the printed lines alone.
func (p *process) connect(t *testing.T) *emr.Client {
	t.Helper()
	driver, err := p.driver()
	if err != nil {
		t.Fatalf("%v with %d lines: %s", err, len(p.env), p.stderr)
	}
	c := emr.NewClient(driver, nil)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (p *process) driver() (emr.Driver, error) {
	get := func(key string) string { return p.env[key] }
	if p.env["NEXHEALTH_BASE_URL"] != "" {
		cfg, err := nexhealth.ConfigFrom(get)
		if err != nil {
			return nil, err
		}
		return nexhealth.New(cfg, nil)
	}
	if p.env["MEDTECH_BASE_URL"] != "" {
		cfg, err := medtech.ConfigFrom(get)
		if err != nil {
			return nil, err
		}
		return medtech.New(cfg, nil)
	}
	if p.env["NEXTGEN_BASE_URL"] != "" {
		cfg, err := nextgen.ConfigFrom(get)
		if err != nil {
			return nil, err
		}
		return nextgen.New(cfg, nil)
	}
	if p.env["NEXTECHSAAS_BASE_URL"] != "" {
		cfg, err := nextechsaas.ConfigFrom(get)
		if err != nil {
			return nil, err
		}
		return nextechsaas.New(cfg, nil)
	}
	cfg, err := nextech.ConfigFrom(get)
	if err != nil {
		return nil, err
	}
	return nextech.New(cfg, nil)
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestThePrintedLinesAreEnoughToBook(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{}, {"-auth", "azure"}, {"-product", "practiceplus"}, {"-product", "practiceplus", "-auth", "azure"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			p := start(t, append([]string{"-vendor", "nextech"}, args...)...)
			c := p.connect(t)
			known := emrtest.People()[5]
			found, err := c.FindOrCreatePatient(t.Context(), &known)
			if err != nil || found.Patient == nil || found.Created {
				t.Fatalf("%v", err)
			}
			slot, err := emr.First(c.FindSlots(t.Context(), emr.SlotQuery{From: emr.Today(nil).AddDays(1)}))
			if err != nil {
				t.Fatal(err)
			}
			a, err := c.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slot})
			if err != nil || a.Status != emr.StatusBooked {
				t.Fatalf("%v", err)
			}
			if code := p.stop(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			out := p.stderr.String()
			if !strings.Contains(out, "POST Appointment 201") || !strings.Contains(out, "live bookings: 1; broken rules: 0") {
				t.Errorf("%s", out)
			}
			for _, word := range []string{known.Family.Reveal(), known.Born.Reveal().String(), found.Patient.ID.Reveal(), a.ID.Reveal(), p.env["NEXTECH_CLIENT_SECRET"]} {
				if strings.Contains(out, word) {
					t.Errorf("the journal has a value of the requests:\n%s", out)
				}
			}
		})
	}
}

// TestTheLinesOfASecondSimulatorReplaceThoseOfTheFirst pastes one after the other into
// the same shell.
func TestTheLinesOfASecondSimulatorReplaceThoseOfTheFirst(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"-auth", "azure"}, {"-product", "practiceplus", "-auth", "azure"}, {"-product", "practiceplus"}, {}}
	for _, first := range rows {
		for _, second := range rows {
			t.Run(strings.Join(first, " ")+" then "+strings.Join(second, " "), func(t *testing.T) {
				t.Parallel()
				stale := start(t, append([]string{"-vendor", "nextech"}, first...)...)
				stale.stop()
				p := start(t, append([]string{"-vendor", "nextech"}, second...)...)
				shell := maps.Clone(stale.env)
				maps.Copy(shell, p.env)
				p.env = shell
				known := emrtest.People()[5]
				if found, err := p.connect(t).FindOrCreatePatient(t.Context(), &known); err != nil || found.Patient == nil {
					t.Errorf("%v", err)
				}
			})
		}
	}
}

func TestABrokenRuleIsPrinted(t *testing.T) {
	t.Parallel()
	p := start(t, "-vendor", "nextech")
	c := p.connect(t)
	r, err := c.Raw(t.Context(), &emr.RawRequest{Path: "/appointment-TYPE"})
	if err != nil || r.Status != 200 {
		t.Fatal(err)
	}
	p.stop()
	if out := p.stderr.String(); !strings.Contains(out, "rule broken: GET /appointment-type: the path is not written") {
		t.Errorf("%s", out)
	}
}

func TestWrongFlagsAreUsageErrors(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{}, {"-vendor", "acme"}, {"-vendor", "nextech", "-product", "r4"}, {"-vendor", "nextech", "-auth", "basic"},
		{"-vendor", "nextech", "-fault", "nonsense"}, {"-vendor", "nextech", "-fault", "429=0"}, {"-vendor", "nextech", "-fault", "429=x"},
		{"-vendor", "nextech", "-fault", "429@lunch"}, {"-vendor", "nexhealth", "-fault", "next-loop@slots"}, {"-vendor", "nexhealth", "-product", "select"}, {"-vendor", "nextech", "-fault", "slow-token@book"}, {"-vendor", "nextech", "-fault", "429@"},
		{"-vendor", "nextech", "extra"}, {"-what"},
	} {
		var out, problems bytes.Buffer
		if code := run(t.Context(), args, &out, &problems); code != exitUsage || out.Len() > 0 || problems.Len() == 0 {
			t.Errorf("%v: code %d, stdout %q", args, code, out.String())
		}
	}
}

func TestAnAddressInUseEndsTheProgram(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var out, problems bytes.Buffer
	if code := run(t.Context(), []string{"-vendor", "nextech", "-addr", l.Addr().String()}, &out, &problems); code != exitFail || out.Len() > 0 {
		t.Errorf("code %d, stdout %q", code, out.String())
	}
}

func TestItStopsAtOnce(t *testing.T) {
	t.Parallel()
	p := start(t, "-vendor", "nextech")
	began := time.Now()
	if code := p.stop(); code != 0 || time.Since(began) > 5*time.Second {
		t.Errorf("code %d after %v", code, time.Since(began))
	}
	if !strings.Contains(p.stderr.String(), "stopped after 0 requests") {
		t.Errorf("%s", p.stderr)
	}
}

func TestValuesAreQuotedForAShell(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a-b_c.d/e:f@g": "a-b_c.d/e:f@g", "": "", "patient/*.read a": "'patient/*.read a'", "it's": `'it'\''s'`, "$HOME": "'$HOME'",
	} {
		if got := quoted(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}
