package nexhealth_test

import (
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

func TestTokenStore_replicasMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	vendortest.CheckReplicas(t, func(store auth.Store) vendortest.Processes {
		sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true})
		cfg := sim.Config()
		cfg.TokenStore = store
		return vendortest.Processes{Requests: sim.Requests, Start: func() error {
			c, err := nexhealth.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
			if err != nil {
				return err
			}
			t.Cleanup(func() { _ = c.Close() })
			_, err = emr.NewClient(c, nil).Check(t.Context())
			return err
		}}
	})
}
