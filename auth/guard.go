package auth

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// errPanic stands for code of the caller's that panicked. What it panicked with is not
// shown: it may hold anything.
var errPanic = errors.New("auth: the called function panicked")

// patience is how long code of the caller's has to notice that its context ended.
const patience = 100 * time.Millisecond

// callOut runs code of the caller's. It returns when f does or, with the context's
// error, soon after ctx ended: code that ignores ctx holds up nobody. No lock is held.
func callOut[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	type result struct {
		v   T
		err error
	}
	out := make(chan result, 1)
	go func() {
		r := result{err: errPanic}
		defer func() {
			if errors.Is(r.err, errPanic) {
				_ = recover()
			}
			out <- r
		}()
		v, err := f(ctx)
		r = result{v, err}
	}()
	select {
	case r := <-out:
		return r.v, r.err
	case <-ctx.Done():
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case r := <-out:
		return r.v, r.err
	case <-late.C:
		var none T
		return none, ctx.Err()
	}
}

// journal writes to the caller's logger. A panic in it, or one that blocks, does not
// stop a token.
type journal struct {
	log    *slog.Logger
	vendor string
	host   string
	wait   time.Duration
}

// attempt writes the debug line of one token request. The fields are the whole allow-list.
func (j *journal) attempt(n, status int, kind emr.Kind, took time.Duration) {
	j.write(slog.LevelDebug, "emrkit: token request",
		slog.String("vendor", j.vendor), slog.String("op", opGetToken), slog.String("method", "POST"), slog.String("host", j.host),
		slog.Int("attempt", n), slog.Int("status", status), slog.String("kind", string(kind)), slog.Duration("duration", took))
}

// renewalFailed warns of what nobody sees until the cached token ends.
func (j *journal) renewalFailed(err *emr.Error) {
	j.write(slog.LevelWarn, "emrkit: token renewal failed", slog.String("vendor", j.vendor), slog.String("host", j.host), slog.Any("error", err))
}

// storeFailed warns of a store that costs token requests while it is down.
func (j *journal) storeFailed(err *emr.Error) {
	j.write(slog.LevelWarn, "emrkit: token store left alone for a while", slog.String("vendor", j.vendor), slog.String("host", j.host), slog.Any("error", err))
}

func (j *journal) write(level slog.Level, msg string, attrs ...slog.Attr) {
	if j.log == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), j.wait)
	defer cancel()
	_, _ = callOut(ctx, func(ctx context.Context) (struct{}, error) {
		if j.log.Enabled(ctx, level) {
			j.log.LogAttrs(ctx, level, msg, attrs...)
		}
		return struct{}{}, nil
	})
}
