package auth_test

import (
	"context"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
)

// call does what the transport does with a token: one replay after a 401. It returns
// how often the resource server was asked, and whether it agreed.
func call(ctx context.Context, srv *authtest.Server, c *auth.Cache) (asked int, ok bool) {
	for range 2 {
		tok, err := c.Token(ctx)
		if err != nil {
			return asked, false
		}
		text, _ := tok.Access.Reveal(ctx)
		asked++
		if srv.Valid(text) {
			return asked, true
		}
		c.Invalidate(tok)
	}
	return asked, false
}

func TestFault_A9_revokedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		c := newCache(t, cfg)
		srv.Revoke(access(t, token(t, c)))
		if asked, ok := call(t.Context(), srv, c); asked != 2 || !ok {
			t.Errorf("asked %d times, agreed %v", asked, ok)
		}
		wantCount(t, srv, 2)
	})
}

func TestFault_A9_onlyTheCachedTokenIsDropped(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		c := newCache(t, cfg)
		old := token(t, c)
		c.Invalidate(nil)
		c.Invalidate(&auth.Token{Access: auth.NewSecret("something else")})
		if token(t, c) != old {
			t.Error("a foreign token dropped ours")
		}
		c.Invalidate(&auth.Token{Access: auth.NewSecret(access(t, old))}) // a copy made by the caller
		renewed := token(t, c)
		if renewed == old {
			t.Error("not dropped")
		}
		c.Invalidate(old)
		if token(t, c) != renewed {
			t.Error("a late 401 of the old token dropped the new one")
		}
		wantCount(t, srv, 2)
	})
}

func TestFault_A10_fiftyParallelRefusalsBuyOneNewToken(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		c := newCache(t, cfg)
		old := token(t, c)
		srv.Revoke(access(t, old))
		var met, start sync.WaitGroup
		met.Add(50)
		for range 50 {
			start.Go(func() {
				tok, err := c.Token(t.Context())
				met.Done()
				met.Wait() // all fifty hold the old token
				if err != nil || tok != old {
					t.Errorf("want the old token: %v", err)
				}
				c.Invalidate(tok)
				if asked, ok := call(t.Context(), srv, c); asked != 1 || !ok {
					t.Errorf("asked %d times, agreed %v", asked, ok)
				}
			})
		}
		start.Wait()
		wantCount(t, srv, 2)
	})
}

func TestFault_A11_withoutInvalidateNothingIsFetched(t *testing.T) {
	t.Parallel()
	srv := authtest.New(t, nil)
	cfg := srv.Config()
	cfg.Scopes = []string{"patient/*.read", "slot/*.read"}
	c := newCache(t, cfg)
	first := token(t, c)
	for range 10 { // 403 and insufficient_scope do not touch the source
		if token(t, c) != first {
			t.Fatal("a new token without a 401")
		}
	}
	if len(first.Scopes) != 2 {
		t.Errorf("granted scopes %v: a missing one could not be named", first.Scopes)
	}
	wantCount(t, srv, 1)
}
