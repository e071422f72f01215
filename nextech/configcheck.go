package nextech

import (
	"context"
	"errors"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// check refuses what cannot work, before any request. All that is missing is one error.
func (c Config) check(documented bool) *emr.Error {
	fetched := c.StaticToken.IsZero()
	if fetched && !slices.Contains([]auth.Grant{auth.ClientCredentials, auth.Password, auth.RefreshToken}, c.Grant) {
		return configError("Grant", "the grant is client_credentials, password or refresh_token")
	}
	if err := c.missing(fetched, documented); err != nil {
		return err
	}
	if fetched {
		if err := checkScopes(c.Scopes); err != nil {
			return err
		}
		if err := checkTokenParams(c.TokenParams); err != nil {
			return err
		}
	}
	return c.checkPlain(documented)
}

// missing names every field that must be set and is not; fetched: tokens are.
func (c Config) missing(fetched, documented bool) *emr.Error {
	var fields, things []string
	need := func(ok bool, field, thing string) {
		if !ok {
			fields, things = append(fields, field), append(things, thing)
		}
	}
	advice := ""
	if fetched {
		need(c.ClientID != "", "ClientID", "the client id (Nextech: partner id)")
		switch c.Grant {
		case auth.ClientCredentials:
			need(!c.ClientSecret.IsZero(), "ClientSecret", "the client secret (Nextech: partner secret)")
		case auth.Password:
			need(c.Username != "", "Username", "the user name (for the password grant)")
			need(!c.Password.IsZero(), "Password", "the user's password")
			if c.Username == "" {
				advice = "; who has a client id and a secret only sets the base URL of the sandbox too, or the client_credentials grant"
			}
		case auth.RefreshToken:
			need(!c.RefreshToken.IsZero() || c.TokenStore != nil, "RefreshToken", "a refresh token (or a store that holds one)")
		}
	}
	switch {
	case documented:
		need(c.PracticeID != "", "PracticeID", "the practice id (Nextech's own hosts need it: ask the practice or Nextech)")
	case fetched && (c.Grant != auth.ClientCredentials || c.Resource != ""):
		need(c.PracticeID != "", "PracticeID", "the practice id (Azure AD tokens work only together with it: ask the practice or Nextech)")
	}
	if len(fields) == 0 {
		return nil
	}
	e := configError("", "set "+strings.Join(things, ", ")+advice)
	e.Fields = fields
	return e
}

// secretWord matches names of form fields that carry a secret.
var secretWord = regexp.MustCompile(`(?i)secret|passw|assertion|token$|api[-_]?key|^code$|^code_verifier$`)

// checkTokenParams refuses what must not stand in Config in the clear. Names that have a
// place of their own in Config are refused by package auth.
func checkTokenParams(params url.Values) *emr.Error {
	for name := range params {
		if name == "" {
			return configError("TokenParams", "a form field has no name")
		}
		if secretWord.MatchString(name) {
			return configError("TokenParams", "no secrets here, they would not be hidden: use ClientSecret, Password, RefreshToken or StaticToken")
		}
	}
	return nil
}

func (c Config) checkPlain(documented bool) *emr.Error {
	if c.StaticToken.Equal(c.StaticToken) { // one from a function equals nothing, and is not called here
		if text, err := c.StaticToken.Reveal(context.Background()); err == nil && peer.FitsHeader(text) {
			return c.checkRest(documented)
		}
		return configError("StaticToken", "the token goes into a header: the token itself, without blanks or line ends, not a printed [redacted]")
	}
	return c.checkRest(documented)
}

func (c Config) checkRest(documented bool) *emr.Error {
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
	e := configError(field, hintOf(err))
	if e.Hint == "" {
		e.Hint = "use an https URL without query or user name (http only on a loopback address)"
	}
	return e
}

func hintOf(err error) string {
	var e *emr.Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}
