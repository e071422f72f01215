package auth

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// opGetToken names what this package does, for errors.
const opGetToken = "get token"

func configError(field, hint string) *emr.Error {
	return &emr.Error{Kind: emr.KindConfig, Op: opGetToken, Fields: []string{field}, Hint: hint}
}

// resolve fills the defaults in and checks what can be checked without I/O.
func (c Config) resolve() (Config, *emr.Error) {
	if c.MaxAge != 0 && c.MaxAge < time.Second {
		return c, configError("MaxAge", "the age is below a second: is its unit missing?")
	}
	if c.HTTPClient != nil && c.HTTPClient.Timeout < 0 {
		return c, configError("HTTPClient", "its Timeout is negative")
	}
	if c.Exchange != nil {
		return c.resolveExchange()
	}
	if c.Grant == "" {
		c.Grant = ClientCredentials
	}
	if bad := c.checkInitial(); bad != nil {
		return c, bad
	}
	if c.Initial != nil {
		t := *c.Initial // later changes of the caller's do not count
		c.Initial, c.RefreshToken = &t, t.Refresh
	}
	c.Scopes = strings.Fields(strings.Join(c.Scopes, " "))
	c.Extra = cloneValues(c.Extra)
	for _, check := range []func() *emr.Error{c.checkURL, c.checkGrant, c.checkTexts, c.checkSecrets, c.checkExtra, c.checkStore} {
		if bad := check(); bad != nil {
			return c, bad
		}
	}
	if c.StoreKey == "" {
		c.StoreKey = c.storeKey()
	}
	return c, nil
}

func cloneValues(v url.Values) url.Values {
	v = maps.Clone(v)
	for name, values := range v {
		v[name] = slices.Clone(values)
	}
	return v
}

// checkURL refuses a token URL that would send credentials in the clear.
func (c Config) checkURL() *emr.Error {
	if c.TokenURL == "" {
		return configError("TokenURL", "set the URL of the token endpoint")
	}
	u, err := url.Parse(c.TokenURL)
	switch {
	case err != nil, u.Host == "", u.Hostname() == "", u.Opaque != "":
		return configError("TokenURL", "want an absolute https URL")
	case u.User != nil:
		return configError("TokenURL", "no user name or password in the URL: use ClientID and ClientSecret")
	case u.Fragment != "" || strings.Contains(c.TokenURL, "#"):
		return configError("TokenURL", "no fragment in the URL")
	case u.Scheme == "https", u.Scheme == "http" && peer.IsLoopback(u.Hostname()):
		return nil
	}
	return configError("TokenURL", "want https (http only on a loopback address): the credential would travel in the clear")
}

// checkGrant refuses a credential that is not complete.
func (c Config) checkGrant() *emr.Error {
	if bad := c.checkClient(); bad != nil {
		return bad
	}
	switch c.Grant {
	case ClientCredentials:
		if c.ClientSecret.IsZero() {
			return configError("ClientSecret", "the grant client_credentials needs the client secret")
		}
	case Password:
		if c.Username == "" {
			return configError("Username", "the grant password needs the user name")
		}
		if c.Password.IsZero() {
			return configError("Password", "the grant password needs the password")
		}
	case RefreshToken:
		if c.RefreshToken.IsZero() && c.Store == nil && c.Initial == nil {
			return configError("RefreshToken", "the grant refresh_token needs a refresh token, the token of a sign-in, or a store that holds one")
		}
	default:
		return configError("Grant", "the grant is client_credentials, password or refresh_token")
	}
	return nil
}

// checkClient looks at how the client says who it is.
func (c Config) checkClient() *emr.Error {
	if c.ClientID == "" {
		return configError("ClientID", "set the client id")
	}
	if c.Style != InParams && c.Style != InHeader {
		return configError("Style", "the style is InParams or InHeader")
	}
	return nil
}

// checkTexts refuses what cannot be meant: control characters, blanks at the ends.
func (c Config) checkTexts() *emr.Error {
	for _, f := range []struct{ name, text string }{
		{"ClientID", c.ClientID}, {"Username", c.Username}, {"Resource", c.Resource}, {"Scopes", strings.Join(c.Scopes, " ")},
	} {
		if hint := oddText(f.text); hint != "" {
			return configError(f.name, hint)
		}
	}
	return nil
}

// checkSecrets looks at the secrets that are not from a function.
func (c Config) checkSecrets() *emr.Error {
	for _, f := range []struct {
		name   string
		secret Secret
	}{{"ClientSecret", c.ClientSecret}, {"Password", c.Password}, {"RefreshToken", c.RefreshToken}} {
		if f.secret.dynamic {
			continue
		}
		if hint := oddText(f.secret.static()); hint != "" {
			return configError(f.name, hint)
		}
	}
	return nil
}

// placeholder matches what people leave in a template.
var placeholder = regexp.MustCompile(`(?i)^(<.*>|\$\{.*\}|\{\{.*\}\}|x{3,}|\*{3,}|your[-_ ].*|change[-_ ]?me|replace[-_ ]?me|todo|placeholder|\[redacted\])$`)

// oddText says what is wrong with a credential, "" for nothing.
func oddText(text string) string {
	switch {
	case text != strings.TrimSpace(text):
		return "blanks or a line break at the ends"
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "control characters inside"
	case placeholder.MatchString(text):
		return "this is a placeholder: put the real value in"
	}
	return ""
}

// reserved are the form fields that this package writes.
var reserved = []string{"grant_type", "client_id", "client_secret", "username", "password", "refresh_token", "scope", "resource", "code", "code_verifier", "redirect_uri"}

func (c Config) checkExtra() *emr.Error {
	for _, name := range reserved {
		if _, has := c.Extra[name]; has {
			return configError("Extra", "the form field "+name+" has its own place in Config")
		}
	}
	return nil
}

// checkStore refuses a store in which two sign-ins would share a place.
func (c Config) checkStore() *emr.Error {
	if c.Store == nil || c.StoreKey != "" || c.Grant != RefreshToken {
		return nil
	}
	if c.RefreshToken.dynamic || c.RefreshToken.IsZero() {
		return configError("StoreKey", "say where in the store this sign-in's token is: nothing else tells two sign-ins apart")
	}
	return nil
}
