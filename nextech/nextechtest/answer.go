package nextechtest

import (
	"net/http"
	"strconv"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// jsonType is assumed: the documentation says JSON only and names no media type.
const jsonType = "application/json; charset=utf-8"

func itoa(n int) string { return strconv.Itoa(n) }

// answer is a resource.
func answer(status int, o object) *simserver.Reply { return simserver.JSON(status, jsonType, o) }

// outcome is an error as OperationOutcome. Its shape, with details.text, is that of the
// one published sample; that most errors look so is assumed.
func outcome(status int, code, text string) *simserver.Reply {
	return answer(status, object{
		"resourceType": "OperationOutcome", "id": "1",
		"issue": []object{{"severity": "error", "code": code, "details": object{"text": text}}},
	})
}

// invalid is 400, documented for malformed, missing and unsupported parameters.
func invalid(text string) *simserver.Reply {
	return outcome(http.StatusBadRequest, "invalid", text)
}

func notFound(text string) *simserver.Reply {
	return outcome(http.StatusNotFound, "not-found", text)
}

// declined is 409 as Select gives it (documented), the reason in comment. No sample of
// the vendor's was found: the shape is FHIR's.
func declined(comment string) *simserver.Reply {
	return answer(http.StatusConflict, object{
		"resourceType": "AppointmentResponse", "participantStatus": "declined", "comment": comment,
	})
}

// cannot is the text for a path that is not there, from the registration guide.
func cannot(c *simserver.Call) *simserver.Reply {
	path := c.URL.Path
	return simserver.Text(http.StatusNotFound, "Cannot "+c.Method+" "+path)
}

// done answers a successful write. 204 without a body is documented as possible for
// Practice+ changes; that everything else is echoed is assumed.
func (s *Sim) done(status int, o object) *simserver.Reply {
	if s.opts.EmptyAnswers {
		return &simserver.Reply{Status: http.StatusNoContent}
	}
	return answer(status, o)
}

// refuse dresses the faults that are a status. All bodies are assumed.
func (s *Sim) refuse(c *simserver.Call, f emrtest.Fault) *simserver.Reply {
	switch f {
	case emrtest.FaultRevokedToken:
		s.tokens.Revoke(c.Bearer())
		return unauthorized()
	case emrtest.FaultRateLimited:
		return answer(http.StatusTooManyRequests, object{"message": "Rate limit is exceeded. Try again later."})
	case emrtest.FaultRateLimitedRetryAfter:
		r := answer(http.StatusTooManyRequests, object{"message": "Rate limit is exceeded. Try again in 1 second."})
		r.Header = http.Header{"Retry-After": {"1"}}
		return r
	case emrtest.FaultUnavailableOnce:
		return simserver.Text(http.StatusServiceUnavailable, "The service is unavailable.")
	}
	return outcome(http.StatusInternalServerError, "processing", "An internal error has occurred")
}

// unauthorized is 401: listed for R4 only, the body is assumed.
func unauthorized() *simserver.Reply {
	r := answer(http.StatusUnauthorized, object{"Message": "Authorization has been denied for this request."})
	r.Header = http.Header{"Www-Authenticate": {"Bearer"}}
	return r
}
