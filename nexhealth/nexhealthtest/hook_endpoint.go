package nexhealthtest

import (
	"crypto/rand"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// endpoint is where webhooks go: of the account, whatever the institution.
type endpoint struct {
	id, target, secret string
	env                Environment
	active             bool
	created, updated   time.Time
	subscriptions      []*subscription
}

func (s *Sim) endpointRoutes() []route {
	const one = "/webhook_endpoints/{id}"
	return []route{
		{method: http.MethodGet, path: "/webhook_endpoints", params: of(flag, "active"), handle: s.listEndpoints},
		{method: http.MethodPost, path: "/webhook_endpoints", handle: s.createEndpoint},
		{method: http.MethodPatch, path: one, handle: func(q *query) *simserver.Reply {
			return q.oneEndpoint(func(e *endpoint) *simserver.Reply {
				if refusal := s.readEndpoint(q, e, false); refusal != nil {
					return refusal
				}
				return q.done(http.StatusOK, e.object())
			})
		}},
		{method: http.MethodDelete, path: one, handle: func(q *query) *simserver.Reply {
			return q.oneEndpoint(func(e *endpoint) *simserver.Reply {
				s.endpoints = slices.DeleteFunc(s.endpoints, func(o *endpoint) bool { return o == e })
				return deleted()
			})
		}},
	}
}

func (q *query) oneEndpoint(do func(*endpoint) *simserver.Reply) *simserver.Reply {
	for _, e := range q.sim.endpoints {
		if e.id == q.vars["id"] && e.env == q.env {
			return do(e)
		}
	}
	return q.unknown("Webhook endpoint")
}

func (s *Sim) listEndpoints(q *query) *simserver.Reply {
	var all []object
	for _, e := range s.endpoints {
		if e.env == q.env && q.is("active", e.active) {
			all = append(all, e.object())
		}
	}
	return q.list(all)
}

func (s *Sim) createEndpoint(q *query) *simserver.Reply {
	e := &endpoint{id: itoa(s.number()), secret: rand.Text(), env: q.env, active: true, created: q.Now, updated: q.Now}
	if refusal := s.readEndpoint(q, e, true); refusal != nil {
		return refusal
	}
	s.endpoints = append(s.endpoints, e)
	return q.done(http.StatusCreated, e.object())
}

// readEndpoint reads a body, which is not wrapped (documented), into e.
func (s *Sim) readEndpoint(q *query, e *endpoint, isNew bool) *simserver.Reply {
	in, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "the body", "target_url", "active")
	target := simserver.StringIn(in, "target_url")
	switch {
	case target == "" && isNew:
		q.Violate("without the required target_url")
		return q.missing("target_url")
	case target != "" && !isTarget(target):
		q.Violate("target_url is not https")
		return q.invalid("target_url must be https")
	case target != "":
		e.target = target
	}
	if on, has := truth(in, "active"); has {
		e.active = on
	}
	e.updated = q.Now
	return nil
}

// isTarget wants https (documented); a loopback address may be plain, for tests.
func isTarget(target string) bool {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u)
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func (e *endpoint) object() object {
	return object{
		"id": number(e.id), "target_url": e.target, "secret_key": e.secret, "active": e.active,
		"created_at": stamp(e.created), "updated_at": stamp(e.updated),
	}
}
