package nextech

import (
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
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
		return c, configure.Because(vendor, "BaseURL", "use an https URL", err)
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

// rate is RequestsPerSecond for one class.
func (c Config) rate(class string) emr.Rate {
	r := emr.Rate{Class: class, Most: int(c.RequestsPerSecond), Per: time.Second}
	if r.Most == 0 {
		r.Most, r.Per = 1, time.Duration(float64(time.Second)/c.RequestsPerSecond)
	}
	return r
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
