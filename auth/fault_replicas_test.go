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

func TestFault_A14_twoProcessesSpendARefreshTokenOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.RefreshConfig()
		cfg.Store = auth.NewMemoryStore()
		one, two := newCache(t, cfg), newCache(t, cfg)
		for range 4 {
			got := make(chan *auth.Token, 2)
			go func() { got <- token(t, one) }()
			go func() { got <- token(t, two) }()
			if a, b := <-got, <-got; access(t, a) != access(t, b) {
				t.Error("two tokens")
			}
			time.Sleep(2 * time.Hour)
		}
		wantCount(t, srv, 4)
	})
}

// overtaken is a store without a real lock: another process writes its token between
// the first read and the second.
type overtaken struct {
	first, later *auth.Token
	reads        int
}

func (s *overtaken) Update(ctx context.Context, _ string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	s.reads++
	have := s.first
	if s.reads > 1 {
		have = s.later
	}
	_, err := f(ctx, have)
	return err
}

func TestFault_A14_invalidGrantLooksForTheSuccessorInTheStore(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		stale := &auth.Token{Refresh: auth.NewSecret("used-by-the-other-process")}

		// and tries its refresh token
		cfg := srv.RefreshConfig()
		cfg.RefreshToken, cfg.StoreKey = auth.Secret{}, "clinic"
		cfg.Store = &overtaken{first: stale, later: &auth.Token{Refresh: auth.NewSecret(srv.SignIn())}}
		token(t, newCache(t, cfg))
		wantCount(t, srv, 2)

		// and uses its access token
		theirs := &auth.Token{Access: auth.NewSecret("theirs"), Issued: time.Now(), Expires: time.Now().Add(time.Hour)}
		cfg.Store = &overtaken{first: stale, later: theirs}
		if got := access(t, token(t, newCache(t, cfg))); got != "theirs" {
			t.Errorf("got another token than the other process's")
		}
		wantCount(t, srv, 3)

		// but a second dead one is the end
		cfg.Store = &overtaken{first: stale, later: &auth.Token{Refresh: auth.NewSecret("dead-too")}}
		if e := failure(t, newCache(t, cfg)); !errors.Is(e, emr.ErrLoginRequired) {
			t.Errorf("want ErrLoginRequired: %v", e)
		}
		wantCount(t, srv, 5)
	})
}

func TestFault_A14_withoutASuccessorItIsOneRequestAndSignInAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		c := newCache(t, srv.RefreshConfig())
		token(t, c)
		srv.RevokeAll()
		time.Sleep(2 * time.Hour)
		before := srv.Count()
		e := failure(t, c)
		if !errors.Is(e, emr.ErrLoginRequired) || !errors.Is(e, emr.ErrAuth) {
			t.Errorf("want ErrLoginRequired: %v", e)
		}
		wantCount(t, srv, before+1)
	})
}

func TestFault_A14_newSignInInTheConfigurationReplacesADeadStore(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.RefreshConfig()
		cfg.Store, cfg.StoreKey = auth.NewMemoryStore(), "clinic"
		token(t, newCache(t, cfg))
		srv.RevokeAll()
		time.Sleep(2 * time.Hour)
		cfg.RefreshToken = auth.NewSecret(srv.SignIn())
		before := srv.Count()
		token(t, newCache(t, cfg))
		wantCount(t, srv, before+2)
	})
}

func TestFault_A14_anothersTokenInTheStoreWinsOverOurUnsavedOne(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		cfg := srv.RefreshConfig()
		cfg.Store, cfg.StoreKey = store, "clinic"
		c := newCache(t, cfg)
		store.lose = errors.New("disk full")
		wantKind(t, failure(t, c), emr.KindUnavailable)
		store.lose = nil
		theirs := &auth.Token{
			Access: auth.NewSecret("theirs"), Refresh: auth.NewSecret(srv.SignIn()),
			Issued: time.Now(), Expires: time.Now().Add(time.Hour),
		}
		err := store.Update(t.Context(), cfg.StoreKey, func(context.Context, *auth.Token) (*auth.Token, error) { return theirs, nil })
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if access(t, token(t, c)) != "theirs" {
			t.Error("our own unsaved token replaced the newer one")
		}
	})
}
