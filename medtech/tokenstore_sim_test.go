package medtech_test

import (
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

func TestTokenStore_replicasMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	vendortest.CheckReplicas(t, func(store auth.Store) vendortest.Processes {
		sim := medtechtest.New(t, &medtechtest.Options{InMemory: true})
		cfg := sim.Config()
		cfg.TokenStore = store
		return vendortest.Processes{Requests: sim.Requests, Start: func() error {
			c, err := medtech.New(cfg, &emr.Options{HTTPClient: sim.HTTPClient()})
			if err != nil {
				return err
			}
			t.Cleanup(func() { _ = c.Close() })
			_, err = emr.NewClient(c, nil).Check(t.Context())
			return err
		}}
	})
}
