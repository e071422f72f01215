package auth_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// TestPassword_whoKnowsTheUserNameOnlyFindsNothingInTheStore: the place there has neither
// password nor client secret in it, so that it survives new ones.
func TestPassword_whoKnowsTheUserNameOnlyFindsNothingInTheStore(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Refresh: true, Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.PasswordConfig()
		cfg.Store = auth.NewMemoryStore()
		own := access(t, token(t, newCache(t, cfg)))
		for _, wait := range []time.Duration{0, 2 * time.Hour} { // while the token is good, and when it could be renewed
			time.Sleep(wait)
			for _, change := range []func(*auth.Config){
				func(c *auth.Config) { c.Password = auth.NewSecret("guessed") },
				func(c *auth.Config) {
					c.Password = auth.SecretFunc(func(context.Context) (string, error) { return "guessed", nil })
				},
				func(c *auth.Config) { c.ClientSecret = auth.NewSecret("guessed") },
			} {
				other := cfg
				change(&other)
				wantKind(t, failure(t, newCache(t, other)), emr.KindAuth)
			}
		}
		for _, r := range srv.Requests()[1:] {
			if r.Form.Get("grant_type") != "password" {
				t.Error("somebody else's refresh token was spent")
			}
		}
		before := srv.Count()
		if renewed := access(t, token(t, newCache(t, cfg))); renewed == own || srv.Count() != before+1 || grants(srv)[before] != "refresh_token" {
			t.Errorf("the owner's own token is gone: %v", grants(srv))
		}
	})
}

func TestPassword_ofAFunctionIsTheSameOwner(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Refresh: true, Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.PasswordConfig()
		cfg.Store = auth.NewMemoryStore()
		cfg.StoreKey = "here"
		first := access(t, token(t, newCache(t, cfg)))
		text, err := cfg.Password.Reveal(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		cfg.Password = auth.SecretFunc(func(context.Context) (string, error) { return text, nil })
		if access(t, token(t, newCache(t, cfg))) != first {
			t.Error("bought again")
		}
		cfg.Password = auth.SecretFunc(func(context.Context) (string, error) { return "", errors.New("vault is sealed") })
		wantKind(t, failure(t, newCache(t, cfg)), emr.KindUnavailable)
		wantCount(t, srv, 1)
	})
}

// TestShared_theSamePlaceInTwoStoresIsTwoPeoples: the clinics of one application may each have
// a database, with the same names in it.
func TestShared_theSamePlaceInTwoStoresIsTwoPeoples(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Refresh: true}, func(t *testing.T, srv *authtest.Server) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		stores := []auth.Store{auth.NewMemoryStore(), auth.NewMemoryStore()}
		for _, s := range stores {
			cfg := srv.RefreshConfig()
			cfg.Store, cfg.StoreKey = s, "the doctor"
			token(t, newCache(t, cfg))
		}
		sources := map[string]func(cfg *auth.Config){
			"in the store only": func(cfg *auth.Config) { cfg.RefreshToken = auth.Secret{} },
			"from a function": func(cfg *auth.Config) {
				cfg.RefreshToken = auth.SecretFunc(func(context.Context) (string, error) { return "", nil })
			},
		}
		for name, change := range sources {
			var seen []string
			for _, s := range append(stores, stores...) {
				cfg := srv.RefreshConfig()
				cfg.Store, cfg.StoreKey, cfg.Shared = s, "the doctor", shared
				change(&cfg)
				seen = append(seen, access(t, token(t, newCache(t, cfg))))
			}
			if seen[0] == seen[1] || seen[0] != seen[2] || seen[1] != seen[3] {
				t.Errorf("%s: somebody got another's token", name)
			}
		}
	})
}

// TestToken_printsNoHashOfWhatBoughtIt: a hash of a password that somebody chose is as good as
// the password.
func TestToken_printsNoHashOfWhatBoughtIt(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		hash := regexp.MustCompile(`\b[0-9a-f]{32}\b|[0-9a-f]{64}`)
		for _, cfg := range []auth.Config{srv.Config(), srv.PasswordConfig(), srv.RefreshConfig()} {
			cfg.Store = auth.NewMemoryStore()
			tok := token(t, newCache(t, cfg))
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
				for _, v := range []any{tok, *tok, struct{ t auth.Token }{*tok}} {
					if text := fmt.Sprintf(verb, v); hash.MatchString(text) {
						t.Errorf("%s: %s", verb, text)
					}
				}
			}
		}
	})
}
