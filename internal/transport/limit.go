package transport

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/emrkit/emrkit/emr"
)

// limiter is the built-in emr.Limiter: for each key, never more than PerSecond requests
// in any rolling second.
type limiter struct {
	mu      sync.Mutex
	buckets map[emr.LimitKey]*bucket
}

// bucket lets one request through at a time. Only the waiter that holds turn has a
// reservation, so those that are cancelled in the queue cost nothing.
type bucket struct {
	turn chan struct{}
	rate *rate.Limiter
}

func newLimiter() *limiter { return &limiter{buckets: map[emr.LimitKey]*bucket{}} }

// Wait returns when a request may be sent. It returns context.DeadlineExceeded at once
// when ctx ends before that.
func (l *limiter) Wait(ctx context.Context, key emr.LimitKey) error {
	b := l.bucket(key)
	if err := takeTurn(ctx, b.turn); err != nil {
		return err
	}
	defer func() { <-b.turn }()
	if b.rate.Allow() {
		return nil
	}
	r := b.rate.Reserve()
	delay := r.Delay()
	if delay <= 0 {
		return nil
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < delay {
		r.Cancel()
		return context.DeadlineExceeded
	}
	t := time.NewTimer(delay)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		r.Cancel()
		return ctx.Err()
	}
}

func (l *limiter) bucket(key emr.LimitKey) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[key]
	if b == nil {
		b = &bucket{turn: make(chan struct{}, 1), rate: rate.NewLimiter(spacing(key.PerSecond), 1)}
		l.buckets[key] = b
	}
	return b
}

// spacing is the steady rate with burst 1 that keeps any rolling second within
// perSecond: n requests with n-1 gaps fill one second, so n-1 gaps must take at least
// that long. Below two a second there is one gap, a little longer than a second.
func spacing(perSecond float64) rate.Limit {
	if perSecond >= 2 {
		return rate.Limit(perSecond - 1)
	}
	return rate.Limit(min(perSecond, 1) * 0.95)
}

// lanes give each connection one place in the queue of a shared bucket, so that a clinic
// with a thousand waiting calls does not starve another of the same credential.
type lanes struct {
	mu sync.Mutex
	m  map[string]chan struct{}
}

func (l *lanes) of(endpoint string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	lane := l.m[endpoint]
	if lane == nil {
		if l.m == nil {
			l.m = map[string]chan struct{}{}
		}
		lane = make(chan struct{}, 1)
		l.m[endpoint] = lane
	}
	return lane
}

// takeTurn waits for the one place in turn.
func takeTurn(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await blocks until the limit lets one request through.
func (c *Client) await(a *attempt) *fault {
	r := a.run
	if c.limit.PerSecond == 0 {
		return nil
	}
	began := time.Now()
	err := c.pass(a)
	r.waited += time.Since(began)
	switch {
	case err == nil:
		return nil
	case r.over() != nil:
		return ended(r.over())
	case errors.Is(err, context.DeadlineExceeded):
		return &fault{kind: emr.KindTimeout, cause: context.DeadlineExceeded,
			hint: "the request limit leaves no room before the deadline; allow more time or ask less often"}
	}
	return &fault{kind: emr.KindUnavailable, hint: "the limiter in Options failed; nothing was sent"}
}

// pass waits at the caller's limiter, or at ours.
func (c *Client) pass(a *attempt) error {
	key := c.limit
	key.Endpoint = a.run.call.endpoint()
	if c.limiter != nil {
		err := errPanic
		c.guarded("limiter", func() { err = c.limiter.Wait(a.ctx, key) })
		return err
	}
	// Servers that ignore the case of paths count "slot" and "Slot" together.
	key.Endpoint = strings.ToLower(key.Endpoint)
	lane := c.lanes.of(key.Endpoint)
	if err := takeTurn(a.ctx, lane); err != nil {
		return err
	}
	defer func() { <-lane }()
	return c.pool.limiter.Wait(a.ctx, key)
}
