package medtechtest_test

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

func TestTheConfigurationConnects(t *testing.T) {
	t.Parallel()
	sim := medtechtest.New(t)
	fromEnv, err := medtech.ConfigFrom(func(name string) string {
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
	for _, cfg := range []medtech.Config{sim.Config(), fromEnv} {
		mt, err := medtech.New(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		people, err := emr.Collect(emr.NewClient(mt, nil).Practitioners(t.Context()))
		if err != nil || len(people) != 5 {
			t.Errorf("%d practitioners, %v", len(people), err)
		}
		if err := mt.Close(); err != nil {
			t.Error(err)
		}
	}
}
