package redisstore_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/redisstore"
	"github.com/emrkit/emrkit/emr"
)

func TestStore_keepsWhatTheFunctionReturns(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		one, two := b.store(), b.store()
		if read(b, one) != "" {
			b.Error("a token before any was written")
		}
		tok := signIn("refresh-1")
		tok.Scopes = []string{"patient/*.read"}
		write(b, one, tok)
		err := two.Update(b.Context(), "clinic", func(ctx context.Context, kept *auth.Token) (*auth.Token, error) {
			text, _ := kept.Refresh.Reveal(ctx)
			if text != "refresh-1" || !kept.Expires.Equal(tok.Expires) || !kept.Issued.Equal(tok.Issued) || len(kept.Scopes) != 1 || kept.Type != "Bearer" {
				b.Errorf("another token came back: %v", kept)
			}
			return nil, nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if err := two.Update(b.Context(), "elsewhere", func(_ context.Context, kept *auth.Token) (*auth.Token, error) {
			if kept != nil {
				b.Error("one place has the token of another")
			}
			return nil, nil
		}); err != nil {
			b.Fatal(err)
		}
		if got := read(b, two); got != "access-of-refresh-1" {
			b.Errorf("kept %q", got)
		}
	})
}

func TestStore_leavesNothingReadableAndNoLock(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		write(b, s, signIn("refresh-canary"))
		entry, lock := b.names(s)
		if keys := b.redis.Keys(); len(keys) != 1 || keys[0] != entry {
			b.Errorf("Redis holds %v", keys)
		}
		if b.redis.Exists(lock) || strings.Contains(entry, "clinic") || !strings.HasPrefix(entry, "emrkit:token:{") || !strings.HasPrefix(lock, entry) {
			b.Errorf("names %q and %q", entry, lock)
		}
		if text, _ := b.redis.Get(entry); strings.Contains(text, "canary") || strings.Contains(text, "token") {
			b.Error("the entry can be read")
		}
	})
}

func TestStore_accessTokensEndByThemselvesAndSignInsDoNot(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		write(b, s, access("a", time.Hour))
		time.Sleep(59 * time.Minute)
		if read(b, s) != "a" {
			b.Error("gone before its end")
		}
		time.Sleep(2 * time.Minute)
		if read(b, s) != "" || len(b.redis.Keys()) != 0 {
			b.Error("still there after its end")
		}

		write(b, s, signIn("r"))
		time.Sleep(400 * 24 * time.Hour)
		if read(b, s) == "" {
			b.Error("a sign-in was lost")
		}
		brief := b.store(func(o *redisstore.Options) { o.KeepFor = 24 * time.Hour })
		write(b, brief, signIn("r2"))
		time.Sleep(23 * time.Hour)
		if read(b, brief) == "" {
			b.Error("gone before KeepFor")
		}
		time.Sleep(2 * time.Hour)
		if read(b, brief) != "" {
			b.Error("still there after KeepFor")
		}
	})
}

func TestStore_theFunctionsErrorComesBackAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		write(b, s, signIn("old"))
		mine := errors.New("mine")
		err := s.Update(b.Context(), "clinic", func(context.Context, *auth.Token) (*auth.Token, error) { return signIn("new"), mine })
		if err != mine { //nolint:errorlint // the very same
			b.Errorf("got %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = s.Update(b.Context(), "clinic", func(context.Context, *auth.Token) (*auth.Token, error) { panic("oops") })
		}()
		began := time.Now()
		if read(b, s) != "access-of-old" {
			b.Error("written all the same")
		}
		if time.Since(began) != 0 {
			b.Error("the lock stayed after a panic")
		}
	})
}

func TestStore_deleteForgets(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		s := b.store()
		if err := s.Delete(b.Context(), "clinic"); err != nil {
			b.Error(err)
		}
		write(b, s, signIn("r"))
		if err := s.Delete(b.Context(), "clinic"); err != nil {
			b.Error(err)
		}
		if read(b, s) != "" || len(b.redis.Keys()) != 0 {
			b.Error("still there")
		}
	})
}

func TestStore_fiftyProcessesMakeOneTokenRequest(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]func(*authtest.Server) auth.Config{
		"client credentials": (*authtest.Server).Config,
		"key":                (*authtest.Server).ExchangeConfig,
		"refresh token":      (*authtest.Server).RefreshConfig,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bubble) {
				srv := authtest.New(b.T, &authtest.Options{InMemory: true, Rotate: true, Refresh: true})
				cfg := config(srv)
				all := make([]*auth.Cache, 50)
				for i := range all {
					all[i] = newCache(b, cfg, b.store())
				}
				for round := 1; round <= 2; round++ {
					srv.Fail(1, authtest.Slow(time.Second))
					got := make([]string, len(all))
					var wg sync.WaitGroup
					for i, c := range all {
						wg.Go(func() { got[i] = token(b, c) })
					}
					wg.Wait()
					for _, text := range got {
						if text == "" || text != got[0] {
							b.Fatal("not one token for all")
						}
					}
					wantCount(b, srv, round)
					time.Sleep(2 * time.Hour)
				}
			})
		})
	}
}

func TestStore_aRevokedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		srv := authtest.New(b.T, &authtest.Options{InMemory: true})
		one, two := newCache(b, srv.Config(), b.store()), newCache(b, srv.Config(), b.store())
		old := token(b, one)
		if token(b, two) != old {
			b.Fatal("two tokens")
		}
		srv.Revoke(old)
		for _, c := range []*auth.Cache{one, two, one} {
			if tok, err := c.Token(b.Context()); err == nil && !srv.Valid(mustReveal(b, tok)) {
				c.Invalidate(tok)
			}
			if !srv.Valid(token(b, c)) {
				b.Error("the dead token came back")
			}
		}
		wantCount(b, srv, 2)
	})
}

func mustReveal(t testing.TB, tok *auth.Token) string {
	t.Helper()
	text, err := tok.Access.Reveal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestStore_otherEnvironmentsHaveOtherEntries(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		write(b, b.store(func(o *redisstore.Options) { o.Prefix = "uat:" }), access("uat", time.Hour))
		if got := read(b, b.store(func(o *redisstore.Options) { o.Prefix = "prod:" })); got != "" {
			b.Errorf("got %q", got)
		}
	})
}

func TestNew_refusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bubble) {
		client := b.client()
		for field, o := range map[string]redisstore.Options{
			"Keys":    {},
			"Prefix":  {Keys: [][]byte{keyOf("k")}, Prefix: "emrkit:{canary}:"},
			"LockFor": {Keys: [][]byte{keyOf("k")}, LockFor: 30},
			"KeepFor": {Keys: [][]byte{keyOf("k")}, KeepFor: 24},
			"Timeout": {Keys: [][]byte{keyOf("k")}, Timeout: -time.Second},
		} {
			_, err := redisstore.New(client, o)
			if e := wantKind(b, err, emr.KindConfig); len(e.Fields) != 1 || e.Fields[0] != field || strings.Contains(err.Error(), "canary") {
				b.Errorf("%s: got %v", field, err)
			}
		}
		for _, odd := range [][]byte{nil, []byte("canary"), []byte("Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2E="), make([]byte, 32)} {
			_, err := redisstore.New(client, redisstore.Options{Keys: [][]byte{keyOf("k"), odd}})
			if e := wantKind(b, err, emr.KindConfig); e.Fields[0] != "Keys" {
				b.Errorf("got %v", err)
			}
		}
	})
}
