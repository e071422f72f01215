package nexhealthtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// retries are after how long a delivery that failed is tried again, from the first
// attempt on (documented). After the last the endpoint is switched off.
var retries = []time.Duration{
	30 * time.Second, 90 * time.Second, 210 * time.Second, 10 * time.Minute, 30 * time.Minute,
	2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 24 * time.Hour, 48 * time.Hour,
}

// delivery is a webhook on its way.
type delivery struct {
	n        int
	endpoint *endpoint
	event    string
	body     []byte
	waiting  bool // for its first attempt, or for the one at due
	first    time.Time
	due      time.Time
	attempts int
	failures int // of those that flush made
	status   int
	stamp    string // timestamp header of the first attempt
}

// flush sends what is due, in order, unless webhooks are held. Nothing is locked while
// it waits for an answer: the receiver may ask the simulator.
func (s *Sim) flush() {
	s.sending.Lock()
	defer s.sending.Unlock()
	s.sendDue()
}

// flushEarly is flush for a request that is being answered: it may come from a receiver
// whose answer flush is waiting for.
func (s *Sim) flushEarly() {
	if !s.sending.TryLock() {
		s.later(0, s.flush)
		return
	}
	defer s.sending.Unlock()
	s.sendDue()
}

func (s *Sim) sendDue() {
	for {
		s.mu.Lock()
		d := s.nextDelivery()
		s.mu.Unlock()
		if d == nil {
			return
		}
		status, err := s.send(d, Sound)
		s.mu.Lock()
		d.waiting = false
		if err != nil || status/100 != 2 {
			s.retry(d)
		}
		s.mu.Unlock()
	}
}

func (s *Sim) nextDelivery() *delivery {
	if s.held || s.ctx.Err() != nil {
		return nil
	}
	now := s.server.Clock().Now()
	for _, d := range s.sent {
		if d.waiting && d.endpoint.active && !d.due.After(now) {
			return d
		}
	}
	return nil
}

// send makes one attempt.
func (s *Sim) send(d *delivery, how Spoil) (status int, err error) {
	req, err := s.request(d, how)
	if err == nil {
		status, err = s.post(req)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.attempts++
	d.status = status
	return status, err
}

// retry plans the next attempt: any status but 2xx is a failure, and so is a redirect,
// which is not followed. The caller holds the lock.
func (s *Sim) retry(d *delivery) {
	if d.failures == len(retries) {
		d.endpoint.active = false
		return
	}
	d.waiting, d.due = true, d.first.Add(retries[d.failures])
	d.failures++
	s.later(d.due.Sub(s.server.Clock().Now()), s.flush)
}

// request dresses and signs an attempt.
func (s *Sim) request(d *delivery, how Spoil) (*http.Request, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.server.Clock().Now()
	if d.attempts == 0 {
		d.first = now
	}
	if d.stamp == "" || !s.opts.KeepTimestamps {
		d.stamp = now.UTC().Format(time.RFC3339)
	}
	at, body, secret := d.stamp, d.body, d.endpoint.secret
	switch how {
	case WrongSecret:
		secret = "another" + secret
	case Stale:
		at = now.Add(-time.Hour).UTC().Format(time.RFC3339)
	}
	signature := sign(secret, at, body, s.opts.WrappedBase64)
	switch how {
	case Tampered:
		body = bytes.Replace(body, []byte(`"event_time"`), []byte(`"event_time" `), 1)
	case Restamped:
		at = now.Add(time.Second).UTC().Format(time.RFC3339)
	}
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, d.endpoint.target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("timestamp", at)
	if how != Unsigned {
		req.Header.Set("signature", signature)
	}
	return req, nil
}

func (s *Sim) post(req *http.Request) (int, error) {
	deliver := s.opts.Deliver
	if deliver == nil {
		if s.opts.InMemory && !isLoopback(req.URL) {
			return 0, errors.New("nexhealthtest: a simulator in memory sends nothing into the network: set Options.Deliver")
		}
		deliver = s.mailer.Do
	}
	resp, err := deliver(req)
	if err != nil {
		return 0, fmt.Errorf("nexhealthtest: a webhook was not delivered: %w", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	_ = resp.Body.Close()
	return resp.StatusCode, nil
}

// newMailer is the simulator's own client: it follows no redirect and waits ten seconds.
func newMailer() *http.Client {
	return &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
