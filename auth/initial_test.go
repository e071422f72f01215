package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// signedIn is a Config with the token of a sign-in. Without refresh it has no refresh token.
func signedIn(t *testing.T, srv *authtest.Server, refresh bool) auth.Config {
	t.Helper()
	cfg := srv.RefreshConfig()
	cfg.Initial = &auth.Token{
		Access: auth.NewSecret("initial-access-" + srv.SignIn()), Type: "Bearer", Issued: time.Now(), Expires: time.Now().Add(time.Hour), Refresh: cfg.RefreshToken,
	}
	cfg.RefreshToken = auth.Secret{}
	if !refresh {
		cfg.Initial.Refresh = auth.Secret{}
	}
	return cfg
}

func wait(t *testing.T, d time.Duration) {
	t.Helper()
	<-within(t, d).Done()
}

// kept reads what store has for key.
func kept(t *testing.T, store auth.Store, key string) *auth.Token {
	t.Helper()
	var got *auth.Token
	if err := store.Update(t.Context(), key, func(_ context.Context, tok *auth.Token) (*auth.Token, error) { got = tok; return tok, nil }); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestInitialIsUsedUntilItsEndAndThenRenewed(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		cfg := signedIn(t, srv, true)
		c := newCache(t, cfg)
		if access(t, token(t, c)) != access(t, cfg.Initial) {
			t.Error("another token than that of the sign-in")
		}
		wantCount(t, srv, 0)
		wait(t, 61*time.Minute)
		for range 3 {
			if got := access(t, token(t, c)); !srv.Valid(got) {
				t.Error("not renewed")
			}
			wait(t, time.Hour)
		}
		wantCount(t, srv, 3)
	})
}

func TestFault_A12_initialIsStoredBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		cfg := signedIn(t, srv, true)
		cfg.Store, cfg.StoreKey = failingStore{}, "person-1"
		wantKind(t, failure(t, newCache(t, cfg)), emr.KindUnavailable)

		store := auth.NewMemoryStore()
		cfg.Store = store
		token(t, newCache(t, cfg))
		if tok := kept(t, store, "person-1"); tok == nil || !tok.Refresh.Equal(cfg.Initial.Refresh) {
			t.Error("the sign-in is not in the store")
		}
		later := cfg // after a restart: the store is all there is
		later.Initial = nil
		if access(t, token(t, newCache(t, later))) != access(t, cfg.Initial) {
			t.Error("another token after the restart")
		}
		wantCount(t, srv, 0)
	})
}

type failingStore struct{}

func (failingStore) Update(context.Context, string, func(context.Context, *auth.Token) (*auth.Token, error)) error {
	return errors.New("down")
}

func TestFault_A14_aSuccessorInTheStoreBeatsInitial(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		cfg := signedIn(t, srv, true)
		store := auth.NewMemoryStore()
		cfg.Store, cfg.StoreKey = store, "person-1"
		one := newCache(t, cfg)
		token(t, one)
		wait(t, 61*time.Minute)
		renewed := access(t, token(t, one))
		// Through JSON, as a real store keeps it, and with a clock that is behind.
		tok := kept(t, store, "person-1")
		data, err := json.Marshal(auth.StoredToken{Token: tok})
		if err != nil {
			t.Fatal(err)
		}
		var back auth.StoredToken
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		back.Token.Issued = cfg.Initial.Issued.Add(-time.Hour)
		if err := store.Update(t.Context(), "person-1", func(context.Context, *auth.Token) (*auth.Token, error) { return back.Token, nil }); err != nil {
			t.Fatal(err)
		}
		if got := access(t, token(t, newCache(t, cfg))); got != renewed {
			t.Error("the used up token of the sign-in came back")
		}
		wantCount(t, srv, 1)
	})
}

func TestANewSignInReplacesWhatIsStored(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		store := auth.NewMemoryStore()
		first := signedIn(t, srv, true)
		first.Store, first.StoreKey = store, "person-1"
		token(t, newCache(t, first))
		wait(t, time.Minute)
		second := signedIn(t, srv, true)
		second.Store, second.StoreKey = store, "person-1"
		if access(t, token(t, newCache(t, second))) != access(t, second.Initial) {
			t.Error("the older sign-in is used")
		}
		if access(t, token(t, newCache(t, first))) != access(t, second.Initial) {
			t.Error("the older sign-in came back")
		}
		wantCount(t, srv, 0)
	})
}

func TestFault_A14_whenTheStoredSignInIsRefusedInitialIsTried(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		store := auth.NewMemoryStore()
		mine := signedIn(t, srv, true)
		mine.Store, mine.StoreKey = store, "person-1"
		wait(t, time.Minute)
		later := signedIn(t, srv, true)
		later.Initial.Refresh = auth.NewSecret("revoked")
		later.Store, later.StoreKey = store, "person-1"
		token(t, newCache(t, later))
		wait(t, 2*time.Hour)
		if got := access(t, token(t, newCache(t, mine))); !srv.Valid(got) {
			t.Error("not renewed")
		}
		wantCount(t, srv, 2)
	})
}

func TestInitialNamesItsPlaceInTheStore(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		store := auth.NewMemoryStore()
		one, two := signedIn(t, srv, true), signedIn(t, srv, true)
		one.Store, two.Store = store, store
		if access(t, token(t, newCache(t, one))) == access(t, token(t, newCache(t, two))) {
			t.Error("two persons in one place")
		}
	})
}

func TestFault_A12_aRenewalOfInitialThatCouldNotBeStoredIsNotRepeated(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		old := signedIn(t, srv, true) // what is in the store: an earlier sign-in
		store := &moodyStore{MemoryStore: auth.NewMemoryStore()}
		old.Store, old.StoreKey = store, "person-1"
		token(t, newCache(t, old))
		wait(t, time.Minute)
		cfg := signedIn(t, srv, true)
		cfg.Initial.Expires = time.Now()
		cfg.Store, cfg.StoreKey = store, "person-1"
		c := newCache(t, cfg)
		store.losing = true
		wantKind(t, failure(t, c), emr.KindUnavailable)
		store.losing = false
		wait(t, 2*time.Second)
		if got := access(t, token(t, c)); !srv.Valid(got) {
			t.Error("the token that was bought is lost")
		}
		wantCount(t, srv, 1)
	})
}

// moodyStore runs the function and then cannot write.
type moodyStore struct {
	*auth.MemoryStore
	losing bool
}

func (m *moodyStore) Update(ctx context.Context, key string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	if !m.losing {
		return m.MemoryStore.Update(ctx, key, f)
	}
	return m.MemoryStore.Update(ctx, key, func(ctx context.Context, t *auth.Token) (*auth.Token, error) {
		if _, err := f(ctx, t); err != nil {
			return nil, err
		}
		return nil, errors.New("disk full")
	})
}

func TestInitialWithoutRefreshTokenEndsWithASignIn(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		cfg := signedIn(t, srv, false)
		store := &countingStore{MemoryStore: auth.NewMemoryStore()}
		cfg.Store, cfg.StoreKey = store, "person-1"
		c := newCache(t, cfg)
		for range 59 { // to the last minute, without asking the store each time
			if access(t, token(t, c)) != access(t, cfg.Initial) {
				t.Fatal("another token")
			}
			wait(t, time.Minute)
		}
		if store.updates > 1 {
			t.Errorf("the store was asked %d times", store.updates)
		}
		wait(t, time.Minute)
		if e := failure(t, c); !errors.Is(e, emr.ErrLoginRequired) || e.Kind != emr.KindAuth {
			t.Errorf("%v", e)
		}
		wantCount(t, srv, 0)
	})
}

type countingStore struct {
	*auth.MemoryStore
	updates int
}

func (s *countingStore) Update(ctx context.Context, key string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	s.updates++
	return s.MemoryStore.Update(ctx, key, f)
}

func TestFault_A9_aRefusedInitialIsRenewedOrEnds(t *testing.T) {
	t.Parallel()
	for name, refresh := range map[string]bool{"renewed": true, "ends": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
				c := newCache(t, signedIn(t, srv, refresh))
				c.Invalidate(token(t, c))
				if refresh {
					if got := access(t, token(t, c)); !srv.Valid(got) {
						t.Error("not renewed")
					}
					return
				}
				if e := failure(t, c); !errors.Is(e, emr.ErrLoginRequired) {
					t.Errorf("%v", e)
				}
			})
		})
	}
}

func TestTwoSignInsNeverShareATokenByInitial(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		for _, refresh := range []bool{true, false} {
			shared := emr.NewShared()
			one, two := signedIn(t, srv, refresh), signedIn(t, srv, refresh)
			one.Shared, two.Shared = shared, shared
			if access(t, token(t, newCache(t, one))) == access(t, token(t, newCache(t, two))) {
				t.Error("one person has the other's token")
			}
			if access(t, token(t, newCache(t, one))) != access(t, one.Initial) {
				t.Error("a person does not have the own token")
			}
		}
	})
}

func TestInitialIsChecked(t *testing.T) {
	t.Parallel()
	good := func() auth.Config {
		return auth.Config{
			TokenURL: "https://login.example.test/token", Grant: auth.RefreshToken, ClientID: "c",
			Initial: &auth.Token{Access: auth.NewSecret("a"), Refresh: auth.NewSecret("r"), Expires: time.Now().Add(time.Hour)},
		}
	}
	for name, tt := range map[string]struct {
		change func(*auth.Config)
		field  string
	}{
		"another grant":     {func(c *auth.Config) { c.Grant = auth.ClientCredentials }, "Initial"},
		"two beginnings":    {func(c *auth.Config) { c.RefreshToken = auth.NewSecret("r") }, "Initial"},
		"empty":             {func(c *auth.Config) { c.Initial = &auth.Token{} }, "Initial"},
		"redacted":          {func(c *auth.Config) { c.Initial.Access = auth.NewSecret("[redacted]") }, "Initial"},
		"line break":        {func(c *auth.Config) { c.Initial.Access = auth.NewSecret("a\nb") }, "Initial"},
		"no place in store": {func(c *auth.Config) { c.Initial.Refresh, c.Store = auth.Secret{}, auth.NewMemoryStore() }, "StoreKey"},
		"with an exchange":  {func(c *auth.Config) { c.Grant, c.ClientID, c.Exchange = "", "", &auth.Exchange{} }, "Initial"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := good()
			tt.change(&c)
			_, err := auth.New(c)
			e, ok := errors.AsType[*emr.Error](err)
			if !ok || e.Kind != emr.KindConfig || len(e.Fields) != 1 || e.Fields[0] != tt.field {
				t.Errorf("%v, want field %s", err, tt.field)
			}
		})
	}
	c := good()
	newCache(t, c)
}
