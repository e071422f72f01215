package emrtest

import (
	"context"
	"errors"

	"github.com/emrkit/emrkit/emr"
)

// Op names one method of a driver's parts, for faults and counts of Memory.
type Op string

// The operations.
const (
	OpFindPatients         Op = "find patients"
	OpGetPatient           Op = "get patient"
	OpCreatePatient        Op = "create patient"
	OpUpdatePatient        Op = "update patient"
	OpListLocations        Op = "list locations"
	OpListPractitioners    Op = "list practitioners"
	OpListAppointmentTypes Op = "list appointment types"
	OpFindSlots            Op = "find slots"
	OpGetAppointment       Op = "get appointment"
	OpListAppointments     Op = "list appointments"
	OpBook                 Op = "book appointment"
	OpHold                 Op = "hold slot"
	OpConfirm              Op = "confirm appointment"
	OpArrive               Op = "mark arrival"
	OpCancel               Op = "cancel appointment"
	OpReschedule           Op = "reschedule appointment"
	OpListDocuments        Op = "list documents"
	OpOpenDocument         Op = "open document"
	OpUploadDocument       Op = "upload document"
	OpListEncounters       Op = "list encounters"
	OpOpenSummary          Op = "open clinical summary"
	OpListChanges          Op = "list changes"
	OpCheck                Op = "check"
	OpRaw                  Op = "raw request"
)

// Any read or write, for faults: a fault for the operation itself comes first. Calls
// of these are always 0.
const (
	OpAnyRead  Op = "any read"
	OpAnyWrite Op = "any write"
)

// write reports whether op changes the clinic. A raw request is counted by its method.
func (op Op) write() bool {
	switch op {
	case OpCreatePatient, OpUpdatePatient, OpBook, OpHold, OpConfirm, OpArrive, OpCancel, OpReschedule, OpUploadDocument:
		return true
	}
	return false
}

// fault is what happens to one call.
type fault struct {
	err     error         // instead of doing it
	lost    bool          // done, but the answer is lost
	stalled chan struct{} // done, but the answer waits for the end of the caller's context
}

// Fail makes the next calls of op fail with errs, one each, without doing anything.
// Use an *emr.Error, as drivers do.
func (m *Memory) Fail(op Op, errs ...error) {
	for _, err := range errs {
		m.clinic.queue(op, fault{err: err})
	}
}

// LoseReply lets the next call of op be done and loses its answer: kind ambiguous for
// a write, unavailable for a read.
func (m *Memory) LoseReply(op Op) { m.clinic.queue(op, fault{lost: true}) }

// Stall holds up the answer of the next call of op, which is done, until the caller's
// context ends. The channel is closed when the call has arrived.
func (m *Memory) Stall(op Op) (arrived <-chan struct{}) {
	ch := make(chan struct{})
	m.clinic.queue(op, fault{stalled: ch})
	return ch
}

// SpoilReads says whether every read is answered with a success that cannot be
// understood: kind protocol, status 200.
func (m *Memory) SpoilReads(spoil bool) {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	m.clinic.spoiled = spoil
}

func (c *clinic) queue(op Op, f fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults[op] = append(c.faults[op], f)
}

// Calls counts the calls of op that reached the clinic, failed ones included.
func (m *Memory) Calls(op Op) int {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	return m.clinic.calls[op]
}

// Requests counts everything that reached the clinic, refused credentials included.
func (m *Memory) Requests() int {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	return m.clinic.requests
}

// Writes counts the writes that reached the clinic, failed ones included.
func (m *Memory) Writes() int {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	return m.clinic.writes
}

// call is one request: it counts, applies the faults, and runs do under the clinic's lock.
func call[V any](ctx context.Context, m *Memory, op Op, p emr.PatientID, do func(*clinic) (V, error)) (V, error) {
	return callAs(ctx, m, op, op.write(), p, do)
}

func callAs[V any](ctx context.Context, m *Memory, op Op, write bool, p emr.PatientID, do func(*clinic) (V, error)) (v V, err error) {
	var none V
	if err := m.ready(ctx, op); err != nil {
		return none, err
	}
	ctx, done := m.observe(ctx, op, write, p)
	defer func() { done(err) }()

	f, err := m.clinic.arrive(op, write, m.refused)
	if err != nil {
		return none, m.explain(ctx, op, err)
	}
	m.clinic.mu.Lock()
	v, err = do(m.clinic)
	m.clinic.mu.Unlock()
	switch {
	case f.lost:
		return none, m.explain(ctx, op, lostAnswer(write, nil))
	case f.stalled != nil:
		close(f.stalled)
		<-ctx.Done()
		return none, m.explain(ctx, op, lostAnswer(write, ctx.Err()))
	case err != nil:
		return none, m.explain(ctx, op, err)
	}
	return v, nil
}

// arrive counts a request and takes the fault meant for it.
func (c *clinic) arrive(op Op, write, refused bool) (fault, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	if refused {
		return fault{}, &emr.Error{Kind: emr.KindAuth, Status: 401, Hint: "check the credentials"}
	}
	c.calls[op]++
	if write {
		c.writes++
	}
	either := OpAnyRead
	if write {
		either = OpAnyWrite
	}
	for _, key := range []Op{op, either} {
		if queued := c.faults[key]; len(queued) > 0 {
			c.faults[key] = queued[1:]
			return queued[0], queued[0].err
		}
	}
	if c.spoiled && !write && c.broken == nil {
		return fault{}, &emr.Error{Kind: emr.KindProtocol, Status: 200, Hint: "the answer was spoiled by the test"}
	}
	return fault{}, c.broken
}

// ready refuses calls that must not reach the clinic.
func (m *Memory) ready(ctx context.Context, op Op) error {
	if m.closed.Load() {
		return m.before(ctx, op, &emr.Error{Kind: emr.KindConfig, Hint: "the connection is closed: make a new one"})
	}
	if err := ctx.Err(); err != nil {
		return m.before(ctx, op, contextError(err))
	}
	return nil
}

// contextError is the error of a call that changed nothing because its context ended.
func contextError(cause error) *emr.Error {
	if errors.Is(cause, context.DeadlineExceeded) {
		return &emr.Error{Kind: emr.KindTimeout, Hint: "allow more time", Err: cause}
	}
	return &emr.Error{Kind: emr.KindCanceled, Err: cause}
}

// lostAnswer is the error of a call whose answer never came; cause may be nil.
func lostAnswer(write bool, cause error) *emr.Error {
	switch {
	case write:
		return &emr.Error{Kind: emr.KindAmbiguous, Hint: "look whether it was done before doing it again", Err: cause}
	case cause != nil:
		return contextError(cause)
	}
	return &emr.Error{Kind: emr.KindUnavailable, Hint: "try later"}
}

// explain completes an error of this package; others, set with Fail, stay as they are.
func (m *Memory) explain(ctx context.Context, op Op, err error) error {
	e, ok := err.(*emr.Error) //nolint:errorlint // only the outermost is ours to complete
	if !ok || e.Vendor != "" {
		return err
	}
	full := *e
	full.Attempts = max(full.Attempts, 1)
	return m.before(ctx, op, &full)
}

// before names vendor, connection and operation in an error made before the request.
func (m *Memory) before(ctx context.Context, op Op, e *emr.Error) *emr.Error {
	e.Vendor, e.Name, e.Op = "memory", m.clinic.options.Name, string(op)
	if e.RequestID == "" {
		e.RequestID = emr.CorrelationID(ctx)
	}
	return e
}

// fail makes the error of a call that the clinic refused.
func fail(kind emr.Kind, hint string, fields ...string) *emr.Error {
	return &emr.Error{Kind: kind, Hint: hint, Fields: fields}
}
