package auth

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// credential is the texts of one token request.
type credential struct {
	secret, password string
	refresh          string
	code, verifier   string
	redirect         string
	key              string
	header           http.Header // made of key
}

// is reports whether both hold the same secrets.
func (k credential) is(o credential) bool {
	return k.secret == o.secret && k.password == o.password && k.refresh == o.refresh && k.key == o.key
}

// reveal reads the secrets that grant g needs. It is called for each fetch anew, so that
// a secret function is asked each time.
func (w *wire) reveal(ctx context.Context, g Grant, refresh string) (credential, *emr.Error) {
	if w.cfg.Exchange != nil {
		return w.revealKey(ctx)
	}
	k := credential{refresh: refresh}
	var err *emr.Error
	if k.secret, err = w.secret(ctx, "ClientSecret", w.cfg.ClientSecret); err == nil && g == Password {
		k.password, err = w.secret(ctx, "Password", w.cfg.Password)
	}
	return k, err
}

// secret reads one secret, and checks what New could not.
func (w *wire) secret(ctx context.Context, field string, s Secret) (string, *emr.Error) {
	text, err := callOut(ctx, s.Reveal)
	if err != nil {
		e := outside(err, "the function for "+field+" failed; see to the place where the secret is kept")
		e.Fields = []string{field}
		return "", e
	}
	if !s.dynamic {
		return text, nil
	}
	if text == "" && field != "RefreshToken" { // there may be no sign-in yet
		return "", configError(field, "the function gave an empty secret")
	}
	if hint := oddText(text); hint != "" {
		return "", configError(field, "from the function: "+hint)
	}
	return text, nil
}

// form is the body of the token request.
func (w *wire) form(g Grant, k credential) url.Values {
	c := w.cfg
	f := cloneValues(c.Extra)
	if f == nil {
		f = url.Values{}
	}
	set := func(name, v string) {
		if v != "" {
			f.Set(name, v)
		}
	}
	set("grant_type", string(g))
	if !w.basic(k) {
		set("client_id", c.ClientID)
		set("client_secret", k.secret)
	}
	switch g {
	case Password:
		set("username", c.Username)
		set("password", k.password)
	case RefreshToken:
		set("refresh_token", k.refresh)
	case authorizationCode:
		set("code", k.code)
		set("code_verifier", k.verifier)
		set("redirect_uri", k.redirect)
	}
	set("scope", strings.Join(c.Scopes, " "))
	set("resource", c.Resource)
	return f
}

// basic reports whether id and secret go into the header. A client without a secret has
// nothing to put there.
func (w *wire) basic(k credential) bool { return w.cfg.Style == InHeader && k.secret != "" }

// header is the whole header of the token request: no vendor's headers go there.
func (w *wire) header(k credential) http.Header {
	h := http.Header{
		"Accept":       {"application/json"},
		"Content-Type": {"application/x-www-form-urlencoded"},
		"User-Agent":   {"emrkit"},
	}
	if w.basic(k) {
		r := http.Request{Header: h}
		r.SetBasicAuth(url.QueryEscape(w.cfg.ClientID), url.QueryEscape(k.secret)) // RFC 6749, 2.3.1
	}
	return h
}

// scrub takes out of text what was sent in confidence: endpoints repeat requests.
func (w *wire) scrub(text string, k credential) string {
	for _, s := range append(k.sentIn(), k.secret, k.password, k.refresh, k.code, k.verifier, w.cfg.Username) {
		if s != "" {
			text = strings.ReplaceAll(text, s, redacted)
			text = strings.ReplaceAll(text, url.QueryEscape(s), redacted)
		}
	}
	return text
}
