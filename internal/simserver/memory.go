package simserver

import (
	"context"
	"net"
	"sync"
	"syscall"
)

// memory is a network of its own: addresses exist only where something listens, and a
// connection is a net.Pipe. Waiting in it is durable, so synctest bubbles can sleep.
type memory struct {
	mu        sync.Mutex
	listeners map[string]*memoryListener
}

// listen opens addr; it fails when addr is in use.
func (m *memory) listen(addr string) (net.Listener, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.listeners[addr]; taken {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Err: syscall.EADDRINUSE}
	}
	if m.listeners == nil {
		m.listeners = map[string]*memoryListener{}
	}
	l := &memoryListener{addr: memoryAddr(addr), conns: make(chan net.Conn), done: make(chan struct{})}
	l.gone = func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.listeners, addr)
	}
	m.listeners[addr] = l
	return l, nil
}

// dial connects to addr, or fails as a closed port does: no request to a simulator in
// memory ever leaves the process.
func (m *memory) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	refused := &net.OpError{Op: "dial", Net: network, Addr: memoryAddr(addr), Err: syscall.ECONNREFUSED}
	m.mu.Lock()
	l := m.listeners[addr]
	m.mu.Unlock()
	if l == nil {
		return nil, refused
	}
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, refused
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: network, Addr: memoryAddr(addr), Err: ctx.Err()}
	}
}

type memoryListener struct {
	addr  memoryAddr
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	gone  func()
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() {
		close(l.done)
		l.gone()
	})
	return nil
}

func (l *memoryListener) Addr() net.Addr { return l.addr }

type memoryAddr string

func (memoryAddr) Network() string  { return "tcp" }
func (a memoryAddr) String() string { return string(a) }
