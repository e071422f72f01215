package redisstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/redisstore"
	"github.com/emrkit/emrkit/emr"
)

// keyOf makes a key of a sentence.
func keyOf(text string) []byte { return []byte((text + strings.Repeat(".", 32))[:32]) }

// quiet is the client's own logger, which prints addresses.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

func TestMain(m *testing.M) {
	redis.SetLogger(quiet{})
	log.SetOutput(io.Discard)
	if os.Getenv(childServer) != "" {
		os.Exit(child())
	}
	os.Exit(m.Run())
}

// bubble is a Redis in memory, in a bubble where time is free and keys expire with it.
type bubble struct {
	*testing.T
	redis *miniredis.Miniredis
	log   logBook
}

func inBubble(t *testing.T, f func(b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := miniredis.NewMiniRedis()
		m.ClockTTL(true)
		t.Cleanup(m.Close)
		f(&bubble{T: t, redis: m})
	})
}

// client is a new client, as another process has.
func (b *bubble) client() *redis.Client {
	return b.clientOn(func(context.Context, string, string) (net.Conn, error) { return b.redis.Dial() })
}

func (b *bubble) clientOn(dial func(context.Context, string, string) (net.Conn, error)) *redis.Client {
	c := redis.NewClient(&redis.Options{
		Addr: "redis.canary.example:6379", Username: "canary-user", Password: "", Dialer: dial, ContextTimeoutEnabled: true, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	b.Cleanup(func() { _ = c.Close() })
	return c
}

// store is a new store, as another process has.
func (b *bubble) store(change ...func(*redisstore.Options)) *redisstore.Store {
	b.Helper()
	return newStore(b.T, b.client(), append([]func(*redisstore.Options){func(o *redisstore.Options) { o.Logger = b.log.logger() }}, change...)...)
}

func newStore(t testing.TB, client redis.Scripter, change ...func(*redisstore.Options)) *redisstore.Store {
	t.Helper()
	o := redisstore.Options{Keys: [][]byte{keyOf("first key")}}
	for _, f := range change {
		f(&o)
	}
	s, err := redisstore.New(client, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// names returns the names of the entry and the lock of the only place in use.
func (b *bubble) names(s *redisstore.Store) (entry, lock string) {
	return redisstore.NamesOf(s, "clinic")
}

// access is an access token without a refresh token.
func access(text string, life time.Duration) *auth.Token {
	return &auth.Token{Access: auth.NewSecret(text), Type: "Bearer", Issued: time.Now().Round(0), Expires: time.Now().Round(0).Add(life)}
}

// signIn is a token with a refresh token.
func signIn(text string) *auth.Token {
	t := access("access-of-"+text, time.Hour)
	t.Refresh = auth.NewSecret(text)
	return t
}

type update = func(context.Context, *auth.Token) (*auth.Token, error)

// give is an update that writes t, whatever there is.
func give(t *auth.Token) update {
	return func(context.Context, *auth.Token) (*auth.Token, error) { return t, nil }
}

// write must succeed.
func write(t testing.TB, s auth.Store, token *auth.Token) {
	t.Helper()
	if err := s.Update(t.Context(), "clinic", give(token)); err != nil {
		t.Fatal(err)
	}
}

// read returns the text of the access token that is kept, "" for none.
func read(t testing.TB, s auth.Store) (text string) {
	t.Helper()
	err := s.Update(t.Context(), "clinic", func(ctx context.Context, kept *auth.Token) (*auth.Token, error) {
		if kept != nil {
			text, _ = kept.Access.Reveal(ctx)
		}
		return kept, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// wantKind checks that err is an *emr.Error of that kind, with a hint.
func wantKind(t testing.TB, err error, want emr.Kind) *emr.Error {
	t.Helper()
	var e *emr.Error
	if !errors.As(err, &e) || e.Kind != want || e.Hint == "" {
		t.Fatalf("want kind %s with a hint, got %v", want, err)
	}
	return e
}

// token gets a token that must come.
func token(t testing.TB, s auth.Source) string {
	t.Helper()
	tok, err := s.Token(t.Context())
	if err != nil {
		t.Error(err)
		return ""
	}
	text, _ := tok.Access.Reveal(t.Context())
	return text
}

// newCache makes a Cache that is closed when the test ends.
func newCache(t testing.TB, cfg auth.Config, s auth.Store) *auth.Cache {
	t.Helper()
	cfg.Store, cfg.StoreKey = s, "clinic"
	c, err := auth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func wantCount(t testing.TB, srv *authtest.Server, want int) {
	t.Helper()
	if got := srv.Count(); got != want {
		t.Errorf("%d token requests arrived, want %d", got, want)
	}
}

// logBook is a logger whose lines can be read.
type logBook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (b *logBook) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
