package emrtest

import (
	"context"
	"log/slog"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// observe tells the options' observer, and at the end the logger and the audit hook,
// what a vendor's driver would tell them. A panic in a hook does not reach the caller.
func (m *Memory) observe(ctx context.Context, op Op, write bool, p emr.PatientID) (context.Context, func(error)) {
	o := m.clinic.options
	began := time.Now()
	info := emr.CallInfo{
		Vendor: "memory", Name: o.Name, Op: string(op), Method: "GET", Host: "memory",
		Route: "/" + string(op), Write: write, CorrelationID: emr.CorrelationID(ctx),
	}
	if write {
		info.Method = "POST"
	}
	inner, end := start(ctx, o.Observer, info)
	return inner, func(err error) {
		result := emr.CallResult{Status: 200, Attempts: 1, Kind: emr.KindOf(err), Duration: time.Since(began)}
		if err != nil {
			result.Status = 0
		}
		guarded(func() { end(result) })
		if o.Logger != nil {
			guarded(func() {
				o.Logger.LogAttrs(ctx, slog.LevelDebug, "emr call",
					slog.String("vendor", info.Vendor), slog.String("name", o.Name), slog.String("op", info.Op),
					slog.String("kind", string(result.Kind)), slog.Duration("duration", result.Duration))
			})
		}
		if o.Audit != nil && op.personal() {
			guarded(func() {
				o.Audit(ctx, emr.AuditEvent{
					Time: m.clinic.now(), Vendor: info.Vendor, Name: o.Name, Op: info.Op, Route: info.Route,
					Write: write, Patient: p, Status: result.Status, Kind: result.Kind, CorrelationID: info.CorrelationID,
				})
			})
		}
	}
}

// start tells the observer; what it leaves out, or a panic in it, changes nothing.
func start(ctx context.Context, o emr.Observer, info emr.CallInfo) (inner context.Context, end func(emr.CallResult)) {
	inner, end = ctx, func(emr.CallResult) {}
	if o == nil {
		return inner, end
	}
	defer func() { _ = recover() }()
	started, done := o.Start(ctx, info)
	if started != nil {
		inner = started
	}
	if done != nil {
		end = done
	}
	return inner, end
}

// personal reports whether op reaches for a patient's data.
func (op Op) personal() bool {
	switch op {
	case OpListLocations, OpListPractitioners, OpListAppointmentTypes, OpFindSlots, OpCheck:
		return false
	}
	return true
}

func guarded(hook func()) {
	defer func() { _ = recover() }()
	hook()
}
