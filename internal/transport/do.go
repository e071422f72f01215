package transport

import (
	"cmp"
	"context"
	"io"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// run is the state of one call. Only the goroutine that makes the call touches it.
type run struct {
	c        *Client
	call     *Call
	ctx      context.Context // the caller's or the observer's; carries the run
	deadline time.Time       // of the call, zero: none
	own      bool            // deadline is ours, and before that of ctx
	id       string          // correlation id
	began    time.Time
	stream   bool
	upload   *upload
	helper   *helper
	mute     bool // the logger hangs
	end      func(emr.CallResult)
	result   chan emr.CallResult // for an observer whose Start hangs

	url      *url.URL    // of the next attempt: a redirect changes it
	token    *auth.Token // of the last attempt
	tries    int         // requests handed to the network
	reached  bool        // the last attempt was one of them
	repeats  int         // retries taken
	hops     int         // redirects followed
	replayed bool        // after a 401
	pause    time.Duration
	waited   time.Duration
	received int64
	empty    http.Response // what the loop is given, see attempts
	last     reply         // of the last attempt
	real     *reply        // of the last attempt that reached out
}

type runKey struct{}

func runOf(ctx context.Context) *run { return ctx.Value(runKey{}).(*run) }

// Do makes the call and reads its answer to the end. Every error is an *emr.Error.
// The kinds are those of the fault matrix; a write that may have been done is
// ambiguous.
func (c *Client) Do(ctx context.Context, call *Call) (*Answer, error) {
	r, bad := c.start(ctx, call, false)
	if bad != nil {
		return nil, bad
	}
	defer func() { r.finish(bad) }()
	if bad = r.loop(); bad != nil {
		return nil, bad
	}
	return &Answer{Status: r.last.status, Header: r.last.header, Body: r.last.body, RequestID: r.id, Attempts: r.tries}, nil
}

// Open makes a safe call and hands its body over unread, for large downloads. The
// call's timeout goes on until Close, which must be called and frees everything. Read
// fails with an *emr.Error; a body that broke off is not asked for again.
func (c *Client) Open(ctx context.Context, call *Call) (*Answer, io.ReadCloser, error) {
	if call.write() {
		return nil, nil, &emr.Error{Kind: emr.KindInvalid, Vendor: c.vendor, Name: c.name, Op: call.Op, Hint: "only safe calls can be streamed"}
	}
	r, bad := c.start(ctx, call, true)
	if bad != nil {
		return nil, nil, bad
	}
	if bad = r.loop(); bad != nil {
		r.finish(bad)
		return nil, nil, bad
	}
	r.dismiss() // until Close
	a := &Answer{Status: r.last.status, Header: r.last.header, RequestID: r.id, Attempts: r.tries}
	return a, r.last.live, nil
}

// start checks the call and sets its context. After it returned a run, finish must follow.
func (c *Client) start(ctx context.Context, call *Call, stream bool) (*run, *emr.Error) {
	if emr.CorrelationID(ctx) == "" {
		ctx = emr.WithCorrelationID(ctx, "")
	}
	r := &run{c: c, call: call, id: emr.CorrelationID(ctx), began: time.Now(), stream: stream}
	refuse := func(kind emr.Kind, hint string, cause error, fields ...string) (*run, *emr.Error) {
		return nil, &emr.Error{Kind: kind, Vendor: c.vendor, Name: c.name, Op: call.Op, RequestID: r.id, Hint: hint, Fields: fields, Err: cause}
	}
	if field := call.check(); field != "" {
		return refuse(emr.KindInvalid, "the request cannot be sent as it is", nil, field)
	}
	if ctx.Err() != nil {
		f := ended(ctx.Err())
		return refuse(f.kind, f.hint, f.cause)
	}
	if call.Body != nil {
		var err error
		if r.upload, err = newUpload(call.Body, call.BodySize); err != nil {
			return refuse(emr.KindInvalid, hintBody, nil, "body")
		}
	}
	if !c.enter() {
		return refuse(emr.KindConfig, "the connection is closed", nil)
	}
	r.url = target(c.base, call.Path, call.Query)
	r.bound(ctx)
	if c.observer != nil {
		r.bound(r.begin(ctx))
	}
	r.ctx = context.WithValue(r.ctx, runKey{}, r)
	return r, nil
}

// bound makes ctx the context of the call and finds its deadline.
func (r *run) bound(ctx context.Context) {
	r.ctx, r.own = ctx, false
	r.deadline, _ = ctx.Deadline()
	if limit := r.c.set.limit(ctx); limit > 0 {
		if end := r.began.Add(limit); r.deadline.IsZero() || end.Before(r.deadline) {
			r.deadline, r.own = end, true
		}
	}
}

// over returns why the call must end now, nil while it may go on.
func (r *run) over() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if !r.deadline.IsZero() && !time.Now().Before(r.deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// loop makes attempts until one is final, and returns the error of the last.
func (r *run) loop() *emr.Error {
	req := (&http.Request{Method: r.call.Method, URL: r.url, Header: r.c.noHeader}).WithContext(r.ctx)
	resp, err := r.c.loop.Do(&retryablehttp.Request{Request: req})
	if resp != nil {
		_ = resp.Body.Close()
	}
	if err != nil { // the context ended during a pause
		r.stopped()
	}
	if r.last.fault == nil {
		return nil
	}
	return r.fail(r.last)
}

// stopped replaces the last reply after the context ended between attempts. Whatever
// failed before may be repeated, so nothing was done.
func (r *run) stopped() {
	over := r.over()
	if over == nil { // net/http refused the request of the loop
		r.last = reply{fault: &fault{kind: emr.KindInvalid, hint: "the request cannot be sent as it is"}}
		return
	}
	f := ended(over)
	if f.kind == emr.KindTimeout && r.last.fault != nil {
		r.last.fault.join(context.DeadlineExceeded)
		return
	}
	r.last = reply{fault: f}
}

// maxResponse is the limit of the answer's body.
func (r *run) maxResponse() int64 {
	return min(cmp.Or(r.call.MaxResponse, r.c.set.maxResponse), math.MaxInt64-1)
}

// check returns the name of the first part of the call that cannot be sent.
func (c *Call) check() string {
	switch {
	case !isToken(c.Method):
		return "method"
	case !isCleanPath(c.Path):
		return "path"
	case !isQuery(c.Query):
		return "query"
	case !isHeaderValue(c.ContentType):
		return "content type"
	case c.MaxResponse < 0:
		return "max response"
	}
	for name, values := range c.Header {
		if !isToken(name) || isReserved(name) {
			return "header " + headerField(name)
		}
		for _, v := range values {
			if !isHeaderValue(v) {
				return "header " + name
			}
		}
	}
	return ""
}
