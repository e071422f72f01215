package nextgentest

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

const sessionHeader = "X-NG-SessionId"

// selection is what a session id stands for. Documented: it is a fixed encoding of what
// was submitted, the same for the same input, and does not expire. Seen: these six parts.
type selection struct {
	enterprise, practice, location, provider, zone string
	user                                           int
}

func (sel selection) encode() string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Join([]string{
		sel.enterprise, sel.practice, sel.location, sel.provider, sel.zone, strconv.Itoa(sel.user),
	}, "|")))
}

// selected reads a session id. The service user in it is another one at each site.
func (at *site) selected(id string) (*practice, bool) {
	plain, err := base64.StdEncoding.DecodeString(id)
	parts := strings.Split(string(plain), "|")
	if err != nil || len(parts) != 6 || parts[5] != strconv.Itoa(at.user) {
		return nil, false
	}
	p := at.practice(parts[1])
	return p, p != nil && p.enterprise == parts[0]
}

func (s *Sim) sessionRoutes() []route {
	return []route{
		{method: http.MethodPut, path: "/users/me/login-defaults", open: true, reads: true, handle: s.selectPractice},
		{method: http.MethodGet, path: "/users/{user}/login-defaults", handle: s.onUser(s.readSelection)},
	}
}

// selectPractice: the answer's header carries the session id, its body nothing but a
// status (documented). Assumed: the body's form, and 400 for ids that are not the site's.
func (s *Sim) selectPractice(q *query) *simserver.Reply {
	body, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.only(body, "EnterpriseId", "PracticeId", "LocationId", "ProviderId", "TimeZone")
	sel := selection{user: q.site.user, enterprise: body.text("EnterpriseId"), practice: body.text("PracticeId"),
		location: strings.ToLower(body.text("LocationId")), provider: strings.ToLower(body.text("ProviderId")), zone: body.text("TimeZone")}
	if len(sel.enterprise) != 5 || len(sel.practice) != 4 {
		q.Violate("enterpriseId and practiceId are not zero-padded text of five and four digits")
	}
	p := q.site.practice(sel.practice)
	if p == nil || p.enterprise != sel.enterprise {
		return q.bad("The enterprise or practice is not valid for the user.")
	}
	for _, id := range []string{sel.location, sel.provider} {
		if id != "" && !guidForm.MatchString(id) {
			return q.bad("The value '" + id + "' is not valid for Guid.")
		}
	}
	r := q.json(object{"statusCode": http.StatusOK})
	r.Header.Set(sessionHeader, sel.encode())
	return r
}

// readSelection has the recorded shape.
func (s *Sim) readSelection(q *query) *simserver.Reply {
	return q.json(object{
		"id": q.site.user, "enterpriseId": q.practice.enterprise, "practiceId": q.practice.id,
		"locationId": zeroGUID, "providerId": zeroGUID, "timeZone": nil,
	}.links("/users/" + strconv.Itoa(q.site.user) + "/login-defaults"))
}
