package nextgentest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// The paths below the gateway, documented (DSTU2: seen).
const (
	paOAuthPath = "/nge/prod/patient-oauth"
	paR4Path    = "/nge/prod/fhir-api-r4/fhir/r4"
	paDSTU2Path = "/nge/prod/fhir-api/fhir/dstu2"
)

// paScope are the scopes that are advertised, in both versions of their syntax, and the
// two that apps of the wild send.
var paScope = regexp.MustCompile(`^(openid|fhirUser|profile|offline_access|launch(/(patient|encounter))?|(patient|user)/([A-Za-z]+|\*)\.(\*|read|write|c?r?u?d?s?))$`)

// askForSignIn is GET and POST /authorize. A wrong app or callback URL is told to the
// person and to nobody else: an answer could go astray.
func (a *paAuthority) askForSignIn(c *simserver.Call) *simserver.Reply {
	values, err := url.ParseQuery(c.URL.RawQuery)
	switch {
	case c.Method == http.MethodPost:
		values = c.Form()
	case c.Method != http.MethodGet:
		return simserver.Text(http.StatusMethodNotAllowed, "")
	case err != nil:
		return paErrorPage("The request cannot be read.")
	}
	switch {
	case values.Get("client_id") != paClientID:
		return paErrorPage("The app is not registered here: check its client id.")
	case !a.isRegistered(values.Get("redirect_uri")):
		return paErrorPage("The callback URL is not one of those that the app registered. They must be equal to the letter.")
	}
	asked := paAsked{
		redirect: values.Get("redirect_uri"), state: values.Get("state"), nonce: values.Get("nonce"),
		challenge: values.Get("code_challenge"), scopes: strings.Fields(values.Get("scope")),
	}
	if code := a.wrong(c, values, asked); code != "" {
		return a.callBack(asked, url.Values{"error": {code}, "error_description": {"the simulator refuses the sign-in"}})
	}
	switch a.sim.opts.SignIn {
	case PatientAccessApprove:
		return a.grant(c, asked, 0, a.sim.accounts[0].patients[0])
	case PatientAccessProxy:
		return a.grant(c, asked, 1, "")
	case PatientAccessRefuse:
		return a.refuseSignIn(asked)
	}
	return a.page(a.open(c.Now, asked), asked)
}

// wrong is the OAuth error of a request, "" for none.
func (a *paAuthority) wrong(c *simserver.Call, values url.Values, asked paAsked) string {
	o := a.sim.opts
	for name, v := range values {
		if len(v) > 1 {
			c.Violate("a parameter of the sign-in was sent twice")
			return "invalid_request"
		}
		if !slices.Contains([]string{"response_type", "client_id", "redirect_uri", "state", "scope", "aud", "nonce", "code_challenge", "code_challenge_method", "launch", "prompt"}, name) {
			c.Violate("unknown parameter of the sign-in")
		}
	}
	if asked.state == "" {
		c.Violate("a sign-in without state")
	}
	method := values.Get("code_challenge_method")
	switch {
	case o.Approval == PatientAccessNotAtAuthorize:
		return "unauthorized_client"
	case o.Approval == PatientAccessDeniedAuthorize:
		return "access_denied"
	case values.Get("response_type") != "code":
		return "unsupported_response_type"
	case asked.state == "":
		return "invalid_request"
	case asked.challenge == "" && (o.RequirePKCE || method != ""):
		return "invalid_request"
	case asked.challenge != "" && (method != "S256" || len(asked.challenge) != 43):
		return "invalid_request"
	case !values.Has("aud") && o.RequireAud, values.Has("aud") && !a.isBase(values.Get("aud")):
		return "invalid_request"
	case slices.ContainsFunc(asked.scopes, func(s string) bool { return !paScope.MatchString(s) }):
		return "invalid_scope"
	}
	return ""
}

// isRegistered compares a callback URL to the letter, but for the port with Options.AnyPort.
func (a *paAuthority) isRegistered(redirect string) bool {
	if slices.Contains(a.sim.opts.Redirects, redirect) {
		return true
	}
	return a.sim.opts.AnyPort && slices.ContainsFunc(a.sim.opts.Redirects, func(r string) bool {
		return simserver.IsSameButPort(redirect, r)
	})
}

// isBase reports whether aud is one of the two FHIR bases, in any case of their last
// part, with or without a slash.
func (a *paAuthority) isBase(aud string) bool {
	aud = strings.TrimSuffix(aud, "/")
	return strings.EqualFold(aud, a.sim.origin+paR4Path) || strings.EqualFold(aud, a.sim.origin+paDSTU2Path)
}

// decided is the answer of the page.
func (a *paAuthority) decided(c *simserver.Call) *simserver.Reply {
	if c.Method != http.MethodPost {
		return simserver.Text(http.StatusMethodNotAllowed, "")
	}
	form := c.Form()
	asked, ok := a.take(c.Now, form.Get("transaction"))
	if !ok {
		return paErrorPage("This page was used before or is too old. Begin again in the app.")
	}
	if form.Get("decision") != "agree" {
		return a.refuseSignIn(asked)
	}
	for _, choice := range a.sim.choices() {
		if choice.Value == form.Get("who") {
			return a.grant(c, asked, choice.account, choice.patient)
		}
	}
	return paErrorPage("Nobody was chosen. Begin again in the app.")
}

func (a *paAuthority) grant(c *simserver.Call, asked paAsked, account int, patient string) *simserver.Reply {
	return a.callBack(asked, url.Values{"code": {a.code(c.Now, asked, account, patient)}})
}

func (a *paAuthority) refuseSignIn(asked paAsked) *simserver.Reply {
	return a.callBack(asked, url.Values{"error": {"access_denied"}, "error_description": {"the person said no"}})
}

// callBack sends the browser to the app. 303 makes a GET of it also after the page.
func (a *paAuthority) callBack(asked paAsked, answer url.Values) *simserver.Reply {
	to, err := url.Parse(asked.redirect)
	if err != nil {
		return paErrorPage("The registered callback URL cannot be read.")
	}
	if asked.state != "" {
		answer.Set("state", asked.state)
	}
	if a.sim.opts.SendIssuer {
		answer.Set("iss", a.sim.origin+paOAuthPath)
	}
	query := to.Query() // a registered callback may have one of its own
	for name, v := range answer {
		query[name] = v
	}
	to.RawQuery = query.Encode()
	return &simserver.Reply{Status: http.StatusSeeOther, Header: http.Header{"Location": {to.String()}, "Cache-Control": {"no-store"}}}
}
