package simserver

import (
	"slices"
	"sync"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// faults is the queue of what is still to go wrong, in the order in which it was asked for.
type faults struct {
	mu    sync.Mutex
	queue []waiting
}

// waiting is a fault and the step that it is for.
type waiting struct {
	step  emrtest.Step
	fault emrtest.Fault
}

func (q *faults) add(step emrtest.Step, f emrtest.Fault, n int) {
	if step == "" {
		step = emrtest.StepAny
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for range n {
		q.queue = append(q.queue, waiting{step, f})
	}
}

// first removes and returns the first waiting fault that fits a call of that step.
func (q *faults) first(step emrtest.Step, fits func(emrtest.Fault) bool) (emrtest.Fault, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.IndexFunc(q.queue, func(w waiting) bool {
		return (w.step == emrtest.StepAny || w.step == step) && fits(w.fault)
	})
	if at < 0 {
		return "", false
	}
	f := q.queue[at].fault
	q.queue = slices.Delete(q.queue, at, at+1)
	return f, true
}

// onArrival reports whether a call of that class meets f before the vendor's handler
// sees it. The others are taken by whoever can carry them out: list faults by the
// builder of a list, and so on.
func onArrival(f emrtest.Fault, c Class) bool {
	switch f {
	case emrtest.FaultSlowToken:
		return c.Token
	case emrtest.FaultLostReply, emrtest.FaultWriteNeverCompleted:
		return c.Write
	case emrtest.FaultRevokedToken, emrtest.FaultRateLimited, emrtest.FaultRateLimitedRetryAfter,
		emrtest.FaultUnavailableOnce, emrtest.FaultServerError, emrtest.FaultHTML:
		return !c.Token
	}
	return false
}
