package auth_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func TestShared_twoHundredClinicsHaveOneToken(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		shared := emr.NewShared()
		defer func() { _ = shared.Close() }()
		var clinics []*auth.Cache
		for n := range 200 {
			cfg.Name, cfg.Shared = fmt.Sprintf("clinic %d", n), shared
			clinics = append(clinics, newCache(t, cfg))
		}
		first := token(t, clinics[0])
		for _, c := range clinics {
			if token(t, c) != first {
				t.Fatal("another token")
			}
		}
		wantCount(t, srv, 1)

		// The 401 of one is the end of the token for all.
		clinics[7].Invalidate(first)
		renewed := token(t, clinics[100])
		if renewed == first || token(t, clinics[7]) != renewed {
			t.Error("not one new token for all")
		}
		wantCount(t, srv, 2)
	})
}

func TestShared_errorsCarryTheNameOfTheClinicThatAsked(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.FailAll(authtest.Refuse(401, "invalid_client"))
		shared := emr.NewShared()
		for _, name := range []string{"north", "south"} {
			cfg.Name, cfg.Shared = name, shared
			_, err := newCache(t, cfg).Token(emr.WithCorrelationID(t.Context(), "call-of-"+name))
			var e *emr.Error
			if !errors.As(err, &e) || e.Name != name || e.RequestID != "call-of-"+name {
				t.Errorf("%s: %v", name, err)
			}
		}
		wantCount(t, srv, 1)
	})
}

func TestShared_closingOneDoesNotBreakTheOthers(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		shared := emr.NewShared()
		cfg.Shared = shared
		one, two := newCache(t, cfg), newCache(t, cfg)
		srv.Fail(1, authtest.Slow(time.Second))
		got := make(chan error, 1)
		go func() { _, err := two.Token(t.Context()); got <- err }()
		synctest.Wait()
		_ = one.Close()
		_ = one.Close()
		if err := <-got; err != nil {
			t.Errorf("the other's fetch ended with %v", err)
		}
		wantKind(t, failure(t, one), emr.KindConfig)
		token(t, two)

		// The last one ends a fetch; a later one starts afresh.
		time.Sleep(2 * time.Hour)
		srv.Fail(1, authtest.Hang())
		go func() { _, err := two.Token(t.Context()); got <- err }()
		synctest.Wait()
		_ = two.Close()
		wantKind(t, <-got, emr.KindCanceled)
		three := newCache(t, cfg)
		token(t, three)
		_ = shared.Close()
		wantKind(t, failure(t, three), emr.KindConfig)
	})
}

func TestShared_otherCredentialsHaveOtherTokens(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		base := srv.Config()
		base.Shared = shared
		seen := map[*auth.Token]string{token(t, newCache(t, base)): "base"}
		for name, change := range map[string]func(*auth.Config){
			"scope":    func(c *auth.Config) { c.Scopes = []string{"a"} },
			"resource": func(c *auth.Config) { c.Resource = "urn:other" },
			"extra":    func(c *auth.Config) { c.Extra = map[string][]string{"site_id": {"7"}} },
			"user":     func(c *auth.Config) { p := srv.PasswordConfig(); p.Shared = shared; *c = p },
			"sign-in":  func(c *auth.Config) { r := srv.RefreshConfig(); r.Shared = shared; *c = r },
			"other":    func(c *auth.Config) { r := srv.RefreshConfig(); r.Shared = shared; *c = r },
		} {
			cfg := base
			change(&cfg)
			tok := token(t, newCache(t, cfg))
			if was, have := seen[tok]; have {
				t.Errorf("%s and %s share a token", name, was)
			}
			seen[tok] = name
		}
	})
}

func TestShared_anotherClientSecretIsAsked(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		cfg.Shared = shared
		token(t, newCache(t, cfg))
		wrong, own := cfg, auth.Exchange{}
		if cfg.Exchange != nil {
			own = *cfg.Exchange
			own.Key, wrong.Exchange = auth.NewSecret("secret-of-nobody"), &own
		} else {
			wrong.ClientSecret = auth.NewSecret("secret-of-nobody")
		}
		wantKind(t, failure(t, newCache(t, wrong)), emr.KindAuth)
		token(t, newCache(t, cfg)) // the refusal is not the others'
		wantCount(t, srv, 2)
	})
}

func TestShared_keysFromFunctionsAreToldApartByTheFunction(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		read := func(context.Context) (string, error) { return "secret-of-key-1", nil }
		one, two := auth.SecretFunc(read), auth.SecretFunc(read)
		var tokens []*auth.Token
		for _, key := range []auth.Secret{one, one, two} {
			cfg := srv.ExchangeConfig()
			cfg.Shared, cfg.Exchange.Key = shared, key
			tokens = append(tokens, token(t, newCache(t, cfg)))
		}
		if tokens[0] != tokens[1] || tokens[0] == tokens[2] {
			t.Error("want one token for one function")
		}
		wantCount(t, srv, 2)
	})
}

func TestShared_anotherMaxAgeIsAnotherCache(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		cfg.Shared = shared
		young := cfg
		young.MaxAge = 10 * time.Minute
		a, b := token(t, newCache(t, cfg)), token(t, newCache(t, young))
		if a.Expires.Sub(a.Issued) != time.Hour || b.Expires.Sub(b.Issued) != 10*time.Minute {
			t.Errorf("lives %v and %v", a.Expires.Sub(a.Issued), b.Expires.Sub(b.Issued))
		}
	})
}

func TestShared_anotherUsersPasswordIsAsked(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		cfg := srv.PasswordConfig()
		cfg.Shared = shared
		token(t, newCache(t, cfg))
		wrong := cfg
		wrong.Password = auth.NewSecret("password-of-nobody")
		wantKind(t, failure(t, newCache(t, wrong)), emr.KindAuth)
		wrong = cfg
		wrong.Username = "user-2"
		wantKind(t, failure(t, newCache(t, wrong)), emr.KindAuth)
		wantCount(t, srv, 3)
	})
}

func TestShared_signInsFromFunctionsAreNeverMixed(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		var tokens []*auth.Token
		for range 2 {
			refresh := srv.SignIn()
			cfg := srv.RefreshConfig()
			cfg.Shared, cfg.StoreKey = shared, "one key for all"
			cfg.RefreshToken = auth.SecretFunc(func(context.Context) (string, error) { return refresh, nil })
			tokens = append(tokens, token(t, newCache(t, cfg)))
		}
		if same(tokens) {
			t.Error("one patient got the other's token")
		}
	})
}

// TestShared_storesOfTwoUsersAreNeverMixed: one store for each user with the same key in
// all of them is a sound design, and nothing but the store says whose sign-in it is.
func TestShared_storesOfTwoUsersAreNeverMixed(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		shared := emr.NewShared()
		t.Cleanup(func() { _ = shared.Close() })
		user := func(store auth.Store) *auth.Token {
			cfg := srv.RefreshConfig()
			cfg.RefreshToken, cfg.Store, cfg.StoreKey, cfg.Shared = auth.Secret{}, store, "token", shared
			return token(t, newCache(t, cfg))
		}
		one, two := auth.NewMemoryStore(), auth.NewMemoryStore()
		for _, store := range []auth.Store{one, two} {
			err := store.Update(t.Context(), "token", func(context.Context, *auth.Token) (*auth.Token, error) {
				return &auth.Token{Refresh: auth.NewSecret(srv.SignIn())}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		first := user(one)
		if access(t, user(two)) == access(t, first) {
			t.Error("one user got the other's token")
		}
		if user(one) != first {
			t.Error("the same store is not shared")
		}
	})
}
