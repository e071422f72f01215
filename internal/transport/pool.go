package transport

import (
	"net"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// pool is what several connections of one credential to one origin have in common.
type pool struct {
	limiter *limiter
	budget  *budget
	conns   *http.Transport // our own; not used with the caller's http.RoundTripper
}

// Close drops idle connections. It makes emr.Shared close the pool.
func (p *pool) Close() error {
	p.conns.CloseIdleConnections()
	return nil
}

// poolOf makes the pool of c, or finds it in s.
func poolOf(s *emr.Shared, c *Client) (p *pool, shared bool) {
	build := func() any {
		return &pool{limiter: newLimiter(), budget: newBudget(), conns: newConns(c)}
	}
	if s == nil {
		return build().(*pool), false
	}
	key := "transport\x00" + c.credential + "\x00" + originOf(c.base)
	return s.Load(key, build).(*pool), true
}

// newConns makes our own connections. Proxies are taken from the environment in the
// way of net/http, except that a loopback origin never goes through one.
func newConns(c *Client) *http.Transport {
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: c.set.dial, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    c.set.dial,
		MaxIdleConns:           200,
		MaxIdleConnsPerHost:    100, // the default of 2 throws away nearly every connection of a busy service
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
	if !peer.IsLoopback(c.base.Hostname()) {
		t.Proxy = http.ProxyFromEnvironment
	}
	return t
}
