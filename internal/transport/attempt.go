package transport

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// attempt is one request on the wire, with what httptrace tells of it.
type attempt struct {
	run    *run
	ctx    context.Context
	cancel context.CancelFunc
	began  time.Time
	trace  httptrace.ClientTrace
	place  func() // gives back what the limiter counts, nil: nothing

	// Set by the hooks of trace, partly from goroutines of net/http.
	traced    atomic.Bool // the http.RoundTripper reports at all
	connected atomic.Bool
	wrote     atomic.Bool // the headers went out: the server may have the request
	slow      atomic.Int32
	conns     atomic.Int32 // connections asked for

	mu    sync.Mutex // guards the rest
	timer *time.Timer
	phase int32 // what the timer limits now, 0: nothing
	until time.Time
	done  bool
}

// mostConns is how many connections one attempt may use. net/http replaces those that
// turn out to be closed, and those of HTTP/2 on which the server refused the stream: without
// a pause, and without an end where it refuses all.
const mostConns = 5

// What a slow attempt was doing.
const (
	slowDial   = 1 // getting a connection: DNS, TCP, TLS, or waiting for a free one
	slowHeader = 2 // waiting for the first line of the answer
)

// try makes one attempt. Whatever way it ends, its place at the limiter is given back; a
// stream does so when it is closed.
func (r *run) try() (p reply) {
	a := &attempt{run: r}
	if r.own {
		a.ctx, a.cancel = context.WithDeadline(r.ctx, r.deadline)
	} else {
		a.ctx, a.cancel = context.WithCancel(r.ctx)
	}
	defer func() {
		if p.live == nil {
			a.cancel()
			a.release()
		}
	}()
	return a.do()
}

// do takes the steps in the order of the package comment.
func (a *attempt) do() reply {
	r, c := a.run, a.run.c
	if err := r.over(); err != nil {
		return reply{fault: ended(err)}
	}
	h, f := c.dress(a)
	if f != nil {
		return reply{fault: f}
	}
	if f := a.ready(h); f != nil {
		return reply{fault: f}
	}
	if !sameOrigin(c.base, r.url) {
		return reply{fault: &fault{kind: emr.KindUntrustedURL, hint: "the request would leave the configured origin; it was not sent"}}
	}
	if err := r.over(); err != nil {
		return reply{fault: ended(err)}
	}
	req := http.Request{
		Method: r.call.Method, URL: r.url, Header: h, Host: r.url.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if r.upload != nil {
		body, err := r.upload.open()
		if err != nil {
			return reply{fault: &fault{kind: emr.KindInvalid, fields: []string{"body"}, hint: hintBody}}
		}
		// GetBody stays nil, so that net/http cannot repeat the request by itself.
		req.Body, req.ContentLength = body, r.upload.size
		if r.upload.size == 0 {
			req.Body = http.NoBody
		}
	}
	r.tries++
	a.began = time.Now()
	a.trace.GetConn, a.trace.GotConn, a.trace.WroteHeaders = a.getConn, a.gotConn, a.wroteHeaders
	if req.ContentLength > 0 {
		a.trace.WroteRequest = a.wroteRequest
	}
	p := a.send(req.WithContext(httptrace.WithClientTrace(a.ctx, &a.trace)))
	r.observe(a, p)
	return p
}

// send passes the request to the http.RoundTripper and reads the answer.
func (a *attempt) send(req *http.Request) reply {
	resp, err := a.run.c.carrier.RoundTrip(req)
	a.stop()
	if err == nil && resp == nil {
		err = errNoAnswer
	}
	if err != nil {
		f := a.failed(err)
		if a.lost() && f.kind == emr.KindUnavailable {
			f.hint = a.run.c.base.Hostname() + " closes each connection instead of answering; try again later"
		}
		return reply{fault: f}
	}
	return a.receive(resp)
}

// lost reports whether the attempt was ended because no connection was good for it.
func (a *attempt) lost() bool { return a.conns.Load() > mostConns }

var errNoAnswer = errors.New("transport: neither answer nor error")

// unsent reports whether the server provably has nothing of the request. A cancelled
// HTTP/2 request may still be on its way out when RoundTrip returns, so there a
// connection counts as sent. A RoundTripper that does not trace proves nothing.
func (a *attempt) unsent() bool {
	if !a.traced.Load() || a.wrote.Load() {
		return false
	}
	// Who asks for another connection has none on which something could be on its way.
	return !a.connected.Load() || a.lost() || a.ctx.Err() == nil
}

func (a *attempt) getConn(string) {
	a.traced.Store(true)
	if a.conns.Add(1) > mostConns {
		a.cancel()
		return
	}
	a.limit(a.run.c.set.dial, slowDial)
}

func (a *attempt) gotConn(httptrace.GotConnInfo) {
	a.connected.Store(true)
	a.limit(0, 0)
}

// wroteHeaders is the end of a request without body.
func (a *attempt) wroteHeaders() {
	a.wrote.Store(true)
	if a.trace.WroteRequest == nil {
		a.limit(a.run.c.set.header, slowHeader)
	}
}

func (a *attempt) wroteRequest(info httptrace.WroteRequestInfo) {
	if info.Err == nil {
		a.limit(a.run.c.set.header, slowHeader)
	}
}

// limit gives the attempt d for phase; phase 0 ends the limit before.
func (a *attempt) limit(d time.Duration, phase int32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done {
		return
	}
	if a.phase = phase; phase == 0 {
		if a.timer != nil {
			a.timer.Stop()
		}
		return
	}
	a.until = time.Now().Add(d)
	if a.timer == nil {
		a.timer = time.AfterFunc(d, a.expire)
	} else {
		a.timer.Reset(d)
	}
}

// expire ends an attempt whose phase took too long.
func (a *attempt) expire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	// A timer that was set anew while it fired finds until in the future.
	if !a.done && a.phase != 0 && !time.Now().Before(a.until) {
		a.slow.Store(a.phase)
		a.cancel()
	}
}

// stop ends the limits: the answer has begun, or the attempt failed.
func (a *attempt) stop() {
	a.limit(0, 0)
	a.mu.Lock()
	a.done = true
	a.mu.Unlock()
}
