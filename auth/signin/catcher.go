package signin

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/emrkit/emrkit/emr"
)

// catcher waits for the one callback of [Flow.Local].
type catcher struct {
	flow       *Flow
	ctx        context.Context // of the caller of Local: the browser may close its connection early
	attempt    *Attempt
	host, path string
	page       func(w http.ResponseWriter, g *Grant, err error)
	once       bool // a callback of another sign-in ends the wait, too
	strays     atomic.Int64

	mu    sync.Mutex
	taken bool
	done  chan struct{} // closed when grant and err are there and the page is written
	grant *Grant
	err   error
}

// ServeHTTP answers whatever comes to the port.
func (c *catcher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	quiet(w)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	query, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case !strings.EqualFold(strings.TrimSuffix(r.Host, ":80"), c.host): // a name of somebody's that points to this machine
		http.Error(w, "This is not the host of the sign-in.", http.StatusMisdirectedRequest)
	case r.URL.EscapedPath() != c.path:
		http.Error(w, "There is nothing here.", http.StatusNotFound)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "A sign-in comes back with GET.", http.StatusMethodNotAllowed)
	case err == nil && !c.attempt.owns(query) && c.once && c.take():
		c.finish(w, query) // which refuses it
	case err != nil || !c.attempt.owns(query):
		c.strays.Add(1)
		http.Error(w, "This does not belong to the sign-in that is on its way here. It is ignored.", http.StatusBadRequest)
	case !c.take():
		http.Error(w, "This sign-in is finished already.", http.StatusConflict)
	default:
		c.finish(w, query)
	}
}

// finish ends the wait.
func (c *catcher) finish(w http.ResponseWriter, query url.Values) {
	defer close(c.done) // also when page panics
	c.grant, c.err = c.flow.Finish(c.ctx, c.attempt, query)
	c.page(w, c.grant, c.err)
}

// take reports whether this is the first callback with the right state.
func (c *catcher) take() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !c.taken
	c.taken = true
	return first
}

func (c *catcher) isTaken() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taken
}

// result is how the sign-in ended, if it did.
func (c *catcher) result() (*Grant, error, bool) {
	select {
	case <-c.done:
		return c.grant, c.err, true
	default:
		return nil, nil, false
	}
}

// plainPage is the page where the application has none.
func plainPage(w http.ResponseWriter, _ *Grant, err error) {
	text := "Signed in. You can close this window."
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err != nil {
		text = "The sign-in did not work. " + emr.UserMessage(err)
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = fmt.Fprintf(w, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign-in</title><p>%s</p></html>\n", html.EscapeString(text))
}
