package nextgentest

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// token is the token endpoint. Documented: code and refresh token, client secret in the
// form. That a refresh token is replaced at each use is assumed.
func (a *paAuthority) token(c *simserver.Call) *simserver.Reply {
	form, refusal := a.clientForm(c, "grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope")
	if refusal != nil {
		return refusal
	}
	if a.sim.opts.Approval == PatientAccessNotAtToken {
		return paRefuse(http.StatusBadRequest, "unauthorized_client")
	}
	switch form.Get("grant_type") {
	case "authorization_code":
		s, asked, ok := a.redeem(c.Now, form.Get("code"), func(asked paAsked) bool {
			return asked.redirect == form.Get("redirect_uri") && simserver.IsVerified(asked.challenge, form)
		})
		if !ok {
			return paRefuse(http.StatusBadRequest, "invalid_grant")
		}
		return a.granted(c.Now, s, asked.nonce)
	case "refresh_token":
		if form.Has("code") || form.Has("redirect_uri") || form.Has("code_verifier") {
			c.Violate("a refresh has fields of a code")
		}
		s, ok := a.renew(c.Now, form.Get("refresh_token"))
		if !ok {
			return paRefuse(http.StatusBadRequest, "invalid_grant")
		}
		return a.granted(c.Now, s, "")
	case "":
		return paRefuse(http.StatusBadRequest, "invalid_request")
	case "client_credentials": // advertised, but not for patients
		return paRefuse(http.StatusBadRequest, "unauthorized_client")
	}
	return paRefuse(http.StatusBadRequest, "unsupported_grant_type")
}

// revocation answers 200 whatever the token was, as RFC 7009 has it.
func (a *paAuthority) revocation(c *simserver.Call) *simserver.Reply {
	form, refusal := a.clientForm(c, "token", "token_type_hint")
	if refusal != nil {
		return refusal
	}
	if !form.Has("token") {
		return paRefuse(http.StatusBadRequest, "invalid_request")
	}
	a.revoke(form.Get("token"))
	return &simserver.Reply{Status: http.StatusOK}
}

// clientForm reads a form of the app, whose id and secret must be right.
func (a *paAuthority) clientForm(c *simserver.Call, fields ...string) (url.Values, *simserver.Reply) {
	form, ok := c.OAuthForm(append(fields, "client_id", "client_secret")...)
	if !ok {
		return nil, paRefuse(http.StatusMethodNotAllowed, "invalid_request")
	}
	if c.URL.RawQuery != "" {
		c.Violate("the request has a query")
	}
	secret := a.sim.secret
	if a.sim.opts.PublicClient {
		secret = ""
	}
	if form.Get("client_id") != paClientID || subtle.ConstantTimeCompare([]byte(form.Get("client_secret")), []byte(secret)) != 1 {
		return nil, paRefuse(http.StatusUnauthorized, "invalid_client")
	}
	return form, nil
}

// granted dresses the tokens. nonce goes into the id_token.
func (a *paAuthority) granted(now time.Time, s *paSession, nonce string) *simserver.Reply {
	body := paObject{"access_token": s.access, "token_type": "Bearer", "expires_in": int(a.sim.opts.TokenLife / time.Second)}
	if s.refresh != "" {
		body["refresh_token"] = s.refresh
	}
	if len(s.family.scopes) > 0 {
		body["scope"] = strings.Join(s.family.scopes, " ")
	}
	if s.family.patient != "" && !a.sim.opts.NoPatient {
		body["patient"] = s.family.patient
	}
	if slices.Contains(s.family.scopes, "openid") {
		body["id_token"] = a.idToken(now, s, nonce)
	}
	r := simserver.JSON(http.StatusOK, "application/json; charset=utf-8", body)
	r.Header = http.Header{"Cache-Control": {"no-store"}, "Pragma": {"no-cache"}}
	return r
}

// paRefuse is an error of OAuth. The description is there to show that it is not repeated.
func paRefuse(status int, code string) *simserver.Reply {
	r := simserver.JSON(status, "application/json; charset=utf-8", paObject{
		"error": code, "error_description": "the simulated server refuses this request of " + paClientID,
	})
	r.Header = http.Header{"Cache-Control": {"no-store"}}
	return r
}
