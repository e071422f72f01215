package nextechsaastest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

const practiceHeader = "X-Nextech-Practice-Id"

// The routes of the API, beside that of the visits, which is an option.
const (
	searchRoute     = "/search"
	categoriesRoute = "/encounters/categories"
)

var firstSegment = regexp.MustCompile(`^/[^/]+/`)

// routeOf is the template that a path fits, "" for none. Paths are compared in their case.
func (s *Sim) routeOf(path string) string {
	rest, ok := strings.CutPrefix(path, basePath)
	switch {
	case !ok:
		return ""
	case rest == searchRoute, rest == categoriesRoute:
		return rest
	case firstSegment.ReplaceAllString(rest, "/{patientId}/") == s.opts.EncounterPath:
		return s.opts.EncounterPath
	}
	return ""
}

// classify tells the server what a request is before it is answered. Visits and categories
// count together: the vendor family's limits are by resource.
func (s *Sim) classify(r *http.Request) simserver.Class {
	c := simserver.Class{Write: r.Method != http.MethodGet && r.Method != http.MethodHead, Route: s.routeOf(r.URL.Path), PerSecond: max(0, s.opts.PerSecond)}
	switch c.Route {
	case "":
		c.Route, c.PerSecond = "(unknown path)", 0
	case searchRoute:
		c.Endpoint = "search"
	default:
		c.Endpoint = "encounters"
	}
	return c
}

// stepOf: finding the patient is the one step of the main job that there is.
func stepOf(c *simserver.Call) emrtest.Step {
	if c.Class.Route == searchRoute {
		return emrtest.StepPatient
	}
	return ""
}

// handle answers at the API: token, practice, path, method, parameters, in this order
// (assumed).
func (s *Sim) handle(c *simserver.Call) *simserver.Reply {
	c.CheckHeaders("Authorization", practiceHeader, "Traceparent", "X-Request-Id")
	if !s.authority.isLive(c.Now, c.Bearer()) {
		if c.Header.Get("Authorization") == "" {
			c.Violate("no Authorization header")
		}
		return unauthorized()
	}
	if practice := c.Header.Values(practiceHeader); len(practice) != 1 || practice[0] != practiceID {
		if len(practice) == 0 {
			c.Violate("no header x-nextech-practice-id")
		}
		return message(http.StatusForbidden, "The user has no access to this practice.")
	}
	if len(c.Body) > 0 {
		c.Violate("a body on a read")
	}
	if s.routeOf(c.URL.Path) == "" {
		return message(http.StatusNotFound, "No HTTP resource was found that matches the request URI.")
	}
	if c.Method != http.MethodGet {
		c.Violate("the API is read only")
		return message(http.StatusMethodNotAllowed, "The requested resource does not support this method.")
	}
	values, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		c.Violate("the query cannot be read")
		return badRequest("The query cannot be read.")
	}
	switch c.Class.Route {
	case searchRoute:
		return s.search(c, values)
	case categoriesRoute:
		checkParams(c, values)
		return s.categories()
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(c.URL.Path, basePath+"/"), "/")
	return s.encounters(c, id, values)
}

// checkParams records each parameter that is not known, and each that came twice.
func checkParams(c *simserver.Call, values url.Values, known ...string) {
	unknown := false
	for name, v := range values {
		unknown = unknown || !slices.Contains(known, name)
		if len(v) > 1 && name != "section" {
			c.Violate("a parameter was sent twice")
		}
	}
	if unknown {
		c.Violate("unknown parameter")
	}
}
