package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Local signs in the person in front of this machine, for command line tools: it listens at
// the redirect URL, which must be http on a loopback address, calls show with the URL to
// open in a browser, and waits for the callback. The listener is closed when it returns.
//
// page writes what the browser shows in the end, for a grant or an error, before Local
// returns; nil: a sentence. It is not called when nobody comes. It and show must return.
//
// Only GET requests to the exact path and host of the redirect URL count. A callback with
// another state is refused and the wait goes on: anybody can send the browser here. The
// first one with the right state ends it. See LocalOnce.
//
// It fails as [Flow.Finish] does, and with config when it cannot listen, with timeout when
// nobody comes within Config.Lifetime, with timeout or canceled when ctx ends.
func (f *Flow) Local(ctx context.Context, show func(url string), page func(w http.ResponseWriter, g *Grant, err error)) (*Grant, error) {
	return f.local(ctx, show, page, false)
}

// LocalOnce is Local for a person who watches: the first callback ends the wait whatever its
// state, so that somebody whose browser came back with an older sign-in sees so at once. One
// of another sign-in fails with kind auth and is traded for nothing. The price is that any
// page which sends the browser here ends the sign-in.
func (f *Flow) LocalOnce(ctx context.Context, show func(url string), page func(w http.ResponseWriter, g *Grant, err error)) (*Grant, error) {
	return f.local(ctx, show, page, true)
}

func (f *Flow) local(ctx context.Context, show func(url string), page func(w http.ResponseWriter, g *Grant, err error), once bool) (*Grant, error) {
	if err := ctx.Err(); err != nil {
		return nil, f.told(nobody(ctx, err, 0))
	}
	if show == nil {
		return nil, f.told(configError("show", "say who tells the person the URL"))
	}
	at, bad := f.listen(ctx)
	if bad != nil {
		return nil, f.told(bad)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if page == nil {
		page = plainPage
	}
	c := &catcher{flow: f, ctx: ctx, attempt: f.begin(at.redirect), host: at.host, path: at.path, page: page, once: once, done: make(chan struct{})}
	stop := serve(at, c)
	defer stop()
	show(c.attempt.URL())
	late := time.NewTimer(time.Until(c.attempt.expires))
	defer late.Stop()
	for waiting := late.C; ; waiting = nil { // a code on its way may take longer
		select {
		case <-c.done:
			return c.grant, c.err
		case <-ctx.Done():
			stop()
			if g, err, ok := c.result(); ok {
				return g, err
			}
			return nil, f.told(nobody(ctx, ctx.Err(), c.strays.Load()))
		case <-waiting:
			if !c.isTaken() {
				return nil, f.told(nobody(ctx, context.DeadlineExceeded, c.strays.Load()))
			}
		}
	}
}

// serve answers at all listeners until the function it returns is called.
func serve(at *place, c *catcher) (stop func()) {
	srv := &http.Server{
		Handler: c, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: log.New(io.Discard, "", 0), // it prints addresses and what a page panicked with
	}
	srv.SetKeepAlivesEnabled(false)
	unused := &unusedConns{all: map[net.Conn]bool{}}
	srv.ConnState = unused.note
	var serving sync.WaitGroup
	for _, l := range at.listeners {
		serving.Go(func() { _ = srv.Serve(l) })
	}
	return sync.OnceFunc(func() {
		// The page is still on its way to the browser.
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		unused.close()
		_ = srv.Shutdown(ctx)
		_ = srv.Close()
		serving.Wait()
	})
}

// nobody is the error when the wait ends without a callback.
func nobody(ctx context.Context, cause error, strays int64) *emr.Error {
	e := &emr.Error{Kind: emr.KindTimeout, Op: opSignIn, RequestID: emr.CorrelationID(ctx), Hint: "nobody came back from the sign-in in time; start again"}
	if !errors.Is(cause, context.DeadlineExceeded) {
		e.Kind, e.Hint = emr.KindCanceled, "the caller gave up waiting for the sign-in"
	}
	if strays > 0 {
		e.Hint += fmt.Sprintf(" (callbacks of other sign-ins that were refused: %d)", strays)
	}
	e.Err = errors.Join(cause, emr.ErrLoginRequired)
	return e
}
