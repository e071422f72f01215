package transport

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// errPanic stands for a hook that panicked.
var errPanic = errors.New("transport: a hook panicked")

// guarded calls a hook of the caller's; a panic in it does not end the call. What it
// panicked with is not shown: it may hold anything. No lock is held here.
func (c *Client) guarded(hook string, f func()) {
	defer func() {
		if recover() != nil && hook != "logger" {
			c.line(context.Background(), slog.LevelError, "emrkit: a hook panicked", slog.String("hook", hook))
		}
	}()
	f()
}

// line writes one log line.
func (c *Client) line(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
	if c.log == nil {
		return
	}
	c.guarded("logger", func() { c.log.LogAttrs(ctx, level, msg, attrs...) })
}

// observe writes the debug line of one attempt. The fields are the whole allow-list.
func (r *run) observe(a *attempt, p reply) {
	c := r.c
	if c.log == nil {
		return
	}
	on := false
	c.guarded("logger", func() { on = c.log.Enabled(r.ctx, slog.LevelDebug) })
	if !on {
		return
	}
	var kind emr.Kind
	if p.fault != nil {
		kind = p.fault.kind
	}
	c.line(r.ctx, slog.LevelDebug, "emrkit: attempt",
		slog.String("vendor", c.vendor), slog.String("name", c.name), slog.String("op", r.call.Op),
		slog.String("method", r.call.Method), slog.String("host", c.base.Host), slog.String("route", r.call.Route),
		slog.Int("attempt", r.tries), slog.Int("status", p.status), slog.String("kind", string(kind)),
		slog.Duration("duration", time.Since(a.began)), slog.Int64("sent", r.sentBytes()), slog.Int64("received", r.received),
		slog.String("request_id", r.id))
}

// begin tells the observer that the call starts and returns its context.
func (r *run) begin(ctx context.Context) context.Context {
	c := r.c
	if c.observer == nil {
		return ctx
	}
	var out context.Context
	c.guarded("observer", func() {
		out, r.end = c.observer.Start(ctx, emr.CallInfo{ //nolint:fatcontext // one span, set once
			Vendor: c.vendor, Name: c.name, Op: r.call.Op, Method: r.call.Method, Host: c.base.Host,
			Route: r.call.Route, Write: r.call.write(), CorrelationID: r.id,
		})
	})
	if out == nil {
		return ctx
	}
	return out
}

// finish tells observer, audit and log how the call ended, and frees what it held.
func (r *run) finish(err *emr.Error) {
	c := r.c
	r.upload.revoke()
	defer c.leave()
	var kind emr.Kind
	if err != nil {
		kind = err.Kind
	}
	status := r.last.status
	if r.end != nil {
		c.guarded("observer", func() {
			r.end(emr.CallResult{
				Status: status, Attempts: r.tries, Kind: kind, Duration: time.Since(r.began),
				Waited: r.waited, Sent: r.sentBytes(), Received: r.received,
			})
		})
	}
	if c.audit != nil && r.tries > 0 && !r.call.Impersonal {
		c.guarded("audit", func() {
			c.audit(r.ctx, emr.AuditEvent{
				Time: r.began, Vendor: c.vendor, Name: c.name, Op: r.call.Op, Route: r.call.Route,
				Write: r.call.write(), Patient: r.call.Patient, Status: status, Kind: kind, CorrelationID: r.id,
			})
		})
	}
	if err != nil && needsEyes(kind) {
		c.line(r.ctx, slog.LevelWarn, "emrkit: call failed", slog.Any("error", err))
	}
}

// needsEyes reports whether a person should look at a failure of this kind.
func needsEyes(k emr.Kind) bool {
	switch k {
	case emr.KindAmbiguous, emr.KindUntrustedURL, emr.KindProtocol, emr.KindAuth, emr.KindConfig:
		return true
	}
	return false
}

func (r *run) sentBytes() int64 {
	if r.upload == nil {
		return 0
	}
	return r.upload.sent.Load()
}
