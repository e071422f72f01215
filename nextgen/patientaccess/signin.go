package patientaccess

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// SignIn sends a person to NextGen's sign-in and takes the callback: a signin.Flow, with
// errors that say what somebody who connects to NextGen does next.
type SignIn struct{ *signin.Flow }

// NewSignIn prepares sign-ins for cfg: PKCE S256 and a state always, the FHIR base URL as
// aud. It sends nothing; o may be nil, of it HTTPClient, Logger and Name count. Kind config
// when the addresses are not known: call Config.Discover first, except for NextGen's own gateway.
func NewSignIn(cfg Config, o *emr.Options) (*SignIn, error) {
	cfg, bad := cfg.resolve()
	if bad != nil {
		return nil, bad
	}
	if cfg.AuthorizeURL == "" || cfg.TokenURL == "" {
		return nil, configError("AuthorizeURL", "call Config.Discover first: it asks the server where people sign in")
	}
	if o == nil {
		o = &emr.Options{}
	}
	flow, err := signin.New(signin.Config{
		Vendor:       vendor,
		Name:         o.Name,
		AuthorizeURL: cfg.AuthorizeURL,
		TokenURL:     cfg.TokenURL,
		Issuer:       cfg.Issuer,
		ClientID:     cfg.ClientID,
		ClientSecret: cfg.ClientSecret,
		Style:        auth.InParams,
		RedirectURL:  cfg.RedirectURL,
		Scopes:       cfg.Scopes,
		Audience:     cfg.BaseURL,
		Keys:         cfg.CookieKeys,
		HTTPClient:   o.HTTPClient,
		Logger:       o.Logger,
	})
	if err != nil {
		return nil, err
	}
	return &SignIn{flow}, nil
}

// Finish is signin.Flow.Finish.
func (s *SignIn) Finish(ctx context.Context, a *signin.Attempt, callback url.Values) (*signin.Grant, error) {
	g, err := s.Flow.Finish(ctx, a, callback)
	return g, refusedHere(err)
}

// Callback is signin.Flow.Callback.
func (s *SignIn) Callback(w http.ResponseWriter, r *http.Request) (*signin.Grant, error) {
	g, err := s.Flow.Callback(w, r)
	return g, refusedHere(err)
}

// Local is signin.Flow.Local.
func (s *SignIn) Local(ctx context.Context, show func(url string), page func(w http.ResponseWriter, g *signin.Grant, err error)) (*signin.Grant, error) {
	g, err := s.Flow.Local(ctx, show, hintedPage(page))
	return g, refusedHere(err)
}

// LocalOnce is signin.Flow.LocalOnce.
func (s *SignIn) LocalOnce(ctx context.Context, show func(url string), page func(w http.ResponseWriter, g *signin.Grant, err error)) (*signin.Grant, error) {
	g, err := s.Flow.LocalOnce(ctx, show, hintedPage(page))
	return g, refusedHere(err)
}

func hintedPage(page func(w http.ResponseWriter, g *signin.Grant, err error)) func(w http.ResponseWriter, g *signin.Grant, err error) {
	if page == nil {
		return nil
	}
	return func(w http.ResponseWriter, g *signin.Grant, err error) { page(w, g, refusedHere(err)) }
}

const (
	hintSaidNo = "the person said no, or the practice has not approved this app: ask them to start again and agree; if everybody is refused, ask the practice to approve the app"
	hintCode   = "NextGen does not take the code of the callback: it is good once and for a short time, and for the callback URL it was asked with (NEXTGEN_FHIR_REDIRECT_URL); start again"
)

// refusedHere is hinted for a sign-in: a code that is refused has another reason than a
// refresh token.
func refusedHere(err error) error {
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		return err
	}
	told := *e
	switch e.Code {
	case "access_denied":
		told.Hint = hintSaidNo
	case "invalid_grant":
		told.Hint = hintCode
	case "": // state, iss, time: said well enough
		return err
	default:
		return hintedFor(err, false)
	}
	return &told
}
