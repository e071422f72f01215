package nextechsaastest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// tenant is the documented directory; the paths are those below login.microsoftonline.com.
const (
	tenant        = "nextechapibeta.onmicrosoft.com"
	authorizePath = "/" + tenant + "/oauth2/authorize"
	tokenPath     = "/" + tenant + "/oauth2/token"
	decidePath    = "/" + tenant + "/sign-in"
)

// classifyAzure tells the server what a request to the directory is.
func classifyAzure(r *http.Request) simserver.Class {
	switch r.URL.Path {
	case tokenPath:
		return simserver.Class{Token: true, Route: "/{tenant}/oauth2/token"}
	case authorizePath:
		return simserver.Class{Route: "/{tenant}/oauth2/authorize"}
	case decidePath:
		return simserver.Class{Route: "/{tenant}/sign-in"}
	}
	return simserver.Class{Token: strings.HasSuffix(r.URL.Path, "/oauth2/token"), Route: "(unknown path)"}
}

// handle answers at the directory.
func (a *authority) handle(c *simserver.Call) *simserver.Reply {
	switch c.URL.Path {
	case authorizePath:
		return a.askForSignIn(c)
	case decidePath:
		return a.decided(c)
	case tokenPath:
		r := a.token(c)
		if a.isLost() {
			return nil
		}
		return r
	}
	if c.Class.Token { // another tenant
		return refuse(http.StatusBadRequest, "invalid_request", noTenant, c.Now)
	}
	c.Violate("no such path")
	return simserver.Text(http.StatusNotFound, "")
}

// authorizeParams are those of Azure AD v1, and PKCE, beside the redirect URL.
var authorizeParams = []string{
	"client_id", "response_type", "resource", "state", "scope", "response_mode", "prompt", "login_hint", "domain_hint",
	"code_challenge", "code_challenge_method",
}

// askForSignIn is GET authorize. A wrong application or redirect URL is told to the person
// and to nobody else: an answer could go astray.
func (a *authority) askForSignIn(c *simserver.Call) *simserver.Reply {
	if c.Method != http.MethodGet {
		c.Violate("not a GET")
		return simserver.Text(http.StatusMethodNotAllowed, "")
	}
	values, err := url.ParseQuery(c.URL.RawQuery)
	redirect := values.Get(a.sim.opts.RedirectParam)
	switch {
	case err != nil:
		return errorPage("The request cannot be read.")
	case values.Get("client_id") != clientID:
		return errorPage("AADSTS700016: this directory has no such application. Check its client id.")
	case !a.isRegistered(redirect):
		return errorPage("AADSTS50011: the redirect URL is not one of those that the application has registered. They must be equal to the letter.")
	}
	q := asked{redirect: redirect, state: values.Get("state"), challenge: values.Get("code_challenge")}
	if code := a.wrong(c, values, q); code != "" {
		return callBack(q, url.Values{"error": {code}, "error_description": {"AADSTS90014: the simulated directory refuses the sign-in of " + clientID}})
	}
	switch a.sim.opts.SignIn {
	case SignInAgree:
		return a.grant(c, q)
	case SignInRefuse:
		return refuseSignIn(q)
	}
	return a.page(a.open(c.Now, q), q)
}

// wrong is the OAuth error of a request, "" for none.
func (a *authority) wrong(c *simserver.Call, values url.Values, q asked) string {
	for name, v := range values {
		if len(v) > 1 {
			c.Violate("a parameter of the sign-in was sent twice")
			return "invalid_request"
		}
		if name != a.sim.opts.RedirectParam && !slices.Contains(authorizeParams, name) {
			c.Violate("unknown parameter of the sign-in")
		}
	}
	if q.state == "" {
		c.Violate("a sign-in without state")
	}
	method := values.Get("code_challenge_method")
	switch {
	case values.Get("response_type") != "code":
		return "unsupported_response_type"
	case q.state == "":
		return "invalid_request"
	case !values.Has("resource"):
		return "invalid_request"
	case values.Get("resource") != resource:
		return "invalid_resource"
	case q.challenge == "" && (a.sim.opts.RequirePKCE || method != ""):
		return "invalid_request"
	case q.challenge != "" && (method != "S256" || len(q.challenge) != 43):
		return "invalid_request"
	}
	return ""
}

// isRegistered compares a redirect URL to the letter, but for the port with Options.AnyPort.
func (a *authority) isRegistered(redirect string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Contains(a.redirects, redirect) || a.sim.opts.AnyPort && slices.ContainsFunc(a.redirects, func(r string) bool {
		return simserver.IsSameButPort(redirect, r)
	})
}

func (a *authority) register(redirect string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.Contains(a.redirects, redirect) {
		a.redirects = append(a.redirects, redirect)
	}
}

// decided is the answer of the page.
func (a *authority) decided(c *simserver.Call) *simserver.Reply {
	if c.Method != http.MethodPost {
		c.Violate("not a POST")
		return simserver.Text(http.StatusMethodNotAllowed, "")
	}
	form := c.Form()
	q, ok := a.take(c.Now, form.Get("transaction"))
	switch {
	case !ok:
		return errorPage("This page was used before or is too old. Begin again in the application.")
	case form.Get("decision") != "agree":
		return refuseSignIn(q)
	}
	return a.grant(c, q)
}

func (a *authority) grant(c *simserver.Call, q asked) *simserver.Reply {
	return callBack(q, url.Values{"code": {a.code(c.Now, q)}, "session_state": {rand.Text()}})
}

func refuseSignIn(q asked) *simserver.Reply {
	return callBack(q, url.Values{"error": {"access_denied"}, "error_description": {"AADSTS65004: the user said no"}})
}

// callBack sends the browser to the application.
func callBack(q asked, answer url.Values) *simserver.Reply {
	to, err := url.Parse(q.redirect)
	if err != nil {
		return errorPage("The registered redirect URL cannot be read.")
	}
	if q.state != "" {
		answer.Set("state", q.state)
	}
	query := to.Query() // a registered redirect URL may have one of its own
	for name, v := range answer {
		query[name] = v
	}
	to.RawQuery = query.Encode()
	return &simserver.Reply{Status: http.StatusSeeOther, Header: http.Header{"Location": {to.String()}, "Cache-Control": {"no-store"}}}
}
