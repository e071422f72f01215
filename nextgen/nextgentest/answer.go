package nextgentest

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// version is that of the vendor's Postman collection.
const version = "6.0.0.1752"

const jsonType = "application/json" // recorded: no charset

// internal is the address of a site's server as it calls itself (recorded form). Options
// decide whether its host is the one that counts who asks it.
func (s *Sim) internal(at *site) string {
	origin := s.trap
	if s.opts.InternalLinks {
		origin = "http://127.0.0.1:889"
	}
	return origin + "/" + at.host + "/NextGen.Api.Edge/" + s.opts.Version + "/api"
}

// json answers with v and the headers that clients may want (recorded).
func (q *query) json(v any) *simserver.Reply {
	if q.sim.opts.Pascal {
		v = upperNames(v)
	}
	r := simserver.JSON(http.StatusOK, jsonType, v)
	r.Header = http.Header{"Cache-Control": {"no-store"}}
	r.Header.Set("Api-Version", q.sim.opts.Version)
	r.Header.Set("X-Request-Id", q.sim.number("request"))
	return r
}

// number makes an id of the simulator's own.
func (s *Sim) number(kind string) string {
	s.last++
	return s.home.guid(kind, fmt.Sprint(s.last))
}

// empty answers without a body, and with JSON as its type all the same (recorded).
func (q *query) empty(status int) *simserver.Reply {
	r := &simserver.Reply{Status: status, ContentType: jsonType, Header: http.Header{}}
	if status == http.StatusOK || status == http.StatusCreated || status == http.StatusNotFound {
		r.Header.Set("Api-Version", q.sim.opts.Version)
	}
	return r
}

// fail is an error as the gateway writes it; such answers keep camelCase and have no
// version (recorded).
func (s *Sim) fail(status int, v object) *simserver.Reply {
	return simserver.JSON(status, jsonType, v)
}

// bad is 400 with a message (recorded).
func (q *query) bad(message string) *simserver.Reply {
	r := q.sim.fail(http.StatusBadRequest, object{"message": message})
	r.Header = http.Header{"Api-Version": {q.sim.opts.Version}}
	return r
}

// unknown is 404 without a body: no such id, or nothing there (recorded).
func (q *query) unknown() *simserver.Reply { return q.empty(http.StatusNotFound) }

// unauthorized is plain text (seen).
func unauthorized() *simserver.Reply {
	return &simserver.Reply{Status: http.StatusUnauthorized, ContentType: "text/plain", Body: []byte("invalid access token")}
}

// made answers a creating write: where the id stands is a matter of Options.Created.
func (q *query) made(path, id string, record object) *simserver.Reply {
	switch q.sim.opts.Created {
	case CreatedBody:
		return q.json(record)
	case CreatedNowhere:
		return q.json(object{})
	case CreatedEmpty:
		return q.empty(http.StatusOK)
	}
	r := q.empty(http.StatusCreated)
	r.Header.Set("Location", q.sim.internal(q.site)+path+"/"+id)
	return r
}

// absent is a value that is not there: null, or one of the vendor's other ways by turns.
func (q *query) absent(kind kind) any {
	if !q.sim.opts.RotateAbsent {
		return nil
	}
	q.sim.turn++
	switch {
	case kind == aGUID && q.sim.turn%3 == 1:
		return zeroGUID
	case kind == aDate && q.sim.turn%2 == 1:
		return noTime
	case kind != aDate && q.sim.turn%3 == 2:
		return ""
	}
	return nil
}

// or is v, or what stands for nothing.
func (q *query) or(kind kind, v string) any {
	if v == "" {
		return q.absent(kind)
	}
	return v
}

// refuse dresses the faults that are a status; all four bodies are assumed.
func (s *Sim) refuse(c *simserver.Call, f emrtest.Fault) *simserver.Reply {
	switch f {
	case emrtest.FaultRevokedToken:
		for _, at := range s.sites {
			at.tokens.Revoke(c.Bearer())
		}
		return unauthorized()
	case emrtest.FaultRateLimited, emrtest.FaultRateLimitedRetryAfter:
		r := s.fail(http.StatusTooManyRequests, object{"message": "Too Many Requests"})
		if f == emrtest.FaultRateLimitedRetryAfter {
			r.Header = http.Header{"Retry-After": {"1"}}
		}
		return r
	case emrtest.FaultUnavailableOnce:
		return &simserver.Reply{Status: http.StatusServiceUnavailable, ContentType: "text/html",
			Body: []byte("<HTML><HEAD><TITLE>Service Unavailable</TITLE></HEAD><BODY><h2>Service Unavailable</h2></BODY></HTML>")}
	}
	return s.fail(http.StatusInternalServerError, object{"message": "An error has occurred."})
}

// planned is an answer in place of the endpoint's own.
type planned struct {
	step  emrtest.Step
	reply *simserver.Reply
}

// AnswerNext answers the next data call of that step with status and this message;
// nothing is done. The texts of conflicts are not published: any may come. emrtest.StepAny
// is any data call.
func (s *Sim) AnswerNext(step emrtest.Step, status int, message string) {
	s.plan(step, s.fail(status, object{"message": message}))
}

// AnswerNextWith answers the next data call of that step with these bytes.
func (s *Sim) AnswerNextWith(step emrtest.Step, status int, contentType string, body []byte) {
	s.plan(step, &simserver.Reply{Status: status, ContentType: contentType, Body: slices.Clone(body)})
}

func (s *Sim) plan(step emrtest.Step, r *simserver.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.planned = append(s.planned, planned{step, r})
}

// answerPlanned is the answer that was ordered for this call, nil for none.
func (q *query) answerPlanned() *simserver.Reply {
	s := q.sim
	step := s.stepOf(q.Call)
	at := slices.IndexFunc(s.planned, func(p planned) bool { return p.step == emrtest.StepAny || p.step == step })
	if at < 0 {
		return nil
	}
	r := s.planned[at].reply
	s.planned = slices.Delete(s.planned, at, at+1)
	return r
}
