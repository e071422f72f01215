package nextech_test

import (
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

func TestTokenStore_replicasMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	vendortest.CheckReplicas(t, func(store auth.Store) vendortest.Processes {
		sim := nextechtest.New(t, &nextechtest.Options{InMemory: true})
		cfg := sim.Config()
		cfg.TokenStore = store
		return vendortest.Processes{Requests: sim.Requests, Start: func() error {
			c, err := nextech.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
			if err != nil {
				return err
			}
			t.Cleanup(func() { _ = c.Close() })
			_, err = c.MissingScopes(t.Context())
			return err
		}}
	})
}
