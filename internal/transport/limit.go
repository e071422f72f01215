package transport

import (
	"context"
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
)

const (
	// A place at the limiter is worth something as long as the request leaves now.
	placeLasts = 5 * time.Millisecond
	// maxRounds bounds the ways back to the limiter when the token source is slow each time.
	maxRounds = 3
)

// ready gets what the attempt must have before it may leave: a token in h and a place
// at the limiter. The token comes first: with the place first, all who wait for one slow
// token leave together when it arrives. Then it is looked at again, which is free while
// it is cached, for it may have run out while the request waited. If that took time, the
// place is old, and the request queues again.
func (a *attempt) ready(h http.Header) *fault {
	c := a.run.c
	rates := c.ratesOf(a.run.call)
	for round := 1; ; round++ {
		if f := c.authorize(a, h); f != nil || len(rates) == 0 {
			return f
		}
		if f := c.await(a, rates); f != nil || c.tokens == nil || round == maxRounds {
			return f
		}
		passed := time.Now()
		if f := c.authorize(a, h); f != nil || time.Since(passed) < placeLasts {
			return f
		}
		a.release()
	}
}

func (c *Client) ratesOf(call *Call) []emr.Rate {
	if c.rates == nil {
		return nil
	}
	return c.rates(call)
}

// await blocks until the limit lets one request through. The attempt has a place then,
// until release.
func (c *Client) await(a *attempt, rates []emr.Rate) *fault {
	for _, r := range rates {
		if r.Most < 1 || r.Per < 0 {
			return &fault{kind: emr.KindConfig, hint: "a request limit lets nothing through; nothing was sent"}
		}
	}
	r := a.run
	began := time.Now()
	done, err := a.acquire(rates)
	r.waited += time.Since(began)
	switch {
	case err == nil:
		a.place = done
		return nil
	case r.over() != nil:
		return ended(r.over())
	case errors.Is(err, context.DeadlineExceeded):
		return &fault{kind: emr.KindTimeout, cause: context.DeadlineExceeded,
			hint: "the request limit leaves no room before the deadline; allow more time or ask less often"}
	}
	return &fault{kind: emr.KindUnavailable, hint: "the limiter in Options failed; nothing was sent"}
}

// acquire asks our own limiter, or the caller's, which may block whatever its context says.
func (a *attempt) acquire(rates []emr.Rate) (func(), error) {
	r, c := a.run, a.run.c
	if c.queue != nil {
		return c.queue.Acquire(a.ctx, c.credential, rates)
	}
	ctx := a.ctx
	var done func()
	var err error
	end := r.enterHook(hookLimiter, math.MaxInt64, func() {
		done, err = c.limiter.Acquire(ctx, c.credential, rates)
	}, func() {
		if err == nil && done != nil {
			done()
		}
	})
	if end != returned {
		return nil, errHook
	}
	return done, err
}

// errHook stands for a hook that did not return.
var errHook = errors.New("transport: a hook did not return")

// release gives the place back: the answer is read, the stream closed, or nothing came.
func (a *attempt) release() {
	done := a.place
	if done == nil {
		return
	}
	a.place = nil
	if a.run.c.queue != nil {
		done()
		return
	}
	a.run.callOut(hookLimiter, hookTime, done, nil)
}
