package medtechtest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

const correlationHeader = "mt-correlationid"

var uuidV4 = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)

// correlations remembers which calls carried which mt-correlationid.
type correlations struct {
	byID     map[string][]*correlated
	repeated []string
}

// correlated is one call.
type correlated struct {
	method, route string
	done          bool // it is a write that was carried out, or may have been
}

// ofCommit reports whether the call can be a part of storing one image: those share an
// id. Looking for an earlier copy belongs to it.
func (c *correlated) ofCommit() bool {
	return slices.Contains([]string{"/Media", "/DocumentReference", "/Communication", "/Task", "/Media/{id}", "/DocumentReference/{id}"}, c.route)
}

// RepeatedCorrelations lists each mt-correlationid that came with more than one call. The
// calls that store one image may share one; any other repetition is a broken rule.
func (s *Sim) RepeatedCorrelations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls.repeated)
}

// checkCorrelation holds the id of a call against the rules: a UUID v4, and new. The
// entry is nil for a call without one, which is no broken rule.
func (s *Sim) checkCorrelation(c *simserver.Call) *correlated {
	id := c.Header.Get(correlationHeader)
	if id == "" {
		return nil
	}
	if !uuidV4.MatchString(id) {
		c.Violate("%s is not a UUID v4", correlationHeader)
	}
	id = strings.ToLower(id)
	call := &correlated{method: c.Method, route: c.Class.Route}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls.byID == nil {
		s.calls.byID = map[string][]*correlated{}
	}
	before := s.calls.byID[id]
	s.calls.byID[id] = append(before, call)
	if len(before) == 0 {
		return call
	}
	if len(before) == 1 {
		s.calls.repeated = append(s.calls.repeated, id)
	}
	for _, b := range before {
		if !call.ofCommit() || !b.ofCommit() {
			c.Violate("%s is not new for this call", correlationHeader)
			break
		}
		if b.done && c.Method == http.MethodPost && b.method == c.Method && b.route == call.route {
			c.Violate("%s is that of another image", correlationHeader)
			break
		}
	}
	return call
}

// settle notes whether the call was a write that may have been carried out.
func (s *Sim) settle(call *correlated, r *simserver.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	call.done = call.method == http.MethodPost && (r == nil || r.Status < 300)
}
