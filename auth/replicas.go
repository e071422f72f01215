package auth

import (
	"context"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// purchase buys a token that can be bought again at any time: for client credentials or a
// key.
func (c *core) purchase(ctx context.Context, p *progress) (*Token, *emr.Error) {
	t, err := c.wire.buy(ctx, c.cfg.Grant, "", p)
	if t != nil {
		t.Refresh = Secret{} // the RFC wants none, and it is not needed
	}
	return t, err
}

// sharing is one purchase through the store that replicas have in common.
type sharing struct {
	*core
	progress *progress
	owner    string // whose token it is, by digest

	mu    sync.Mutex // a store may go on after it was given up
	ran   bool
	token *Token
	err   *emr.Error
}

// fetchShared gets a token that another replica left in the store, or buys one and leaves
// it there. A store that fails costs a token request and nothing else, so it is no error:
// it is left alone for a while, and a line in the log says so.
func (c *core) fetchShared(ctx context.Context, p *progress) (*Token, *emr.Error) {
	if c.storeRests(time.Now()) {
		return c.purchase(ctx, p)
	}
	k, bad := c.wire.reveal(ctx, c.cfg.Grant, "")
	if bad != nil {
		return nil, bad
	}
	s := &sharing{core: c, progress: p, owner: c.cfg.owner(k)}
	failure := s.turn(ctx, c.cfg.placeOf(k))
	s.mu.Lock()
	ran, t, err := s.ran, s.token, s.err
	s.mu.Unlock()
	switch {
	case t == nil && ctx.Err() != nil:
		return nil, outside(ctx.Err(), "the token source was closed, or the token store kept it waiting too long")
	case t == nil && err != nil:
		return nil, err
	case failure == nil && !ran:
		return nil, failed(emr.KindConfig, hintNotCalled, nil)
	case failure != nil:
		c.restStore(time.Now(), failure)
	}
	if t == nil {
		return c.purchase(ctx, p)
	}
	return t, nil
}

// turn is one update of the store. Waiting for it is bounded, and so is writing; what
// lies between is a token request, with limits of its own.
func (s *sharing) turn(parent context.Context, key string) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	late := time.AfterFunc(s.life.store, cancel)
	defer late.Stop()
	_, err := callOut(ctx, func(storeCtx context.Context) (struct{}, error) {
		return struct{}{}, s.cfg.Store.Update(storeCtx, key, func(_ context.Context, kept *Token) (*Token, error) {
			if !late.Stop() {
				return nil, context.Canceled // given up: whoever waited buys a token now
			}
			defer late.Reset(s.life.store)
			return s.choose(ctx, kept)
		})
	})
	return err
}

// choose decides, under the store's lock, what token to use and keep. A store that runs
// it twice gets the same token twice.
func (s *sharing) choose(ctx context.Context, kept *Token) (*Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ran = true
	switch {
	case s.token != nil:
	case kept != nil && !kept.Refresh.IsZero():
		s.err = configError("StoreKey", "this place in the store holds the refresh token of a sign-in: choose another")
	case kept != nil && kept.root() == s.owner && (&asking{core: s.core}).usable(kept):
		s.token = kept
	default:
		s.token, s.err = s.purchase(ctx, s.progress)
	}
	switch {
	case s.err != nil:
		return nil, s.err
	case !s.token.Expires.After(time.Now()):
		return nil, nil // for one use: nobody else could use it
	}
	return s.token, nil
}

// storeRests reports whether the store failed not long ago.
func (c *core) storeRests(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Before(c.storeFrom)
}

// restStore leaves the store alone for as long as it takes to mend one, and says so.
func (c *core) restStore(now time.Time, err error) {
	c.mu.Lock()
	c.storeFrom = now.Add(c.life.coolMax)
	c.mu.Unlock()
	c.wire.log.storeFailed(outside(err, hintStoreRests))
}

const (
	hintNotCalled  = "the token store did not call the function it was given"
	hintStoreRests = "the token store failed, or kept us waiting: this process buys its own tokens and tries the store again in a minute"
)

// owner hashes whose tokens k buys, secrets included: who only knows the client id finds
// nothing in the store.
func (c Config) owner(k credential) string {
	c.ClientSecret = NewSecret(k.secret)
	if c.Grant == Password {
		c.Password = NewSecret(k.password)
	}
	return digest("owner", c.withKey(NewSecret(k.key)).identity())
}

// placeOf is where in the store tokens of k are. Only for a key its hash is part of that:
// nothing else tells two keys apart.
func (c Config) placeOf(k credential) string {
	if c.StoreKey != "" {
		return c.StoreKey
	}
	return c.withKey(NewSecret(k.key)).storeKey()
}

// withKey is c with a key in the place of the function it comes from.
func (c Config) withKey(key Secret) Config {
	if c.Exchange != nil {
		x := *c.Exchange
		x.Key = key
		c.Exchange = &x
	}
	return c
}
