package nextechtest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

// perSecond is documented: 20 requests a second per user and endpoint.
const perSecond = 20

// route is one line of the vendor's endpoint table.
type route struct {
	method, path string          // "/Patient/{uid}/Encounter"; the case and the last slash count
	only         nextech.Product // "": both
	scope        string          // where tokens have scopes; "": any token
	params       params          // nil: the call has no query
	list         bool            // paging parameters are allowed
	handle       func(*query) *simserver.Reply
}

// query is a request that has found its route.
type query struct {
	*simserver.Call
	route  *route
	vars   map[string]string // "uid"
	values url.Values        // by parameter name with modifier, "family:exact"
}

// table is the vendor's endpoint table.
func (s *Sim) table() []route {
	var all []route
	for _, group := range [][]route{
		s.patientRoutes(), s.slotRoutes(), s.appointmentRoutes(), s.referenceRoutes(), s.directoryRoutes(),
		s.documentRoutes(), s.recallRoutes(), s.billingRoutes(), s.clinicalRoutes(),
	} {
		for _, r := range group {
			if r.only == "" || r.only == s.opts.Product {
				all = append(all, r)
			}
		}
	}
	return all
}

// find looks a path up without regard to case, because the vendor's server seems to do
// so (assumed); exact says whether case and last slash are those of the table.
func (s *Sim) find(method, escapedPath string) (r *route, vars map[string]string, exact bool) {
	below, ok := cutPrefixFold(escapedPath, s.base.Path)
	if !ok || !strings.HasPrefix(below, "/") {
		return nil, nil, false
	}
	have := strings.Split(strings.TrimSuffix(below[1:], "/"), "/")
	for i := range s.routes {
		r := &s.routes[i]
		want := strings.Split(strings.Trim(r.path, "/"), "/")
		if r.method != method || len(want) != len(have) {
			continue
		}
		vars := map[string]string{}
		exact := strings.HasPrefix(escapedPath, s.base.Path) && strings.HasSuffix(below, "/") == strings.HasSuffix(r.path, "/")
		ok := true
		for j, segment := range want {
			text, err := url.PathUnescape(have[j])
			switch {
			case err != nil || text == "":
				ok = false
			case strings.HasPrefix(segment, "{"):
				vars[strings.Trim(segment, "{}")] = text
			case !strings.EqualFold(text, segment):
				ok = false
			default:
				exact = exact && text == segment
			}
		}
		if ok {
			return r, vars, exact
		}
	}
	return nil, nil, false
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// classify tells the server what a request is before it is answered.
func (s *Sim) classify(r *http.Request) simserver.Class {
	if s.opts.Auth == Connect && strings.EqualFold(r.URL.Path, s.base.Path+connectPath) {
		return simserver.Class{Token: true, Route: connectPath}
	}
	c := simserver.Class{
		Write: r.Method != http.MethodGet && r.Method != http.MethodHead, Route: "(unknown path)", PerSecond: s.perSecond,
	}
	if below, ok := cutPrefixFold(r.URL.Path, s.base.Path+"/"); ok {
		first, _, _ := strings.Cut(below, "/")
		c.Endpoint = strings.ToLower(first)
	}
	if found, _, _ := s.find(r.Method, r.URL.EscapedPath()); found != nil {
		c.Route = found.path
	}
	return c
}

// handle answers a request to the API: path, headers, token, practice, scope, content
// type and parameters are checked in this order (assumed) before the route sees it.
func (s *Sim) handle(c *simserver.Call) *simserver.Reply {
	if c.Class.Token {
		return s.tokens.Handle(c)
	}
	r, vars, exact := s.find(c.Method, c.URL.EscapedPath())
	if r == nil {
		if _, below := cutPrefixFold(c.URL.Path, s.base.Path+"/"); below {
			c.Violate("no such path or method on this product")
		}
		return cannot(c)
	}
	if !exact {
		c.Violate("the path is not written as in the vendor's table")
	}
	c.CheckHeaders("Authorization", "Nx-Practice-Id", "Traceparent", "X-Request-Id")
	if refusal := s.admit(c, r); refusal != nil {
		return refusal
	}
	q := &query{Call: c, route: r, vars: vars}
	if refusal := s.checkBody(q); refusal != nil {
		return refusal
	}
	if refusal := s.checkParams(q); refusal != nil {
		return refusal
	}
	return r.handle(q)
}

// admit checks token, practice and scope.
func (s *Sim) admit(c *simserver.Call, r *route) *simserver.Reply {
	if c.Header.Get("Authorization") == "" {
		c.Violate("no Authorization header")
		return unauthorized()
	}
	scopes, ok := s.tokens.Authorize(c.Now, c.Bearer())
	if !ok {
		return unauthorized()
	}
	practice := c.Header.Get("Nx-Practice-Id")
	if practice == "" && s.opts.Auth != Connect {
		c.Violate("no nx-practice-id header, which Azure AD tokens need")
	}
	if (practice != "" || s.opts.Auth != Connect) && !strings.EqualFold(practice, practiceID) {
		return outcome(http.StatusForbidden, "forbidden", "The user is not linked to this practice")
	}
	if s.opts.Auth == Connect && r.scope != "" && !simserver.Covers(scopes, r.scope) {
		return answer(http.StatusForbidden, object{"error": "insufficient_scope"})
	}
	return nil
}

// checkBody checks the content type of a write; 415 is assumed.
func (s *Sim) checkBody(q *query) *simserver.Reply {
	if !q.Class.Write {
		if len(q.Body) > 0 {
			q.Violate("a body on a read")
		}
		return nil
	}
	if m := q.MediaType(); m != "application/json" && m != "application/fhir+json" {
		q.Violate("the content type is not application/json")
		return outcome(http.StatusUnsupportedMediaType, "not-supported", "Unsupported media type")
	}
	return nil
}
