package simserver

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"

	"github.com/emrkit/emrkit/internal/peer"
)

// OAuthForm reads a form of an application that speaks OAuth with its credential in form
// fields: only the named fields, each once, and of headers the plain ones. Other methods
// than POST have no form.
func (c *Call) OAuthForm(fields ...string) (form url.Values, ok bool) {
	c.CheckHeaders("Traceparent", "X-Request-Id")
	if c.Method != http.MethodPost {
		c.Violate("not a POST")
		return nil, false
	}
	if c.MediaType() != "application/x-www-form-urlencoded" {
		c.Violate("content type is not application/x-www-form-urlencoded")
	}
	form, unknown := c.Form(), false
	for name, values := range form {
		unknown = unknown || !slices.Contains(fields, name)
		if len(values) > 1 {
			c.Violate("a form field was sent twice")
		}
	}
	if unknown {
		c.Violate("unknown form field")
	}
	return form, true
}

// IsVerified compares the PKCE verifier of a token request with the challenge (S256) that
// came with the sign-in.
func IsVerified(challenge string, form url.Values) bool {
	verifier := form.Get("code_verifier")
	if challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return len(verifier) >= 43 && len(verifier) <= 128 && base64.RawURLEncoding.EncodeToString(sum[:]) == challenge
}

// IsSameButPort reports whether two URLs are plain http on loopback and differ in their port
// at most (RFC 8252, 7.3).
func IsSameButPort(a, b string) bool {
	portless := func(raw string) string {
		u, err := url.Parse(raw)
		if err != nil || u.Scheme != "http" || !peer.IsLoopback(u.Hostname()) {
			return ""
		}
		u.Host = u.Hostname()
		return u.String()
	}
	return portless(a) != "" && portless(a) == portless(b)
}
