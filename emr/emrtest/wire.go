package emrtest

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

// Wire stands between an HTTP driver and its server: it counts the requests, loses
// the answer of a write, holds up answers and spoils those of reads. Put it into emr.Options:
//
//	wire := emrtest.NewWire(nil)
//	o.HTTPClient = &http.Client{Transport: wire}
//
// A POST of a form is taken for a token request, unless its path ends in _search; it
// counts as a request and not as a write.
type Wire struct {
	next http.RoundTripper

	mu       sync.Mutex
	requests int
	writes   int
	lose     int
	reads    chan struct{} // set: the next read stalls
	changes  chan struct{} // set: the next write stalls
	spoil    bool          // answers to reads cannot be understood
}

// NewWire makes a Wire over next; nil: a transport of its own.
func NewWire(next http.RoundTripper) *Wire {
	if next == nil {
		next = &http.Transport{MaxIdleConnsPerHost: 16}
	}
	return &Wire{next: next}
}

// Requests counts the requests sent, those for tokens included.
func (w *Wire) Requests() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests
}

// Writes counts the writes sent.
func (w *Wire) Writes() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.writes
}

// LoseReply delivers the next write to the server and loses its answer.
func (w *Wire) LoseReply() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lose++
}

// Stall delivers the next read, or the next write, and holds up its answer until the
// request's context ends. The channel is closed when the server has done it.
func (w *Wire) Stall(write bool) (arrived <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := make(chan struct{})
	if write {
		w.changes = ch
	} else {
		w.reads = ch
	}
	return ch
}

// SpoilReads says whether the answers to reads arrive as successes that nobody can
// understand. Requests for tokens are left alone.
func (w *Wire) SpoilReads(spoil bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoil = spoil
}

// CloseIdleConnections closes those of the transport below.
func (w *Wire) CloseIdleConnections() {
	if c, ok := w.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// RoundTrip sends r.
func (w *Wire) RoundTrip(r *http.Request) (*http.Response, error) {
	p := w.plan(r)
	answer, err := w.next.RoundTrip(r)
	if err != nil || !p.lose && !p.spoil && p.stalled == nil {
		return answer, err
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	switch {
	case p.lose:
		return nil, io.ErrUnexpectedEOF
	case p.spoil:
		const nonsense = "]"
		answer.StatusCode, answer.Status = http.StatusOK, "200 OK"
		answer.Header = http.Header{"Content-Type": {"application/json"}}
		answer.Body, answer.ContentLength = io.NopCloser(strings.NewReader(nonsense)), int64(len(nonsense))
		return answer, nil
	}
	close(p.stalled)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// plan is what happens to one request.
type plan struct {
	lose, spoil bool
	stalled     chan struct{}
}

// plan counts r and takes the fault meant for it.
func (w *Wire) plan(r *http.Request) (p plan) {
	search := strings.HasSuffix(r.URL.Path, "/_search")
	form := strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	read := r.Method == http.MethodGet || r.Method == http.MethodHead || search
	token := !read && form

	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	switch {
	case token:
	case read:
		p.stalled, w.reads = w.reads, nil
		p.spoil = w.spoil && p.stalled == nil
	default:
		w.writes++
		if w.lose > 0 {
			w.lose--
			p.lose = true
			return p
		}
		p.stalled, w.changes = w.changes, nil
	}
	return p
}
