package transport

import (
	"errors"
	"net/http"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// authorize puts the token of this attempt into h. Asked again, it changes h only where
// there is another token by now.
func (c *Client) authorize(a *attempt, h http.Header) *fault {
	if c.tokens == nil {
		return nil
	}
	t, err := c.tokens.Token(a.ctx)
	if err != nil {
		return tokenFault(a, err)
	}
	if t == nil {
		return &fault{kind: emr.KindAuth, hint: "the token source gave no token"}
	}
	if t == a.run.token && h["Authorization"] != nil {
		return nil
	}
	secret, err := t.Access.Reveal(a.ctx)
	if err != nil {
		return tokenFault(a, err)
	}
	if secret == "" || !isHeaderValue(secret) {
		return &fault{kind: emr.KindProtocol, hint: "the access token cannot be sent as a header"}
	}
	a.run.token = t
	h["Authorization"] = []string{"Bearer " + secret}
	return nil
}

// tokenFault keeps what the token source said if it is an *emr.Error, and nothing but
// the context's error otherwise: the text of a source of the caller's may hold anything.
func tokenFault(a *attempt, err error) *fault {
	if e, ok := errors.AsType[*emr.Error](err); ok {
		return &fault{kind: e.Kind, cause: e, after: e.RetryAfter}
	}
	if over := a.run.over(); over != nil {
		return ended(over)
	}
	return &fault{kind: emr.KindAuth, hint: "the token source failed; nothing was sent"}
}

// reauthorize drops the token that met 401, once per call. It reports whether the call
// may be replayed with a new one: 401 comes before processing, so a write may, too.
func (c *Client) reauthorize(r *run) bool {
	inv, ok := c.tokens.(auth.Invalidator)
	if !ok || r.token == nil || r.replayed {
		return false
	}
	r.replayed = true
	inv.Invalidate(r.token)
	return true
}
