package nextechsaas

import (
	"errors"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// newTokens makes the token source: the refresh token of a sign-in, at Azure AD v1. The
// practice header never goes there.
func newTokens(cfg Config, g *signin.Grant, o *emr.Options) (auth.Source, error) {
	if cfg.Tokens != nil {
		if g != nil {
			return nil, configError("Tokens", "a sign-in has granted tokens: leave the source of your own out")
		}
		return cfg.Tokens, nil
	}
	c := auth.Config{
		Vendor:       vendor,
		Name:         o.Name,
		TokenURL:     cfg.TokenURL,
		Grant:        auth.RefreshToken,
		ClientID:     cfg.ClientID,
		ClientSecret: cfg.ClientSecret,
		Resource:     cfg.Resource,
		Style:        auth.InParams,
		RefreshToken: cfg.RefreshToken,
		Store:        cfg.TokenStore,
		StoreKey:     cfg.TokenKey,
		HTTPClient:   o.HTTPClient,
		Logger:       o.Logger,
		Shared:       o.Shared,
	}
	if g != nil {
		c.Initial, c.RefreshToken = g.Token, auth.Secret{}
	}
	cache, err := auth.New(c)
	if e, ok := errors.AsType[*emr.Error](err); ok {
		for i, f := range e.Fields {
			switch f {
			case "Store":
				e.Fields[i] = "TokenStore"
			case "StoreKey":
				e.Fields[i] = "TokenKey"
			}
		}
	}
	if err != nil {
		return nil, err
	}
	return cache, nil
}

// credentialOf names the credential for limiter and retry budget.
func credentialOf(cfg Config) string {
	return strings.Join([]string{vendor, cfg.TokenURL, cfg.ClientID, cfg.Resource, cfg.RefreshToken.Fingerprint(), cfg.TokenKey}, "\x00")
}
