package nextechsaas

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// userToken is the access token that a connection sends.
func userToken(t *testing.T, c *Client, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	tok, err := c.tokens.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := tok.Access.Reveal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestUsersOfOneApplicationNeverShareAToken: client id, practice and resource are the
// same for all of them, and everything that can be shared is.
func TestUsersOfOneApplicationNeverShareAToken(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	of := srv.RefreshConfig()
	base := Config{PracticeID: testPractice, ClientID: of.ClientID, ClientSecret: of.ClientSecret, TokenURL: srv.URL()}
	store := auth.NewMemoryStore()
	granted := func(t *testing.T) *signin.Grant {
		t.Helper()
		one := of
		one.RefreshToken = auth.NewSecret(srv.SignIn())
		cache, err := auth.New(one)
		if err != nil {
			t.Fatal(err)
		}
		tok, err := cache.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := cache.Close(); err != nil {
			t.Error(err)
		}
		return &signin.Grant{Token: tok}
	}
	for name, dial := range map[string]func(t *testing.T, user int, o *emr.Options) (*Client, error){
		"signed in": func(t *testing.T, _ int, o *emr.Options) (*Client, error) {
			return NewSignedIn(base, granted(t), o)
		},
		"signed in without a refresh token": func(t *testing.T, _ int, o *emr.Options) (*Client, error) {
			g := granted(t)
			g.Token.Refresh = auth.Secret{}
			return NewSignedIn(base, g, o)
		},
		"signed in, with a store": func(t *testing.T, user int, o *emr.Options) (*Client, error) {
			cfg := base
			cfg.TokenStore, cfg.TokenKey = store, fmt.Sprint("signed in ", user)
			return NewSignedIn(cfg, granted(t), o)
		},
		"signed in, with a store and no key": func(t *testing.T, _ int, o *emr.Options) (*Client, error) {
			cfg := base
			cfg.TokenStore = store
			return NewSignedIn(cfg, granted(t), o)
		},
		"refresh token": func(_ *testing.T, _ int, o *emr.Options) (*Client, error) {
			cfg := base
			cfg.RefreshToken, cfg.TokenStore = auth.NewSecret(srv.SignIn()), store
			return New(cfg, o)
		},
		"refresh token from a function": func(_ *testing.T, _ int, o *emr.Options) (*Client, error) {
			cfg, text := base, srv.SignIn()
			cfg.RefreshToken = auth.SecretFunc(func(context.Context) (string, error) { return text, nil })
			return New(cfg, o)
		},
		"a store for each, one key": func(t *testing.T, _ int, o *emr.Options) (*Client, error) {
			cfg := base
			cfg.TokenStore, cfg.TokenKey = auth.NewMemoryStore(), "token"
			err := cfg.TokenStore.Update(t.Context(), "token", func(context.Context, *auth.Token) (*auth.Token, error) {
				return &auth.Token{Refresh: auth.NewSecret(srv.SignIn())}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return New(cfg, o)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shared := emr.NewShared()
			t.Cleanup(func() { _ = shared.Close() })
			seen := map[string]bool{}
			for user := range 3 {
				c, err := dial(t, user, &emr.Options{Shared: shared, Name: "clinic"})
				text := userToken(t, c, err)
				if seen[text] {
					t.Error("two users have one token")
				}
				seen[text] = true
			}
		})
	}
}

// TestAStoreWithoutAPlaceIsRefused: all users of an application would have one place.
func TestAStoreWithoutAPlaceIsRefused(t *testing.T) {
	t.Parallel()
	base := Config{PracticeID: testPractice, ClientID: "app", Resource: "https://ehr.example.com", TokenStore: auth.NewMemoryStore()}
	dynamic := base
	dynamic.RefreshToken = auth.SecretFunc(func(context.Context) (string, error) { return testToken, nil })
	for name, cfg := range map[string]Config{"nothing but the store": base, "a function": dynamic} {
		_, err := New(cfg, nil)
		if e := wantKind(t, err, emr.KindConfig); strings.Join(e.Fields, " ") != "TokenKey" {
			t.Errorf("%s: %v", name, e.Fields)
		}
	}
}

// TestASignInNeedsItsOwnConfiguration: a source of tokens stands for none of it.
func TestASignInNeedsItsOwnConfiguration(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.RedirectURL = "http://localhost:8000/callback/"
	_, err := SignIn(cfg, nil)
	if e := wantKind(t, err, emr.KindConfig); strings.Join(e.Fields, " ") != "ClientID Resource" {
		t.Error(e.Fields)
	}
	cfg.ClientID, cfg.Resource = "app", "https://ehr.example.com"
	if _, err := SignIn(cfg, nil); err != nil {
		t.Error(err)
	}
}
