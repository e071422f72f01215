package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func TestFault_A1_hundredCallersWithoutTokenShareOneRequest(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Fail(1, authtest.Slow(time.Second))
		c := newCache(t, cfg)
		tokens, errs := together(t.Context(), c, 100)
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if !same(tokens) || !srv.Valid(access(t, tokens[0])) {
			t.Error("the callers got different or invalid tokens")
		}
		wantCount(t, srv, 1)
	})
}

func TestFault_A2_slowEndpointHoldsNoCallerBeyondItsDeadline(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Fail(1, authtest.Slow(2*time.Second))
		c := newCache(t, cfg)
		patient := make(chan error, 1)
		go func() { _, err := c.Token(t.Context()); patient <- err }()
		began := time.Now()
		_, errs := together(within(t, 200*time.Millisecond), c, 50)
		if took := time.Since(began); took != 200*time.Millisecond {
			t.Errorf("callers came back after %v, want 200ms", took)
		}
		for _, err := range errs {
			wantKind(t, err, emr.KindTimeout)
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, emr.ErrTimeout) {
				t.Errorf("%v does not match DeadlineExceeded and ErrTimeout", err)
			}
		}
		if err := <-patient; err != nil {
			t.Errorf("the caller who waited got %v", err)
		}
		token(t, c) // cached
		wantCount(t, srv, 1)
	})
}

func TestFault_A3_firstCallersCancelDoesNotCancelTheFetch(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Fail(1, authtest.Slow(2*time.Second))
		c := newCache(t, cfg)
		ctx, cancel := context.WithCancel(t.Context())
		first := make(chan error, 1)
		go func() { _, err := c.Token(ctx); first <- err }()
		synctest.Wait()
		rest := make(chan []error, 1)
		go func() { _, errs := together(t.Context(), c, 20); rest <- errs }()
		synctest.Wait()
		began := time.Now()
		cancel()
		err := <-first
		if took := time.Since(began); took > 50*time.Millisecond {
			t.Errorf("the cancelled caller came back after %v", took)
		}
		wantKind(t, err, emr.KindCanceled)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v does not match context.Canceled", err)
		}
		if err := errors.Join(<-rest...); err != nil {
			t.Errorf("the others got %v", err)
		}
		wantCount(t, srv, 1)
	})
}

func TestFault_A4_deadEndpointIsAskedOncePerCoolDown(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.FailAll(authtest.Answer(503, "text/plain", "down"))
		c := newCache(t, cfg)
		_, errs := together(t.Context(), c, 100)
		for _, err := range errs {
			wantKind(t, err, emr.KindUnavailable)
			if err.Error() != errs[0].Error() {
				t.Errorf("callers got different errors: %v and %v", err, errs[0])
			}
		}
		// 100 callers, each again every 10 ms for ten seconds.
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
					if _, err := c.Token(t.Context()); err == nil {
						t.Error("a token from a dead endpoint")
					}
				}
			})
		}
		wg.Wait()
		if most := busiest(srv, time.Second); most > 2 {
			t.Errorf("%d token requests within one second, want at most 2", most)
		}
		srv.Heal()
		time.Sleep(time.Second)
		token(t, c)
	})
}

func TestFault_A4_waitingCallersGetTheErrorAtOnceAndNoRequest(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Down(true)
		c := newCache(t, cfg)
		wantKind(t, failure(t, c), emr.KindUnavailable)
		srv.Down(false)
		began := time.Now()
		e := failure(t, c)
		wantKind(t, e, emr.KindUnavailable)
		if e.Attempts != 0 || time.Since(began) != 0 {
			t.Errorf("attempts %d after %v, want none at once", e.Attempts, time.Since(began))
		}
		time.Sleep(time.Second)
		token(t, c)
		wantCount(t, srv, 1)
	})
}

func TestFault_A4_refusedConnectionIsTriedTwice(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Down(true)
		c := newCache(t, cfg)
		go func() {
			time.Sleep(50 * time.Millisecond)
			srv.Down(false)
		}()
		token(t, c)
		wantCount(t, srv, 1)
	})
}

func TestFault_A4_oneUnavailableAnswerIsSurvived(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		for name, f := range map[string]authtest.Fault{
			"503": authtest.Answer(503, "text/plain", ""), "502": authtest.Answer(502, "text/html", "<p>"),
			"429": authtest.Answer(429, "text/plain", "", "Retry-After", "1"), "cut": authtest.Cut(),
		} {
			srv.Fail(1, f)
			c := newCache(t, cfg)
			if _, err := c.Token(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		wantCount(t, srv, 8)
	})
}

func TestFault_A4_retryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Fail(1, authtest.Answer(429, "application/json", `{"error":"slow_down"}`, "Retry-After", "30"))
		c := newCache(t, cfg)
		e := failure(t, c)
		wantKind(t, e, emr.KindRateLimited)
		if e.RetryAfter != 30*time.Second {
			t.Errorf("RetryAfter %v, want 30s", e.RetryAfter)
		}
		time.Sleep(29 * time.Second)
		wantKind(t, failure(t, c), emr.KindRateLimited)
		wantCount(t, srv, 1)
		time.Sleep(time.Second)
		token(t, c)
	})
}

func TestFault_A4_refusalsInARowAreSpacedOut(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.FailAll(authtest.Refuse(401, "invalid_client"))
		c := newCache(t, cfg)
		for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			wantKind(t, failure(t, c), emr.KindAuth)
		}
		if n := srv.Count(); n > 16 { // 1+2+4+8+16+32 s, then one a minute
			t.Errorf("%d refused requests in ten minutes would lock an account", n)
		}
	})
}

// busiest is the largest number of requests in any window of d.
func busiest(srv *authtest.Server, d time.Duration) int {
	most, from := 0, 0
	list := srv.Requests()
	for to, r := range list {
		for r.Time.Sub(list[from].Time) >= d {
			from++
		}
		most = max(most, to-from+1)
	}
	return most
}
