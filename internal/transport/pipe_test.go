package transport

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// pipes is a network in memory: dial and accept over net.Pipe, so that servers and
// clients run in a synctest bubble.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// bubble is a server and a client over pipes, inside a synctest bubble. Retry settings
// are the defaults.
type bubble struct {
	hits  atomic.Int64
	times []time.Time // of arrival
	mu    sync.Mutex
	conns *http.Transport
}

// serveBubble starts a server in the bubble of t; it is gone when the test function ends.
func serveBubble(t *testing.T, h func(w http.ResponseWriter, r *http.Request, n int64)) *bubble {
	b := &bubble{}
	p := newPipes()
	srv := &http.Server{
		ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b.mu.Lock()
			b.times = append(b.times, time.Now())
			b.mu.Unlock()
			h(w, r, b.hits.Add(1))
		}),
	}
	go func() { _ = srv.Serve(p) }()
	b.conns = &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: 100}
	t.Cleanup(func() {
		b.conns.CloseIdleConnections()
		_ = srv.Close()
		time.Sleep(time.Second) // fake time: lets handlers see it
	})
	return b
}

// connect makes a client of b with the default retry settings.
func (b *bubble) connect(t *testing.T, change ...func(*Config)) *Client {
	return connect(t, "http://localhost", append([]func(*Config){func(c *Config) {
		c.Options.Retry = nil
	}, through(b.conns)}, change...)...)
}

// most is the largest number of requests that arrived in any rolling second.
func (b *bubble) most() int { return b.mostIn(time.Second) }

// mostIn is the same for another span.
func (b *bubble) mostIn(span time.Duration) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	most, from := 0, 0
	for to, at := range b.times {
		for at.Sub(b.times[from]) >= span {
			from++
		}
		most = max(most, to-from+1)
	}
	return most
}
