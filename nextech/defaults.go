package nextech

import (
	"context"
	"errors"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/transport"
)

// azureTokenURL is the token endpoint both products document: Azure AD v1, which
// takes a resource instead of scopes.
const azureTokenURL = "https://login.microsoftonline.com/nextech-api.com/oauth2/token"

// selectResource is what Select's authorize URL and public integrations send.
const selectResource = "https://select.nextech-api.com/api"

// connectPath is where the registration guide has the token endpoint, below the base URL.
const connectPath = "/connect/token"

// DefaultScopes are asked for at {BaseURL}/connect/token when Config.Scopes is empty.
func DefaultScopes() []string {
	return []string{
		"patient/*.read", "patient/*.write", "appointment/*.read", "appointment/*.write", "slot/*.read", "schedule/*.read",
	}
}

// resolve fills the defaults in and checks what can be checked without I/O.
func (c Config) resolve() (Config, *emr.Error) {
	if c.Product == "" {
		c.Product = Select
	}
	d := dialectOf(c.Product)
	if d == nil {
		return c, configError("Product", "the product is select or practiceplus")
	}
	if c.BaseURL == "" {
		c.BaseURL = d.base
	}
	if _, err := transport.ParseBase("BaseURL", c.BaseURL); err != nil {
		return c, asConfigError("BaseURL", err)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	documented, err := c.onDocumentedHost()
	if err != nil {
		return c, err
	}
	c.fillAccess(documented)
	if c.ExtensionBase == "" {
		c.ExtensionBase = d.base
	}
	c.ExtensionBase = strings.TrimRight(c.ExtensionBase, "/")
	if c.RequestsPerSecond == 0 {
		c.RequestsPerSecond = 20
	}
	if c.PatientStatus == "" && c.Product == PracticePlus {
		c.PatientStatus = "Active"
	}
	if c.Environment == "" && documented {
		c.Environment = "production"
	}
	return c, c.check(documented)
}

// fillAccess chooses token endpoint, grant, resource and scopes. The documented
// hosts speak Azure AD v1; any other base URL is taken for a server with its own
// {base}/connect/token unless the credentials only make sense at Azure.
func (c *Config) fillAccess(documented bool) {
	if c.Grant == "" {
		switch {
		case !c.RefreshToken.IsZero() && c.Username == "":
			c.Grant = auth.RefreshToken
		case c.Product == Select && documented, c.Username != "" && !documented:
			c.Grant = auth.Password
		default:
			c.Grant = auth.ClientCredentials
		}
	}
	azure := documented || ((c.Grant != auth.ClientCredentials || c.Resource != "") && !peer.IsLoopback(hostOf(c.BaseURL)))
	if c.TokenURL == "" {
		c.TokenURL = c.BaseURL + connectPath
		if azure && !c.TokenURLFromBase {
			c.TokenURL = azureTokenURL
		}
	}
	if c.Resource == "" && documented && c.Product == Select && c.TokenURL == azureTokenURL {
		c.Resource = selectResource
	}
	if len(c.Scopes) == 0 && c.Resource == "" && c.Grant == auth.ClientCredentials && c.TokenURL == c.BaseURL+connectPath {
		c.Scopes = DefaultScopes()
	}
}

// onDocumentedHost reports whether the base URL is one of Nextech's own, and refuses
// the wrong product for it.
func (c Config) onDocumentedHost() (bool, *emr.Error) {
	host := hostOf(c.BaseURL)
	for _, p := range []Product{Select, PracticePlus} {
		if host != hostOf(dialectOf(p).base) {
			continue
		}
		if p != c.Product {
			return true, configError("Product", "this base URL belongs to the product "+string(p))
		}
		if strings.HasSuffix(strings.ToLower(c.BaseURL), "/r4") {
			return true, configError("BaseURL", "the R4 API has no scheduling: use "+dialectOf(p).base)
		}
		return true, nil
	}
	return false, nil
}

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

// rate is RequestsPerSecond for one class.
func (c Config) rate(class string) emr.Rate {
	r := emr.Rate{Class: class, Most: int(c.RequestsPerSecond), Per: time.Second}
	if r.Most == 0 {
		r.Most, r.Per = 1, time.Duration(float64(time.Second)/c.RequestsPerSecond)
	}
	return r
}

// asConfigError keeps the hint of err under our own field name.
func asConfigError(field string, err error) *emr.Error {
	e := configError(field, "use an https URL without query or user name (http only on a loopback address)")
	var inner *emr.Error
	if errors.As(err, &inner) && inner.Hint != "" {
		e.Hint = inner.Hint
	}
	return e
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
