package auth

import (
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// refusal says what an OAuth error code means and what to do next.
type refusal struct {
	kind  emr.Kind
	hint  string
	login bool // only a new sign-in helps
}

const hintCheckClient = "check client id and client secret: right environment, complete, not expired"

var refusals = map[string]refusal{
	"invalid_client":         {emr.KindAuth, hintCheckClient, false},
	"unauthorized_client":    {emr.KindAuth, "the vendor does not know this client id, or has not released this grant for it: check the id, then ask the vendor", false},
	"access_denied":          {emr.KindAuth, "the vendor denies access to this client: ask whether it is released", false},
	"invalid_request":        {emr.KindAuth, "something is missing from the token request: check token URL, grant, resource and scopes", false},
	"invalid_scope":          {emr.KindConfig, "the vendor does not know, or has not released, one of the scopes: check their spelling", false},
	"invalid_resource":       {emr.KindConfig, "the vendor does not know the resource: check its spelling", false},
	"invalid_target":         {emr.KindConfig, "the vendor does not know the resource: check its spelling", false},
	"unsupported_grant_type": {emr.KindConfig, "this token endpoint does not offer the grant: check token URL and grant", false},
	"login_required":         {emr.KindAuth, "the vendor wants a person to sign in again", true},
	"interaction_required":   {emr.KindAuth, "the vendor wants a person to sign in again, with a second factor perhaps", true},
	"consent_required":       {emr.KindAuth, "the vendor wants consent: sign in again and grant it", true},
}

// invalidGrant has a meaning for each grant.
var invalidGrant = map[Grant]refusal{
	ClientCredentials: {emr.KindAuth, "the vendor refused the credential: " + hintCheckClient, false},
	Password:          {emr.KindAuth, "user name or password refused; the password may have expired, a first one always has: sign in once at the vendor's portal, set a new one, and put that into the configuration", false},
	authorizationCode: {emr.KindAuth, "sign in again: the code was used before, is too old, or was given for another client or redirect URL", true},
	RefreshToken:      {emr.KindAuth, "sign in again: the refresh token is used up, revoked or too old", true},
}

const codeInvalidGrant, codeInvalidClient = "invalid_grant", "invalid_client"

// lookUp returns the meaning of a code.
func lookUp(code string, g Grant) (refusal, bool) {
	if code == codeInvalidGrant {
		return invalidGrant[g], true
	}
	r, ok := refusals[code]
	return r, ok
}

// refusedBy makes the error for an answer that is no token.
func refusedBy(status int, code string, g Grant) *emr.Error {
	e := failed(emr.KindProtocol, "", nil)
	e.Status = status
	r, known := lookUp(code, g)
	if known { // an endpoint may say anything here, even what it was sent
		e.Code = code
	}
	switch {
	case status == http.StatusTooManyRequests:
		e.Kind, e.Hint = emr.KindRateLimited, "the token endpoint wants fewer requests"
	case known:
		e.Kind, e.Hint = r.kind, r.hint
		if r.login {
			e.Err = emr.ErrLoginRequired
		}
	case status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooEarly:
		e.Kind, e.Hint = emr.KindUnavailable, "the token endpoint is down; try again later"
	case status >= 300 && status < 400:
		e.Kind, e.Hint = emr.KindUntrustedURL, "the token endpoint redirects, which is not followed because the credential would go along: put the final URL into the configuration"
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusGone:
		e.Kind, e.Hint = emr.KindConfig, "there is no token endpoint at this URL: check the token URL"
	case status == http.StatusForbidden:
		e.Kind, e.Hint = emr.KindAuth, "the token endpoint turns this client away: check the credential, and whether the vendor knows this machine's address"
	case status >= 400 && code != "", status >= 200 && status < 300 && code != "":
		e.Kind, e.Hint = emr.KindAuth, hintCheckClient
	case status >= 400:
		e.Kind, e.Hint = emr.KindAuth, "the credential was refused, and not in OAuth's way: check the token URL, client id and client secret"
	default:
		e.Hint = "the answer is no token: check the token URL, and for a proxy or login page in between"
	}
	return e
}

// clockOf is the endpoint's clock if it tells it, else this machine's.
func clockOf(h http.Header) time.Time {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}
