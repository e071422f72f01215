package nextechsaastest

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// object is a JSON object of an answer.
type object = map[string]any

// Numbers of Azure's refusals; which comes when is assumed.
const (
	malformedGrant = 70000
	grantExpired   = 70008
	codeUsed       = 54005
	wrongRedirect  = 50011
	wrongVerifier  = 50148
	badClient      = 7000218
	noClient       = 700016
	badResource    = 50001
	badGrantType   = 70003
	missingField   = 900144
	noTenant       = 90002
)

// token is the token endpoint of Azure AD v1. The code's form is documented by Nextech, the
// refresh by Microsoft.
func (a *authority) token(c *simserver.Call) *simserver.Reply {
	no := func(status int, code string, number int) *simserver.Reply { return refuse(status, code, number, c.Now) }
	form, ok := c.OAuthForm("grant_type", "client_id", "client_secret", "resource", "code", "redirect_uri", "code_verifier", "refresh_token")
	if ok && c.URL.RawQuery != "" {
		c.Violate("a token request has no query")
	}
	switch {
	case !ok:
		return no(http.StatusMethodNotAllowed, "invalid_request", missingField)
	case form.Get("client_id") != clientID:
		return no(http.StatusBadRequest, "unauthorized_client", noClient)
	case subtle.ConstantTimeCompare([]byte(form.Get("client_secret")), []byte(a.sim.clientSecret())) != 1:
		return no(http.StatusUnauthorized, "invalid_client", badClient)
	case form.Has("resource") && form.Get("resource") != resource:
		return no(http.StatusBadRequest, "invalid_resource", badResource)
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		for _, name := range []string{"code", "redirect_uri", "resource"} {
			if !form.Has(name) {
				return no(http.StatusBadRequest, "invalid_request", missingField)
			}
		}
		s, reason := a.redeem(c.Now, form.Get("code"), func(q asked) int {
			switch {
			case q.redirect != form.Get("redirect_uri"):
				return wrongRedirect
			case !simserver.IsVerified(q.challenge, form):
				return wrongVerifier
			}
			return 0
		})
		if reason != 0 {
			return no(http.StatusBadRequest, "invalid_grant", reason)
		}
		return a.granted(s)
	case "refresh_token":
		if form.Has("code") || form.Has("redirect_uri") || form.Has("code_verifier") {
			c.Violate("a refresh has fields of a code")
		}
		if !form.Has("refresh_token") {
			return no(http.StatusBadRequest, "invalid_request", missingField)
		}
		s, reason := a.renew(c.Now, form.Get("refresh_token"))
		if reason != 0 {
			return no(http.StatusBadRequest, "invalid_grant", reason)
		}
		return a.granted(s)
	case "":
		return no(http.StatusBadRequest, "invalid_request", missingField)
	}
	return no(http.StatusBadRequest, "unsupported_grant_type", badGrantType)
}

// granted dresses the tokens as the vendor family's published answer: numbers are texts.
func (a *authority) granted(s *session) *simserver.Reply {
	text := func(n int64) string { return strconv.FormatInt(n, 10) }
	body := object{
		"token_type": "Bearer", "scope": "user_impersonation", "resource": resource, "access_token": s.access,
		"expires_in": text(int64(a.sim.opts.TokenLife / time.Second)), "ext_expires_in": "0",
		"expires_on": text(s.expires.Unix()), "not_before": text(s.issued.Add(-5 * time.Minute).Unix()),
	}
	if !s.quiet {
		body["refresh_token"], body["id_token"] = s.refresh, idToken(s)
	}
	r := simserver.JSON(http.StatusOK, "application/json; charset=utf-8", body)
	r.Header = http.Header{"Cache-Control": {"no-store"}, "Pragma": {"no-cache"}}
	return r
}

// idToken names the user; Azure AD v1 does not sign those of public applications.
func idToken(s *session) string {
	part := func(v object) string {
		data, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(data)
	}
	return part(object{"typ": "JWT", "alg": "none"}) + "." + part(object{
		"aud": clientID, "iss": "https://sts.example.test/", "iat": s.issued.Unix(), "exp": s.expires.Unix(),
		"name": "Ada Okafor", "upn": "ada.okafor@example.com", "ver": "1.0",
	}) + "."
}

// refuse is an error of Azure AD. Clients branch on "error" only; the description is there
// to show that it is not repeated.
func refuse(status int, code string, number int, now time.Time) *simserver.Reply {
	const trace, correlation = "5f0cab00-3333-4c2a-9d3f-000000000001", "5f0cab00-4444-4c2a-9d3f-000000000002"
	stamp := now.UTC().Format("2006-01-02 15:04:05Z")
	r := simserver.JSON(status, "application/json; charset=utf-8", object{
		"error": code, "error_codes": []int{number}, "timestamp": stamp, "trace_id": trace, "correlation_id": correlation,
		"error_description": fmt.Sprintf("AADSTS%d: the simulated directory refuses this request of %s.\r\nTrace ID: %s\r\nCorrelation ID: %s\r\nTimestamp: %s",
			number, clientID, trace, correlation, stamp),
	})
	r.Header = http.Header{"Cache-Control": {"no-store"}}
	return r
}
