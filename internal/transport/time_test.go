package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// blackHole dials until the network itself gives up after two minutes: net/http does not
// cancel a dial with the request it was started for.
func blackHole(t *testing.T, dials *atomic.Int64) http.RoundTripper {
	t.Cleanup(func() { time.Sleep(3 * time.Minute) }) // fake time: lets those dials end
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		dials.Add(1)
		select {
		case <-time.After(2 * time.Minute):
		case <-ctx.Done():
		}
		return nil, errors.New("dial: no answer")
	}}
}

func TestFault_N8_blackHoleEndsAtTheDialLimitOrTheDeadline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		deadline time.Duration
		dials    int64
		least    time.Duration
		most     time.Duration
	}{
		{"three dials of ten seconds", 2 * time.Minute, 3, 30 * time.Second, 31 * time.Second},
		{"the caller's deadline comes first", 4 * time.Second, 1, 4 * time.Second, 4 * time.Second},
		{"no deadline: thirty seconds", 0, 3, 29 * time.Second, 30 * time.Second},
	} {
		for _, call := range []*Call{get("/Patient"), post("/Patient", "{}")} {
			t.Run(c.name+" "+call.Method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					ctx := t.Context()
					if c.deadline > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, c.deadline)
						defer cancel()
					}
					var dials atomic.Int64
					cl := connect(t, "https://emr.invalid", through(blackHole(t, &dials)), func(c *Config) { c.Options.Retry = nil })
					began := time.Now()
					e := wantKind(t, errOf(cl.Do(ctx, call)), emr.KindTimeout)
					if d := time.Since(began); d < c.least || d > c.most {
						t.Errorf("returned after %v", d)
					}
					wantHits(t, &dials, c.dials)
					if !errors.Is(e, context.DeadlineExceeded) {
						t.Error("DeadlineExceeded is not reachable")
					}
				})
			})
		}
	}
}

func TestFault_N9_headersThatNeverArrive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		call  *Call
		kind  emr.Kind
		hits  int64
		after time.Duration
	}{
		{get("/Patient"), emr.KindTimeout, 3, 45 * time.Second},
		{post("/Appointment", "{}"), emr.KindAmbiguous, 1, 15 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, func(_ http.ResponseWriter, r *http.Request, _ int64) {
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			began := time.Now()
			e := wantKind(t, errOf(b.connect(t).Do(ctx, c.call)), c.kind)
			wantHits(t, &b.hits, c.hits)
			if d := time.Since(began); d < c.after || d > c.after+time.Second {
				t.Errorf("returned after %v", d)
			}
			if !errors.Is(e, context.DeadlineExceeded) {
				t.Error("DeadlineExceeded is not reachable")
			}
		})
	}
}

// drip sends one byte of a long body every 100 ms.
func drip(status int, headers ...string) func(http.ResponseWriter, *http.Request, int64) {
	return func(w http.ResponseWriter, r *http.Request, _ int64) {
		_, _ = io.Copy(io.Discard, r.Body)
		writeAnswer(w, status, "{", headers...)
		for r.Context().Err() == nil {
			time.Sleep(100 * time.Millisecond)
			_, _ = io.WriteString(w, " ")
			w.(http.Flusher).Flush()
		}
	}
}

func TestFault_N10_slowBodyIsBoundedByTheCallTimeout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		call     *Call
		deadline time.Duration
		answer   func(http.ResponseWriter, *http.Request, int64)
		kind     emr.Kind
		after    time.Duration
	}{
		{"read", get("/Patient"), 2 * time.Second, drip(200), emr.KindTimeout, 2 * time.Second},
		{"read without deadline", get("/Patient"), 0, drip(200), emr.KindTimeout, 30 * time.Second},
		{"write", post("/Appointment", "{}"), 2 * time.Second, drip(201), emr.KindAmbiguous, 2 * time.Second},
		{"write with Location", post("/Appointment", "{}"), 2 * time.Second, drip(201, "Location", "Appointment/7"), "", 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := serveBubble(t, c.answer)
				ctx := t.Context()
				if c.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.deadline)
					defer cancel()
				}
				began := time.Now()
				a, err := b.connect(t).Do(ctx, c.call)
				if d := time.Since(began); d != c.after {
					t.Errorf("returned after %v", d)
				}
				wantHits(t, &b.hits, 1)
				if c.kind != "" {
					wantKind(t, err, c.kind)
				} else if noError(t)(a, err).Header.Get("Location") == "" {
					t.Error("the id is lost")
				}
			})
		})
	}
}
