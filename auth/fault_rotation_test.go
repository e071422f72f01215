package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// spyStore is a store whose writes can be looked at, and fail.
type spyStore struct {
	*auth.MemoryStore
	fail  error // before f runs
	lose  error // after f ran: nothing is written
	saved []string
}

func newSpy() *spyStore { return &spyStore{MemoryStore: auth.NewMemoryStore()} }

func (s *spyStore) Update(ctx context.Context, key string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	if s.fail != nil {
		return s.fail
	}
	return s.MemoryStore.Update(ctx, key, func(ctx context.Context, t *auth.Token) (*auth.Token, error) {
		n, err := f(ctx, t)
		if err != nil {
			return nil, err
		}
		if s.lose != nil {
			return nil, s.lose
		}
		if n != nil && n != t {
			text, _ := n.Refresh.Reveal(ctx)
			s.saved = append(s.saved, text)
		}
		return n, nil
	})
}

var rotating = &authtest.Options{Rotate: true, Refresh: true}

func TestFault_A12_newRefreshTokenIsStoredBeforeTheAccessTokenIsUsed(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		cfg := srv.RefreshConfig()
		cfg.Store = store
		c := newCache(t, cfg)
		for n := 1; n <= 5; n++ {
			tok := token(t, c)
			refresh, _ := tok.Refresh.Reveal(t.Context())
			if len(store.saved) != n || store.saved[n-1] != refresh {
				t.Fatalf("turn %d: the new refresh token is not in the store", n)
			}
			time.Sleep(2 * time.Hour)
		}
		used := map[string]bool{}
		for _, r := range srv.Requests() {
			refresh := r.Form.Get("refresh_token")
			if used[refresh] {
				t.Error("a refresh token was sent twice")
			}
			used[refresh] = true
		}
		wantCount(t, srv, 5)
	})
}

func TestFault_A12_storeFailureIsAnErrorAndTheTokenIsNotLost(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		cfg := srv.RefreshConfig()
		cfg.Store = store
		c := newCache(t, cfg)
		mine := errors.New("redis: cannot write refresh-token-0002.canary")
		store.lose = mine
		e := failure(t, c)
		wantKind(t, e, emr.KindUnavailable)
		if !errors.Is(e, mine) {
			t.Error("the store's own error cannot be matched")
		}
		noSecrets(t, srv, e)
		wantIn(t, e.Hint, "store")
		wantCount(t, srv, 1)
		time.Sleep(2 * time.Second)
		store.lose = nil
		tok := token(t, c) // stored now, and bought no second time
		wantCount(t, srv, 1)
		if len(store.saved) != 1 || !srv.Valid(access(t, tok)) {
			t.Errorf("saved %d tokens", len(store.saved))
		}
		time.Sleep(2 * time.Hour)
		token(t, c)
	})
}

func TestFault_A12_storeThatIsDownSpendsNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		store.fail = errors.New("connection refused")
		cfg := srv.RefreshConfig()
		cfg.Store = store
		c := newCache(t, cfg)
		wantKind(t, failure(t, c), emr.KindUnavailable)
		wantCount(t, srv, 0)
	})
}

func TestFault_A12_restartContinuesFromTheStore(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		cfg := srv.RefreshConfig()
		cfg.Store = store
		first := token(t, newCache(t, cfg))
		again := newCache(t, cfg) // the same configuration, whose refresh token is used up
		if access(t, token(t, again)) != access(t, first) {
			t.Error("a good token in the store was not used")
		}
		wantCount(t, srv, 1)
		time.Sleep(2 * time.Hour)
		token(t, again)
		wantCount(t, srv, 2)
	})
}

func TestFault_A12_storeThatRunsTheFunctionTwiceSpendsOneToken(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.RefreshConfig()
		cfg.Store = optimistic{auth.NewMemoryStore()}
		token(t, newCache(t, cfg))
		wantCount(t, srv, 1)
	})
}

// optimistic is a store that runs f again, as compare-and-set loops do.
type optimistic struct{ *auth.MemoryStore }

func (s optimistic) Update(ctx context.Context, key string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	return s.MemoryStore.Update(ctx, key, func(ctx context.Context, t *auth.Token) (*auth.Token, error) {
		if _, err := f(ctx, t); err != nil {
			return nil, err
		}
		return f(ctx, t)
	})
}

func TestFault_A13_lostAnswerIsNotFollowedByABlindSecondUse(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		for name, f := range map[string]authtest.Fault{
			"cut after the work": authtest.LoseAnswer(), "cut before": authtest.Cut(), "503": authtest.Answer(503, "text/plain", ""),
			"half an answer": authtest.Answer(200, "application/json", `{"access_token":"x`), "hang": authtest.Hang(),
		} {
			c := newCache(t, srv.RefreshConfig())
			before := srv.Count()
			srv.Fail(1, f)
			e := failure(t, c)
			wantCount(t, srv, before+1)
			wantIn(t, e.Hint, "sign in again")
			if t.Failed() {
				t.Fatalf("%s: %v", name, e)
			}
		}
	})
}

func TestFault_A13_afterALostAnswerInvalidGrantSaysSignInAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		c := newCache(t, srv.RefreshConfig())
		srv.Fail(1, authtest.LoseAnswer())
		wantKind(t, failure(t, c), emr.KindUnavailable)
		time.Sleep(2 * time.Second)
		e := failure(t, c) // a new call of the application's: the only token there is
		wantKind(t, e, emr.KindAuth)
		if !errors.Is(e, emr.ErrLoginRequired) || e.Code != "invalid_grant" {
			t.Errorf("want ErrLoginRequired, got %v", e)
		}
		wantIn(t, e.Hint, "sign in again")
		wantCount(t, srv, 2)
	})
}

func TestFault_A13_inTheBackgroundAUsedTokenWaitsForTheLastMoment(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		c := newCache(t, srv.RefreshConfig())
		old := token(t, c)
		time.Sleep(56 * time.Minute)
		srv.Fail(1, authtest.LoseAnswer())
		for range 120 {
			if token(t, c) != old || !srv.Valid(access(t, old)) {
				t.Fatal("the second use ended the good access token")
			}
			time.Sleep(time.Second)
		}
		wantCount(t, srv, 2)
	})
}

func TestFault_A13_refusedConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		c := newCache(t, srv.RefreshConfig())
		srv.Down(true)
		go func() {
			time.Sleep(100 * time.Millisecond)
			srv.Down(false)
		}()
		token(t, c) // nothing had been sent
		wantCount(t, srv, 1)
	})
}

func TestRefresh_vendorThatDoesNotRotateKeepsItsToken(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		cfg := srv.RefreshConfig()
		cfg.Store = store
		c := newCache(t, cfg)
		for range 3 {
			token(t, c)
			time.Sleep(2 * time.Hour)
		}
		if len(store.saved) != 3 || store.saved[2] != store.saved[0] {
			t.Errorf("%d saves; the refresh token is not the one there was", len(store.saved))
		}
	})
}
