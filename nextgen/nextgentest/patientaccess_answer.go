package nextgentest

import (
	"net/http"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// paUnauthorized is plain text (seen).
func paUnauthorized() *simserver.Reply {
	r := simserver.Text(http.StatusUnauthorized, "Unauthorized")
	r.Header = http.Header{"Www-Authenticate": {"Bearer"}}
	return r
}

// paDenied is a JSON array of one text and no OperationOutcome (seen).
func paDenied() *simserver.Reply {
	return simserver.JSON(http.StatusForbidden, "application/json; charset=utf-8", []string{"Access denied"})
}

// outcome is an error as OperationOutcome (assumed).
func (v *paVersion) outcome(status int, code, text string) *simserver.Reply {
	return simserver.JSON(status, v.mediaType(), paObject{
		"resourceType": "OperationOutcome", "issue": []paObject{{"severity": "error", "code": code, "diagnostics": text}},
	})
}

// refuse dresses the faults that are a status; those of 429 and 5xx are assumed.
func (s *PatientAccess) refuse(c *simserver.Call, f emrtest.Fault) *simserver.Reply {
	message := func(status int, text string) *simserver.Reply {
		return simserver.JSON(status, "application/json", paObject{"message": text})
	}
	switch f {
	case emrtest.FaultRevokedToken:
		s.authority.revoke(c.Bearer())
		return paUnauthorized()
	case emrtest.FaultRateLimited:
		return message(http.StatusTooManyRequests, "Too Many Requests")
	case emrtest.FaultRateLimitedRetryAfter:
		r := message(http.StatusTooManyRequests, "Too Many Requests")
		r.Header = http.Header{"Retry-After": {"1"}}
		return r
	case emrtest.FaultUnavailableOnce:
		return message(http.StatusServiceUnavailable, "Service Unavailable")
	}
	return message(http.StatusInternalServerError, "Internal server error")
}
