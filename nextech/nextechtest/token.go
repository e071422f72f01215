package nextechtest

import (
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

const (
	connectPath = "/connect/token"
	azurePath   = "/nextech-api.com/oauth2/token" // as below login.microsoftonline.com
)

// tokenRules are those of the chosen token endpoint.
//
// Documented: grants, resource, the fields, 14 days of a refresh token, scope
// user_impersonation, no client secret needed for the password grant. Recorded: numbers
// as strings. Assumed: a refresh token used twice ends the whole sign-in; scopes are
// granted as asked for, and whether they are right shows at the API.
func (s *Sim) tokenRules() simserver.TokenRules {
	r := simserver.TokenRules{
		ClientID: clientID, ClientSecret: s.secret, Life: s.opts.TokenLife,
		Grants: []string{simserver.ClientCredentials},
	}
	if s.opts.Auth == Connect {
		r.Scopes = nextech.DefaultScopes()
		return r
	}
	r.Resource, r.StringNumbers, r.Describe = s.resource(), true, describeAzure
	if s.opts.Auth == AzurePassword {
		r.Grants = []string{simserver.Password, simserver.RefreshToken}
		r.FixedScope = "user_impersonation"
		r.SecretOptional = true
		r.Username, r.Password = s.user, s.pass
		r.RefreshLife = 14 * 24 * time.Hour
	}
	return r
}

// RefreshToken hands out a refresh token, as a sign-in in a browser would, for
// connections that start with one; AzurePassword only.
func (s *Sim) RefreshToken() auth.Secret {
	if s.opts.Auth != AzurePassword {
		return auth.Secret{}
	}
	return auth.NewSecret(s.tokens.FirstRefreshToken(s.Now()))
}

// describeAzure adds what Azure AD v1 adds; clients branch on "error" only.
func describeAzure(code string, now time.Time) map[string]any {
	number := map[string]int{
		"invalid_client": 7000215, "invalid_grant": 70008, "invalid_resource": 500011,
		"unsupported_grant_type": 70003, "invalid_request": 90014,
	}[code]
	const trace, correlation = "5f0cab00-1111-4c2a-9d3f-000000000001", "5f0cab00-2222-4c2a-9d3f-000000000002"
	stamp := now.UTC().Format("2006-01-02 15:04:05Z")
	return map[string]any{
		"error_description": "AADSTS" + itoa(number) + ": the simulated directory refuses this request.\r\nTrace ID: " + trace +
			"\r\nCorrelation ID: " + correlation + "\r\nTimestamp: " + stamp,
		"error_codes": []int{number}, "timestamp": stamp, "trace_id": trace, "correlation_id": correlation,
	}
}

func classifyAzure(*http.Request) simserver.Class {
	return simserver.Class{Token: true, Route: azurePath}
}

// azure is the token host's only path.
func (s *Sim) azure(c *simserver.Call) *simserver.Reply {
	if !strings.EqualFold(c.URL.Path, azurePath) {
		return simserver.Text(http.StatusNotFound, "")
	}
	return s.tokens.Handle(c)
}
