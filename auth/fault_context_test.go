package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

func TestFault_X1_cancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, s := range []auth.Source{newCache(t, cfg), auth.Static(auth.NewSecret("x"))} {
			_, err := s.Token(ctx)
			wantKind(t, err, emr.KindCanceled)
			wantHint(t, err)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v does not match context.Canceled", err)
			}
		}
		time.Sleep(time.Second)
		wantCount(t, srv, 0)
	})
}

func TestFault_X3_callerWithoutTimeForTheSecondTryGetsTheFirstErrorAtOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.Fail(1, authtest.Answer(503, "", "", "Retry-After", "2"))
		c := newCache(t, cfg)
		patient := make(chan error, 1)
		go func() { _, err := c.Token(t.Context()); patient <- err }()
		began := time.Now()
		_, err := c.Token(within(t, time.Second))
		if took := time.Since(began); took > 50*time.Millisecond {
			t.Errorf("came back after %v", took)
		}
		wantKind(t, err, emr.KindUnavailable)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v does not match DeadlineExceeded", err)
		}
		if err := <-patient; err != nil {
			t.Errorf("the caller who had the time got %v", err)
		}
		wantCount(t, srv, 2)
	})
}

func TestFault_X2_cancelEndsTheWaitForTheSecondTry(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.FailAll(authtest.Answer(503, "", "", "Retry-After", "2"))
		c := newCache(t, cfg)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		_, err := c.Token(ctx)
		if took := time.Since(began); took > time.Second+50*time.Millisecond {
			t.Errorf("came back after %v", took)
		}
		wantKind(t, err, emr.KindCanceled)
	})
}

func TestFault_X5_thousandCallersWithRandomCancelsLeaveNothing(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) { // the bubble fails if a goroutine stays
		srv.FailAll(authtest.Slow(30 * time.Millisecond))
		c := newCache(t, cfg)
		var wg sync.WaitGroup
		for n := range 1000 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n%60)*time.Millisecond)
				defer cancel()
				tok, err := c.Token(ctx)
				if err == nil && n%3 == 0 {
					c.Invalidate(tok)
				}
				if err != nil && emr.KindOf(err) != emr.KindTimeout {
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
	})
}
