package transport

import (
	"context"
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// newLoop makes the retry loop. go-retryablehttp runs it and decides nothing: its own
// rules repeat a booking on 5xx, sleep as long as a server says and log whole URLs.
func newLoop() *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     attempts{},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		Logger:   nil,
		RetryMax: math.MaxInt32, // again counts
		CheckRetry: func(ctx context.Context, _ *http.Response, err error) (bool, error) {
			return err == nil && runOf(ctx).again(), err
		},
		Backoff: func(_, _ time.Duration, _ int, resp *http.Response) time.Duration {
			r := runOf(resp.Request.Context())
			r.waited += r.pause
			return r.pause
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// attempts is the http.RoundTripper under the loop. It always gives the loop an empty
// response and keeps the real one, or the error, in the run: so the loop's hooks see the
// call in every case, net/http has no error to wrap in a *url.Error and no redirect to
// look at. It has no CloseIdleConnections, which the loop would call at each failure.
type attempts struct{}

func (attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	r := runOf(req.Context())
	before := r.tries
	r.last = r.try()
	r.reached = r.tries > before
	r.empty = http.Response{Body: http.NoBody, Request: req}
	return &r.empty, nil
}

// again decides after each attempt whether another one follows, and sets pause.
func (r *run) again() bool {
	f := r.last.fault
	r.pause = 0
	switch {
	case f == nil:
		r.c.pool.budget.success()
		return false
	case r.last.status == http.StatusUnauthorized && r.c.reauthorize(r):
		return true
	case f.next != nil:
		r.url = f.next
		r.hops++
		return true
	}
	if !r.reached && r.real != nil && errors.Is(f.cause, context.DeadlineExceeded) {
		// The time ran out on the way to another attempt: what went wrong before says more.
		r.last = *r.real
		r.last.fault.join(context.DeadlineExceeded)
		return false
	}
	last := r.last
	r.real = &last
	if !f.repeat || r.repeats+1 >= r.c.set.attempts || f.after > r.c.set.maxAfter || r.c.isClosed() {
		return false
	}
	pause := backoff(r.repeats, r.c.set.baseDelay, r.c.set.maxDelay, f.after)
	if !r.deadline.IsZero() {
		left := time.Until(r.deadline)
		if f.after > 0 && left <= pause {
			pause = f.after // without the jitter on top
		}
		if left <= pause {
			f.join(context.DeadlineExceeded)
			return false
		}
	}
	if !r.c.pool.budget.take() {
		return false
	}
	r.repeats++
	r.pause = pause
	return true
}
