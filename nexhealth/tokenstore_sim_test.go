package nexhealth_test

import (
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

func TestTokenStore_replicasMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]auth.Store{"with a store": auth.NewMemoryStore(), "without": nil} {
		sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true})
		cfg := sim.Config()
		cfg.TokenStore = store
		for range 3 { // three processes
			c, err := nexhealth.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			if _, err := emr.NewClient(c, nil).Check(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		tokens := 0
		for _, r := range sim.Requests() {
			if r.Token {
				tokens++
			}
		}
		if want := map[bool]int{true: 1, false: 3}[store != nil]; tokens != want {
			t.Errorf("%s: %d token requests, want %d", name, tokens, want)
		}
	}
}
