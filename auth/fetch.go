package auth

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// fetch gets a new token, in the way of the grant. It runs in a goroutine of its own,
// where a panic would end the program: code of the caller's is run by callOut only.
func (c *core) fetch(ctx context.Context, p *progress) (t *Token, err *emr.Error) {
	switch {
	case c.cfg.rotates():
		t, err = c.fetchKept(ctx, p)
	case c.cfg.Store != nil:
		t, err = c.fetchShared(ctx, p)
	default:
		t, err = c.purchase(ctx, p)
	}
	return c.aged(t), err
}

// aged returns t with an end that keeps to Config.MaxAge. A token from a store is not
// changed: another process may let it live longer.
func (c *core) aged(t *Token) *Token {
	if t == nil || !t.Expires.After(c.oldest(t)) {
		return t
	}
	young := *t
	young.Expires = c.oldest(t)
	return &young
}

// oldest is when t reaches MaxAge. A token that nobody knows the age of reached it long ago.
func (c *core) oldest(t *Token) time.Time {
	if c.cfg.MaxAge == 0 {
		return t.Expires
	}
	return t.Issued.Add(c.cfg.MaxAge)
}

// grace is a context that outlives its parent for a while once a refresh token may be on
// its way: cancelled there, its answer would be lost, and with it the sign-in.
type grace struct {
	ctx    context.Context
	cancel context.CancelFunc
	armed  atomic.Bool
	unhook func() bool
}

func newGrace(parent context.Context, linger time.Duration) *grace {
	g := &grace{}
	g.ctx, g.cancel = context.WithCancel(context.WithoutCancel(parent))
	g.unhook = context.AfterFunc(parent, func() {
		if g.armed.Load() {
			time.AfterFunc(linger, g.cancel)
			return
		}
		g.cancel()
	})
	return g
}

func (g *grace) end() {
	g.unhook()
	g.cancel()
}
