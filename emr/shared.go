package emr

import (
	"errors"
	"io"
	"sync"
)

// Shared holds what several connections with one credential have in common: token,
// limiter, retry budget, HTTP connections. Give the same Shared to each clinic's
// Options. The entries are keyed by token URL, credential and scope or resource,
// never by practice.
type Shared struct {
	mu      sync.Mutex
	entries map[string]any
}

// NewShared makes an empty Shared.
func NewShared() *Shared { return &Shared{} }

// Load returns the entry for key, made by build the first time. It is for drivers;
// build must not call Load.
func (s *Shared) Load(key string, build func() any) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.entries[key]
	if !ok {
		if s.entries == nil {
			s.entries = map[string]any{}
		}
		v = build()
		s.entries[key] = v
	}
	return v
}

// Close closes every entry and waits for their background work. Connections that use
// the Shared must not be used afterwards.
func (s *Shared) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for key, v := range s.entries {
		if c, ok := v.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
		delete(s.entries, key)
	}
	return errors.Join(errs...)
}
