package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/auth/signin"
)

// code is an authorization code that was given to a person's browser.
type code struct {
	redirect, challenge string
	scope, resource     string
	spent               *family // the sign-in it bought; nil: not used yet
}

// SignInConfig is ready for signin.New, with one key for the cookie. Scopes and more are
// the test's to set.
func (s *Server) SignInConfig(redirectURL string) signin.Config {
	c := s.Config()
	return signin.Config{
		Vendor: c.Vendor, AuthorizeURL: s.AuthorizeURL(), TokenURL: c.TokenURL, RedirectURL: redirectURL,
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, HTTPClient: c.HTTPClient,
		Keys: [][]byte{[]byte("authtest: a key of thirty-two by")},
	}
}

// AuthorizeURL is where people sign in. A GET of it redirects as [Server.Agree] says.
func (s *Server) AuthorizeURL() string { return strings.TrimSuffix(s.url, "/token") + "/authorize" }

// Agree is a person who follows the authorize URL and agrees at once: it returns the URL
// that the browser is sent to. It fails where a real server would show an error page of its
// own. PKCE is checked where it is used; the redirect URL may be any.
func (s *Server) Agree(authorizeURL string) (*url.URL, error) {
	u, err := url.Parse(authorizeURL)
	if err != nil || !strings.HasPrefix(authorizeURL, s.AuthorizeURL()) {
		return nil, errors.New("authtest: this is not the authorize URL")
	}
	q := u.Query()
	for name, values := range q {
		if len(values) != 1 {
			return nil, errors.New("authtest: the parameter " + name + " comes twice")
		}
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !back.IsAbs() || q.Get("client_id") != s.opts.ClientID {
		return nil, errors.New("authtest: unknown client or redirect URL")
	}
	answer := back.Query()
	if state := q.Get("state"); state != "" {
		answer.Set("state", state)
	}
	switch {
	case q.Get("response_type") != "code":
		answer.Set("error", "unsupported_response_type")
	case q.Has("code_challenge") && q.Get("code_challenge_method") != "S256":
		answer.Set("error", "invalid_request")
	default:
		s.mu.Lock()
		name := s.name("code")
		s.codes[name] = &code{
			redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), scope: q.Get("scope"), resource: q.Get("resource"),
		}
		s.mu.Unlock()
		answer.Set("code", name)
	}
	back.RawQuery = answer.Encode()
	return back, nil
}

// authorize answers a browser.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	back, err := s.Agree(s.AuthorizeURL() + "?" + r.URL.RawQuery)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// redeem is the grant authorization_code. A second use of a code revokes what the first
// one gave.
func (s *Server) redeem(form url.Values) (int, map[string]json.RawMessage) {
	c := s.codes[form.Get("code")]
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	switch {
	case c == nil:
		return http.StatusBadRequest, refusal("invalid_grant", "no such code: "+form.Get("code"))
	case c.spent != nil:
		s.revoke(c.spent)
		return http.StatusBadRequest, refusal("invalid_grant", "the code was used before: its tokens are revoked")
	case c.redirect != form.Get("redirect_uri"):
		return http.StatusBadRequest, refusal("invalid_grant", "the code was given for another redirect URL")
	case c.challenge != "" && c.challenge != base64.RawURLEncoding.EncodeToString(sum[:]), c.challenge == "" && form.Has("code_verifier"):
		return http.StatusBadRequest, refusal("invalid_grant", "the verifier is not the one of the challenge")
	case c.resource != form.Get("resource"):
		return http.StatusBadRequest, refusal("invalid_resource", "the code was given for another resource")
	}
	c.spent = s.signIn()
	return http.StatusOK, s.issue(url.Values{"scope": {c.scope}, "resource": {c.resource}}, c.spent)
}
