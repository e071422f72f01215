package signin

import (
	"context"
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// Finish checks the parameters of the callback and trades the code for a token: one token
// request, never repeated. An Attempt finishes once; a callback with another state leaves
// it as it is.
//
// It fails with an *emr.Error, Op "sign in". Where it matches emr.ErrLoginRequired, begin
// a new sign-in. Without any token request:
//
//   - auth: the callback is not of this sign-in (wrong or missing state, iss of another
//     server), came too late or a second time, or the server wants something of the person;
//     Fields names the parameter, Code is the OAuth error code
//   - permission: the person, or the server for them, said no (access_denied)
//   - config: the server does not know the client, redirect URL, scope or resource
//   - protocol: no code, or a parameter twice
//   - unavailable: the server says it is down
//
// From the token request: the kinds of [auth.Redeemer.Redeem].
func (f *Flow) Finish(ctx context.Context, a *Attempt, callback url.Values) (*Grant, error) {
	if a == nil || a.flow != f {
		return nil, f.told(configError("Attempt", "the attempt is not one of this Flow"))
	}
	code, bad := f.accept(a, callback)
	if bad != nil {
		bad.RequestID = emr.CorrelationID(ctx)
		return nil, f.told(bad)
	}
	got, err := f.redeemer.Redeem(ctx, auth.Code{Text: auth.NewSecret(code), Verifier: auth.NewSecret(a.verifier()), RedirectURL: a.redirect})
	if err != nil {
		return nil, renamed(err)
	}
	return grantOf(got, f.cfg.Scopes), nil
}

// accept checks the callback and takes the attempt: nobody else gets it from then on.
func (f *Flow) accept(a *Attempt, callback url.Values) (code string, bad *emr.Error) {
	if !a.owns(callback) {
		return "", refused(emr.KindAuth, "state", "the callback is not of this sign-in, or not of this browser: nothing was done with it; start again")
	}
	now := time.Now()
	if !now.Before(a.expires) {
		return "", refused(emr.KindAuth, "state", "the sign-in took too long: start again")
	}
	if !f.finished.add(a.state(), a.expires, now) {
		return "", refused(emr.KindAuth, "state", "this sign-in is finished already; its callback came a second time")
	}
	for _, name := range answered {
		if len(callback[name]) > 1 {
			return "", refused(emr.KindProtocol, name, "the callback has a parameter twice: start again, and report it to the server's operator")
		}
	}
	if bad := f.checkSender(callback); bad != nil {
		return "", bad
	}
	if callback.Has("error") {
		return "", saidNo(callback.Get("error"))
	}
	if code = callback.Get("code"); code == "" {
		return "", refused(emr.KindProtocol, "code", "the callback has neither a code nor an error: start again")
	}
	return code, nil
}

// owns reports whether the callback has the state of a, once.
func (a *Attempt) owns(callback url.Values) bool {
	states := callback["state"]
	return len(states) == 1 && subtle.ConstantTimeCompare([]byte(states[0]), []byte(a.state())) == 1
}

// checkSender looks at iss: a code of another server must not go to this one's token URL.
func (f *Flow) checkSender(callback url.Values) *emr.Error {
	if !callback.Has("iss") {
		return nil
	}
	iss := callback.Get("iss")
	if f.cfg.Issuer != "" {
		if iss == f.cfg.Issuer {
			return nil
		}
		return refused(emr.KindAuth, "iss", "the callback comes from another server than the person was sent to: start again")
	}
	if u, err := url.Parse(iss); err == nil && u.Host != "" {
		for _, own := range []string{f.cfg.AuthorizeURL, f.cfg.TokenURL} {
			if o, err := url.Parse(own); err == nil && strings.EqualFold(u.Scheme, o.Scheme) && strings.EqualFold(u.Host, o.Host) {
				return nil
			}
		}
	}
	return refused(emr.KindAuth, "iss", "the callback names a server on another host than the person was sent to: start again; if it is the right one, set Issuer")
}
