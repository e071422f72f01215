package nextgentest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// basePath is documented; sandbox, test and production are one.
const basePath = "/nge/prod/nge-api/api"

// route is one line of the endpoint table.
type route struct {
	method, path string // "/persons/{person}": a name in braces is any segment
	open         bool   // works with the token alone
	reads        bool   // changes nothing, although it is no GET
	since        string // version that brought it; "": always there
	params       arguments
	list         *listing // takes the list parameters
	expands      []string // values of $expand
	handle       func(*query) *simserver.Reply
}

// query is a request that has found its route.
type query struct {
	*simserver.Call
	sim      *Sim
	site     *site
	practice *practice
	route    *route
	vars     map[string]string // of the path
	values   url.Values
}

// table is the endpoint table; fixed paths stand before those with variables.
func (s *Sim) table() []route {
	return slices.Concat(
		s.sessionRoutes(), s.userRoutes(), s.masterRoutes(), s.directoryRoutes(), s.personRoutes(), s.slotRoutes(), s.appointmentRoutes(), s.recordRoutes(),
	)
}

// find looks a path up. allow are the methods that the path has.
func (s *Sim) find(method, escapedPath string) (r *route, vars map[string]string, allow []string) {
	below, ok := strings.CutPrefix(escapedPath, basePath+"/")
	if !ok {
		return nil, nil, nil
	}
	have := strings.Split(below, "/")
	for i := range s.routes {
		r := &s.routes[i]
		vars, ok := match(strings.Split(r.path[1:], "/"), have)
		if !ok || s.missing(r) {
			continue
		}
		if r.method == method {
			return r, vars, nil
		}
		if len(vars) == 0 || len(allow) == 0 {
			allow = append(allow, r.method)
		}
	}
	return nil, nil, allow
}

func match(want, have []string) (map[string]string, bool) {
	if len(want) != len(have) {
		return nil, false
	}
	vars := map[string]string{}
	for i, w := range want {
		if !strings.HasPrefix(w, "{") {
			if w != have[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(have[i])
		if err != nil || value == "" {
			return nil, false
		}
		vars[strings.Trim(w, "{}")] = value
	}
	return vars, true
}

// missing reports whether the sites' version does not have the route.
func (s *Sim) missing(r *route) bool {
	return slices.Contains(s.opts.Without, r.method+" "+r.path) || r.since != "" && older(s.opts.Version, r.since)
}

// older compares versions number by number.
func older(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		if len(x[i]) != len(y[i]) {
			return len(x[i]) < len(y[i])
		}
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return len(x) < len(y)
}

// classify tells the server what a request is before it is answered.
func (s *Sim) classify(r *http.Request) simserver.Class {
	if r.URL.Path == tokenPath {
		return simserver.Class{Token: true, Route: "(token)"}
	}
	c := simserver.Class{Write: r.Method != http.MethodGet && r.Method != http.MethodHead, Route: "(unknown path)"}
	if found, _, _ := s.find(r.Method, r.URL.EscapedPath()); found != nil {
		c.Route = found.path
		c.Write = c.Write && !found.reads
	}
	return c
}

// handle answers a request: token, path, session, quota, body's type and query are
// checked in this order (assumed).
func (s *Sim) handle(c *simserver.Call) *simserver.Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Class.Token {
		return s.token(c)
	}
	s.checkHeaders(c)
	q := &query{Call: c, sim: s}
	if q.site = s.authorize(c); q.site == nil {
		if c.Header.Get("Authorization") == "" {
			c.Violate("no Authorization header")
		} else if c.Bearer() == "" {
			c.Violate("the token is not sent with Bearer")
		}
		return unauthorized()
	}
	var allow []string
	if q.route, q.vars, allow = s.find(c.Method, c.URL.EscapedPath()); q.route == nil {
		return s.nothingThere(q, allow)
	}
	if refusal := q.admit(); refusal != nil {
		return refusal
	}
	if s.exhausted(c) || c.Take(FaultQuota) {
		return q.empty(http.StatusOK)
	}
	if refusal := q.answerPlanned(); refusal != nil {
		return refusal
	}
	if refusal := q.checkParams(); refusal != nil {
		return refusal
	}
	return q.route.handle(q)
}

// nothingThere is 405 with Allow where the path has other methods, else 404 with the
// internal address (recorded). A route that this version lacks is no broken rule.
func (s *Sim) nothingThere(q *query, allow []string) *simserver.Reply {
	lacking := slices.ContainsFunc(s.routes, func(r route) bool {
		below, _ := strings.CutPrefix(q.URL.EscapedPath(), basePath+"/")
		_, ok := match(strings.Split(r.path[1:], "/"), strings.Split(below, "/"))
		return ok && r.method == q.Method
	})
	if !lacking {
		q.Violate("no such path or method")
	}
	if len(allow) == 0 {
		below, _ := strings.CutPrefix(q.URL.EscapedPath(), basePath)
		return s.fail(http.StatusNotFound, object{
			"message":       "No HTTP resource was found that matches the request URI '" + s.internal(q.site) + below + "'.",
			"messageDetail": "No action was found on the controller that matches the request.",
		})
	}
	r := s.fail(http.StatusMethodNotAllowed, object{"message": "The requested resource does not support http method '" + q.Method + "'."})
	r.Header = http.Header{"Allow": {strings.Join(allow, ", ")}}
	return r
}

// checkHeaders: X-NG-Date is sent by the vendor's own tests; those of the older signed
// scheme are not for this API.
func (s *Sim) checkHeaders(c *simserver.Call) {
	c.CheckHeaders("Authorization", sessionHeader, "X-NG-Date", "Traceparent", "X-Request-Id")
	if _, _, basic := c.BasicAuth(); basic {
		c.Violate("Basic authentication")
	}
	accept := strings.ToLower(c.Header.Get("Accept"))
	if accept != "" && !strings.Contains(accept, "json") && !strings.Contains(accept, "*/*") && !strings.HasSuffix(c.URL.Path, "/pdf") {
		c.Violate("Accept does not name application/json")
	}
}

// admit checks session and content type. A missing or foreign session is an empty 403
// (assumed).
func (q *query) admit() *simserver.Reply {
	id := q.Header.Get(sessionHeader)
	if id != "" || !q.route.open {
		p, ok := q.site.selected(id)
		switch {
		case ok:
			q.practice = p
		case q.route.open:
		case id == "":
			q.Violate("no %s header", sessionHeader)
			return q.empty(http.StatusForbidden)
		default:
			q.Violate("a %s that was not given out for this site", sessionHeader)
			return q.empty(http.StatusForbidden)
		}
	}
	write := q.Method != http.MethodGet && q.Method != http.MethodHead && q.Method != http.MethodDelete
	if !write && len(q.Body) > 0 {
		q.Violate("a body on a read")
	}
	if write && len(q.Body) > 0 && q.MediaType() != "application/json" {
		q.Violate("the content type is not application/json")
		return q.sim.fail(http.StatusUnsupportedMediaType, object{"message": "The request entity's media type is not supported for this resource."})
	}
	return nil
}

// quota counts data calls on a day.
type quota struct {
	day string
	n   int
}

// exhausted counts the call, and reports whether the day's quota is used up.
func (s *Sim) exhausted(c *simserver.Call) bool {
	if s.opts.DailyQuota == 0 {
		return false
	}
	if day := c.Now.UTC().Format("2006-01-02"); s.calls.day != day {
		s.calls = quota{day: day}
	}
	s.calls.n++
	return s.calls.n > s.opts.DailyQuota
}

// FaultQuota fits data calls: 200 with an empty body, as when the day's quota of the
// application is used up. A write was not done.
const FaultQuota emrtest.Fault = "quota"
