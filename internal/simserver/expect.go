package simserver

import (
	"slices"
	"strings"
	"testing"
)

// ExpectViolation announces a rule that is broken on purpose: see Unexpected.
func (s *Server) ExpectViolation(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expected = append(s.expected, text)
}

// Unexpected lists the violations that hold no text that was announced, and the
// announcements that no violation met.
func (s *Server) Unexpected() []string {
	s.mu.Lock()
	expected := slices.Clone(s.expected)
	s.mu.Unlock()
	var all []string
	met := make([]bool, len(expected))
	for _, v := range s.Violations() {
		at := slices.IndexFunc(expected, func(e string) bool { return strings.Contains(v, e) })
		if at < 0 {
			all = append(all, v)
			continue
		}
		for i, e := range expected {
			met[i] = met[i] || strings.Contains(v, e)
		}
	}
	for i, e := range expected {
		if !met[i] {
			all = append(all, "no violation with the text "+e)
		}
	}
	return all
}

// Watch ends a simulator with its test: it is closed, and what is Unexpected fails the
// test. name is the simulator's package.
func (s *Server) Watch(t testing.TB, name string, stop func() error) {
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("%s: close the simulator: %v", name, err)
		}
		for _, text := range s.Unexpected() {
			t.Errorf("%s: %s", name, text)
		}
	})
}
