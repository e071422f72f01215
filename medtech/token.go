package medtech

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// tokenLife bounds the use of a token. Azure says 3599 seconds; the renewal in the
// background is due five minutes before the end, at minute 55 as Medtech documents it. A
// token of a shorter life is renewed earlier, one of a longer life at minute 55 too.
const tokenLife = time.Hour

// newTokens makes the token source: Azure AD version 2, client credentials in the form.
// No header of Medtech's goes there. The scope is part of what tokens are shared by.
func newTokens(cfg Config, o *emr.Options) (*tokenSource, error) {
	cache, err := auth.New(auth.Config{
		Vendor:       vendor,
		Name:         o.Name,
		TokenURL:     cfg.TokenURL,
		Grant:        auth.ClientCredentials,
		ClientID:     cfg.ClientID,
		ClientSecret: cfg.ClientSecret,
		Store:        cfg.TokenStore,
		Scopes:       []string{cfg.Scope},
		Style:        auth.InParams,
		MaxAge:       tokenLife,
		HTTPClient:   o.HTTPClient,
		Logger:       o.Logger,
		Shared:       o.Shared,
	})
	if err != nil {
		return nil, err
	}
	return &tokenSource{cache: cache}, nil
}

// credentialOf names the credential for limiter and retry budget; the facility is no part
// of it, for one credential serves many.
func credentialOf(cfg Config) string {
	return strings.Join([]string{vendor, cfg.TokenURL, cfg.ClientID, cfg.Scope, hostOf(cfg.BaseURL)}, "\x00")
}

// tokenSource remembers the token last used and adds to the errors of the token endpoint
// what a customer of Medtech does next.
type tokenSource struct {
	cache *auth.Cache
	last  atomic.Pointer[auth.Token]
	drop  atomic.Bool // the next call drops the cached token
}

var _ interface {
	auth.Source
	auth.Invalidator
} = (*tokenSource)(nil)

// Token returns the cached token or a new one.
func (s *tokenSource) Token(ctx context.Context) (*auth.Token, error) {
	t, err := s.cache.Token(ctx)
	if err == nil && s.drop.Swap(false) { // by now it may be another one than the last used
		s.cache.Invalidate(t)
		t, err = s.cache.Token(ctx)
	}
	if err != nil {
		return nil, hinted(err)
	}
	s.last.Store(t)
	return t, nil
}

// Invalidate drops t after a 401, if it is still the cached one.
func (s *tokenSource) Invalidate(t *auth.Token) { s.cache.Invalidate(t) }

// Close ends the background refresh.
func (s *tokenSource) Close() error { return s.cache.Close() }

// Invalidate drops the token in use, so that the next call fetches a new one: for an
// operator after the secret was rotated or the application's roles were changed. Nothing
// is sent, and calls under way are not disturbed. Connections that share tokens
// (emr.Options.Shared) share this too.
func (c *Client) Invalidate() {
	if c.tokens.last.Load() != nil {
		c.tokens.drop.Store(true)
	}
}

// hinted returns a copy of err, which may be one error handed to many callers, with
// advice for the usual errors of Azure AD.
func hinted(err error) error {
	var e *emr.Error
	if !errors.As(err, &e) {
		return err
	}
	advice := ""
	switch e.Code {
	case "invalid_client", "unauthorized_client":
		advice = "Azure AD refused the application: check the client id and the client secret (MEDTECH_CLIENT_ID, MEDTECH_CLIENT_SECRET): right environment, no blanks, not expired or rotated"
	case "invalid_scope", "invalid_resource", "invalid_target":
		advice = "Azure AD does not know the scope (MEDTECH_API_SCOPE): it is api://{application}/.default, and UAT and production have different ones"
	case "invalid_request": // an unknown tenant, too
		advice = "check the tenant and the scope (MEDTECH_TENANT_ID, MEDTECH_API_SCOPE)"
	}
	if advice == "" {
		return err
	}
	told := *e
	told.Hint = advice
	return &told
}
