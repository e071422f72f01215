package nextgentest_test

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

func TestTheConfigurationConnects(t *testing.T) {
	t.Parallel()
	sim := nextgentest.New(t)
	fromEnv, err := nextgen.ConfigFrom(func(name string) string {
		for _, line := range sim.Env() {
			if len(line) > len(name) && line[:len(name)+1] == name+"=" {
				return line[len(name)+1:]
			}
		}
		return ""
	})
	if err != nil {
		t.Fatal(err)
	}
	injected := sim.Config()
	injected.SessionID = sim.SessionID(sim.Practices()[0])
	for _, cfg := range []nextgen.Config{sim.Config(), fromEnv, injected} {
		ng, err := nextgen.New(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		places, err := emr.Collect(emr.NewClient(ng, nil).Locations(t.Context()))
		if err != nil || len(places) == 0 {
			t.Errorf("%d locations, %v", len(places), err)
		}
		if err := ng.Close(); err != nil {
			t.Error(err)
		}
	}
	if sim.TrapRequests() != 0 {
		t.Errorf("%d requests to the internal host", sim.TrapRequests())
	}
}
