package auth

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/emrkit/emrkit/emr"
)

// Cache is a Source that keeps its token until it ends. It is safe for many goroutines.
type Cache struct {
	vendor, name string
	core         *core // possibly in common with other Caches, see Config.Shared
	closed       atomic.Bool
}

var (
	_ Source      = (*Cache)(nil)
	_ Invalidator = (*Cache)(nil)
)

func newCache(c Config, k *core) *Cache {
	k.join()
	return &Cache{vendor: c.Vendor, name: c.Name, core: k}
}

// Token returns the cached token, or waits for a new one as long as ctx lasts. All
// callers wait for the same token request, which goes on when one of them leaves.
//
// It fails with an *emr.Error, Op "get token", Code the OAuth error code:
//
//   - auth: the credential was refused; the hint says which part to check. It matches
//     emr.ErrLoginRequired when only a new sign-in helps
//   - config: the endpoint does not know the grant, scope or resource, a secret from a
//     function is malformed, or the Cache is closed; mend the configuration
//   - unavailable, rate_limited: no answer, or one that says to come back; also a Store
//     or secret function that failed. Try later, the endpoint is left alone for a second
//   - timeout, canceled: ctx ended, or the endpoint took too long
//   - protocol: the answer is no token; check the token URL
//   - untrusted_url: the endpoint redirects; put the final URL into the configuration
func (c *Cache) Token(ctx context.Context) (*Token, error) {
	if err := ctx.Err(); err != nil {
		return nil, c.told(ctx, ended(err))
	}
	if c.closed.Load() {
		return nil, c.told(ctx, errClosed())
	}
	t, err := c.core.get(ctx)
	if err != nil {
		return nil, c.told(ctx, err)
	}
	return t, nil
}

// Invalidate drops t, to which the vendor answered 401, if it is still the cached token.
// The next call of Token fetches a new one.
func (c *Cache) Invalidate(t *Token) {
	if t != nil {
		c.core.invalidate(t)
	}
}

// Close ends the use of this Cache: later calls of Token fail with kind config. It waits
// for a token request under way, unless other Caches share it. A request that spends a
// refresh token has five seconds to finish, so that its answer is not lost; others are
// cancelled.
func (c *Cache) Close() error {
	if !c.closed.Swap(true) {
		c.core.leave()
	}
	return nil
}

// told makes the caller's own copy of an error that many may get.
func (c *Cache) told(ctx context.Context, err *emr.Error) *emr.Error {
	e := *err
	e.Vendor, e.Name, e.RequestID = c.vendor, c.name, emr.CorrelationID(ctx)
	return &e
}

// Format prints the vendor only, for every verb.
func (c *Cache) Format(s fmt.State, verb rune) { formatHidden(s, verb, "auth.Cache{"+c.vendor+"}") }

// LogValue is the text of Format.
func (c *Cache) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }
