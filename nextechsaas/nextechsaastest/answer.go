package nextechsaastest

import (
	"net/http"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

const mediaType = "application/json; charset=utf-8"

// message is an error body as the vendor's other APIs have it; none is published for this one.
func message(status int, text string) *simserver.Reply {
	return simserver.JSON(status, mediaType, object{"Message": text})
}

func badRequest(text string) *simserver.Reply { return message(http.StatusBadRequest, text) }

// unauthorized is no status of the vendor's list (assumed).
func unauthorized() *simserver.Reply {
	r := message(http.StatusUnauthorized, "Authorization has been denied for this request.")
	r.Header = http.Header{"Www-Authenticate": {"Bearer"}}
	return r
}

// refuse dresses the faults that are a status; 429 and 503 are assumed.
func (s *Sim) refuse(c *simserver.Call, f emrtest.Fault) *simserver.Reply {
	switch f {
	case emrtest.FaultRevokedToken:
		s.authority.revoke(c.Bearer())
		return unauthorized()
	case emrtest.FaultRateLimited:
		return message(http.StatusTooManyRequests, "Too many requests.")
	case emrtest.FaultRateLimitedRetryAfter:
		r := message(http.StatusTooManyRequests, "Too many requests.")
		r.Header = http.Header{"Retry-After": {"1"}}
		return r
	case emrtest.FaultUnavailableOnce:
		return message(http.StatusServiceUnavailable, "Service unavailable.")
	}
	return message(http.StatusInternalServerError, "An error has occurred.")
}
