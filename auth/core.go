package auth

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// core is the state behind one or many Caches.
type core struct {
	cfg    Config
	shared bool // owned by an emr.Shared: outlives its users
	wire   *wire
	life   timing
	renew  renewals

	mu     sync.Mutex // never held while calling out
	users  int
	closed bool
	token  *Token
	due    time.Time // from here token is renewed in the background
	flight *flight

	fail      *emr.Error // what callers get until failUntil
	failUntil time.Time
	refusals  int  // in a row
	calm      bool // no renewal in the background: a used refresh token got no answer

	rejected  []Secret  // access tokens that met 401, the last few
	storeFrom time.Time // a store that failed is left alone until then
}

// flight is one fetch of a token, for all who wait for it.
type flight struct {
	ctx        context.Context
	cancel     context.CancelFunc
	background bool // nobody waits: the cached token is still good
	done       chan struct{}
	token      *Token
	err        *emr.Error

	setback sync.Once
	waiting chan struct{} // closed at the setback: a second try follows
	last    *emr.Error    // why
	next    time.Time     // when
}

// failedOnce tells those who wait that a second try comes, for which some have no time.
func (f *flight) failedOnce(err *emr.Error, next time.Time) {
	f.setback.Do(func() {
		f.last, f.next = err, next
		close(f.waiting)
	})
}

func newCore(c Config, shared bool) *core {
	return &core{cfg: c, shared: shared, wire: newWire(c, usualTiming), life: usualTiming}
}

// get returns the cached token or waits for a flight.
func (c *core) get(ctx context.Context) (*Token, *emr.Error) {
	t, f, err := c.look(time.Now())
	if f == nil {
		return t, err
	}
	deadline, limited := ctx.Deadline()
	for waiting := f.waiting; ; waiting = nil {
		select {
		case <-f.done:
			return f.token, f.err
		case <-ctx.Done():
			return nil, ended(ctx.Err())
		case <-waiting:
			if limited && deadline.Before(f.next) {
				return nil, tooLate(f.last)
			}
		}
	}
}

// look returns what is there: a token, an error, or a flight to wait for. It starts
// flights where they are needed.
func (c *core) look(now time.Time) (*Token, *flight, *emr.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil, errClosed()
	}
	waiting := now.Before(c.failUntil)
	if c.token != nil && now.Before(c.token.Expires) {
		if c.flight == nil && !waiting && !c.calm && !now.Before(c.due) {
			c.start(true)
		}
		return c.token, nil, nil
	}
	if c.flight == nil {
		if waiting {
			return nil, nil, c.fail
		}
		c.start(false)
	}
	return nil, c.flight, nil
}

// start begins a flight. Its context is nobody's: it must outlive the caller.
func (c *core) start(background bool) {
	f := &flight{background: background, done: make(chan struct{}), waiting: make(chan struct{})}
	f.ctx, f.cancel = context.WithTimeout(context.Background(), c.life.flight)
	c.flight = f
	go func() {
		defer close(f.done)
		defer f.cancel()
		t, err := c.fetch(f.ctx, &progress{setback: f.failedOnce})
		c.land(f, t, err)
	}()
}

// land keeps the result of f.
func (c *core) land(f *flight, t *Token, err *emr.Error) {
	f.token, f.err = t, err
	if err != nil && unseen(f, err) {
		c.wire.log.renewalFailed(err)
	}
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flight != f {
		return // given up by its last user
	}
	c.flight = nil
	if err == nil {
		c.fail, c.failUntil, c.refusals, c.calm = nil, time.Time{}, 0, false
		c.token, c.due = t, c.dueOf(t, now)
		return
	}
	c.calm = c.calm || isLost(err) && c.cfg.Grant == RefreshToken
	if err.Kind == emr.KindAuth {
		c.refusals++
	} else {
		c.refusals = 0
	}
	again := *err
	again.Attempts = 0 // whoever gets this later sent nothing
	c.fail, c.failUntil = &again, now.Add(c.life.coolDown(err, c.refusals))
}

// unseen reports whether nobody but a log learns of err.
func unseen(f *flight, err *emr.Error) bool {
	return f.background && (err.Kind == emr.KindAuth || err.Kind == emr.KindConfig)
}

// invalidate drops t if it is the cached token.
func (c *core) invalidate(t *Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == nil || t != c.token && !t.Access.Equal(c.token.Access) {
		return
	}
	if len(c.rejected) == maxRejected {
		c.rejected = slices.Delete(c.rejected, 0, 1)
	}
	c.rejected = append(c.rejected, c.token.Access)
	c.token = nil
}

// refused reports whether the vendor answered 401 to access.
func (c *core) refused(access Secret) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.rejected, access.Equal)
}

// maxRejected is how many of them are remembered: a store may give back an older one.
const maxRejected = 8

func (c *core) join() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users++
}

// leave is the end of one user. The last one ends the flight and waits for it.
func (c *core) leave() {
	c.mu.Lock()
	c.users--
	if c.users > 0 {
		c.mu.Unlock()
		return
	}
	c.stop(!c.shared)
}

// Close lets emr.Shared end the core.
func (c *core) Close() error {
	c.mu.Lock()
	c.stop(true)
	return nil
}

// stop ends the flight and waits for it. It is called with the lock and frees it.
func (c *core) stop(forGood bool) {
	c.closed = c.closed || forGood
	f := c.flight
	c.flight = nil
	c.mu.Unlock()
	if f != nil {
		f.cancel()
		<-f.done
	}
}
