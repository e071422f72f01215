package nextechsaas_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// desk is a practice in memory with a connection, in a bubble where waiting costs nothing.
type desk struct {
	*testing.T
	sim *nextechsaastest.Sim
	cfg nextechsaas.Config
	nx  *nextechsaas.Client
	c   *emr.Client
}

func atDesk(t *testing.T, opts nextechsaastest.Options, edit func(*nextechsaas.Config), do func(*desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		opts.InMemory = true
		sim := nextechsaastest.New(t, &opts)
		cfg := sim.Config()
		if edit != nil {
			edit(&cfg)
		}
		d := &desk{T: t, sim: sim, cfg: cfg}
		d.nx = d.connect(cfg)
		d.c = emr.NewClient(d.nx, nil)
		do(d)
	})
}

// connect makes one more connection, another process say.
func (d *desk) connect(cfg nextechsaas.Config) *nextechsaas.Client {
	d.Helper()
	return connect(d.T, cfg, &emr.Options{HTTPClient: d.sim.HTTPClient()})
}

// find looks for the third patient by chart number.
func (d *desk) find(c *emr.Client) error {
	_, err := emr.First(c.FindPatients(d.Context(), emr.PatientQuery{Identifier: d.sim.Patient(2).Identifiers[0]}))
	return err
}

// count counts the requests since n, of tokens or of the API.
func (d *desk) count(n int, tokens bool) int {
	sum := 0
	for _, r := range d.sim.Requests()[n:] {
		if r.Token == tokens {
			sum++
		}
	}
	return sum
}

// wants checks an error, and how many requests for tokens and of the API were made since n.
func (d *desk) wants(name string, n int, err error, kind emr.Kind, tokens, calls int) *emr.Error {
	d.Helper()
	e, _ := errors.AsType[*emr.Error](err)
	if emr.KindOf(err) != kind || kind != "" && e == nil {
		d.Errorf("%s: %v, want kind %q", name, err, kind)
	}
	if t, c := d.count(n, true), d.count(n, false); t != tokens || c != calls {
		d.Errorf("%s: %d requests for tokens and %d calls, want %d and %d", name, t, c, tokens, calls)
	}
	return e
}
