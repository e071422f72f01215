package nextech

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// newTokens makes the token source: Azure AD v1 with a resource, or an OAuth endpoint
// with scopes. The practice header never goes there.
func newTokens(cfg Config, o *emr.Options) (auth.Source, error) {
	if !cfg.StaticToken.IsZero() {
		return auth.Static(cfg.StaticToken), nil
	}
	cache, err := auth.New(auth.Config{
		Vendor:       vendor,
		Name:         o.Name,
		TokenURL:     cfg.TokenURL,
		Grant:        cfg.Grant,
		ClientID:     cfg.ClientID,
		ClientSecret: cfg.ClientSecret,
		Username:     cfg.Username,
		Password:     cfg.Password,
		RefreshToken: cfg.RefreshToken,
		Store:        cfg.TokenStore,
		Scopes:       cfg.Scopes,
		Resource:     cfg.Resource,
		Extra:        cfg.TokenParams,
		Style:        auth.InParams,
		HTTPClient:   o.HTTPClient,
		Logger:       o.Logger,
		Shared:       o.Shared,
	})
	if err != nil {
		var e *emr.Error
		if errors.As(err, &e) && slices.Equal(e.Fields, []string{"Extra"}) {
			e.Fields = []string{"TokenParams"} // as the field is called here
		}
		return nil, err
	}
	return &tokenSource{cache: cache, grant: cfg.Grant, fromBase: cfg.TokenURL == cfg.BaseURL+connectPath}, nil
}

// credentialOf names the credential for limiter and retry budget: all practices
// of one credential share it, so the practice id is no part of it. A static token is
// all there is of its credential.
func credentialOf(cfg Config) string {
	if !cfg.StaticToken.IsZero() {
		return strings.Join([]string{vendor, "static", cfg.StaticToken.Fingerprint()}, "\x00")
	}
	return strings.Join([]string{
		vendor, cfg.TokenURL, string(cfg.Grant), cfg.ClientID, cfg.Username, cfg.Resource, strings.Join(cfg.Scopes, " "),
	}, "\x00")
}

// tokenSource adds to the errors of the token endpoint what a Nextech customer does next.
type tokenSource struct {
	cache    *auth.Cache
	grant    auth.Grant
	fromBase bool // nobody configured a token URL
}

var _ interface {
	auth.Source
	auth.Invalidator
} = (*tokenSource)(nil)

// Token returns the cached token or a new one.
func (s *tokenSource) Token(ctx context.Context) (*auth.Token, error) {
	t, err := s.cache.Token(ctx)
	if err != nil {
		return nil, s.hint(err)
	}
	return t, nil
}

// Invalidate drops t after a 401.
func (s *tokenSource) Invalidate(t *auth.Token) { s.cache.Invalidate(t) }

// Close ends the background refresh.
func (s *tokenSource) Close() error { return s.cache.Close() }

// hint returns a copy of err, which may be one error handed to many callers, with
// Nextech's own advice for the documented error codes.
func (s *tokenSource) hint(err error) error {
	var e *emr.Error
	if !errors.As(err, &e) {
		return err
	}
	advice := ""
	switch e.Code {
	case "invalid_client", "unauthorized_client":
		advice = "check the client id and the client secret (NEXTECH_CLIENT_ID, NEXTECH_CLIENT_SECRET): right environment, no blanks, not expired"
	case "invalid_grant":
		switch s.grant {
		case auth.Password:
			advice = "check user name and password; the first password expires at the first login and later ones with time: sign in at portal.azure.com and set a new one"
		case auth.RefreshToken:
			advice = "the refresh token is used up or older than 14 days: sign in again"
		}
	case "invalid_scope":
		advice = "the server does not know one of the scopes: write them as patient/*.read, or leave them empty for Azure AD"
	case "invalid_resource", "invalid_target":
		advice = "check the resource: for Practice+ Nextech hands it out, for Select it is " + selectResource
	}
	if advice == "" && s.fromBase {
		switch e.Kind {
		case emr.KindConfig, emr.KindProtocol, emr.KindUntrustedURL:
			advice = "check the base URL (NEXTECH_BASE_URL): tokens are asked for at {base}" + connectPath + ", and nothing there answers like a token endpoint"
		case emr.KindUnavailable:
			advice = strings.ReplaceAll(e.Hint, "token URL", "base URL (NEXTECH_BASE_URL)")
		}
	}
	if advice == "" {
		return err
	}
	hinted := *e
	hinted.Hint = advice
	return &hinted
}

func closeTokens(s auth.Source) error {
	if c, ok := s.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// MissingScopes compares the scopes the server granted with those the calls of this
// package need, and returns what is missing; nil where the server works without
// scopes (Azure AD) or does not tell. It fetches a token if there is none yet and
// fails with the kinds of that: auth, unavailable, timeout.
func (c *Client) MissingScopes(ctx context.Context) ([]string, error) {
	t, err := c.tokens.Token(ctx)
	if err != nil {
		return nil, err
	}
	if c.cfg.Resource != "" || len(t.Scopes) == 0 {
		return nil, nil
	}
	var missing []string
	for _, want := range neededScopes() {
		if !covers(t.Scopes, want) {
			missing = append(missing, want)
		}
	}
	return missing, nil
}
