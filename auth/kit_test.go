package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// inBubble runs f with an endpoint in memory, in a bubble where time is free.
func inBubble(t *testing.T, o *authtest.Options, f func(t *testing.T, srv *authtest.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var opts authtest.Options
		if o != nil {
			opts = *o
		}
		opts.InMemory = true
		f(t, authtest.New(t, &opts))
	})
}

// eachWay runs f in a bubble for each way to a token: a grant of OAuth, and a key.
func eachWay(t *testing.T, o *authtest.Options, f func(t *testing.T, srv *authtest.Server, cfg auth.Config)) {
	t.Helper()
	for name, way := range map[string]func(*authtest.Server) auth.Config{
		"grant": (*authtest.Server).Config, "key": (*authtest.Server).ExchangeConfig,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, o, func(t *testing.T, srv *authtest.Server) { f(t, srv, way(srv)) })
		})
	}
}

// newCache makes a Cache that is closed when the test ends.
func newCache(t testing.TB, cfg auth.Config) *auth.Cache {
	t.Helper()
	c, err := auth.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// token gets a token that must come.
func token(t testing.TB, s auth.Source) *auth.Token {
	t.Helper()
	tok, err := s.Token(t.Context())
	if err != nil {
		t.Fatalf("no token: %v", err)
	}
	return tok
}

// access reads the access token in plain.
func access(t testing.TB, tok *auth.Token) string {
	t.Helper()
	text, err := tok.Access.Reveal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// failure gets the error that must come.
func failure(t testing.TB, s auth.Source) *emr.Error {
	t.Helper()
	tok, err := s.Token(t.Context())
	var e *emr.Error
	if !errors.As(err, &e) || tok != nil {
		t.Fatalf("want an *emr.Error, got %v, %v", tok, err)
	}
	wantHint(t, err)
	return e
}

// wantKind checks the kind of err.
func wantKind(t testing.TB, err error, want emr.Kind) {
	t.Helper()
	if got := emr.KindOf(err); got != want {
		t.Errorf("kind %q, want %q (%v)", got, want, err)
	}
}

// wantHint checks that err says what to do next.
func wantHint(t testing.TB, err error) {
	t.Helper()
	var e *emr.Error
	if !errors.As(err, &e) || e.Hint == "" {
		t.Errorf("no hint: %v", err)
	}
}

// wantCount checks how many token requests arrived.
func wantCount(t testing.TB, srv *authtest.Server, want int) {
	t.Helper()
	if got := srv.Count(); got != want {
		t.Errorf("%d token requests arrived, want %d", got, want)
	}
}

// together calls the source from n goroutines at once.
func together(ctx context.Context, s auth.Source, n int) (tokens []*auth.Token, errs []error) {
	tokens, errs = make([]*auth.Token, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { tokens[i], errs[i] = s.Token(ctx) })
	}
	wg.Wait()
	return tokens, errs
}

// same reports whether all tokens are one.
func same(tokens []*auth.Token) bool {
	for _, t := range tokens {
		if t == nil || t != tokens[0] {
			return false
		}
	}
	return true
}

// within is a context of the test with a limit.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
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

func wantIn(t testing.TB, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%q is not in %q", want, text)
	}
}

func errorIs(err, target error) bool { return errors.Is(err, target) }
