package transport

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_R1_retryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		call   *Call
		status int
		after  string
		wait   time.Duration
	}{
		{"read 429", get("/Patient"), 429, "1", time.Second},
		{"write 429", post("/Appointment", "{}"), 429, "1", time.Second},
		{"write 425", post("/Appointment", "{}"), 425, "1", time.Second},
		{"read 503", get("/Patient"), 503, "2", 2 * time.Second},
		{"read 500", get("/Patient"), 500, "2", 2 * time.Second},
		{"at the limit", get("/Patient"), 429, "30", 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := serveBubble(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
					if n == 1 {
						writeAnswer(w, c.status, "", "Retry-After", c.after)
						return
					}
					writeAnswer(w, 200, "{}")
				})
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				a := noError(t)(b.connect(t).Do(ctx, c.call))
				if d := b.times[1].Sub(b.times[0]); d < c.wait || d > c.wait+300*time.Millisecond {
					t.Errorf("came back after %v, want %v or a little more", d, c.wait)
				}
				if a.Attempts != 2 {
					t.Error(a.Attempts)
				}
			})
		})
	}
}

func TestFault_R2_withoutRetryAfterClientsDoNotRetryInStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waits [2][]time.Duration
		for i := range waits {
			b := serveBubble(t, answerWith(429, ""))
			wantKind(t, errOf(b.connect(t).Do(t.Context(), get("/Patient"))), emr.KindRateLimited)
			for n := 1; n < len(b.times); n++ {
				waits[i] = append(waits[i], b.times[n].Sub(b.times[n-1]))
			}
			if len(waits[i]) != 2 || waits[i][0] >= 300*time.Millisecond || waits[i][1] >= 600*time.Millisecond {
				t.Errorf("waits %v", waits[i])
			}
		}
		if waits[0][0] == waits[1][0] || waits[0][1] == waits[1][1] {
			t.Errorf("in step: %v", waits)
		}
	})
}

func TestFault_R2_backoffIsFullJitter(t *testing.T) {
	t.Parallel()
	const ten = 10 * time.Second
	for n, top := range map[int]time.Duration{
		0: 300 * time.Millisecond, 1: 600 * time.Millisecond, 2: 1200 * time.Millisecond, 5: 9600 * time.Millisecond,
		6: ten, 31: ten, 62: ten, 1000: ten,
	} {
		least, most := top, time.Duration(0)
		for range 2000 {
			d := backoff(n, 300*time.Millisecond, 10*time.Second, 0)
			least, most = min(least, d), max(most, d)
		}
		if least < 0 || least > top/10 || most >= top || most < top*9/10 {
			t.Errorf("retry %d: %v to %v, want 0 to %v", n, least, most, top)
		}
	}
}

func TestFault_R3_longRetryAfterReturnsAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		after  string
		call   *Call
		kind   emr.Kind
		want   time.Duration
		retry  *emr.Retry
	}{
		{429, "86400", get("/Patient"), emr.KindRateLimited, 24 * time.Hour, nil},
		{429, "86400", post("/Appointment", "{}"), emr.KindRateLimited, 24 * time.Hour, nil},
		{429, "31", get("/Patient"), emr.KindRateLimited, 31 * time.Second, nil},
		{429, "3", post("/Appointment", "{}"), emr.KindRateLimited, 3 * time.Second, &emr.Retry{MaxRetryAfter: 2 * time.Second}},
		{503, "86400", get("/Patient"), emr.KindUnavailable, 24 * time.Hour, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, answerWith(c.status, "", "Retry-After", c.after))
			ctx, cancel := context.WithTimeout(t.Context(), 1000*time.Hour) // there is all the time to wait
			defer cancel()
			began := time.Now()
			e := wantKind(t, errOf(b.connect(t, func(cfg *Config) { cfg.Options.Retry = c.retry }).Do(ctx, c.call)), c.kind)
			wantHits(t, &b.hits, 1)
			if time.Since(began) != 0 || e.RetryAfter != c.want {
				t.Errorf("returned after %v with RetryAfter %v", time.Since(began), e.RetryAfter)
			}
		})
	}
}

func TestFault_R4_strangeRetryAfterIsAbsentOrCapped(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"9223372037", "1e100", "NaN", "-5", "1.5", "soon"} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, answerWith(429, "", "Retry-After", value))
			began := time.Now()
			wantKind(t, errOf(b.connect(t).Do(t.Context(), get("/Patient"))), emr.KindRateLimited)
			if n := b.hits.Load(); n > 3 || time.Since(began) > time.Second {
				t.Errorf("%q: %d requests in %v", value, n, time.Since(began))
			}
		})
	}
}

func TestFault_R5_dateIsComparedWithTheServersClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 10, 0, 30, 0, time.UTC)
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
			if n == 1 {
				writeAnswer(w, 429, "", "Retry-After", at.Format(http.TimeFormat), "Date", at.Add(-3*time.Second).Format(http.TimeFormat))
				return
			}
			writeAnswer(w, 200, "{}")
		})
		noError(t)(b.connect(t).Do(t.Context(), get("/Patient")))
		if d := b.times[1].Sub(b.times[0]); d < 3*time.Second || d > 4*time.Second {
			t.Errorf("waited %v, want 3s", d)
		}
	})
}

func TestRetryBudget_outageCostsTenRetriesMore(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(500, ""))
	c := connect(t, srv.URL)
	const calls = 40
	for range calls {
		wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindUnavailable)
	}
	wantHits(t, &srv.hits, calls+10)
}

func TestRetryBudget_tenSuccessesGiveOneBack(t *testing.T) {
	t.Parallel()
	b := newBudget()
	for range 10 {
		if !b.take() {
			t.Fatal("ten retries are free")
		}
	}
	for range 9 {
		b.success()
	}
	if b.take() {
		t.Fatal("nine successes are not enough")
	}
	b.success()
	if !b.take() || b.take() {
		t.Fatal("ten successes are one retry")
	}
	for range 1000 {
		b.success()
	}
	n := 0
	for b.take() {
		n++
	}
	if n != 10 {
		t.Fatalf("%d retries after many successes, want 10", n)
	}
}

func TestFault_X3_waitLongerThanTheDeadlineReturnsAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		headers []string
		kind    emr.Kind
	}{
		{429, []string{"Retry-After", "5"}, emr.KindRateLimited},
		{503, []string{"Retry-After", "5"}, emr.KindUnavailable},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, answerWith(c.status, "", c.headers...))
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			began := time.Now()
			e := wantKind(t, errOf(b.connect(t).Do(ctx, get("/Patient"))), c.kind)
			wantHits(t, &b.hits, 1)
			if time.Since(began) != 0 || !errors.Is(e, context.DeadlineExceeded) || e.Status != c.status || e.RetryAfter != 5*time.Second {
				t.Errorf("after %v: %v, deadline reachable %v", time.Since(began), e, errors.Is(e, context.DeadlineExceeded))
			}
		})
	}
}

func TestFault_X3_jitterAloneDoesNotCostTheRetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
			if n == 1 {
				writeAnswer(w, 429, "", "Retry-After", "2")
				return
			}
			writeAnswer(w, 200, "{}")
		})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second+time.Nanosecond)
		defer cancel()
		noError(t)(b.connect(t).Do(ctx, get("/Patient")))
	})
}

// The limiter, too, gives up at once, and what failed before is what is reported.
func TestFault_X3_limiterWaitLongerThanTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(429, ""))
		c := b.connect(t, limits(emr.Rate{Most: 1, Per: 10 * time.Second}))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		e := wantKind(t, errOf(c.Do(ctx, post("/Appointment", "{}"))), emr.KindRateLimited)
		// The pause before the retry is all that passed.
		if d := time.Since(began); d >= 300*time.Millisecond || !errors.Is(e, context.DeadlineExceeded) || e.Attempts != 1 || e.Status != 429 {
			t.Errorf("after %v: %#v", d, e)
		}
		began = time.Now()
		e = wantKind(t, errOf(c.Do(ctx, post("/Appointment", "{}"))), emr.KindTimeout)
		if time.Since(began) != 0 || e.Attempts != 0 || !errors.Is(e, context.DeadlineExceeded) {
			t.Errorf("after %v: %#v", time.Since(began), e)
		}
		wantHits(t, &b.hits, 1)
	})
}
