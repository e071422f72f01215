package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// replicas makes n Caches of one configuration, as n processes would.
func replicas(t testing.TB, cfg auth.Config, n int) []*auth.Cache {
	t.Helper()
	all := make([]*auth.Cache, n)
	for i := range all {
		all[i] = newCache(t, cfg)
	}
	return all
}

func TestReplicas_withAStoreBuyOneToken(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Fail(1, authtest.Slow(3*time.Second))
		cfg.Store = auth.NewMemoryStore()
		all := replicas(t, cfg, 200)
		for round := 1; round <= 3; round++ {
			var wg sync.WaitGroup
			got := make([]string, len(all))
			for i, c := range all {
				wg.Go(func() { got[i] = access(t, token(t, c)) })
			}
			wg.Wait()
			for _, text := range got {
				if text != got[0] {
					t.Fatal("two tokens")
				}
			}
			wantCount(t, srv, round)
			time.Sleep(2 * time.Hour)
		}
	})
}

func TestReplicas_renewInTheBackgroundOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		cfg.Store = auth.NewMemoryStore()
		all := replicas(t, cfg, 20)
		old := ""
		for _, c := range all {
			old = access(t, token(t, c))
		}
		time.Sleep(56 * time.Minute)
		for _, c := range all { // answered at once, and renewed behind that
			if access(t, token(t, c)) != old {
				t.Error("a call waited for the renewal")
			}
		}
		time.Sleep(time.Second)
		renewed := access(t, token(t, all[0]))
		for _, c := range all {
			if text := access(t, token(t, c)); text == old || text != renewed {
				t.Error("not the one new token")
			}
		}
		wantCount(t, srv, 2)
	})
}

func TestReplicas_withoutAStoreEachBuysItsOwn(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		for _, c := range replicas(t, cfg, 3) {
			token(t, c)
		}
		wantCount(t, srv, 3)
	})
}

func TestReplicas_aRevokedTokenIsNotTakenFromTheStoreAgain(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		cfg.Store = auth.NewMemoryStore()
		one, two := newCache(t, cfg), newCache(t, cfg)
		old := token(t, one)
		token(t, two)
		srv.Revoke(access(t, old))
		if asked, ok := call(t.Context(), srv, one); asked != 2 || !ok {
			t.Errorf("asked %d times, agreed %v", asked, ok)
		}
		// The other one meets 401 too, and takes what the first one left: the store's token
		// is dropped by nobody who was refused with an older one.
		if asked, ok := call(t.Context(), srv, two); asked != 2 || !ok {
			t.Errorf("asked %d times, agreed %v", asked, ok)
		}
		wantCount(t, srv, 2)
		if asked, ok := call(t.Context(), srv, newCache(t, cfg)); asked != 1 || !ok {
			t.Errorf("a new replica asked %d times, agreed %v", asked, ok)
		}
		wantCount(t, srv, 2)
	})
}

func TestReplicas_anOlderRefusedTokenIsRememberedToo(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		store := newSpy()
		cfg.Store = store
		c := newCache(t, cfg)
		srv.Revoke(access(t, token(t, c)))
		store.fail = errors.New("down")
		if _, ok := call(t.Context(), srv, c); !ok { // buys without the store, where the dead one stays
			t.Fatal("no second token")
		}
		store.fail = nil
		time.Sleep(2 * time.Minute)
		srv.Revoke(access(t, token(t, c)))
		if asked, ok := call(t.Context(), srv, c); asked != 2 || !ok {
			t.Errorf("asked %d times, agreed %v: the first dead token came back", asked, ok)
		}
		wantCount(t, srv, 3)
	})
}

func TestReplicas_maxAgeCountsForTheStoresToken(t *testing.T) {
	t.Parallel()
	eachWay(t, &authtest.Options{Life: 20 * time.Hour}, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		cfg.Store = auth.NewMemoryStore()
		token(t, newCache(t, cfg))
		time.Sleep(2 * time.Hour)
		token(t, newCache(t, cfg))
		wantCount(t, srv, 1)
		cfg.MaxAge = time.Hour
		token(t, newCache(t, cfg))
		wantCount(t, srv, 2)
	})
}

func TestReplicas_whoHasAnotherSecretFindsNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.Config()
		cfg.Store = auth.NewMemoryStore()
		c := newCache(t, cfg)
		mine := token(t, c)
		for _, wrong := range []auth.Secret{
			auth.NewSecret("guessed"),
			auth.SecretFunc(func(context.Context) (string, error) { return "guessed", nil }),
		} {
			cfg.ClientSecret = wrong
			wantKind(t, failure(t, newCache(t, cfg)), emr.KindAuth)
		}
		other := srv.Config()
		other.Store, other.Scopes = cfg.Store, []string{"api://other/.default"}
		if access(t, token(t, newCache(t, other))) == access(t, mine) {
			t.Error("another scope, the same token")
		}
		same := srv.Config() // from a function, but the same text
		same.Store, same.StoreKey = cfg.Store, "clinic"
		first := access(t, token(t, newCache(t, same)))
		same.ClientSecret = auth.SecretFunc(same.ClientSecret.Reveal)
		before := srv.Count()
		if access(t, token(t, newCache(t, same))) != first {
			t.Error("two tokens")
		}
		wantCount(t, srv, before)
	})
}

func TestReplicas_keysFromFunctionsShareByTheirText(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		store := auth.NewMemoryStore()
		key := func() auth.Config {
			cfg := srv.ExchangeConfig()
			x := *cfg.Exchange
			x.Key = auth.SecretFunc(x.Key.Reveal)
			cfg.Exchange, cfg.Store = &x, store
			return cfg
		}
		one := access(t, token(t, newCache(t, key())))
		if access(t, token(t, newCache(t, key()))) != one {
			t.Error("two tokens")
		}
		wantCount(t, srv, 1)
		wrong := key()
		wrong.Exchange.Key = auth.NewSecret("of-another-customer")
		wantKind(t, failure(t, newCache(t, wrong)), emr.KindAuth)
	})
}

// placeStore notes the places that are asked for.
type placeStore struct {
	auth.Store
	places map[string]bool
}

func (s *placeStore) Update(ctx context.Context, key string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	s.places[key] = true
	return s.Store.Update(ctx, key, f)
}

func TestReplicas_theSecretIsNotInTheStoresKey(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		store := &placeStore{Store: auth.NewMemoryStore(), places: map[string]bool{}}
		cfg.Store = store
		token(t, newCache(t, cfg))
		cfg.StoreKey = "clinic-1"
		token(t, newCache(t, cfg))
		if len(store.places) != 2 || !store.places["clinic-1"] {
			t.Errorf("places %v", store.places)
		}
		for place := range store.places {
			if strings.Contains(place, "secret") {
				t.Errorf("the place %q holds a secret", place)
			}
		}
	})
}

func TestReplicas_aSignInIsNeverOverwritten(t *testing.T) {
	t.Parallel()
	eachWay(t, rotating, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		signIn := srv.RefreshConfig()
		signIn.Store, signIn.StoreKey = auth.NewMemoryStore(), "clinic"
		token(t, newCache(t, signIn))
		cfg.Store, cfg.StoreKey = signIn.Store, signIn.StoreKey
		e := failure(t, newCache(t, cfg))
		if e.Kind != emr.KindConfig || len(e.Fields) != 1 || e.Fields[0] != "StoreKey" {
			t.Errorf("got %v", e)
		}
		time.Sleep(2 * time.Hour)
		token(t, newCache(t, signIn))
		wantCount(t, srv, 2)
	})
}

func TestReplicas_aTokenForOneUseIsNotStored(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		cfg := srv.Config()
		cfg.Store = store
		srv.Fail(1, authtest.Answer(200, "application/json", `{"access_token":"once","token_type":"Bearer","expires_in":-1}`))
		if access(t, token(t, newCache(t, cfg))) != "once" {
			t.Error("not the token of the endpoint")
		}
		if len(store.saved) != 0 {
			t.Error("a token that has ended was stored")
		}
	})
}
