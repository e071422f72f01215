package medtechtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

const (
	basePath       = "/FHIR"
	facilityHeader = "mt-facilityid"
)

// route is one line of the endpoint table.
type route struct {
	method, path string   // "/Patient/{id}"
	roles        []string // any one of them will do; nil: none is needed
	params       params   // nil: the call has no query
	needs        []string // one of these parameters must be there; nil: a search without any is fine
	open         bool     // answered without a practice
	handle       func(*query) *simserver.Reply
}

// query is a request that has found its route.
type query struct {
	*simserver.Call
	sim    *Sim
	f      *facility
	route  *route
	id     string // in the path
	values url.Values
}

// table is the endpoint table.
func (s *Sim) table() []route {
	all := []route{{method: http.MethodGet, path: "/metadata", open: true, handle: s.metadata}}
	for _, group := range [][]route{
		s.patientRoutes(), s.directoryRoutes(), s.slotRoutes(), s.appointmentRoutes(), s.documentRoutes(), s.mediaRoutes(),
		s.messageRoutes(), s.taskRoutes(), s.clinicalRoutes(), s.scheduleRoutes(),
	} {
		all = append(all, group...)
	}
	return all
}

// find looks a path up; the case of the base does not matter (seen in answers).
func (s *Sim) find(method, escapedPath string) (r *route, id string, known bool) {
	below, ok := belowBase(escapedPath)
	if !ok {
		return nil, "", false
	}
	name, id, hasID := strings.Cut(below[1:], "/")
	name = unescaped(name)
	id = unescaped(id)
	for i := range s.routes {
		r := &s.routes[i]
		want, variable, wantsID := strings.Cut(r.path[1:], "/")
		if want != name || wantsID != hasID || wantsID && variable != "{id}" && variable != id {
			continue
		}
		if hasID && (id == "" || strings.Contains(id, "/")) {
			continue
		}
		known = true
		if r.method == method {
			return r, id, true
		}
	}
	return nil, "", known
}

func belowBase(path string) (below string, ok bool) {
	if len(path) <= len(basePath)+1 || !strings.EqualFold(path[:len(basePath)+1], basePath+"/") {
		return "", false
	}
	return path[len(basePath):], true
}

func unescaped(segment string) string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return segment
	}
	return text
}

// classify tells the server what a request is before it is answered.
func (s *Sim) classify(r *http.Request) simserver.Class {
	c := simserver.Class{Write: r.Method != http.MethodGet && r.Method != http.MethodHead, Route: "(unknown path)"}
	if found, _, _ := s.find(r.Method, r.URL.EscapedPath()); found != nil {
		c.Route = found.path
	}
	return c
}

// handle answers a request to the API: path, headers, token, facility, role, content
// type, the practice's reach and the query are checked in this order (assumed).
func (s *Sim) handle(c *simserver.Call) *simserver.Reply {
	checkHeaders(c)
	q := &query{Call: c, sim: s}
	var known bool
	q.route, q.id, known = s.find(c.Method, c.URL.EscapedPath())
	_, ok := s.tokens.Authorize(c.Now, c.Bearer())
	switch {
	case c.Header.Get("Authorization") == "":
		c.Violate("no Authorization header")
		return unauthorized()
	case !ok:
		return unauthorized()
	case q.route == nil:
		c.Violate("no such path or method")
		if known {
			return gateway(http.StatusMethodNotAllowed, "Method not allowed")
		}
		return notExposed()
	}
	if refusal := q.admit(); refusal != nil {
		return refusal
	}
	if refusal := q.answerPlanned(); refusal != nil {
		return refusal
	}
	if refusal := q.checkParams(); refusal != nil {
		return refusal
	}
	return q.route.handle(q)
}

// checkHeaders: the right ones are a list of the vendor's; mt-roles, mt-env, Facility-Id
// and mt-locationid are among the wrong ones that examples show.
func checkHeaders(c *simserver.Call) {
	c.CheckHeaders("Authorization", facilityHeader, correlationHeader, "mt-appid", "Traceparent", "X-Request-Id")
	accept := strings.ToLower(c.Header.Get("Accept"))
	if accept != "" && !strings.Contains(accept, "fhir+json") && !strings.Contains(accept, "*/*") {
		c.Violate("Accept does not name application/fhir+json")
	}
}

// admit checks facility, role, content type, and whether the practice can be reached.
func (q *query) admit() *simserver.Reply {
	id := q.Header.Get(facilityHeader)
	if id == "" {
		q.Violate("no %s header", facilityHeader)
	}
	at := slices.IndexFunc(q.sim.facilities, func(f *facility) bool { return f.id == id })
	if at < 0 {
		return q.sim.outcome(http.StatusForbidden, "not-found", textNoFacility)
	}
	q.f = q.sim.facilities[at]
	have := rolesIn(q.Bearer())
	if q.route.roles != nil && !slices.ContainsFunc(q.route.roles, func(r string) bool { return slices.Contains(have, r) }) {
		return q.forbidden()
	}
	if !q.Class.Write && len(q.Body) > 0 {
		q.Violate("a body on a read")
	}
	if q.Class.Write && q.MediaType() != "application/fhir+json" {
		q.Violate("the content type is not application/fhir+json")
		return gateway(http.StatusUnsupportedMediaType, "Unsupported media type")
	}
	if q.route.open {
		return nil
	}
	return q.sim.unreachable(q.f)
}
