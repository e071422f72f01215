package nextech

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
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
	var m configure.Missing
	advice := ""
	if fetched {
		m.Need(c.ClientID != "", "ClientID", "the client id (Nextech: partner id)")
		switch c.Grant {
		case auth.ClientCredentials:
			m.Need(!c.ClientSecret.IsZero(), "ClientSecret", "the client secret (Nextech: partner secret)")
		case auth.Password:
			m.Need(c.Username != "", "Username", "the user name (for the password grant)")
			m.Need(!c.Password.IsZero(), "Password", "the user's password")
			if c.Username == "" {
				advice = "; who has a client id and a secret only sets the base URL of the sandbox too, or the client_credentials grant"
			}
		case auth.RefreshToken:
			m.Need(!c.RefreshToken.IsZero() || c.TokenStore != nil, "RefreshToken", "a refresh token (or a store that holds one)")
		}
	}
	switch {
	case documented:
		m.Need(c.PracticeID != "", "PracticeID", "the practice id (Nextech's own hosts need it: ask the practice or Nextech)")
	case fetched && (c.Grant != auth.ClientCredentials || c.Resource != ""):
		m.Need(c.PracticeID != "", "PracticeID", "the practice id (Azure AD tokens work only together with it: ask the practice or Nextech)")
	}
	return m.Err(vendor, advice)
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
	if !configure.GoesIntoHeader(c.StaticToken) {
		return configError("StaticToken", "the token goes into a header: the token itself, without blanks or line ends, not a printed [redacted]")
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
