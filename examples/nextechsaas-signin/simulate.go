package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// startSim runs practice and directory in this process. The callback may have any port: two
// runs at once do not disturb each other.
func startSim(p *plan) (*nextechsaastest.Sim, error) {
	o := &nextechsaastest.Options{Redirects: []string{"http://localhost:0/callback/"}, AnyPort: true}
	if p.change != nil {
		p.change(o)
	}
	sim, err := nextechsaastest.Start(o)
	if err != nil {
		return nil, &emr.Error{Kind: emr.KindUnavailable, Vendor: "nextechsaas", Op: "start simulator",
			Hint: "the simulator listens on free loopback ports: check that this machine allows that"}
	}
	return sim, nil
}

// simulatedTerm is the chart number of somebody in the simulator who came several times.
func simulatedTerm(sim *nextechsaastest.Sim) string {
	for n := 0; ; n++ {
		p := sim.Patient(n)
		if p.ID.IsZero() {
			return "nobody"
		}
		if len(sim.Visits(p.ID)) > 2 {
			return p.Identifiers[0].Value.Reveal()
		}
	}
}

// browse is the simulated user with a browser: opens the URL, agrees, and follows to the
// callback.
func browse(ctx context.Context, sim *nextechsaastest.Sim, open string) error {
	callback, err := sim.Browse(ctx, open)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, callback.String(), nil)
	if err != nil {
		return errors.New("the callback cannot be opened")
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return errors.New("the callback does not answer") // the text of err has the code
	}
	return resp.Body.Close()
}

// traffic counts the requests that reached the simulator.
func traffic(sim *nextechsaastest.Sim) (requests, tokens int) {
	for _, r := range sim.Requests() {
		requests++
		if r.Token {
			tokens++
		}
	}
	return requests, tokens
}
