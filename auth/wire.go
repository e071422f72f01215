package auth

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// wire talks to one token endpoint.
type wire struct {
	cfg     Config
	url     *url.URL
	carrier http.RoundTripper
	life    timing
	log     journal
}

func newWire(c Config, life timing) *wire {
	u, _ := url.Parse(c.TokenURL) // resolve checked it
	w := &wire{cfg: c, url: u, life: life, log: journal{log: c.Logger, vendor: c.Vendor, host: u.Host, wait: life.logger}}
	if h := c.HTTPClient; h != nil {
		// Only the transport is used: an http.Client would follow redirects and keep cookies.
		w.carrier = h.Transport
		if h.Timeout > 0 {
			w.life.attempt = min(w.life.attempt, h.Timeout)
		}
	}
	if w.carrier == nil {
		w.carrier = ownTransport(u)
	}
	return w
}

// ownTransport opens a connection for each request: there is one an hour, and on a kept
// connection that died meanwhile a refresh token would be lost. Proxies are taken from
// the environment, except for a loopback endpoint.
func ownTransport(u *url.URL) *http.Transport {
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	if !peer.IsLoopback(u.Hostname()) {
		t.Proxy = http.ProxyFromEnvironment
	}
	return t
}

// progress is what is known of a fetch while it goes on.
type progress struct {
	asked   int                         // token requests so far
	setback func(*emr.Error, time.Time) // told before a second try, with its time
}

// buy buys a token; without a grant, for a key.
//
// It tries a second time what is safe to: nothing was sent, or no refresh token was and
// the endpoint is down. A refused client secret, password or key is tried again once if
// its function has a new one by now.
func (w *wire) buy(ctx context.Context, g Grant, refresh string, p *progress) (*Token, *emr.Error) {
	k, bad := w.reveal(ctx, g, refresh)
	if bad != nil {
		return nil, bad
	}
	for again, reread := true, true; ; {
		p.asked++
		r := w.try(ctx, g, k, p.asked)
		if r.err == nil {
			if g != RefreshToken {
				r.token.seed = NewSecret(w.cfg.owner(k)) // of the secrets that were sent: functions may have newer ones by now
			}
			return r.token, nil
		}
		r.err.Attempts = p.asked
		if reread && isStale(r.err, g) {
			reread = false
			if fresh, bad := w.reveal(ctx, g, refresh); bad == nil && !fresh.is(k) {
				k = fresh
				continue
			}
		}
		if !again || !r.repeat || !w.pause(ctx, r.err, p) {
			return nil, r.err
		}
		again = false
	}
}

// isStale reports whether err is about a secret that may have been replaced.
func isStale(err *emr.Error, g Grant) bool {
	switch g {
	case "":
		return err.Kind == emr.KindAuth
	case Password:
		return err.Code == codeInvalidClient || err.Code == codeInvalidGrant
	}
	return err.Code == codeInvalidClient
}

// longestPause is how long a Retry-After may be to be waited for.
const longestPause = 2 * time.Second

// pause waits before the second try; false: better not.
func (w *wire) pause(ctx context.Context, err *emr.Error, p *progress) bool {
	if err.RetryAfter > longestPause {
		return false
	}
	d := max(w.life.pause+rand.N(w.life.pause+1), err.RetryAfter)
	p.setback(err, time.Now().Add(d))
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
