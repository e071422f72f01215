package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// storeFunc is a store made of one function.
type storeFunc func(context.Context, func(context.Context, *auth.Token) (*auth.Token, error)) error

func (s storeFunc) Update(ctx context.Context, _ string, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
	return s(ctx, f)
}

func TestFault_X7_panickingStoreIsAnError(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		for name, store := range map[string]storeFunc{
			"before": func(context.Context, func(context.Context, *auth.Token) (*auth.Token, error)) error {
				panic("refresh-token-in-a-panic")
			},
			"after": func(ctx context.Context, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
				_, _ = f(ctx, nil)
				panic("refresh-token-in-a-panic")
			},
		} {
			cfg := srv.RefreshConfig()
			cfg.Store = store
			c := newCache(t, cfg)
			e := failure(t, c)
			wantKind(t, e, emr.KindUnavailable)
			wantIn(t, e.Hint, "store")
			noSecrets(t, srv, e)
			if t.Failed() {
				t.Fatal(name)
			}
		}
	})
}

func TestFault_X7_storeThatDoesNothingIsNamed(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.RefreshConfig()
		cfg.Store = storeFunc(func(context.Context, func(context.Context, *auth.Token) (*auth.Token, error)) error { return nil })
		wantKind(t, failure(t, newCache(t, cfg)), emr.KindConfig)
		wantCount(t, srv, 0)
	})
}

func TestFault_X7_blockingStoreHoldsNoCallerBeyondItsDeadline(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		release := make(chan struct{})
		cfg := srv.RefreshConfig()
		cfg.Store = storeFunc(func(ctx context.Context, f func(context.Context, *auth.Token) (*auth.Token, error)) error {
			<-release // does not look at ctx
			_, err := f(ctx, nil)
			return err
		})
		c := newCache(t, cfg)
		began := time.Now()
		_, errs := together(within(t, 200*time.Millisecond), c, 10)
		if took := time.Since(began); took != 200*time.Millisecond {
			t.Errorf("callers came back after %v", took)
		}
		for _, err := range errs {
			wantKind(t, err, emr.KindTimeout)
		}
		c.Invalidate(&auth.Token{}) // would hang if a lock were held
		began = time.Now()
		_ = c.Close() // and so would this
		if took := time.Since(began); took > time.Second {
			t.Errorf("Close waited %v, and no refresh token is on its way", took)
		}
		close(release)
	})
}

func TestFault_X7_panickingSecretFunctionIsAnError(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		mine := errors.New("vault: sealed, path secret-of-client-1")
		for _, f := range []func(context.Context) (string, error){
			func(context.Context) (string, error) { panic("secret-of-client-1") },
			func(context.Context) (string, error) { return "", mine },
		} {
			cfg := srv.Config()
			cfg.ClientSecret = auth.SecretFunc(f)
			e := failure(t, newCache(t, cfg))
			wantKind(t, e, emr.KindUnavailable)
			wantIn(t, e.Hint, "ClientSecret")
			noSecrets(t, srv, e)
		}
		wantCount(t, srv, 0)
	})
}

func TestFault_X7_secretFunctionThatIgnoresItsContextHoldsUpNobody(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		release := make(chan struct{})
		cfg := srv.Config()
		cfg.ClientSecret = auth.SecretFunc(func(context.Context) (string, error) { <-release; return "x", nil })
		c := newCache(t, cfg)
		_, err := c.Token(within(t, 100*time.Millisecond))
		wantKind(t, err, emr.KindTimeout)
		began := time.Now()
		_ = c.Close()
		if took := time.Since(began); took > time.Second {
			t.Errorf("Close waited %v", took)
		}
		close(release)
	})
}

// badHandler is a log handler that panics or blocks.
type badHandler struct {
	slog.Handler
	act func()
}

func (h badHandler) Enabled(context.Context, slog.Level) bool { h.act(); return true }

func TestFault_X7_badLoggerDoesNotStopAToken(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		release := make(chan struct{})
		for _, act := range []func(){func() { panic("logger") }, func() { <-release }} {
			cfg.Logger = slog.New(badHandler{slog.DiscardHandler, act})
			c := newCache(t, cfg)
			if _, err := c.Token(within(t, 5*time.Second)); err != nil {
				t.Errorf("no token: %v", err)
			}
		}
		close(release)
	})
}

// carrier is an http.RoundTripper made of one function.
type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestFault_X7_badHTTPClientIsAnError(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		for name, rt := range map[string]carrier{
			"panics":  func(*http.Request) (*http.Response, error) { panic("client_secret=secret-of-client-1") },
			"nothing": func(*http.Request) (*http.Response, error) { return nil, nil },
			"no body": func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: http.StatusOK}, nil },
			"says it": func(r *http.Request) (*http.Response, error) { return nil, errors.New("secret-of-client-1") },
		} {
			cfg.HTTPClient = &http.Client{Transport: rt}
			e := failure(t, newCache(t, cfg))
			wantKind(t, e, emr.KindUnavailable)
			noSecrets(t, srv, e)
			if t.Failed() {
				t.Fatal(name)
			}
		}
	})
}

func TestFault_X8_closeEndsTheFetchAndLaterCallsAreConfig(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		srv.FailAll(authtest.Hang())
		c := newCache(t, cfg)
		got := make(chan error, 1)
		go func() { _, err := c.Token(t.Context()); got <- err }()
		synctest.Wait()
		began := time.Now()
		_ = c.Close()
		if took := time.Since(began); took > time.Second {
			t.Errorf("Close waited %v", took)
		}
		err := <-got
		wantKind(t, err, emr.KindCanceled)
		wantHint(t, err)
		wantKind(t, failure(t, c), emr.KindConfig)
		_ = c.Close() // again is fine
		wantCount(t, srv, 1)
	})
}

func TestFault_X8_closeWaitsForTheAnswerToARefreshToken(t *testing.T) {
	t.Parallel()
	inBubble(t, rotating, func(t *testing.T, srv *authtest.Server) {
		store := newSpy()
		cfg := srv.RefreshConfig()
		cfg.Store = store
		c := newCache(t, cfg)
		token(t, c)
		time.Sleep(56 * time.Minute)
		srv.Fail(1, authtest.Slow(3*time.Second))
		token(t, c) // starts the renewal
		synctest.Wait()
		began := time.Now()
		_ = c.Close()
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("Close took %v, want 3s", took)
		}
		if len(store.saved) != 2 {
			t.Error("the renewed token is lost")
		}
		// but not for ever
		again := newCache(t, cfg)
		time.Sleep(2 * time.Hour)
		srv.Fail(1, authtest.Hang())
		go func() { _, _ = again.Token(t.Context()) }()
		synctest.Wait()
		began = time.Now()
		_ = again.Close()
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("Close took %v, want about 5s", took)
		}
	})
}
