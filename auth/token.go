package auth

import (
	"context"
	"errors"
	"time"

	"golang.org/x/oauth2"
)

// Token is an access token and what the token endpoint said with it. Tokens of a Source
// are shared: do not change them.
type Token struct {
	Access  Secret
	Refresh Secret    // what the next access token is bought with; none for most grants
	Type    string    // always "Bearer" for tokens of this package
	Issued  time.Time // when it was asked for, by this machine's clock; zero: not known
	Expires time.Time // by this machine's clock; zero: not known
	Scopes  []string  // what was granted; empty: the endpoint did not say

	// seed is a hash of the configured refresh token this one descends from: that one is
	// used up, and using it again would make the vendor revoke its descendants. With other
	// grants it is a hash of the secrets that bought this one, which confirms a guess: nobody prints it.
	seed Secret
}

// root is seed as text, of nil too.
func (t *Token) root() string {
	if t == nil {
		return ""
	}
	return t.seed.static()
}

// Source is what a connection asks before each attempt of a request.
//
// Token returns a token to send now. It waits no longer than ctx lasts and fails with an
// *emr.Error; see [Cache.Token] for the kinds.
type Source interface {
	Token(ctx context.Context) (*Token, error)
}

// Invalidator is a Source whose token can be dropped after the vendor answered 401 to
// it. It does so only if t is still the token it hands out.
type Invalidator interface {
	Invalidate(t *Token)
}

// Static is a Source of one access token that is never renewed: an API key sent as
// bearer, or a token from elsewhere. From a [SecretFunc] the token is read for each
// request.
func Static(access Secret) Source {
	return &static{token: Token{Access: access, Type: bearer}}
}

type static struct{ token Token }

func (s *static) Token(ctx context.Context) (*Token, error) {
	if err := ctx.Err(); err != nil {
		return nil, ended(err)
	}
	return &s.token, nil
}

// OAuth2 returns t for packages that want golang.org/x/oauth2. That type prints its
// tokens: do not log it.
func (t *Token) OAuth2(ctx context.Context) (*oauth2.Token, error) {
	access, err := t.Access.Reveal(ctx)
	if err != nil {
		return nil, errors.New("auth: the access token cannot be read")
	}
	refresh, err := t.Refresh.Reveal(ctx)
	if err != nil {
		return nil, errors.New("auth: the refresh token cannot be read")
	}
	return &oauth2.Token{AccessToken: access, RefreshToken: refresh, TokenType: t.Type, Expiry: t.Expires}, nil
}
