package nextgen

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// newTokens makes the token source: client credentials with the site id, all four as form
// fields, no scope. The server would take them from the query too, where logs keep them.
// The site is part of what tokens are shared by. Source: the vendor's wiki, "GSA".
func newTokens(cfg Config, o *emr.Options) (*tokenSource, error) {
	cache, err := auth.New(auth.Config{
		Vendor:       vendor,
		Name:         o.Name,
		TokenURL:     cfg.TokenURL,
		Grant:        auth.ClientCredentials,
		ClientID:     cfg.ClientID,
		ClientSecret: cfg.ClientSecret,
		Store:        cfg.TokenStore,
		Extra:        url.Values{"site_id": {cfg.SiteID}},
		Style:        auth.InParams,
		HTTPClient:   o.HTTPClient,
		Logger:       o.Logger,
		Shared:       o.Shared,
	})
	if err != nil {
		return nil, err
	}
	return &tokenSource{cache: cache}, nil
}

// credentialOf names the credential for limiter and retry budget: NextGen counts for each
// application, across all clinics. transport hashes it.
func credentialOf(cfg Config) string { return cfg.TokenURL + "\x00" + cfg.ClientID }

// tokenSource adds to the errors of the token endpoint what a customer of NextGen does
// next.
type tokenSource struct{ cache *auth.Cache }

var _ interface {
	auth.Source
	auth.Invalidator
} = (*tokenSource)(nil)

// Token returns the cached token or a new one.
func (s *tokenSource) Token(ctx context.Context) (*auth.Token, error) {
	t, err := s.cache.Token(ctx)
	if err != nil {
		return nil, hinted(err)
	}
	return t, nil
}

// Invalidate drops t after a 401, if it is still the cached one.
func (s *tokenSource) Invalidate(t *auth.Token) { s.cache.Invalidate(t) }

// Close ends the background refresh.
func (s *tokenSource) Close() error { return s.cache.Close() }

const (
	hintCredential = "NextGen refused the application: check NEXTGEN_CLIENT_ID and NEXTGEN_CLIENT_SECRET (an Enterprise application, not one for Patient Access) and NEXTGEN_SITE_ID; outside the sandbox the client itself must have approved the application for this site: beta gives the TEST id, production the PROD id"
	hintNoToken    = "there is no token endpoint at this address: check NEXTGEN_TOKEN_URL and NEXTGEN_BASE_URL"
)

// hinted returns a copy of err, which may be one error handed to many callers, with
// advice: the vendor's codes for a wrong site or a missing approval are not published, so
// one sentence names all that may be wrong.
func hinted(err error) error {
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		return err
	}
	advice := ""
	switch {
	case e.Kind == emr.KindAuth || e.Kind == emr.KindPermission:
		advice = hintCredential
	case e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed:
		advice = hintNoToken
	}
	if advice == "" {
		return err
	}
	told := *e
	told.Hint = advice
	return &told
}
