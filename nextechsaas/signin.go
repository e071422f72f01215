package nextechsaas

import (
	"errors"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// SignIn is the way a user of the practice signs in: at Microsoft, with the authorization
// code flow. Web servers use Start and Callback of the Flow (Config.Keys), programs on
// somebody's own machine use Local. What it grants goes into [NewSignedIn].
//
// It sends nothing. It fails with kind config, naming the field and never its value:
// Config.RedirectURL is required here.
func SignIn(cfg Config, o *emr.Options) (*signin.Flow, error) {
	cfg.Tokens = nil // the sign-in is the other way: it needs client id and resource
	cfg, bad := cfg.resolve()
	if bad != nil {
		return nil, bad
	}
	if cfg.RedirectURL == "" {
		return nil, configError("RedirectURL", "the sign-in needs the address it comes back to (NEXTECHSAAS_REDIRECT_URL), as it is registered: http://localhost:8000/callback/ for example")
	}
	if o == nil {
		o = &emr.Options{}
	}
	flow, err := signin.New(signin.Config{
		Vendor:        vendor,
		Name:          o.Name,
		AuthorizeURL:  cfg.AuthURL,
		TokenURL:      cfg.TokenURL,
		ClientID:      cfg.ClientID,
		ClientSecret:  cfg.ClientSecret,
		Style:         auth.InParams,
		RedirectURL:   cfg.RedirectURL,
		RedirectParam: cfg.RedirectParam,
		Resource:      cfg.Resource,
		NoPKCE:        cfg.NoPKCE,
		Keys:          cfg.Keys,
		HTTPClient:    o.HTTPClient,
		Logger:        o.Logger,
	})
	if e, ok := errors.AsType[*emr.Error](err); ok {
		for i, f := range e.Fields {
			if f == "AuthorizeURL" {
				e.Fields[i] = "AuthURL"
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return flow, nil
}
