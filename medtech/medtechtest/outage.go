package medtechtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// SetOutage makes a practice unreachable, OutageNone reachable again. Only /metadata is
// answered without the practice.
func (s *Sim) SetOutage(facility string, o Outage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outages[facility] = o
}

// unreachable is the answer in place of the practice's, nil when there is none.
func (s *Sim) unreachable(f *facility) *simserver.Reply {
	s.mu.Lock()
	o := s.outages[f.id]
	s.mu.Unlock()
	switch o {
	case OutageOffline:
		return s.outcome(http.StatusServiceUnavailable, "exception", "PMS unreachable or unavailable.")
	case OutageSlow:
		return s.outcome(http.StatusGatewayTimeout, "timeout", "PMS did not respond to request or has timed out.")
	case OutageGateway:
		return gateway(http.StatusServiceUnavailable, "Service unavailable")
	}
	return nil
}
