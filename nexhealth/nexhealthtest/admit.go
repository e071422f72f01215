package nexhealthtest

import (
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

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
