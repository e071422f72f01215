package transport

import (
	"context"
	"log/slog"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// observe writes the debug line of one attempt. The fields are the whole allow-list.
func (r *run) observe(a *attempt, p reply) {
	if r.c.log == nil || r.mute {
		return
	}
	var kind emr.Kind
	if p.fault != nil {
		kind = p.fault.kind
	}
	// What changes later is copied: a logger that blocks may read it when it changes.
	ctx, c, id, n, status := r.ctx, r.c, r.id, r.tries, p.status
	took, sent, received := time.Since(a.began), r.sentBytes(), r.received
	op, method, route := r.call.Op, r.call.Method, r.call.Route
	r.write(func() {
		if !c.log.Enabled(ctx, slog.LevelDebug) {
			return
		}
		c.log.LogAttrs(ctx, slog.LevelDebug, "emrkit: attempt",
			slog.String("vendor", c.vendor), slog.String("name", c.name), slog.String("op", op),
			slog.String("method", method), slog.String("host", c.base.Host), slog.String("route", route),
			slog.Int("attempt", n), slog.Int("status", status), slog.String("kind", string(kind)),
			slog.Duration("duration", took), slog.Int64("sent", sent), slog.Int64("received", received),
			slog.String("request_id", id))
	})
}

// begin tells the observer that the call starts and returns its context.
func (r *run) begin(ctx context.Context) context.Context {
	c := r.c
	if c.observer == nil {
		return ctx
	}
	info := emr.CallInfo{
		Vendor: c.vendor, Name: c.name, Op: r.call.Op, Method: r.call.Method, Host: c.base.Host,
		Route: r.call.Route, Write: r.call.write(), CorrelationID: r.id,
	}
	var out context.Context
	var end func(emr.CallResult)
	result := make(chan emr.CallResult, 1)
	late := func() { // what Start opened is closed, however late
		if end != nil {
			end(<-result)
		}
	}
	switch r.enterHook(hookObserver, hookTime, func() {
		out, end = c.observer.Start(ctx, info) //nolint:fatcontext // one span, set once
	}, late) {
	case returned:
		r.end = end
	case givenUp:
		r.result = result
		return ctx
	default:
		return ctx
	}
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
	defer r.dismiss()
	var kind emr.Kind
	if err != nil {
		kind = err.Kind
	}
	status := r.last.status
	if end := r.end; end != nil || r.result != nil {
		res := emr.CallResult{
			Status: status, Attempts: r.tries, Kind: kind, Duration: time.Since(r.began),
			Waited: r.waited, Sent: r.sentBytes(), Received: r.received,
		}
		if r.result != nil {
			r.result <- res
		} else {
			r.callOut(hookObserver, hookTime, func() { end(res) }, nil)
		}
	}
	if c.audit != nil && r.tries > 0 && !r.call.Impersonal {
		ctx, event := r.ctx, emr.AuditEvent{
			Time: r.began, Vendor: c.vendor, Name: c.name, Op: r.call.Op, Route: r.call.Route,
			Write: r.call.write(), Patient: r.call.Patient, Status: status, Kind: kind, CorrelationID: r.id,
		}
		r.enterHook(hookAudit, hookTime, func() { c.audit(ctx, event) }, nil)
	}
	if err != nil && needsEyes(kind) {
		e := *err // the caller may change his
		r.line(slog.LevelWarn, "emrkit: call failed", slog.Any("error", &e))
	}
}

// needsEyes reports whether a person should look at a failure of this kind.
func needsEyes(k emr.Kind) bool {
	switch k {
	case emr.KindAmbiguous, emr.KindUntrustedURL, emr.KindProtocol, emr.KindAuth, emr.KindPermission, emr.KindConfig:
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
