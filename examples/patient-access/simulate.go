package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// startSim runs the gateway in this process. The callback may have any port: two runs at
// once do not disturb each other.
func startSim(p *plan) (*nextgentest.PatientAccess, error) {
	o := &nextgentest.PatientAccessOptions{Redirects: []string{"http://127.0.0.1:0/callback"}, AnyPort: true}
	if p.change != nil {
		p.change(o)
	}
	sim, err := nextgentest.StartPatientAccess(o)
	if err != nil {
		return nil, &emr.Error{Kind: emr.KindUnavailable, Vendor: "nextgen", Op: "start simulator",
			Hint: "the simulator listens on a free loopback port: check that this machine allows that"}
	}
	return sim, nil
}

// browse is the simulated patient with a browser: opens the URL, agrees, and follows to
// the callback.
func browse(ctx context.Context, sim *nextgentest.PatientAccess, open string) error {
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
func traffic(sim *nextgentest.PatientAccess) (requests, tokens int) {
	for _, r := range sim.Requests() {
		requests++
		if r.Token {
			tokens++
		}
	}
	return requests, tokens
}
