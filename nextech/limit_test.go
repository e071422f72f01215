package nextech

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func TestFault_R6_eachEndpointHasItsOwnLimitWithoutRegardToCase(t *testing.T) {
	t.Parallel()
	c, err := New(Config{BaseURL: "http://127.0.0.1:1", StaticToken: auth.NewSecret("test-token")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	for path, class := range map[string]string{"/Slot": "Slot", "/slot": "Slot", "/patient/8": "Patient", "/patient-type": "patient-type", "/Patient-Type": "patient-type"} {
		got := c.rates(call("read", "GET", path, "/route"))
		if want := (emr.Rate{Class: class, Most: 20, Per: time.Second}); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
	if got := c.Info().Limits.Rates; len(got) != 1 || got[0] != (emr.Rate{Class: "each endpoint", Most: 20, Per: time.Second}) {
		t.Errorf("%+v", got)
	}
}

func TestRequestsPerSecondIsNeverRoundedUp(t *testing.T) {
	t.Parallel()
	for r, want := range map[float64]emr.Rate{
		20: {Most: 20, Per: time.Second}, 1: {Most: 1, Per: time.Second}, 1.9: {Most: 1, Per: time.Second},
		0.5: {Most: 1, Per: 2 * time.Second}, 0.1: {Most: 1, Per: 10 * time.Second}, slowest: {Most: 1, Per: 24 * time.Hour},
	} {
		if got := (Config{RequestsPerSecond: r}).rate(""); got != want {
			t.Errorf("%v: %+v, want %+v", r, got, want)
		}
	}
}
