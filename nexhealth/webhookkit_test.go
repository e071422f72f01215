package nexhealth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
)

const (
	secretA = "NArWk7-first-endpoint"
	secretB = "Qx92-second-endpoint"
)

// sentNow is the time of the deliveries in these tests.
var sentNow = time.Date(2026, 3, 2, 15, 4, 5, 0, time.UTC)

// inbox is an application's Handle that keeps what it gets.
type inbox struct {
	mu     sync.Mutex
	events []Event
	fail   func(n int, e Event) error // n counts from 1
}

func (b *inbox) handle(_ context.Context, e Event) error {
	b.mu.Lock()
	b.events = append(b.events, e)
	n, fail := len(b.events), b.fail
	b.mu.Unlock()
	if fail != nil {
		return fail(n, e)
	}
	return nil
}

func (b *inbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events)
}

// newTestWebhook makes one with the secret of endpoint A and the clock at sentNow.
func newTestWebhook(t testing.TB, b *inbox, change func(*WebhookConfig)) *Webhook {
	t.Helper()
	cfg := WebhookConfig{
		Secrets: []auth.Secret{auth.NewSecret(secretA)},
		Handle:  b.handle,
		Now:     func() time.Time { return sentNow },
	}
	if change != nil {
		change(&cfg)
	}
	w, err := NewWebhook(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// delivery is a request as the vendor sends it.
func delivery(body, secret string, sent time.Time) *http.Request {
	stamp := sent.UTC().Format(time.RFC3339)
	r := httptest.NewRequest(http.MethodPost, "/hooks", bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(HeaderTimestamp, stamp)
	r.Header.Set(HeaderSignature, Sign(secret, stamp, []byte(body)))
	return r
}

// deliver serves r and returns the status. It fails the test for an answer with a body.
func deliver(t testing.TB, h http.Handler, r *http.Request) int {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	if rec.Body.Len() > 0 {
		t.Errorf("the answer has a body of %d bytes", rec.Body.Len())
	}
	return rec.Code
}

func wantStatus(t testing.TB, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("answered %d, want %d", got, want)
	}
}

func wantHandled(t testing.TB, b *inbox, want int) {
	t.Helper()
	if got := b.count(); got != want {
		t.Errorf("handled %d times, want %d", got, want)
	}
}

// logged collects log lines.
func logged(into io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(into, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// brokenStore fails at the named call.
type brokenStore struct {
	*ReplayMemory
	claim, done, release error
	panics               bool
}

var errStore = errors.New("connection refused")

func (s *brokenStore) Claim(ctx context.Context, key string, lease time.Duration) (Claim, error) {
	if s.panics {
		panic(key)
	}
	if s.claim != nil {
		return ClaimNew, s.claim
	}
	return s.ReplayMemory.Claim(ctx, key, lease)
}

func (s *brokenStore) Done(ctx context.Context, key string, ttl time.Duration) error {
	if s.done != nil {
		return s.done
	}
	return s.ReplayMemory.Done(ctx, key, ttl)
}

func (s *brokenStore) Release(ctx context.Context, key string) error {
	if s.release != nil {
		return s.release
	}
	return s.ReplayMemory.Release(ctx, key)
}
