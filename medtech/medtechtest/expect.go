package medtechtest

// Violations lists where a request broke one of the vendor's rules.
func (s *Sim) Violations() []string { return s.server.Violations() }

// ExpectViolation tells New that the test breaks a rule on purpose: violations that hold
// text do not fail it, and that there is none does.
func (s *Sim) ExpectViolation(text string) { s.server.ExpectViolation(text) }
