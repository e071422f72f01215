package transport

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// wantCanceled checks kind, chain and that context.Canceled is reachable.
func wantCanceled(t *testing.T, err error, kind emr.Kind) *emr.Error {
	t.Helper()
	e := wantKind(t, err, kind)
	if !errors.Is(e, context.Canceled) {
		t.Error("context.Canceled is not reachable")
	}
	return e
}

// waitingTokens gives no token before its context ends.
type waitingTokens struct{ asked atomic.Int64 }

func (w *waitingTokens) Token(ctx context.Context) (*auth.Token, error) {
	w.asked.Add(1)
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestFault_X1_cancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	src := &waitingTokens{}
	c := connect(t, srv.URL, func(c *Config) { c.Tokens = src })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, call := range []*Call{get("/Patient"), post("/Patient", "{}")} {
		if e := wantCanceled(t, errOf(c.Do(ctx, call)), emr.KindCanceled); e.Attempts != 0 {
			t.Error(e.Attempts)
		}
	}
	_, _, err := c.Open(ctx, get("/Binary/1"))
	wantCanceled(t, err, emr.KindCanceled)
	over, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	wantKind(t, errOf(c.Do(over, get("/Patient"))), emr.KindTimeout)
	wantHits(t, &srv.hits, 0)
	wantHits(t, &src.asked, 0)
}

func TestFault_X2_cancelReturnsAtOnce(t *testing.T) {
	t.Parallel()
	slow := func(_ http.ResponseWriter, r *http.Request, _ int64) { <-r.Context().Done() }
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request, int64)
		change func(*Config)
		before int // calls first, to fill the limiter
	}{
		{"in the backoff", answerWith(503, "", "Retry-After", "10"), func(*Config) {}, 0},
		{"in the limiter", answerWith(200, "{}"), limits(emr.Rate{Most: 1, Per: 10 * time.Second}), 1},
		{"waiting for a token", answerWith(200, "{}"), func(c *Config) { c.Tokens = &waitingTokens{} }, 0},
		{"waiting for the answer", slow, func(*Config) {}, 0},
		{"in the body", drip(200), func(*Config) {}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := serveBubble(t, c.answer)
				cl := b.connect(t, c.change)
				for range c.before {
					noError(t)(cl.Do(t.Context(), get("/Patient")))
				}
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				began := time.Now()
				wantCanceled(t, errOf(cl.Do(ctx, get("/Patient"))), emr.KindCanceled)
				if d := time.Since(began); d != time.Second {
					t.Errorf("returned after %v", d)
				}
			})
		})
	}
}

func TestFault_X2_cancelOfAConnectionAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var dials atomic.Int64
		c := connect(t, "https://emr.invalid", through(blackHole(t, &dials)))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		wantCanceled(t, errOf(c.Do(ctx, post("/Appointment", "{}"))), emr.KindCanceled) // nothing was sent
		if d := time.Since(began); d != time.Second {
			t.Errorf("returned after %v", d)
		}
	})
}

func TestFault_X4_cancelAfterAWriteWasSentIsAmbiguous(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request, int64){
		"no answer":    func(_ http.ResponseWriter, r *http.Request, _ int64) { <-r.Context().Done() },
		"half a body":  drip(201),
		"error status": drip(500),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := serveBubble(t, func(w http.ResponseWriter, r *http.Request, n int64) {
					_, _ = io.Copy(io.Discard, r.Body)
					answer(w, r, n)
				})
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				e := wantCanceled(t, errOf(b.connect(t).Do(ctx, post("/Appointment", "{}"))), emr.KindAmbiguous)
				wantHits(t, &b.hits, 1)
				if e.Attempts != 1 {
					t.Error(e.Attempts)
				}
			})
		})
	}
}

// settled waits until there are at most n goroutines, for a second.
func settled(n int) int {
	got := runtime.NumGoroutine()
	for range 100 {
		if got = runtime.NumGoroutine(); got <= n {
			return got
		}
		time.Sleep(10 * time.Millisecond)
	}
	return got
}

//nolint:paralleltest // counts goroutines
func TestFault_X5_manyCallsWithRandomCancelLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
		switch n % 4 {
		case 0:
			writeAnswer(w, 503, "")
		case 1:
			writeAnswer(w, 401, "")
		default:
			writeAnswer(w, 200, "{}")
		}
	})
	var log strings.Builder
	c := connect(t, srv.URL, perSecond(5000), func(c *Config) { c.Tokens = &tokens{}; c.Options.Logger = textLogger(&log) })
	var all sync.WaitGroup
	for i := range 1000 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(int(50*time.Millisecond))))
			defer cancel()
			switch i % 3 {
			case 0:
				_, _ = c.Do(ctx, get("/Patient"))
			case 1:
				_, _ = c.Do(ctx, post("/Patient", `{"a":1}`))
			default:
				if _, body, err := c.Open(ctx, get("/Binary/1")); err == nil {
					_, _ = io.ReadAll(body)
					_ = body.Close()
				}
			}
		})
	}
	all.Wait()
	_ = c.Close()
	srv.Client().CloseIdleConnections()
	srv.CloseClientConnections()
	if after := settled(before + 5); after > before+5 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
	for range 100 {
		if srv.open.Load() <= 5 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := srv.open.Load(); n > 5 {
		t.Errorf("%d connections left", n)
	}
	if c.running != 0 {
		t.Errorf("%d calls counted as running", c.running)
	}
}

func TestFault_X6_errorAnswersAreDrainedAndConnectionsReused(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 300<<10)
	srv := serve(t, answerWith(400, big))
	c := connect(t, srv.URL)
	for range 20 {
		wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindInvalid)
	}
	if n := srv.conns.Load(); n != 1 {
		t.Errorf("%d connections for 20 calls in a row", n)
	}
	var all sync.WaitGroup
	for range 10 {
		for range 10 {
			all.Go(func() { _, _ = c.Do(t.Context(), get("/Patient")) })
		}
		all.Wait()
	}
	if n := srv.conns.Load(); n > 15 {
		t.Errorf("%d connections for 10 times 10 calls", n)
	}
}

func TestFault_X8_closedClient(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan bool), make(chan bool)
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
		if n == 1 {
			arrived <- true
			<-release
		}
		writeAnswer(w, 200, "{}")
	})
	c := connect(t, srv.URL)
	running := make(chan error)
	go func() { running <- errOf(c.Do(context.Background(), post("/Appointment", "{}"))) }()
	<-arrived
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindConfig)
	_, _, err := c.Open(t.Context(), get("/Patient"))
	wantKind(t, err, emr.KindConfig)
	close(release)
	if err := <-running; err != nil {
		t.Errorf("the running call failed: %v", err)
	}
	wantHits(t, &srv.hits, 1)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestFault_X8_closedClientStartsNoRetry(t *testing.T) {
	t.Parallel()
	var c *Client
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int64) {
		_ = c.Close()
		writeAnswer(w, 500, "")
	})
	c = connect(t, srv.URL)
	wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindUnavailable)
	wantHits(t, &srv.hits, 1)
}
