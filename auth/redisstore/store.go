package redisstore

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// Store keeps tokens in Redis. It is safe for many goroutines and has nothing to close:
// between calls there is nothing running. The client is the caller's.
type Store struct {
	client redis.Scripter
	keys   func() keyring // a function, because printers walk fields
	opts   Options
}

var _ auth.Store = (*Store)(nil)

// New makes a Store on client: a *redis.Client, *redis.ClusterClient or *redis.Ring, with
// ContextTimeoutEnabled, on Redis 6 or later. It sends nothing. It fails with kind config,
// naming the field and never its value.
func New(client redis.Scripter, o Options) (*Store, error) {
	if bad := checkClient(client); bad != nil {
		return nil, bad
	}
	o, bad := o.resolve()
	if bad != nil {
		return nil, bad
	}
	keys, bad := newKeyring(o.Keys)
	if bad != nil {
		return nil, bad
	}
	o.Keys = nil // they are in the keyring
	return &Store{client: client, keys: func() keyring { return keys }, opts: o}, nil
}

// Update is the method of [auth.Store]. It waits for the lock as long as ctx lasts, and a
// little longer than that for an exchange with Redis under way (Options.Timeout). It returns
// f's error as it is; its own are *emr.Error, without anything of Redis's answer:
//
//   - unavailable: Redis is down, slow, full or failing over
//   - timeout, canceled: ctx ended while another process had the lock
//   - config: no key opens the entry, or Redis refuses the client. The entry is left alone
//   - protocol: the entry is damaged, and left alone; see Delete
//   - conflict: the lock was lost while f ran, and another process wrote a token, which is
//     kept, or deleted it; f's is not written
//
// A lock that was lost while nobody else wrote is no error: the token of f is kept.
func (s *Store) Update(ctx context.Context, key string, f func(ctx context.Context, t *auth.Token) (*auth.Token, error)) error {
	n := s.namesOf(key)
	h, bad := s.acquire(ctx, n)
	if bad != nil {
		return s.warn(ctx, bad)
	}
	defer h.release(ctx)
	kept, bad := s.keys().open(n.entry, []byte(h.read))
	if bad != nil {
		return s.warn(ctx, bad)
	}
	t, err := f(ctx, kept)
	if err != nil {
		return err
	}
	if t == nil || t == kept {
		return nil
	}
	sealed, bad := s.keys().seal(n.entry, t)
	if bad == nil {
		bad = h.put(ctx, sealed, s.lifeOf(t, time.Now()))
	}
	if bad != nil {
		return s.warn(ctx, bad)
	}
	return nil
}

// Delete forgets what is kept under key: after a sign-out, or where Update says that it
// cannot be opened. It waits for the lock. Its errors are those of Update.
func (s *Store) Delete(ctx context.Context, key string) error {
	h, bad := s.acquire(ctx, s.namesOf(key))
	if bad != nil {
		return s.warn(ctx, bad)
	}
	defer h.release(ctx)
	if bad := h.put(ctx, nil, 0); bad != nil {
		return s.warn(ctx, bad)
	}
	return nil
}

// lifeOf is how long Redis keeps t; 0: until it is replaced.
func (s *Store) lifeOf(t *auth.Token, now time.Time) time.Duration {
	if !t.Refresh.IsZero() || t.Expires.IsZero() {
		return s.opts.KeepFor
	}
	return max(t.Expires.Sub(now), time.Second)
}

// warn tells the log of err, unless its caller only gave up, and returns it.
func (s *Store) warn(ctx context.Context, err *emr.Error) error {
	if s.opts.Logger != nil && err.Kind != emr.KindCanceled {
		s.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "emrkit: token store", slog.Any("error", err))
	}
	return err
}

// Format prints nothing of the store, for every verb.
func (s Store) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "redisstore.Store") }

// LogValue is the text of Format.
func (s Store) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }
