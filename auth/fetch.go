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
	if c.cfg.Grant != ClientCredentials {
		return c.fetchKept(ctx, p)
	}
	t, err = c.wire.exchange(ctx, ClientCredentials, "", p)
	if t != nil {
		t.Refresh = Secret{} // the RFC wants none, and it is not needed
	}
	return t, err
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
