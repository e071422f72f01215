package simserver

import (
	"slices"
	"sync"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// faults is the queue of what is still to go wrong, in the order in which it was asked for.
type faults struct {
	mu    sync.Mutex
	queue []emrtest.Fault
}

func (q *faults) add(f emrtest.Fault, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for range n {
		q.queue = append(q.queue, f)
	}
}

// first removes and returns the first waiting fault that fits.
func (q *faults) first(fits func(emrtest.Fault) bool) (emrtest.Fault, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.IndexFunc(q.queue, fits)
	if at < 0 {
		return "", false
	}
	f := q.queue[at]
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
