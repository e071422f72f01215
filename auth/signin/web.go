package signin

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Start begins a sign-in in the browser: it sets a sealed cookie and redirects (302) to the
// server. Give it GET or POST requests to a path of the host of the redirect URL.
//
// With an error it has written no answer: that is the caller's. It fails with kind config
// where Config has no Keys, and invalid for another method.
func (f *Flow) Start(w http.ResponseWriter, r *http.Request) error {
	quiet(w)
	if bad := f.checkWeb(r, http.MethodGet, http.MethodPost); bad != nil {
		return bad
	}
	a, err := f.Begin()
	if err != nil {
		return err
	}
	text, err := f.seal(a)
	if err != nil {
		return f.told(configError("Keys", "the cookie cannot be sealed"))
	}
	http.SetCookie(w, f.cookie(a.state(), text, int(f.cfg.Lifetime/time.Second)))
	w.Header().Set("Location", a.URL())
	w.WriteHeader(http.StatusFound)
	return nil
}

// Callback finishes the sign-in of the browser that comes back, on any replica that has the
// key of its cookie, and takes the cookie away. The answer is the caller's, best a redirect,
// so that the code does not stay in the address bar; headers against caches and referrers
// are set already.
//
// It fails as [Flow.Finish] does; without a cookie of this sign-in (another browser, blocked
// cookies, too late, a reload of the page) with auth, before any token request.
func (f *Flow) Callback(w http.ResponseWriter, r *http.Request) (*Grant, error) {
	quiet(w)
	if bad := f.checkWeb(r, http.MethodGet); bad != nil {
		return nil, bad
	}
	query, a, bad := f.recognise(r)
	if states := query["state"]; len(states) == 1 && len(r.CookiesNamed(f.cookieName(states[0]))) > 0 {
		http.SetCookie(w, f.cookie(states[0], "", -1))
	}
	if bad != nil {
		bad.RequestID = emr.CorrelationID(r.Context())
		return nil, f.told(bad)
	}
	return f.Finish(r.Context(), a, query)
}

// recognise finds the cookie of the callback.
func (f *Flow) recognise(r *http.Request) (url.Values, *Attempt, *emr.Error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, nil, refused(emr.KindProtocol, "query", "the callback's query cannot be read: start again")
	}
	states := query["state"]
	if len(states) != 1 || states[0] == "" {
		return query, nil, refused(emr.KindAuth, "state", "the callback has no state, or two: it is ignored")
	}
	cookies := r.CookiesNamed(f.cookieName(states[0]))
	for _, c := range cookies { // there is more than one where somebody planted one
		if a, err := f.open(c.Value); err == nil && a.owns(query) {
			return query, a, nil
		}
	}
	hint := "no sign-in of this browser is on its way: it was begun elsewhere or under another host name, took too long, is finished already, or cookies are blocked; start again"
	if len(cookies) > 0 {
		hint = "the cookie of this sign-in does not open: it was changed, or sealed with a key that this replica does not have; start again"
	}
	return query, nil, refused(emr.KindAuth, "state", hint)
}

// checkWeb refuses what cannot work in a browser.
func (f *Flow) checkWeb(r *http.Request, methods ...string) error {
	if len(f.seals) == 0 {
		return f.told(configError("Keys", "set a key of 32 random bytes: it seals the cookie of a sign-in"))
	}
	for _, m := range methods {
		if r.Method == m {
			return nil
		}
	}
	return f.told(&emr.Error{Kind: emr.KindInvalid, Op: opSignIn, Fields: []string{"method"}, Hint: "a sign-in begins with GET or POST and comes back with GET"})
}

// cookie is the one of the sign-in with this state.
func (f *Flow) cookie(state, value string, maxAge int) *http.Cookie {
	path := f.redirect.EscapedPath()
	if path == "" {
		path = "/"
	}
	return &http.Cookie{
		Name: f.cookieName(state), Value: value, Path: path, MaxAge: maxAge,
		HttpOnly: true, Secure: f.secure(), SameSite: http.SameSiteLaxMode, // Lax: the server's redirect brings it along
	}
}

// cookieName has a hash of the state in it: two tabs have two cookies.
func (f *Flow) cookieName(state string) string {
	sum := sha256.Sum256([]byte("emrkit signin " + state))
	name := "emrkit-signin-" + hex.EncodeToString(sum[:8])
	if f.secure() {
		return "__Secure-" + name
	}
	return name
}

// secure reports whether cookies travel in TLS only.
func (f *Flow) secure() bool { return f.redirect.Scheme == "https" }

// quiet keeps the answer out of caches and its address out of Referer.
func quiet(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}
