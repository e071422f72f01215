package simserver

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The grants of an OAuth token endpoint.
const (
	ClientCredentials = "client_credentials"
	Password          = "password"
	RefreshToken      = "refresh_token"
)

// TokenRules says how a vendor's token endpoint behaves.
type TokenRules struct {
	ClientID, ClientSecret string
	SecretOptional         bool     // a missing secret is fine, a wrong one is not
	Basic                  bool     // client id and secret may stand in the Authorization header
	Grants                 []string // which are taken
	Username, Password     string
	Scopes                 []string // granted when none are asked for; nil: the endpoint knows no scopes
	FixedScope             string   // told in the answer where Scopes is nil
	WantScope              string   // must be asked for; "": see Scopes
	Resource               string   // must be asked for, refresh excepted; "": the endpoint knows no resource
	Fields                 []string // further form fields
	Headers                []string // further headers; those of the vendor's API are never among them
	Life                   time.Duration
	RefreshLife            time.Duration // 0: no refresh tokens are handed out
	StringNumbers          bool          // "expires_in":"3599" and its kin of Azure AD v1
	ExtExpires             bool          // "ext_expires_in" of Azure AD v2
	// Mint makes an access token; nil: text without a meaning.
	Mint func(now, expires time.Time) string
	// Describe adds members to an error answer; nil: none.
	Describe func(code string, now time.Time) map[string]any
}

// Handle answers a token request, as Host.Handle does.
func (t *Tokens) Handle(c *Call) *Reply {
	if c.Method != http.MethodPost {
		return t.refuse(c, http.StatusMethodNotAllowed, "invalid_request")
	}
	form := t.check(c)
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, pass, ok := c.BasicAuth(); ok && t.rules.Basic {
		id, secret = user, pass
	}
	grant := form.Get("grant_type")
	switch {
	case !same(id, t.rules.ClientID), !t.secretFits(secret, grant):
		return t.refuse(c, http.StatusUnauthorized, "invalid_client")
	case grant == "":
		return t.refuse(c, http.StatusBadRequest, "invalid_request")
	case !slices.Contains(t.rules.Grants, grant):
		return t.refuse(c, http.StatusBadRequest, "unsupported_grant_type")
	}
	if want := t.rules.Resource; want != "" && (grant != RefreshToken || form.Has("resource")) {
		if !form.Has("resource") {
			return t.refuse(c, http.StatusBadRequest, "invalid_request")
		}
		if form.Get("resource") != want {
			return t.refuse(c, http.StatusBadRequest, "invalid_resource")
		}
	}
	if want := t.rules.WantScope; want != "" && form.Get("scope") != want {
		if form.Get("scope") == "" {
			return t.refuse(c, http.StatusBadRequest, "invalid_request")
		}
		return t.refuse(c, http.StatusBadRequest, "invalid_scope")
	}
	switch grant {
	case Password:
		if !same(form.Get("username"), t.rules.Username) || !same(form.Get("password"), t.rules.Password) {
			return t.refuse(c, http.StatusBadRequest, "invalid_grant")
		}
		return t.granted(t.issue(c.Now, t.scopes(form), t.newFamily()))
	case RefreshToken:
		s := t.rotate(c.Now, form.Get("refresh_token"))
		if s == nil {
			return t.refuse(c, http.StatusBadRequest, "invalid_grant")
		}
		return t.granted(s)
	}
	return t.granted(t.issue(c.Now, t.scopes(form), nil))
}

// check records what a token request must not hold, and returns the form.
func (t *Tokens) check(c *Call) url.Values {
	allowed := append([]string{"Traceparent", "X-Request-Id"}, t.rules.Headers...)
	if t.rules.Basic {
		allowed = append(allowed, "Authorization")
	}
	c.CheckHeaders(allowed...)
	if c.MediaType() != "application/x-www-form-urlencoded" {
		c.Violate("content type is not application/x-www-form-urlencoded")
	}
	if c.URL.RawQuery != "" {
		c.Violate("a token request has no query")
	}
	form := c.Form()
	fields := append([]string{"grant_type", "client_id", "client_secret"}, t.rules.Fields...)
	if t.rules.Scopes != nil || t.rules.WantScope != "" {
		fields = append(fields, "scope")
	}
	if t.rules.Resource != "" {
		fields = append(fields, "resource")
	}
	if slices.Contains(t.rules.Grants, Password) {
		fields = append(fields, "username", "password")
	}
	if slices.Contains(t.rules.Grants, RefreshToken) {
		fields = append(fields, "refresh_token")
	}
	unknown := 0
	for name, values := range form {
		if !slices.Contains(fields, name) {
			unknown++
		}
		if len(values) > 1 {
			c.Violate("a form field was sent twice")
		}
	}
	for _, name := range []string{"scope", "resource"} { // the two that are mixed up
		if form.Has(name) && !slices.Contains(fields, name) {
			c.Violate("this token endpoint knows no %s", name)
			unknown--
		}
	}
	if unknown > 0 {
		c.Violate("unknown form field")
	}
	return form
}

func (t *Tokens) secretFits(secret, grant string) bool {
	if secret == "" {
		return t.rules.SecretOptional && grant != ClientCredentials
	}
	return same(secret, t.rules.ClientSecret)
}

// scopes are those asked for, as they were asked for: whether they are good for
// anything shows at the API.
func (t *Tokens) scopes(form url.Values) []string {
	if asked := strings.Fields(form.Get("scope")); len(asked) > 0 && t.rules.Scopes != nil {
		return asked
	}
	return t.rules.Scopes
}

func (t *Tokens) granted(s *session) *Reply {
	number := func(n int64) any {
		if t.rules.StringNumbers {
			return strconv.FormatInt(n, 10)
		}
		return n
	}
	seconds := int64(t.rules.Life / time.Second)
	body := map[string]any{
		"token_type": "Bearer", "access_token": s.access, "expires_in": number(seconds),
	}
	switch {
	case len(s.scopes) > 0:
		body["scope"] = strings.Join(s.scopes, " ")
	case t.rules.FixedScope != "":
		body["scope"] = t.rules.FixedScope
	}
	if t.rules.StringNumbers {
		body["ext_expires_in"] = number(seconds)
		body["expires_on"] = number(s.expires.Unix())
		body["not_before"] = number(s.expires.Add(-t.rules.Life).Unix())
	}
	if t.rules.ExtExpires {
		body["ext_expires_in"] = number(seconds)
	}
	if t.rules.Resource != "" {
		body["resource"] = t.rules.Resource
	}
	if s.refresh != "" {
		body["refresh_token"] = s.refresh
	}
	r := JSON(http.StatusOK, "application/json; charset=utf-8", body)
	r.Header = http.Header{"Cache-Control": {"no-store"}, "Pragma": {"no-cache"}}
	return r
}

func (t *Tokens) refuse(c *Call, status int, code string) *Reply {
	body := map[string]any{"error": code}
	if t.rules.Describe != nil {
		for name, v := range t.rules.Describe(code, c.Now) {
			body[name] = v
		}
	}
	return JSON(status, "application/json; charset=utf-8", body)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
