package signin

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// opSignIn names what this package does, for errors.
const opSignIn = "sign in"

const (
	usualLifetime   = 10 * time.Minute
	longestLifetime = time.Hour
	keySize         = 32
)

func configError(field, hint string) *emr.Error {
	return &emr.Error{Kind: emr.KindConfig, Op: opSignIn, Fields: []string{field}, Hint: hint}
}

// resolve fills the defaults in and checks what auth does not.
func (c Config) resolve() (Config, *emr.Error) {
	c.Scopes = strings.Fields(strings.Join(c.Scopes, " "))
	c.Extra = cloneValues(c.Extra)
	if c.RedirectParam == "" {
		c.RedirectParam = "redirect_uri"
	}
	if c.Lifetime == 0 {
		c.Lifetime = usualLifetime
	}
	for _, check := range []func() *emr.Error{c.checkURLs, c.checkIssuer, c.checkTexts, c.checkExtra, c.checkLifetime, c.checkKeys} {
		if bad := check(); bad != nil {
			return c, bad
		}
	}
	return c, nil
}

func cloneValues(v url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		out[name] = slices.Clone(values)
	}
	return out
}

func (c Config) checkURLs() *emr.Error {
	for _, f := range []struct{ name, url, what string }{
		{"AuthorizeURL", c.AuthorizeURL, "set the URL where people sign in"},
		{"RedirectURL", c.RedirectURL, "set the URL that people come back to: the one that is registered with the server"},
	} {
		if f.url == "" {
			return configError(f.name, f.what)
		}
		u, err := url.Parse(f.url)
		switch {
		case err != nil, u.Hostname() == "", u.Opaque != "":
			return configError(f.name, "want an absolute https URL")
		case u.User != nil:
			return configError(f.name, "no user name or password in the URL")
		case strings.Contains(f.url, "#"):
			return configError(f.name, "no fragment in the URL")
		case u.Scheme != "https" && (u.Scheme != "http" || !peer.IsLoopback(u.Hostname())):
			return configError(f.name, "want https (http only on a loopback address): the code would travel in the clear")
		case strings.ContainsAny(u.Path, "; \t\r\n\"\\"):
			return configError(f.name, "no blanks, semicolons, quotes or backslashes in the path")
		}
		query, err := url.ParseQuery(u.RawQuery)
		if err != nil {
			return configError(f.name, "the query cannot be read")
		}
		for _, name := range answered {
			if f.name == "RedirectURL" && query.Has(name) {
				return configError(f.name, "the parameter "+name+" comes from the server: with one in the URL there would be two")
			}
		}
	}
	return nil
}

// answered are the parameters of a callback, which may come once.
var answered = []string{"state", "iss", "error", "code"}

func (c Config) checkIssuer() *emr.Error {
	if c.Issuer == "" {
		return nil
	}
	if u, err := url.Parse(c.Issuer); err != nil || u.Host == "" {
		return configError("Issuer", "want the issuer's URL, letter for letter as the server says it")
	}
	return nil
}

// checkTexts refuses what cannot be meant: control characters, blanks at the ends. The
// client id, its secret and the resource are checked by auth.
func (c Config) checkTexts() *emr.Error {
	for _, f := range []struct{ name, text string }{{"Audience", c.Audience}, {"Scopes", strings.Join(c.Scopes, " ")}} {
		if f.text != strings.TrimSpace(f.text) || strings.ContainsFunc(f.text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return configError(f.name, "control characters, or blanks at the ends")
		}
	}
	if !peer.IsToken(c.RedirectParam) || slices.Contains(reserved, c.RedirectParam) {
		return configError("RedirectParam", "want the name of a parameter of its own")
	}
	return nil
}

// reserved are the parameters that this package writes or reads; secrets have no business
// in a URL.
var reserved = []string{
	"response_type", "client_id", "client_secret", "scope", "state", "code", "code_verifier", "code_challenge",
	"code_challenge_method", "resource", "aud",
}

func (c Config) checkExtra() *emr.Error {
	u, _ := url.Parse(c.AuthorizeURL)
	query := u.Query()
	for _, name := range append([]string{"redirect_uri", c.RedirectParam}, reserved...) {
		if _, has := c.Extra[name]; has {
			return configError("Extra", "the parameter "+name+" has its own place in Config, or none")
		}
		if _, has := query[name]; has {
			return configError("AuthorizeURL", "the parameter "+name+" is added by this package")
		}
	}
	if mode := c.Extra.Get("response_mode"); mode != "" && mode != "query" {
		return configError("Extra", "the callback is read from the query: leave response_mode out")
	}
	return nil
}

func (c Config) checkLifetime() *emr.Error {
	if c.Lifetime < time.Second || c.Lifetime > longestLifetime {
		return configError("Lifetime", "want between a second and an hour: is its unit missing?")
	}
	return nil
}

func (c Config) checkKeys() *emr.Error {
	for _, key := range c.Keys {
		if len(key) != keySize {
			return configError("Keys", "want keys of 32 bytes")
		}
		if !slices.ContainsFunc(key, func(b byte) bool { return b != key[0] }) {
			return configError("Keys", "a key of one repeated byte is none: take 32 random bytes")
		}
	}
	return nil
}
