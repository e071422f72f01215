package nextgentest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

const (
	clientID = "5f0cab00-c11e-4b00-8c00-9d00ab12cd34"
	// tokenPath is on the host of the API (documented).
	tokenPath = "/nge/prod/nge-oauth/token"
)

// tokenRules are those of a Global Service Account. Documented: the grant, the four
// fields, no scope, no refresh token, one hour.
func (s *Sim) tokenRules() simserver.TokenRules {
	return simserver.TokenRules{
		ClientID: clientID, ClientSecret: s.secret, Grants: []string{simserver.ClientCredentials}, Fields: []string{"site_id"}, Life: s.opts.TokenLife,
	}
}

// token answers for the site that the form names. Assumed: 400 invalid_request without a
// site, unauthorized_client for one that has not approved the application.
func (s *Sim) token(c *simserver.Call) *simserver.Reply {
	if c.Header.Get(sessionHeader) != "" {
		c.Violate("a token request has no %s", sessionHeader)
	}
	if _, _, basic := c.BasicAuth(); basic {
		c.Violate("Basic authentication")
	}
	id := c.Form().Get("site_id")
	at := s.siteBy(id)
	if at != nil {
		return at.tokens.Handle(c)
	}
	code := "unauthorized_client"
	if id == "" {
		c.Violate("no site_id")
		code = "invalid_request"
	}
	if r := s.sites[0].tokens.Handle(c); r.Status != http.StatusOK { // the same checks
		return r
	}
	return simserver.JSON(http.StatusBadRequest, "application/json", object{"error": code})
}

// authorize finds the site that a token was made for.
func (s *Sim) authorize(c *simserver.Call) *site {
	for _, at := range s.sites {
		if _, ok := at.tokens.Authorize(c.Now, c.Bearer()); ok {
			return at
		}
	}
	return nil
}
