package medtechtest

import (
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

const fhirType = "application/fhir+json; charset=utf-8"

// The texts that are documented. How they pair up with a status is not.
const (
	textDenied     = "Authorization failed." // seen: a role or the form of the query
	textInvalid    = "Request is invalid."
	textUnable     = "Request is not supported."
	textNoFacility = "Practice Facility not found."
	textNoPatient  = "Patient not found."
	textNoID       = "Resource ID not found."
	textNoProvider = "Service Provider not found."
	textNoSlot     = "No available Appointment Slot found for the Service Provider."
	textNoFreeSlot = "No available free Appointment Slot found for the Service Provider."
	textNoBooking  = "No Appointment Slot available for booking."
	textTaken      = "Appointment Slot is already booked, unable to process the request."
	textNoCancel   = "No Appointment Slot available for cancellation."
	textOtherOwner = "Appointment Slot is booked for another Patient, unable to process the request."
	textRange      = "Requested Appointment Schedule date range is invalid."
	textSecret     = "Request for Confidential data is not supported."
)

// answer is a resource.
func answer(status int, o object) *simserver.Reply { return simserver.JSON(status, fhirType, o) }

// outcome is an error as OperationOutcome.
func (s *Sim) outcome(status int, code, text string) *simserver.Reply {
	return answer(status, s.outcomeObject("error", code, text))
}

// outcomeObject has the text in diagnostics, as was seen, or by turns.
func (s *Sim) outcomeObject(severity, code, text string) object {
	issue := object{"severity": severity, "code": code}
	switch s.nextTurn() {
	case 0:
		issue["diagnostics"] = text
	case 1:
		issue["details"] = object{"text": text}
	case 2:
		issue["details"] = object{"coding": []object{{"code": code, "display": text}}}
	}
	return object{"resourceType": "OperationOutcome", "issue": []object{issue}}
}

func (s *Sim) nextTurn() int {
	if !s.opts.RotateTexts {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn++
	return (s.turn - 1) % 3
}

// forbidden is 403 for a missing role as well as for a query of another form.
func (q *query) forbidden() *simserver.Reply {
	return q.sim.outcome(http.StatusForbidden, "forbidden", textDenied)
}

// invalid is 400; the text is the documented one, or a longer one of ours.
func (q *query) invalid(text string) *simserver.Reply {
	return q.sim.outcome(http.StatusBadRequest, "invalid", text)
}

// rule is 400 for a body without what must be in it.
func (q *query) rule(text string) *simserver.Reply {
	return q.sim.outcome(http.StatusBadRequest, "business-rule", text)
}

// missing is 404; that a missing record has this status is assumed.
func (q *query) missing(text string) *simserver.Reply {
	return q.sim.outcome(http.StatusNotFound, "not-found", text)
}

// unprocessable is 422, documented for bookings.
func (q *query) unprocessable(code, text string) *simserver.Reply {
	return q.sim.outcome(http.StatusUnprocessableEntity, code, text)
}

// gateway is an error of the API gateway in front of ALEX, in a form of its own
// (documented for 401, seen for 404, assumed for the others).
func gateway(status int, message string) *simserver.Reply {
	return simserver.JSON(status, "application/json", struct {
		StatusCode int    `json:"statusCode"`
		Message    string `json:"message"`
	}{status, message})
}

func unauthorized() *simserver.Reply {
	return gateway(http.StatusUnauthorized, "Unauthorized. Access token is missing or invalid.")
}

func notExposed() *simserver.Reply { return gateway(http.StatusNotFound, "Resource not found") }

// refuse dresses the faults that are a status.
func (s *Sim) refuse(c *simserver.Call, f emrtest.Fault) *simserver.Reply {
	switch f {
	case emrtest.FaultRevokedToken:
		s.tokens.Revoke(c.Bearer())
		return unauthorized()
	case emrtest.FaultRateLimited:
		return gateway(http.StatusTooManyRequests, "Rate limit is exceeded.")
	case emrtest.FaultRateLimitedRetryAfter:
		r := gateway(http.StatusTooManyRequests, "Rate limit is exceeded. Try again in 1 seconds.")
		r.Header = http.Header{"Retry-After": {"1"}}
		return r
	case emrtest.FaultUnavailableOnce:
		return gateway(http.StatusServiceUnavailable, "Service unavailable")
	}
	return gateway(http.StatusInternalServerError, "Internal server error")
}

// planned is an answer in place of the endpoint's own.
type planned struct {
	step  emrtest.Step
	reply *simserver.Reply
}

// AnswerNext answers the next call of that step with status and an OperationOutcome of
// this severity, code and text; nothing is done. How the vendor pairs status, code and
// text is not documented: any pair may come. emrtest.StepAny is any call.
func (s *Sim) AnswerNext(step emrtest.Step, status int, severity, code, text string) {
	s.plan(step, answer(status, s.outcomeObject(severity, code, text)))
}

// AnswerNextWith answers the next call of that step with these bytes.
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
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.planned, func(p planned) bool { return p.step == emrtest.StepAny || p.step == step })
	if at < 0 {
		return nil
	}
	r := s.planned[at].reply
	s.planned = slices.Delete(s.planned, at, at+1)
	return r
}
