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

// checkVersion: a missing header can be 404 (documented); where the endpoint did not
// change since v2 it is taken, and a violation all the same.
func (q *query) checkVersion() *simserver.Reply {
	v := q.Header.Get(versionHeader)
	switch {
	case isVersion(v):
		return nil
	case v == "":
		q.Violate("no %s header", versionHeader)
		if !q.route.v3 {
			return nil
		}
	case strings.HasPrefix(v, "v2.") || v == "v2":
		q.Violate("version 2 is not simulated")
	default:
		q.Violate("%s is not v3.0.0", versionHeader)
	}
	return q.fail(http.StatusNotFound, "Not found")
}

// checkAccept: the vendor's samples send the vendored type; plain JSON works as well.
func (s *Sim) checkAccept(c *simserver.Call) {
	accept := strings.ToLower(c.Header.Get("Accept"))
	if accept != "" && !strings.Contains(accept, "json") && !strings.Contains(accept, "*/*") {
		c.Violate("Accept does not name JSON")
	}
}

// admit checks the token.
func (q *query) admit() *simserver.Reply {
	env, ok := q.sim.keys.authorize(q.Bearer(), q.Now)
	switch header := q.Header.Get("Authorization"); {
	case header == "":
		q.Violate("no Authorization header")
	case q.Bearer() == "":
		q.Violate("the token is sent with Bearer")
	case ok:
		q.env = env
		return nil
	}
	return q.fail(http.StatusUnauthorized, unauthorized)
}

// checkAccess finds the institution and location that the request names; what the key
// does not reach is 403.
func (q *query) checkAccess() *simserver.Reply {
	if sub := q.get(subParam); sub != "" {
		if q.inst = q.sim.institution(sub); q.inst == nil || q.inst.env != q.env {
			return q.forbidden()
		}
	}
	if loc := q.get(locParam); loc != "" {
		site, ok := q.reach(loc)
		if !ok || q.inst != nil && site.inst != q.inst {
			return q.forbidden()
		}
		q.site = site
	}
	return nil
}

// reach finds a location that the key may use.
func (q *query) reach(id string) (*site, bool) {
	for _, l := range q.sim.sites {
		if l.ID == id {
			return l, l.inst.env == q.env
		}
	}
	return nil, false
}

// home reports whether the request is about the institution with the seeded clinic: the
// others have no data.
func (q *query) home() bool { return q.inst == nil || q.inst.home }

// checkBody checks the content type of a write; 415 is assumed.
func (q *query) checkBody() *simserver.Reply {
	if q.Method == http.MethodGet || q.Method == http.MethodDelete {
		if len(q.Body) > 0 {
			q.Violate("a body that the endpoint does not take")
		}
		return nil
	}
	want := plainJSON
	if q.route.form {
		want = "multipart/form-data"
	}
	if m := q.MediaType(); m != want && (q.route.form || m != "application/vnd.nexhealth+json") {
		q.Violate("the content type is not %s", want)
		return q.fail(http.StatusUnsupportedMediaType, "The provided content-type is not supported.")
	}
	return nil
}
