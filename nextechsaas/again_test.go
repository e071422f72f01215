package nextechsaas_test

import (
	"errors"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// TestWhoSignsInAgainIsNotStoppedByTheOldToken: the place in the store holds a token that
// the directory has ended; the new sign-in takes it over, for the next program as well.
func TestWhoSignsInAgainIsNotStoppedByTheOldToken(t *testing.T) {
	t.Parallel()
	sim := nextechsaastest.New(t, &nextechsaastest.Options{SignIn: nextechsaastest.SignInAgree, InMemory: true, EndReplayed: true})
	cfg := sim.SignInConfig("")
	cfg.TokenStore, cfg.TokenKey = auth.NewMemoryStore(), "ada"
	flow := flowOf(t, sim, cfg)
	for round := range 3 {
		a := begun(t, flow)
		g, err := flow.Finish(t.Context(), a, browse(t, sim, a.URL()))
		if err != nil {
			t.Fatal(err)
		}
		signedIn := reads(t, sim, cfg, g)
		before := tokens(sim)
		later := emr.NewClient(connect(t, cfg, &emr.Options{HTTPClient: sim.HTTPClient()}), nil)
		someone := emr.PatientQuery{Family: emr.NewPHI("Royce")}
		if _, err := emr.First(later.FindPatients(t.Context(), someone)); err != nil {
			t.Errorf("round %d, the next program: %v", round, err)
		}
		if n := tokens(sim) - before; n > 1 {
			t.Errorf("round %d: %d requests for tokens", round, n)
		}
		sim.RevokeTokens(true)
		for _, c := range []*emr.Client{later, signedIn} {
			if _, err := emr.First(c.FindPatients(t.Context(), someone)); !errors.Is(err, emr.ErrLoginRequired) {
				t.Errorf("round %d, after the end: %v", round, err)
			}
		}
		if err := later.Close(); err != nil {
			t.Error(err)
		}
	}
}
