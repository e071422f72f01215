package medtechtest

import (
	"slices"
	"strings"
)

// Violations lists where a request broke one of the vendor's rules.
func (s *Sim) Violations() []string { return s.server.Violations() }

// ExpectViolation tells New that the test breaks a rule on purpose: violations that hold
// text do not fail it, and that there is none does.
func (s *Sim) ExpectViolation(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expected = append(s.expected, text)
}

// unexpected lists what New reports.
func (s *Sim) unexpected() []string {
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
