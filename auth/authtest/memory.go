package authtest

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// pipes is a network in memory. Waiting in it is durable, so bubbles can sleep.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	down  atomic.Bool
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

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "authtest", Net: "pipe"} }

// dial connects, whatever the address: no request leaves the process.
func (p *pipes) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	refused := &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	if p.down.Load() {
		return nil, refused
	}
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.done:
		return nil, refused
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
