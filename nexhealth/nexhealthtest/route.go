package nexhealthtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

const versionHeader = "Nex-Api-Version"

// versions are the values that mean v3.0.0 (documented).
var versions = []string{"v3.0.0", "v20240412"}

func isVersion(v string) bool { return slices.Contains(versions, v) }

// need says whether an endpoint takes a parameter.
type need int

const (
	none need = iota
	optional
	required
)

// paging is the way of a list.
type paging int

const (
	unpaged paging = iota
	byCursor
	byNumber
)

// route is one line of the vendor's endpoint table.
type route struct {
	method, path string // "/patients/{id}"
	v3           bool   // the version header is required, and the answer is plain JSON
	sub, loc     need   // subdomain and location_id
	paged        paging
	params       []param // besides the above
	form         bool    // the body is multipart/form-data
	handle       func(*query) *simserver.Reply
}

// query is a request that has found its route.
type query struct {
	*simserver.Call
	sim     *Sim
	env     Environment // of the key
	route   *route
	vars    map[string]string
	values  url.Values
	ignored []string     // parameters without effect
	inst    *institution // nil without a subdomain
	site    *site        // nil without a location
}

// table is the vendor's endpoint table.
func (s *Sim) table() []route {
	return slices.Concat(
		s.institutionRoutes(), s.providerRoutes(), s.operatoryRoutes(), s.typeRoutes(), s.descriptorRoutes(),
		s.slotRoutes(), s.patientRoutes(), s.appointmentRoutes(), s.syncRoutes(),
		s.endpointRoutes(), s.subscriptionRoutes(), s.hourRoutes(), s.documentRoutes(), s.alertRoutes(),
		s.recallRoutes(), s.procedureRoutes(), s.insuranceRoutes(), s.staffRoutes(), s.onboardingRoutes(),
	)
}

// find looks a path up. A slash at the end is taken, and said in exact.
func (s *Sim) find(method, escapedPath string) (r *route, vars map[string]string, exact bool) {
	have := strings.Split(strings.Trim(escapedPath, "/"), "/")
	for i := range s.routes {
		r := &s.routes[i]
		want := strings.Split(strings.Trim(r.path, "/"), "/")
		if r.method != method || len(want) != len(have) {
			continue
		}
		vars := map[string]string{}
		ok := true
		for j, segment := range want {
			text, err := url.PathUnescape(have[j])
			switch {
			case err != nil || text == "":
				ok = false
			case strings.HasPrefix(segment, "{"):
				vars[strings.Trim(segment, "{}")] = text
			default:
				ok = ok && text == segment
			}
		}
		if ok {
			return r, vars, !strings.HasSuffix(escapedPath, "/") && strings.HasPrefix(escapedPath, "/"+have[0])
		}
	}
	return nil, nil, false
}

// classify tells the server what a request is before it is answered.
func (s *Sim) classify(r *http.Request) simserver.Class {
	if r.URL.Path == authPath && r.Method == http.MethodPost {
		return simserver.Class{Token: true, Route: authPath, Limits: s.limits(authPath)}
	}
	c := simserver.Class{Write: r.Method != http.MethodGet && r.Method != http.MethodHead, Route: "(unknown path)"}
	if found, _, _ := s.find(r.Method, r.URL.EscapedPath()); found != nil {
		c.Route = found.path
	}
	c.Limits = s.limits(c.Route)
	return c
}

// handle answers a request and delivers what it set off.
func (s *Sim) handle(c *simserver.Call) *simserver.Reply {
	reply := func() *simserver.Reply {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.settleDue(c.Now)
		if c.Class.Token {
			return s.authenticate(c)
		}
		return s.route(c)
	}()
	if s.opts.EarlyWebhooks {
		s.flushEarly()
	} else if s.undelivered() {
		s.later(0, s.flush)
	}
	return reply
}

// undelivered reports whether a webhook can go out.
func (s *Sim) undelivered() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nextDelivery() != nil
}

// route checks path, headers, version, token, parameters, access and body in this order
// (assumed) before the endpoint sees the request.
func (s *Sim) route(c *simserver.Call) *simserver.Reply {
	r, vars, exact := s.find(c.Method, c.URL.EscapedPath())
	if r == nil {
		c.Violate("no such path or method")
		return s.failure(nil, http.StatusNotFound, "Not found")
	}
	if !exact {
		c.Violate("the path is not written as in the vendor's table")
	}
	c.CheckHeaders("Authorization", versionHeader, "Traceparent", "X-Request-Id")
	s.checkAccept(c)
	q := &query{Call: c, sim: s, route: r, vars: vars}
	for _, check := range []func() *simserver.Reply{q.checkVersion, q.admit, q.checkParams, q.checkAccess, q.checkBody, q.answerPlanned} {
		if refusal := check(); refusal != nil {
			return refusal
		}
	}
	return r.handle(q)
}
