package simserver

import (
	"bytes"
	"slices"
	"sync"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// keptRequests and keptBody bound what a simulator that runs for days remembers.
const (
	keptRequests = 10_000
	keptBody     = 64 << 10
)

// log remembers what arrived and which rules were broken.
type log struct {
	mu         sync.Mutex
	requests   []*emrtest.Request
	violations []string
}

// arrived keeps r and returns the entry, whose status follows later.
func (l *log) arrived(r emrtest.Request) *emrtest.Request {
	r.Body = bytes.Clone(r.Body[:min(len(r.Body), keptBody)])
	r.Header = r.Header.Clone()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) >= keptRequests {
		l.requests = slices.Delete(l.requests, 0, keptRequests/10)
	}
	l.requests = append(l.requests, &r)
	return &r
}

// answered completes the entry of c and returns a copy of it.
func (l *log) answered(r *emrtest.Request, status int, c *Call) emrtest.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Status, r.Lost, r.Fault = status, c.lost, c.met
	return copyOf(r)
}

func (l *log) all() []emrtest.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]emrtest.Request, len(l.requests))
	for i, r := range l.requests {
		all[i] = copyOf(r)
	}
	return all
}

func copyOf(r *emrtest.Request) emrtest.Request {
	c := *r
	c.Header, c.Body = r.Header.Clone(), bytes.Clone(r.Body)
	return c
}

func (l *log) violated(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.violations) < keptRequests {
		l.violations = append(l.violations, text)
	}
}

func (l *log) allViolations() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.violations)
}
