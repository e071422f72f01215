package medtech

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// correlationHeader carries a UUID version 4, a new one for each request, repeats too, so
// that Medtech's support can find it.
const correlationHeader = "mt-correlationid"

type traceKey struct{}

// trace is the correlation of one call: the id of its last request.
type trace struct {
	shared bool // one id for all
	mu     sync.Mutex
	last   string // sent; "": none yet
}

// traced gives the call a correlation id of its own, which is also Error.RequestID and in
// the log. A UUID that the caller chose with emr.WithCorrelationID goes with all requests
// under that context; an id of another form does not fit the header.
func traced(ctx context.Context) context.Context {
	t := &trace{shared: isUUID4(emr.ChosenCorrelationID(ctx))}
	if !t.shared {
		ctx = emr.WithCorrelationID(ctx, "")
	}
	return context.WithValue(ctx, traceKey{}, t)
}

// traceOf is the trace of a context from traced.
func traceOf(ctx context.Context) *trace {
	t, _ := ctx.Value(traceKey{}).(*trace)
	return t
}

// next is the id of the next request of the call in ctx: for the first that of the
// context, for a repeat another one.
func (t *trace) next(ctx context.Context) (id string, repeated bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	repeated = t.last != "" && !t.shared
	if repeated {
		ctx = emr.WithCorrelationID(ctx, "")
	}
	t.last = emr.CorrelationID(ctx)
	return t.last, repeated
}

// id is what the last request was sent with, otherwise what it would have been.
func (t *trace) id(otherwise string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return cmp.Or(t.last, otherwise)
}

// correlate sets the header of one request. That a repeat has another id than the lines
// of the log say is told there.
func (c *Client) correlate(ctx context.Context, h http.Header) {
	t := traceOf(ctx)
	if t == nil || c.cfg.OmitCorrelationID {
		return
	}
	id, repeated := t.next(ctx)
	h.Set(correlationHeader, id)
	if repeated && c.log != nil {
		c.log.DebugContext(ctx, "medtech: repeated under another id", "request_id", emr.CorrelationID(ctx), "sent_as", id)
	}
}

// errUnsent marks the errors of connections that send no correlation id: what RequestID is
// then, nobody at Medtech knows.
var errUnsent = errors.New("medtech: the correlation id was not sent")

// marked adds errUnsent where it holds.
func (c *Client) marked(e *emr.Error) *emr.Error {
	if e != nil && c.cfg.OmitCorrelationID && !errors.Is(e, errUnsent) {
		e.Err = errors.Join(e.Err, errUnsent)
	}
	return e
}

// failure is the error of an answer, nil for none.
func (c *Client) failure(call *transport.Call, a *transport.Answer, kind emr.Kind, hint string) *emr.Error {
	return c.marked(c.http.Error(call, a, kind, hint))
}

// oneCommit makes the writes of one commit share an id: the caller's, else a new one.
func oneCommit(ctx context.Context) context.Context {
	if isUUID4(emr.ChosenCorrelationID(ctx)) {
		return ctx
	}
	id := emr.CorrelationID(emr.WithCorrelationID(ctx, ""))
	return emr.WithCorrelationID(ctx, id) // now chosen
}

// isUUID4 reports whether id is a UUID of version 4, variant 1, in its usual spelling.
func isUUID4(id string) bool {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return false
	}
	raw, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	return err == nil && len(raw) == 16 && raw[6]>>4 == 4 && raw[8]>>6 == 2
}
