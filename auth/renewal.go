package auth

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// renewals is what is remembered of refresh tokens between fetches. Texts are kept as
// digests.
type renewals struct {
	mu      sync.Mutex
	from    string // refresh token that bought unsaved
	unsaved *Token // bought, but the store failed: saved before anything else is done
	spent   string // refresh token that was sent and got no answer
}

func (r *renewals) bought(from string, t *Token) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.from, r.unsaved = from, t
}

// saved forgets the unsaved token. One that does not descend from the stored refresh
// token is of no use either.
func (r *renewals) saved() { r.bought("", nil) }

func (r *renewals) waiting() (from string, t *Token) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.from, r.unsaved
}

func (r *renewals) lost(refresh string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spent = digest(refresh)
}

func (r *renewals) isSpent(refresh string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spent == digest(refresh)
}

// asking is one fetch with a store.
type asking struct {
	*core
	grace    *grace
	progress *progress
	tried    map[string]bool // refresh tokens, by digest
	last     *emr.Error      // what the vendor said to the last of them
}

const hintStore = "the token store failed, so that no new token may be used: mend the store"

// fetchKept gets a token through the store: one that another process left there, or a
// new one, which is stored before it is used.
func (c *core) fetchKept(ctx context.Context, p *progress) (*Token, *emr.Error) {
	a := &asking{core: c, grace: newGrace(ctx, c.life.linger), progress: p, tried: map[string]bool{}}
	defer a.grace.end()
	t, err := a.turn()
	if err != nil && err.Code == codeInvalidGrant && c.cfg.Grant == RefreshToken {
		// Another process may have used the refresh token first: look for its successor.
		t, err = a.turn()
	}
	if err != nil && err.Kind == emr.KindCanceled && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err.Kind, err.Err = emr.KindTimeout, errors.Join(err.Err, context.DeadlineExceeded)
	}
	return t, err
}

// turn is one update of the store.
func (a *asking) turn() (*Token, *emr.Error) {
	type result struct {
		ran   bool
		token *Token
		err   *emr.Error
	}
	r, err := callOut(a.grace.ctx, func(ctx context.Context) (result, error) {
		var r result
		err := a.cfg.Store.Update(ctx, a.cfg.StoreKey, func(ctx context.Context, kept *Token) (*Token, error) {
			r.ran = true
			if r.token, r.err = a.choose(ctx, kept); r.err != nil {
				return nil, r.err
			}
			return r.token, nil
		})
		return r, err
	})
	switch {
	case r.err != nil:
		return nil, r.err
	case err != nil:
		return nil, outside(err, hintStore)
	case !r.ran:
		return nil, failed(emr.KindConfig, hintNotCalled, nil)
	}
	a.renew.saved()
	return r.token, nil
}

// choose decides, under the store's lock, what token to use and keep. A store that runs
// it twice gets the same token twice.
func (a *asking) choose(ctx context.Context, kept *Token) (*Token, *emr.Error) {
	if a.cfg.Grant == Password {
		return a.chooseByPassword(ctx, kept)
	}
	kept = a.newest(kept)
	if t := a.unsavedAfter(ctx, kept); t != nil {
		kept = t
	}
	if a.usable(kept) {
		return kept, nil
	}
	refresh, seed, err := a.candidate(ctx, kept)
	if err != nil {
		return nil, err
	}
	return a.byRefresh(ctx, refresh, seed)
}

// unsavedAfter returns the token that could not be saved, if it is the successor of what
// is in the store.
func (a *asking) unsavedAfter(ctx context.Context, kept *Token) *Token {
	from, t := a.renew.waiting()
	if t == nil {
		return nil
	}
	have := ""
	if kept != nil {
		have, _ = callOut(ctx, kept.Refresh.Reveal)
	}
	if have == "" {
		have, _ = callOut(ctx, a.cfg.RefreshToken.Reveal)
	}
	if digest(have) != from {
		a.renew.saved()
		return nil
	}
	return t
}

// usable reports whether a stored token needs no renewal: another process got it.
func (a *asking) usable(t *Token) bool {
	if t == nil || t.Access.IsZero() || t.Expires.IsZero() || a.refused(t.Access) {
		return false
	}
	now := time.Now()
	return now.Before(a.dueOf(a.aged(t), now))
}

// candidate chooses the refresh token: the stored one, else the configured one, unless
// the stored one descends from it. Each is tried once.
func (a *asking) candidate(ctx context.Context, kept *Token) (refresh, seed string, err *emr.Error) {
	if kept != nil {
		refresh, _ = callOut(ctx, kept.Refresh.Reveal)
		if refresh != "" && !a.tried[digest(refresh)] {
			return refresh, kept.root(), nil
		}
	}
	refresh, err = a.wire.secret(ctx, "RefreshToken", a.cfg.RefreshToken)
	if err != nil {
		return "", "", err
	}
	seed = digest("seed", refresh)
	switch {
	case refresh != "" && !a.tried[digest(refresh)] && (kept == nil || kept.root() != seed):
		return refresh, seed, nil
	case a.last != nil:
		return "", "", a.last
	}
	return "", "", failed(emr.KindAuth, "there is no refresh token: sign in", emr.ErrLoginRequired)
}

// byRefresh spends a refresh token.
func (a *asking) byRefresh(ctx context.Context, refresh, seed string) (*Token, *emr.Error) {
	a.tried[digest(refresh)] = true
	a.grace.armed.Store(true)
	t, err := a.wire.buy(ctx, RefreshToken, refresh, a.progress)
	if err != nil {
		if isLost(err) {
			a.renew.lost(refresh)
		}
		a.last = err
		return nil, err
	}
	if t.Refresh.IsZero() {
		t.Refresh = NewSecret(refresh) // this vendor does not rotate
	}
	t.seed = NewSecret(seed)
	a.renew.bought(digest(refresh), t)
	return t, nil
}

// chooseByPassword is choose for the grant password. What is in the caller's store is for who
// has the same password and client secret: its place there is found without them.
func (a *asking) chooseByPassword(ctx context.Context, kept *Token) (*Token, *emr.Error) {
	if kept != nil && !a.cfg.ownStore {
		k, err := a.wire.reveal(ctx, Password, "")
		if err != nil {
			return nil, err
		}
		if kept.root() != a.cfg.owner(k) {
			kept = nil
		}
	}
	if t := a.unsavedAfter(ctx, kept); t != nil {
		kept = t
	}
	if a.usable(kept) {
		return kept, nil
	}
	return a.byPassword(ctx, kept)
}

// byPassword renews with the refresh token of the last answer, and signs in with the
// password when there is none that works.
func (a *asking) byPassword(ctx context.Context, kept *Token) (*Token, *emr.Error) {
	if kept != nil {
		refresh, _ := callOut(ctx, kept.Refresh.Reveal)
		if refresh != "" && !a.renew.isSpent(refresh) {
			t, err := a.byRefresh(ctx, refresh, kept.root())
			if err == nil || !wantsSignIn(err) {
				return t, err
			}
		}
	}
	return a.wire.buy(ctx, Password, "", a.progress)
}

// wantsSignIn reports whether the vendor refused the refresh token, and not the client.
func wantsSignIn(err *emr.Error) bool {
	return err.Status >= 400 && err.Status < 500 && err.Code != codeInvalidClient &&
		(err.Kind == emr.KindAuth || err.Kind == emr.KindConfig)
}
