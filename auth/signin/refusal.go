package signin

import "github.com/emrkit/emrkit/emr"

// refused makes the error for a callback that is not accepted.
func refused(kind emr.Kind, parameter, hint string) *emr.Error {
	return &emr.Error{Kind: kind, Op: opSignIn, Fields: []string{parameter}, Hint: hint, Err: emr.ErrLoginRequired}
}

// told puts the connection's names in.
func (f *Flow) told(e *emr.Error) *emr.Error {
	e.Vendor, e.Name = f.cfg.Vendor, f.cfg.Name
	return e
}

// refusal says what an OAuth error code in a callback means and what to do next.
type refusal struct {
	kind  emr.Kind
	hint  string
	again bool // a new sign-in may help
}

// refusals are the codes of RFC 6749, 4.1.2.1, OpenID Connect Core, 3.1.2.6, RFC 8707 and
// Azure AD.
var refusals = map[string]refusal{
	"access_denied":              {emr.KindPermission, "the person said no, or may not use this application: ask them to start again and agree, and the operator whether it is released for them", true},
	"invalid_request":            {emr.KindConfig, "the server refuses the authorize URL: check client id, redirect URL, resource and scopes", false},
	"unauthorized_client":        {emr.KindConfig, "the server does not let this client id sign people in: check the id and whether it is released here", false},
	"unsupported_response_type":  {emr.KindConfig, "the server does not offer the authorization code grant to this client: ask for it", false},
	"invalid_client":             {emr.KindConfig, "the server does not know this client id: right environment?", false},
	"invalid_scope":              {emr.KindConfig, "the server does not know, or has not released, one of the scopes: check their spelling", false},
	"invalid_resource":           {emr.KindConfig, "the server does not know the resource: check its spelling", false},
	"invalid_target":             {emr.KindConfig, "the server does not know the resource: check its spelling", false},
	"server_error":               {emr.KindUnavailable, "the server could not do it; start again later", true},
	"temporarily_unavailable":    {emr.KindUnavailable, "the server is busy or in maintenance; start again later", true},
	"login_required":             {emr.KindAuth, "the server wants the person to sign in: start again", true},
	"interaction_required":       {emr.KindAuth, "the server has a question to the person: start again", true},
	"account_selection_required": {emr.KindAuth, "the person has to choose an account: start again", true},
	"consent_required":           {emr.KindAuth, "the person has to agree: start again", true},
}

// saidNo is the error for a callback with error=. Other codes than the known ones are not
// kept: the parameter may hold anything.
func saidNo(code string) *emr.Error {
	e := &emr.Error{Kind: emr.KindAuth, Op: opSignIn, Fields: []string{"error"}, Hint: "the server refused the sign-in; start again", Err: emr.ErrLoginRequired}
	if r, known := refusals[code]; known {
		e.Kind, e.Code, e.Hint = r.kind, code, r.hint
		if !r.again {
			e.Err = nil
		}
	}
	return e
}
