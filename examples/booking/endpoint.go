package main

import (
	"errors"

	"github.com/emrkit/emrkit/emr"
)

// open connects to the vendor's simulator or, live, to what the environment says.
func (v vendor) open(h host, live bool) (endpoint, error) {
	if live {
		get, err := h.settings()
		if err != nil {
			return endpoint{}, err
		}
		return v.connect(get)
	}
	e, err := v.simulate()
	var known *emr.Error
	if err != nil && !errors.As(err, &known) {
		err = &emr.Error{Kind: emr.KindUnavailable, Vendor: v.name, Op: "start simulator",
			Hint: "the simulator listens on a free loopback port: check that this machine allows that"}
	}
	return e, err
}

// close ends the connection first and then the simulator behind it.
func (e endpoint) close() error {
	var errs []error
	if e.driver != nil {
		errs = append(errs, e.driver.Close())
	}
	if e.sim != nil {
		errs = append(errs, e.sim.Close())
	}
	return errors.Join(errs...)
}

// where names the endpoint for people.
func (e endpoint) where() string {
	switch {
	case e.sim != nil:
		return "simulator in this process, " + e.url
	case e.url == "":
		return "live, the vendor's own address"
	}
	return "live, " + e.url
}

// traffic counts the requests that reached a simulator.
type traffic struct{ requests, tokens int }

func (e endpoint) traffic() (t traffic) {
	if e.sim == nil {
		return t
	}
	for _, r := range e.sim.Requests() {
		t.requests++
		if r.Token {
			t.tokens++
		}
	}
	return t
}
