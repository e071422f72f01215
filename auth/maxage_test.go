package auth_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
)

func TestMaxAge_endsATokenWhateverTheEndpointSays(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		for _, tt := range []struct {
			said      string
			age, want time.Duration
		}{
			{`86400`, 55 * time.Minute, 55 * time.Minute},
			{`3600`, 55 * time.Minute, 55 * time.Minute},
			{`3300`, 55 * time.Minute, 55 * time.Minute},
			{`600`, 55 * time.Minute, 10 * time.Minute},
			{``, 55 * time.Minute, 5 * time.Minute}, // unknown
			{`-1`, 55 * time.Minute, 0},             // once
			{`3600`, 0, time.Hour},
			{`3600`, time.Second, time.Second},
		} {
			srv.FailAll(authtest.ExpiresIn(tt.said))
			cfg.MaxAge = tt.age
			tok := token(t, newCache(t, cfg))
			if got := tok.Expires.Sub(tok.Issued); got != tt.want {
				t.Errorf("%s and %v: life %v, want %v", tt.said, tt.age, got, tt.want)
			}
		}
	})
}

func TestMaxAge_isRenewedBeforeAndNeverPassed(t *testing.T) {
	t.Parallel()
	eachWay(t, &authtest.Options{Life: 24 * time.Hour}, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		cfg.MaxAge = time.Hour
		c := newCache(t, cfg)
		old := token(t, c)
		time.Sleep(55*time.Minute - time.Millisecond)
		token(t, c)
		synctest.Wait()
		wantCount(t, srv, 1)
		time.Sleep(time.Millisecond)
		srv.Fail(1, authtest.Slow(time.Second))
		if token(t, c) != old {
			t.Error("the caller waited for a renewal in the background")
		}
		time.Sleep(2 * time.Second)
		renewed := token(t, c)
		if renewed == old {
			t.Error("not renewed")
		}
		wantCount(t, srv, 2)

		srv.FailAll(authtest.Answer(503, "", ""))
		time.Sleep(time.Hour - 3*time.Second)
		token(t, c)
		time.Sleep(3 * time.Second)
		failure(t, c) // too old, though the endpoint gave it a day
	})
}

func TestMaxAge_countsForTokensOfAStore(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Life: 24 * time.Hour, Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		other := srv.RefreshConfig()
		other.Store, other.StoreKey = store, "clinic"
		first := token(t, newCache(t, other)) // another process, without a bound
		cfg := other
		cfg.MaxAge = time.Hour
		time.Sleep(30 * time.Minute)
		tok := token(t, newCache(t, cfg))
		if !tok.Access.Equal(first.Access) || tok.Expires.Sub(first.Issued) != time.Hour {
			t.Errorf("life %v, want the stored token until its first hour is over", tok.Expires.Sub(first.Issued))
		}
		if len(store.saved) != 1 {
			t.Errorf("%d tokens were stored: the bound of one process is not for all", len(store.saved))
		}
		wantCount(t, srv, 1)
		time.Sleep(30 * time.Minute)
		if tok = token(t, newCache(t, cfg)); tok.Access.Equal(first.Access) {
			t.Error("a token of an hour was handed out")
		}
		wantCount(t, srv, 2)
	})
}

func TestMaxAge_aStoredTokenOfUnknownAgeIsRenewed(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		for age, want := range map[time.Duration]int{0: 0, time.Hour: 1} {
			store, cfg := newSpy(), srv.RefreshConfig()
			cfg.Store, cfg.StoreKey, cfg.MaxAge = store, "clinic", age
			kept := &auth.Token{Access: auth.NewSecret("kept"), Refresh: auth.NewSecret(srv.SignIn()), Expires: time.Now().Add(10 * time.Hour)}
			_ = store.Update(t.Context(), "clinic", func(context.Context, *auth.Token) (*auth.Token, error) { return kept, nil })
			before := srv.Count()
			token(t, newCache(t, cfg))
			wantCount(t, srv, before+want)
		}
	})
}
