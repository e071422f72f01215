package nextgentest

import (
	"net/http"
	"strconv"

	"github.com/emrkit/emrkit/internal/simserver"
)

// userRoutes tell what the service user reaches; the shapes are recorded. That me stands
// for the user's number, and that they work with the token alone, is assumed.
func (s *Sim) userRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/users/{user}/enterprises", open: true, handle: s.onUser(func(q *query) *simserver.Reply {
			all := allEnterprises(q)
			for _, o := range all {
				o["nationalProviderId"] = nil
			}
			return q.array(all)
		})},
		{method: http.MethodGet, path: "/users/{user}/practices", open: true, list: &listing{fields: fields{"id": aText, "enterpriseid": aText, "name": aText, "isdeleted": aFlag}},
			handle: s.onUser(func(q *query) *simserver.Reply { return q.page(allPractices(q)) })},
		{method: http.MethodGet, path: "/users/{user}/api-access", open: true, handle: s.onUser(func(q *query) *simserver.Reply {
			return q.json(object{"id": q.site.user, "isEnabled": true})
		})},
	}
}

// onUser answers for the service user, with an empty 403 for anybody else (assumed).
func (s *Sim) onUser(handle func(*query) *simserver.Reply) func(*query) *simserver.Reply {
	return func(q *query) *simserver.Reply {
		if user := q.vars["user"]; user != "me" && user != strconv.Itoa(q.site.user) {
			return q.empty(http.StatusForbidden)
		}
		return handle(q)
	}
}

// origins is a person's list of races or ethnicities: one entry, which declines to say
// (recorded).
func origins(path, code string) func(*query, simserver.Patient) *simserver.Reply {
	return func(q *query, have simserver.Patient) *simserver.Reply {
		id := q.practice.personID(have)
		return q.array([]object{object{
			"personId": id, "id": q.practice.guid(path, "declined"), "description": "Declined To Specify", "order": 1, "categoryId": "ASKU",
			"categoryName": "Decline to Specify", code: "DeclineToSpecify",
		}.links("/persons/" + id + "/" + path)})
	}
}
