//go:build unix

package emrkit_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextech"
)

// TestFault_T7_aProgramWithoutZoneDataIsToldAtStart runs itself again in a process that
// can open no file any more, and so finds no zone data wherever it lies on this machine:
// ZONEINFO alone only adds a place to look. Simulators embed the data, so this test is
// here, where none is linked.
func TestFault_T7_aProgramWithoutZoneDataIsToldAtStart(t *testing.T) {
	const bare = "EMRKIT_TEST_WITHOUT_ZONES"
	if os.Getenv(bare) != "" {
		withoutFiles(t)
		checkWithoutZoneData(t)
		return
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), bare+"=1", "ZONEINFO=/nowhere")
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
}

// withoutFiles forbids this process to open files until the test ends.
func withoutFiles(t *testing.T) {
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	now := was
	now.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was) })
	if _, err := time.LoadLocation("America/New_York"); err == nil {
		t.Fatal("there is zone data: a package that this test links embeds it")
	}
}

func checkWithoutZoneData(t *testing.T) {
	values := map[string]string{
		"NEXTECH_BASE_URL": "https://sandbox.example.com", "NEXTECH_CLIENT_ID": "id", "NEXTECH_CLIENT_SECRET": "s3cret",
		"NEXTECH_TIME_ZONE": "America/New_York",
	}
	get := func(key string) string { return values[key] }
	_, core := emr.LoadZone("America/New_York")
	_, vendor := nextech.ConfigFrom(get)
	for field, err := range map[string]error{"zone": core, "NEXTECH_TIME_ZONE": vendor} {
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindConfig || strings.Join(e.Fields, " ") != field {
			t.Errorf("got %v, want kind config for %s", err, field)
		} else if !strings.Contains(e.Hint, "no time zone data") || !strings.Contains(e.Hint, "time/tzdata") {
			t.Errorf("the hint does not say what is missing: %q", e.Hint)
		}
	}
	// Who names no zone needs no data: times keep the offset they come with.
	delete(values, "NEXTECH_TIME_ZONE")
	cfg, err := nextech.ConfigFrom(get)
	if err != nil {
		t.Fatal(err)
	}
	nx, err := nextech.New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := nx.Close(); err != nil {
		t.Error(err)
	}
}
