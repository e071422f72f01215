package nextech

import (
	"context"
	"errors"
	"math"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// check refuses what cannot work, before any request.
func (c Config) check(documented bool) *emr.Error {
	if !c.StaticToken.IsZero() {
		return c.checkPlain(documented)
	}
	if c.ClientID == "" {
		return configError("ClientID", "set the client id (Nextech: partner id)")
	}
	switch c.Grant {
	case auth.ClientCredentials:
		if c.ClientSecret.IsZero() {
			return configError("ClientSecret", "the client_credentials grant needs the client secret (Nextech: partner secret)")
		}
	case auth.Password:
		if c.Username == "" {
			return configError("Username", "the password grant needs a user name; for client id and secret only, set the base URL of your sandbox or the client_credentials grant")
		}
		if c.Password.IsZero() {
			return configError("Password", "the password grant needs the user's password")
		}
	case auth.RefreshToken:
		if c.RefreshToken.IsZero() && c.TokenStore == nil {
			return configError("RefreshToken", "the refresh_token grant needs a refresh token or a store that holds one")
		}
	default:
		return configError("Grant", "the grant is client_credentials, password or refresh_token")
	}
	if c.PracticeID == "" && (c.Grant != auth.ClientCredentials || c.Resource != "") {
		return configError("PracticeID", "Azure AD tokens work only together with the practice id: ask the practice or Nextech for it")
	}
	if err := checkScopes(c.Scopes); err != nil {
		return err
	}
	return c.checkPlain(documented)
}

func (c Config) checkPlain(documented bool) *emr.Error {
	if c.StaticToken.Equal(c.StaticToken) { // one from a function equals nothing, and is not called here
		if text, err := c.StaticToken.Reveal(context.Background()); err == nil && (peer.FitsHeader(text) || text == "") {
			return c.checkRest(documented)
		}
		return configError("StaticToken", "the token goes into a header: the token itself, without blanks or line ends, not a printed [redacted]")
	}
	return c.checkRest(documented)
}

func (c Config) checkRest(documented bool) *emr.Error {
	if c.PracticeID == "" && documented {
		return configError("PracticeID", "Nextech's own hosts need the practice id: ask the practice or Nextech for it")
	}
	if !peer.FitsHeader(c.PracticeID) {
		return configError("PracticeID", "the practice id goes into a header: printable ASCII without blanks only, not a printed [redacted]")
	}
	if r := c.RequestsPerSecond; math.IsNaN(r) || r < slowest || r > fastest {
		return configError("RequestsPerSecond", "the rate must be from one request a day to a billion a second; 0 is the documented 20")
	}
	switch strings.ToLower(c.Environment) {
	case "sandbox", "staging", "test", "testing", "dev", "development", "simulator":
		if documented {
			return configError("Environment", "the base URL is Nextech's production host: set the sandbox's own")
		}
	case "production", "prod", "live":
		if peer.IsLoopback(hostOf(c.BaseURL)) {
			return configError("Environment", "the base URL is this machine, not production")
		}
	}
	return nil
}

// Bounds of RequestsPerSecond.
const (
	slowest = 1.0 / (24 * 60 * 60)
	fastest = 1e9
)

// asConfigError keeps the hint of err under our own field name.
func asConfigError(field string, err error) *emr.Error {
	e := configError(field, "use an https URL without query or user name (http only on a loopback address)")
	var inner *emr.Error
	if errors.As(err, &inner) && inner.Hint != "" {
		e.Hint = inner.Hint
	}
	return e
}
