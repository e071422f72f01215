package nexhealthtest

import (
	"net/http"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// The media types of answers: those of the table's column hdr.
const (
	plainJSON    = "application/json"
	vendoredJSON = "application/vnd.Nexhealth+json;version=2"
)

// object is JSON. A nil value is written as null, which the vendor does a lot.
type object map[string]any

func itoa(n int) string { return strconv.Itoa(n) }

// envelope is what every answer but 204 is wrapped in.
type envelope struct {
	status int
	code   bool
	said   []string // what description says, warnings
	errors []string
	data   any
	count  *int
	page   object
}

func (r *route) mediaType() string {
	if r != nil && r.v3 {
		return plainJSON
	}
	return vendoredJSON
}

// reply wraps e. The forms of description and error go round with
// Options.RotateTexts: all of them are documented somewhere.
func (s *Sim) reply(r *route, e envelope) *simserver.Reply {
	description, errs := any(nil), any(e.errors)
	if len(e.said) > 0 {
		description = e.said[0]
	}
	if e.errors == nil {
		errs = []string{}
	}
	if s.opts.RotateTexts {
		description, errs = s.rotated(e.said, true), s.rotated(e.errors, false)
	}
	o := object{"code": e.code, "description": description, "error": errs, "data": e.data}
	if e.count != nil {
		o["count"] = *e.count
	}
	if e.page != nil {
		o["page_info"] = e.page
	}
	return simserver.JSON(e.status, r.mediaType(), o)
}

// rotated gives texts as null, text, a list, or a list of lists, by turns. A
// plain error text without a list is not documented for error, nor is it impossible.
func (s *Sim) rotated(texts []string, description bool) any {
	if len(texts) == 0 {
		switch s.turns.IntN(4) {
		case 0:
			return nil
		case 1:
			return []string{}
		case 2:
			return [][]string{}
		}
		if description {
			return ""
		}
		return []string{}
	}
	switch s.turns.IntN(3) {
	case 0:
		return [][]string{texts}
	case 1:
		if len(texts) == 1 {
			return texts[0]
		}
	}
	return texts
}

// done answers a successful call that is no list.
func (q *query) done(status int, data any) *simserver.Reply {
	return q.sim.reply(q.route, envelope{status: status, code: true, said: q.warnings(), data: data})
}

// list answers with everything at once, and its count.
func (q *query) list(all []object) *simserver.Reply {
	n := len(all)
	if all == nil {
		all = []object{}
	}
	return q.sim.reply(q.route, envelope{status: http.StatusOK, code: true, said: q.warnings(), data: all, count: &n})
}

// deleted is 204.
func deleted() *simserver.Reply { return &simserver.Reply{Status: http.StatusNoContent} }

// fail answers with an error. Its shape is documented; the texts are assumed where
// nothing else is said.
func (q *query) fail(status int, texts ...string) *simserver.Reply {
	return q.sim.failure(q.route, status, texts...)
}

func (s *Sim) failure(r *route, status int, texts ...string) *simserver.Reply {
	return s.reply(r, envelope{status: status, errors: texts})
}

// invalid is 400.
func (q *query) invalid(texts ...string) *simserver.Reply {
	return q.fail(http.StatusBadRequest, texts...)
}

// missing is 400 with the words that were seen: "Missing parameter start".
func (q *query) missing(names ...string) *simserver.Reply {
	var texts []string
	for _, n := range names {
		texts = append(texts, "Missing parameter "+n)
	}
	return q.invalid(texts...)
}

// unknown is 404 for a record that is not there for this key and subdomain.
func (q *query) unknown(what string) *simserver.Reply {
	return q.fail(http.StatusNotFound, what+" not found")
}

// noAccess is the documented text of 403.
const noAccess = "You don't have access to perform this action."

func (q *query) forbidden() *simserver.Reply { return q.fail(http.StatusForbidden, noAccess) }

// refuse dresses the faults that are a status.
func (s *Sim) refuse(c *simserver.Call, f emrtest.Fault) *simserver.Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, _, _ := s.find(c.Method, c.URL.EscapedPath())
	switch f {
	case emrtest.FaultRevokedToken:
		s.keys.revoke(c.Bearer())
		return s.failure(r, http.StatusUnauthorized, unauthorized)
	case emrtest.FaultRateLimited:
		return s.failure(r, http.StatusTooManyRequests, "Rate limit exceeded")
	case emrtest.FaultRateLimitedRetryAfter:
		reply := s.failure(r, http.StatusTooManyRequests, "Rate limit exceeded")
		reply.Header = http.Header{"Retry-After": {"1"}}
		return reply
	case emrtest.FaultUnavailableOnce:
		return simserver.Text(http.StatusServiceUnavailable, "503 Service Temporarily Unavailable")
	}
	return s.failure(r, http.StatusInternalServerError, "Internal server error")
}

// stamp writes an instant in UTC with milliseconds, null for none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// orNull is null for empty text.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// number writes an id of the clinic as the integer it is on the wire, null for none.
func number(id string) any {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	return n
}
