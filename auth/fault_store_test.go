package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// storeLike is a store that is one function.
type storeLike func(ctx context.Context, f func(context.Context, *auth.Token) (*auth.Token, error)) error

func (s storeLike) Update(ctx context.Context, _ string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	return s(ctx, f)
}

// warnings counts the lines about the store.
func warnings(b *logBook) int { return strings.Count(b.String(), "token store left alone") }

func TestFault_A4_aStoreThatIsDownCostsATokenRequestAndOneWarning(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		store, book := newSpy(), new(logBook)
		cfg.Store, cfg.Logger = store, book.logger()
		store.fail = errors.New("redis: dial tcp 10.1.2.3:6379 for canary-user: refused")
		c := newCache(t, cfg)
		first := token(t, c)
		for range 3 { // in the minute after it, the store is left alone
			c.Invalidate(token(t, c))
			time.Sleep(10 * time.Second)
		}
		token(t, c)
		wantCount(t, srv, 4)
		if n := warnings(book); n != 1 {
			t.Errorf("%d warnings, want 1", n)
		}
		if s := book.String(); strings.Contains(s, "canary") || strings.Contains(s, access(t, first)) {
			t.Errorf("the log holds what the store said: %s", s)
		}
		store.fail = nil
		time.Sleep(time.Minute)
		c.Invalidate(token(t, c))
		shared := access(t, token(t, c))
		if access(t, token(t, newCache(t, cfg))) != shared {
			t.Error("the store is not used again")
		}
		wantCount(t, srv, 5)
	})
}

func TestFault_A4_aStoreThatCannotWriteCostsNothing(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		store, book := newSpy(), new(logBook)
		cfg.Store, cfg.Logger = store, book.logger()
		store.lose = errors.New("disk full")
		c := newCache(t, cfg)
		first := token(t, c)
		if token(t, c) != first {
			t.Error("two tokens")
		}
		wantCount(t, srv, 1)
		if n := warnings(book); n != 1 {
			t.Errorf("%d warnings, want 1", n)
		}
	})
}

func TestFault_A4_theEndpointsErrorIsToldAndIsNoStoreFailure(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		book := new(logBook)
		cfg.Store, cfg.Logger = auth.NewMemoryStore(), book.logger()
		srv.Down(true)
		c := newCache(t, cfg)
		wantKind(t, failure(t, c), emr.KindUnavailable)
		srv.Down(false)
		time.Sleep(2 * time.Second)
		token(t, c)
		if warnings(book) != 0 {
			t.Error("the store was blamed")
		}
	})
}

func TestFault_A2_aStoreThatHangsHoldsUpNobodyForLong(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]storeLike{
		"ends with its context": func(ctx context.Context, _ func(context.Context, *auth.Token) (*auth.Token, error)) error {
			<-ctx.Done()
			return ctx.Err()
		},
		"ignores its context, and calls when nobody waits": func(ctx context.Context, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
			time.Sleep(time.Hour)
			_, err := f(context.WithoutCancel(ctx), nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
				book := new(logBook)
				cfg.Store, cfg.Logger = store, book.logger()
				c := newCache(t, cfg)
				began := time.Now()
				_, err := c.Token(within(t, 200*time.Millisecond))
				wantKind(t, err, emr.KindTimeout)
				if took := time.Since(began); took != 200*time.Millisecond {
					t.Errorf("the caller left after %v", took)
				}
				token(t, c)
				if took := time.Since(began); took > 21*time.Second {
					t.Errorf("the token came after %v", took)
				}
				if warnings(book) != 1 {
					t.Error("no warning")
				}
				time.Sleep(2 * time.Hour)
				wantCount(t, srv, 1)
			})
		})
	}
}

func TestFault_A2_aStoreThatHangsWhileItWritesLosesNoToken(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		cfg.Store = storeLike(func(ctx context.Context, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
			if _, err := f(ctx, nil); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		})
		srv.Fail(1, authtest.Slow(10*time.Second))
		began := time.Now()
		token(t, newCache(t, cfg))
		if took := time.Since(began); took > 31*time.Second {
			t.Errorf("the token came after %v", took)
		}
		wantCount(t, srv, 1)
	})
}

func TestFault_A3_closeEndsAWaitForTheStore(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		cfg.Store = storeLike(func(ctx context.Context, _ func(context.Context, *auth.Token) (*auth.Token, error)) error {
			<-ctx.Done()
			return ctx.Err()
		})
		c := newCache(t, cfg)
		go func() { _, _ = c.Token(t.Context()) }()
		time.Sleep(time.Second)
		began := time.Now()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("Close took %v", took)
		}
		wantCount(t, srv, 0)
	})
}

func TestStore_oddOnesAreSurvived(t *testing.T) {
	t.Parallel()
	type update = func(context.Context, *auth.Token) (*auth.Token, error)
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		cfg.Store = storeLike(func(context.Context, update) error { return nil })
		wantKind(t, failure(t, newCache(t, cfg)), emr.KindConfig)

		cfg.Store = storeLike(func(context.Context, update) error { panic("canary") })
		token(t, newCache(t, cfg))
		wantCount(t, srv, 1)

		cfg.Store = storeLike(func(ctx context.Context, f update) error { // runs it twice
			_, _ = f(ctx, nil)
			_, err := f(ctx, nil)
			return err
		})
		token(t, newCache(t, cfg))
		wantCount(t, srv, 2)

		forged := &auth.Token{Access: auth.NewSecret("of-another-secret"), Issued: time.Now(), Expires: time.Now().Add(time.Hour)}
		cfg.Store = storeLike(func(ctx context.Context, f update) error {
			_, err := f(ctx, forged)
			return err
		})
		if access(t, token(t, newCache(t, cfg))) == "of-another-secret" {
			t.Error("a token of unknown origin was taken")
		}
		wantCount(t, srv, 3)
	})
}
