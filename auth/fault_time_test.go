package auth_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func TestFault_A8_hourTokenIsRenewedInTheBackgroundFromMinute55(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		c := newCache(t, cfg)
		old := token(t, c)
		time.Sleep(55*time.Minute - time.Second)
		if token(t, c) != old {
			t.Fatal("renewed before minute 55")
		}
		synctest.Wait()
		wantCount(t, srv, 1)
		time.Sleep(time.Second)
		srv.Fail(1, authtest.Slow(10*time.Second))
		began := time.Now()
		for range 100 {
			if token(t, c) != old {
				t.Fatal("the renewal is slow, and the old token is good: want the old one")
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("callers waited %v for a renewal in the background", took)
		}
		time.Sleep(11 * time.Second)
		renewed := token(t, c)
		if renewed == old || !srv.Valid(access(t, renewed)) {
			t.Error("not renewed")
		}
		wantCount(t, srv, 2)
	})
}

func TestFault_A8_callersWaitOnlyWhenTheTokenHasEnded(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		c := newCache(t, cfg)
		old := token(t, c)
		time.Sleep(time.Hour - time.Millisecond)
		srv.FailAll(authtest.Slow(3 * time.Second))
		if token(t, c) != old {
			t.Error("the token is good for another millisecond")
		}
		time.Sleep(time.Millisecond)
		began := time.Now()
		tokens, _ := together(t.Context(), c, 100)
		if took := time.Since(began); took == 0 || took > 3*time.Second {
			t.Errorf("callers waited %v", took)
		}
		if !same(tokens) || tokens[0] == old {
			t.Error("want one new token for all")
		}
		wantCount(t, srv, 2)
	})
}

func TestFault_A8_shortLivesAreRenewedLater(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		for _, tt := range []struct{ life, due string }{
			{`86400`, "23h55m"}, {`7200`, "1h55m"}, {`3600`, "55m"}, {`1800`, "27m30s"}, {`900`, "13m45s"},
			{`120`, "1m50s"}, {`60`, "50s"}, {`30`, "20s"}, {`8`, "4s"},
		} {
			srv.FailAll(authtest.ExpiresIn(tt.life))
			c := newCache(t, cfg)
			token(t, c)
			before := srv.Count()
			due, _ := time.ParseDuration(tt.due)
			time.Sleep(due - time.Millisecond)
			token(t, c)
			synctest.Wait()
			wantCount(t, srv, before)
			time.Sleep(time.Millisecond)
			token(t, c)
			time.Sleep(time.Millisecond)
			wantCount(t, srv, before+1)
			if t.Failed() {
				t.Fatalf("life %s s", tt.life)
			}
		}
	})
}

func TestFault_A8_unusedCacheSendsNothing(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		c := newCache(t, cfg)
		token(t, c)
		time.Sleep(240 * time.Hour)
		wantCount(t, srv, 1)
	})
}

func TestFault_A8_failedRenewalLeavesTheOldTokenInUse(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		var book logBook
		cfg.Logger = book.logger()
		c := newCache(t, cfg)
		old := token(t, c)
		time.Sleep(56 * time.Minute)
		srv.FailAll(authtest.Answer(503, "text/plain", ""))
		for range 100 {
			if token(t, c) != old {
				t.Fatal("want the old token")
			}
			time.Sleep(100 * time.Millisecond)
		}
		if most := busiest(srv, time.Second); most > 2 {
			t.Errorf("%d requests within one second", most)
		}
		srv.Heal()
		time.Sleep(2 * time.Second)
		token(t, c)
		time.Sleep(time.Second)
		if token(t, c) == old {
			t.Error("not renewed after the endpoint came back")
		}
	})
}

func TestFault_A8_refusedRenewalWarns(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		var book logBook
		cfg.Logger = book.logger()
		c := newCache(t, cfg)
		token(t, c)
		time.Sleep(56 * time.Minute)
		srv.FailAll(authtest.Refuse(401, "invalid_client"))
		token(t, c)
		synctest.Wait()
		time.Sleep(time.Second)
		for _, want := range []string{"level=WARN", "token renewal failed", "invalid_client", "kind=auth"} {
			wantIn(t, book.String(), want)
		}
		checkText(t, srv, book.String())
		time.Sleep(4 * time.Minute)
		wantKind(t, failure(t, c), emr.KindAuth)
	})
}

func TestFault_X2_hangingEndpointEndsAfterAMinute(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		for _, f := range []authtest.Fault{authtest.Hang(), authtest.Drip(100 * time.Millisecond)} {
			srv.Fail(1, f)
			c := newCache(t, cfg)
			began := time.Now()
			wantKind(t, failure(t, c), emr.KindTimeout)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("a caller without a deadline waited %v", took)
			}
		}
		wantCount(t, srv, 2)
	})
}
