package auth_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth/authtest"
)

// The promise of the design: 1,000 callers at expiry are one request.
func TestPromise_thousandCallersAtExpiryAreOneRequest(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		c := newCache(t, srv.Config())
		for n := 1; n <= 3; n++ {
			tokens, errs := together(t.Context(), c, 1000)
			if err := errors.Join(errs...); err != nil || !same(tokens) {
				t.Fatalf("expiry %d: %v", n, err)
			}
			wantCount(t, srv, n)
			time.Sleep(time.Hour)
		}
	})
}

// And with the endpoint down, at most two a cool-down window, whoever asks.
func TestPromise_thousandCallersAtADeadEndpointAreTwoRequestsAWindow(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		srv.FailAll(authtest.Answer(503, "", ""))
		c := newCache(t, srv.Config())
		for range 50 { // five seconds
			together(t.Context(), c, 1000)
			time.Sleep(100 * time.Millisecond)
		}
		if most := busiest(srv, time.Second); most > 2 {
			t.Errorf("%d requests within one second", most)
		}
	})
}

func BenchmarkToken(b *testing.B) {
	b.Run("cached", func(b *testing.B) {
		srv := authtest.New(b, nil)
		c := newCache(b, srv.Config())
		token(b, c)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := c.Token(b.Context()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	b.Run("1000 callers at expiry", func(b *testing.B) {
		srv := authtest.New(b, nil)
		c := newCache(b, srv.Config())
		for b.Loop() {
			c.Invalidate(token(b, c))
			var wg sync.WaitGroup
			for range 1000 {
				wg.Go(func() { _, _ = c.Token(b.Context()) })
			}
			wg.Wait()
		}
		b.ReportMetric(float64(srv.Count()-1)/float64(b.N), "requests/op")
	})
	b.Run("1000 callers at a dead endpoint", func(b *testing.B) {
		srv := authtest.New(b, nil)
		srv.FailAll(authtest.Refuse(401, "invalid_client"))
		c := newCache(b, srv.Config())
		for b.Loop() {
			var wg sync.WaitGroup
			for range 1000 {
				wg.Go(func() { _, _ = c.Token(b.Context()) })
			}
			wg.Wait()
		}
		b.ReportMetric(float64(srv.Count()), "requests")
		b.ReportMetric(float64(srv.Count())/max(b.Elapsed().Seconds(), 1), "requests/s")
	})
}
