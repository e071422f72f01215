package nexhealthtest

import (
	"bytes"
	"fmt"
)

// Spoil is what is wrong with a delivery.
type Spoil string

// What can be wrong.
const (
	Sound       Spoil = ""
	Tampered    Spoil = "tampered"     // the body was changed after signing
	WrongSecret Spoil = "wrong-secret" // signed with another secret
	Stale       Spoil = "stale"        // sent an hour ago, and signed so
	Restamped   Spoil = "restamped"    // the timestamp was changed after signing
	Unsigned    Spoil = "unsigned"     // without a signature
)

// Delivery is a webhook that was sent or waits.
type Delivery struct {
	N        int    // for Deliver
	Event    string // "appointment_insertion.complete"
	Target   string
	Body     []byte
	Attempts int
	Status   int  // of the last attempt; 0 when there was none, or no answer
	Waiting  bool // held, or for its next attempt
}

// Deliveries lists all webhooks so far, in the order of what happened.
func (s *Sim) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Delivery, len(s.sent))
	for i, d := range s.sent {
		all[i] = Delivery{
			N: d.n, Event: d.event, Target: d.endpoint.target, Body: bytes.Clone(d.body), Attempts: d.attempts, Status: d.status, Waiting: d.waiting,
		}
	}
	return all
}

// HoldWebhooks keeps deliveries back until HoldWebhooks(false), which sends those that
// wait, in order. Deliver sends a single one meanwhile: that makes any order, twice,
// and late.
func (s *Sim) HoldWebhooks(hold bool) {
	s.mu.Lock()
	s.held = hold
	s.mu.Unlock()
	if !hold {
		s.flush()
	}
}

// Deliver sends delivery n now, whether it was sent before or not, and returns the
// status of the answer. One that waits goes on waiting unless it arrived sound.
func (s *Sim) Deliver(n int, how Spoil) (status int, err error) {
	s.mu.Lock()
	if n < 0 || n >= len(s.sent) {
		s.mu.Unlock()
		return 0, fmt.Errorf("nexhealthtest: no delivery %d", n)
	}
	d := s.sent[n]
	s.mu.Unlock()
	status, err = s.send(d, how)
	if err == nil && status/100 == 2 && how == Sound {
		s.mu.Lock()
		d.waiting = false
		s.mu.Unlock()
	}
	return status, err
}
