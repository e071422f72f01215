package medtechtest

import "github.com/emrkit/emrkit/internal/simserver"

// parallel counts the calls of one practice that are under way.
type parallel struct{ now, most int }

// MaxParallel is the highest number of calls that were under way at once for one
// practice.
func (s *Sim) MaxParallel() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	most := 0
	for _, p := range s.parallel {
		most = max(most, p.most)
	}
	return most
}

// arrive sees every call before it is answered, also those that meet a fault.
func (s *Sim) arrive(c *simserver.Call) (left func(*simserver.Reply)) {
	call := s.checkCorrelation(c)
	facility := c.Header.Get(facilityHeader)
	s.mu.Lock()
	p := s.parallel[facility]
	if p == nil {
		p = &parallel{}
		s.parallel[facility] = p
	}
	p.now++
	p.most = max(p.most, p.now)
	many := s.opts.Parallel > 0 && p.now > s.opts.Parallel && facility != ""
	s.mu.Unlock()
	if many {
		c.Violate("more than %d calls at once for one facility", s.opts.Parallel)
	}
	return func(r *simserver.Reply) {
		s.mu.Lock()
		p.now--
		s.mu.Unlock()
		if call != nil {
			s.settle(call, r)
		}
	}
}
