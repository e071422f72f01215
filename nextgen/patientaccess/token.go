package patientaccess

import (
	"context"
	"errors"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
)

// newTokens makes the token source. The scopes of the sign-in are not asked for again: a
// refresh keeps them (RFC 6749, section 6).
func newTokens(cfg Config, first *auth.Token, o *emr.Options) (*tokenSource, error) {
	cache, err := auth.New(auth.Config{
		Vendor:       vendor,
		Name:         o.Name,
		TokenURL:     cfg.TokenURL,
		Grant:        auth.RefreshToken,
		ClientID:     cfg.ClientID,
		ClientSecret: cfg.ClientSecret,
		RefreshToken: cfg.RefreshToken,
		Initial:      first,
		Store:        cfg.TokenStore,
		StoreKey:     cfg.TokenKey,
		Style:        auth.InParams, // documented: form fields
		HTTPClient:   o.HTTPClient,
		Logger:       o.Logger,
		Shared:       o.Shared,
	})
	if e, ok := errors.AsType[*emr.Error](err); ok {
		return nil, configure.Renamed(e, map[string]string{"Store": "TokenStore", "StoreKey": "TokenKey"})
	}
	if err != nil {
		return nil, err
	}
	return &tokenSource{cache}, nil
}

// tokenSource adds to the errors of the token endpoint what somebody who connects to NextGen
// does next.
type tokenSource struct{ cache *auth.Cache }

var _ interface {
	auth.Source
	auth.Invalidator
} = (*tokenSource)(nil)

// Token returns the cached token or a new one.
func (s *tokenSource) Token(ctx context.Context) (*auth.Token, error) {
	t, err := s.cache.Token(ctx)
	return t, hinted(err)
}

// Invalidate drops t after a 401, if it is still the cached one.
func (s *tokenSource) Invalidate(t *auth.Token) { s.cache.Invalidate(t) }

// Close ends the background refresh.
func (s *tokenSource) Close() error { return s.cache.Close() }

// What somebody does next about an app that may not do what it tries: the two causes cannot
// be told apart by the answer.
const (
	hintApproval = "NextGen does not let this app sign people in here: its credentials work in sandboxes at once, for production NextGen and the practice approve the app; check in the developer portal, and that both FHIR versions are selected"
	hintExpired  = "the refresh token is no longer good: it must be used within 48 hours, and an older one than the newest is refused; send the person through the sign-in again"
	hintSecret   = "check the client id and the client secret (NEXTGEN_FHIR_CLIENT_ID, NEXTGEN_FHIR_CLIENT_SECRET): those of the Patient Access app, not of an Enterprise app"
	hintRedirect = "check the callback URL (NEXTGEN_FHIR_REDIRECT_URL): it must be one of the registration's, letter for letter; an Enterprise app has none and cannot sign people in"
	hintScope    = "NextGen does not allow a scope that was asked for: set Scopes to what the registration has, or to an empty list"
)

// hinted is the error of a refresh with advice.
func hinted(err error) error { return hintedFor(err, true) }

// hintedFor returns a copy of err, which may be one error handed to many callers, with
// advice for the errors of the authorization server.
func hintedFor(err error, refresh bool) error {
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		return err
	}
	advice := ""
	switch e.Code {
	case "unauthorized_client":
		advice = hintApproval
	case "invalid_client":
		advice = hintSecret
	case "invalid_scope":
		advice = hintScope
	case "invalid_request":
		advice = hintRedirect
	}
	if refresh && (e.Code == "invalid_grant" || errors.Is(err, emr.ErrLoginRequired)) {
		advice = hintExpired
	}
	if advice == "" {
		return err
	}
	told := *e
	told.Hint = advice
	return &told
}
