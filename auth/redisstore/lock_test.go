package redisstore_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/redisstore"
	"github.com/emrkit/emrkit/emr"
)

func TestLock_isExtendedWhileTheFunctionRuns(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		one, two := b.store(), b.store()
		inside, most := 0, 0
		var mu sync.Mutex
		slow := func(context.Context, *auth.Token) (*auth.Token, error) {
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(5 * time.Minute)
			mu.Lock()
			inside--
			mu.Unlock()
			return signIn("r"), nil
		}
		var wg sync.WaitGroup
		for _, s := range []*redisstore.Store{one, two} {
			wg.Go(func() {
				if err := s.Update(b.Context(), "clinic", slow); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
		if most != 1 {
			b.Errorf("%d were inside at once", most)
		}
		if s := b.log.String(); s != "" {
			b.Errorf("warned: %s", s)
		}
	})
}

func TestLock_ofAProcessThatDiedEnds(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		_, lock := b.names(s)
		b.redis.Set(lock, "of the dead")
		b.redis.SetTTL(lock, 30*time.Second)
		began := time.Now()
		write(b, s, signIn("r"))
		if took := time.Since(began); took < 29*time.Second || took > 31*time.Second {
			b.Errorf("waited %v", took)
		}
	})
}

func TestLock_isWaitedForNoLongerThanTheContextLasts(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		_, lock := b.names(s)
		b.redis.Set(lock, "of another")
		for _, end := range []struct {
			how  func(context.Context) (context.Context, context.CancelFunc)
			want emr.Kind
			is   error
		}{
			{func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 3*time.Second)
			}, emr.KindTimeout, context.DeadlineExceeded},
			{func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(3*time.Second, cancel)
				return ctx, cancel
			}, emr.KindCanceled, context.Canceled},
		} {
			ctx, cancel := end.how(b.Context())
			began := time.Now()
			err := s.Update(ctx, "clinic", give(signIn("r")))
			cancel()
			if wantKind(b, err, end.want); !errors.Is(err, end.is) {
				b.Errorf("got %v", err)
			}
			if took := time.Since(began); took != 3*time.Second {
				b.Errorf("waited %v", took)
			}
		}
		if got, _ := b.redis.Get(lock); got != "of another" {
			b.Error("another's lock was touched")
		}
	})
}

func TestLock_lostAndNobodyWroteKeepsTheNewToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		write(b, s, signIn("old"))
		_, lock := b.names(s)
		for _, holder := range []string{"", "of another, who still asks"} {
			err := s.Update(b.Context(), "clinic", func(context.Context, *auth.Token) (*auth.Token, error) {
				b.redis.Del(lock)
				if holder != "" {
					b.redis.Set(lock, holder)
				}
				return signIn("new" + holder), nil
			})
			if err != nil {
				b.Errorf("a bought refresh token was lost: %v", err)
			}
			if got, _ := b.redis.Get(lock); got != holder {
				b.Error("another's lock was touched")
			}
			b.redis.Del(lock)
			if got := read(b, s); got != "access-of-new"+holder {
				b.Errorf("kept %q", got)
			}
		}
		if n := strings.Count(b.log.String(), "was lost before"); n != 2 {
			b.Errorf("%d warnings, want 2", n)
		}
	})
}

func TestLock_lostAndAnotherWroteIsAConflictAndOverwritesNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s, other := b.store(), b.store()
		write(b, s, signIn("old"))
		_, lock := b.names(s)
		err := s.Update(b.Context(), "clinic", func(context.Context, *auth.Token) (*auth.Token, error) {
			b.redis.Del(lock)
			write(b, other, signIn("theirs"))
			return signIn("ours"), nil
		})
		wantKind(b, err, emr.KindConflict)
		if got := read(b, s); got != "access-of-theirs" {
			b.Errorf("kept %q", got)
		}
		// The same where the entry was new, and where theirs is gone again.
		err = s.Update(b.Context(), "new place", func(ctx context.Context, _ *auth.Token) (*auth.Token, error) {
			_, lock := redisstore.NamesOf(s, "new place")
			b.redis.Del(lock)
			if err := other.Update(ctx, "new place", give(signIn("theirs"))); err != nil {
				b.Error(err)
			}
			return signIn("ours"), nil
		})
		wantKind(b, err, emr.KindConflict)
		err = s.Update(b.Context(), "clinic", func(ctx context.Context, _ *auth.Token) (*auth.Token, error) {
			b.redis.Del(lock)
			if err := other.Delete(ctx, "clinic"); err != nil {
				b.Error(err)
			}
			return signIn("ours"), nil
		})
		wantKind(b, err, emr.KindConflict)
	})
}

func TestLock_lostToAFrozenProcessDoesNotFreeAnothers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		_, lock := b.names(s)
		mine := errors.New("mine")
		err := s.Update(b.Context(), "clinic", func(context.Context, *auth.Token) (*auth.Token, error) {
			b.redis.Set(lock, "of another")
			time.Sleep(time.Minute) // the extension must not extend theirs
			return nil, mine
		})
		if !errors.Is(err, mine) {
			b.Error(err)
		}
		if got, _ := b.redis.Get(lock); got != "of another" || b.redis.TTL(lock) != 0 {
			b.Error("another's lock was touched")
		}
	})
}

func TestLock_aCancelledCallerStillKeepsWhatWasBought(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		ctx, cancel := context.WithCancel(b.Context())
		err := s.Update(ctx, "clinic", func(context.Context, *auth.Token) (*auth.Token, error) {
			cancel()
			return signIn("bought"), nil
		})
		if err != nil {
			b.Error(err)
		}
		began := time.Now()
		if read(b, s) != "access-of-bought" || time.Since(began) != 0 {
			b.Error("lost, or still locked")
		}
	})
}
