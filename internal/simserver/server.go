package simserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// Config of a Server. The zero value listens on loopback sockets.
type Config struct {
	InMemory  bool          // no sockets: reach it through Server.HTTPClient only
	Clock     *Clock        // nil: a clock that shows the real time
	Latency   time.Duration // before each answer to a data call
	SlowToken time.Duration // length of emrtest.FaultSlowToken; 0: 2 s
	// Observe is told of each request when it is over, with the rules it broke.
	Observe func(r emrtest.Request, broken []string)
}

// Host is one address of a vendor.
type Host struct {
	MaxBody  int64 // 0: 12 MiB; more is cut off and Call.TooLarge set
	Classify func(*http.Request) Class
	// Step says which step of the main job a call is, "" for none; its body may be asked.
	// Nil: no call but those for a token is one.
	Step   func(*Call) emrtest.Step
	Handle func(*Call) *Reply
	// Arrive is told of each call before anything is answered, and what it returns of the
	// answer, nil for a connection that is cut. Both may be nil.
	Arrive func(*Call) (left func(*Reply))
	// WritesLater says that the vendor accepts writes before they are carried out: the
	// handler then takes emrtest.FaultWriteNeverCompleted itself.
	WritesLater bool
	// Refuse answers a call that meets one of the faults that are a status: revoked
	// token, 429 (also for a broken rate limit), 503, 500. Nil: data calls to this host
	// meet no faults.
	Refuse func(*Call, emrtest.Fault) *Reply
}

// Server runs the hosts of one simulator.
type Server struct {
	cfg    Config
	log    log
	faults faults
	rates  rates

	ctx    context.Context // ends waiting handlers
	cancel context.CancelFunc
	memory *memory
	client *http.Client

	trapped atomic.Int64 // requests to hosts of ServeTrap

	mu       sync.Mutex
	expected []string // texts of violations, see ExpectViolation
	closed   bool
	servers  []*http.Server
	running  sync.WaitGroup // serve loops
	conns    sync.WaitGroup // connections
}

// New makes a server without hosts.
func New(cfg Config) *Server {
	if cfg.Clock == nil {
		cfg.Clock = &Clock{}
	}
	if cfg.SlowToken == 0 {
		cfg.SlowToken = 2 * time.Second
	}
	s := &Server{cfg: cfg}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if cfg.InMemory {
		s.memory = &memory{}
		s.client = &http.Client{Transport: &http.Transport{DialContext: s.memory.dial, MaxIdleConnsPerHost: 100}}
	}
	return s
}

// Clock is the clinic's clock.
func (s *Server) Clock() *Clock { return s.cfg.Clock }

// HTTPClient reaches the hosts in memory; nil for a server on sockets.
func (s *Server) HTTPClient() *http.Client { return s.client }

// FailNextOn queues n times f, for calls of that step only.
func (s *Server) FailNextOn(step emrtest.Step, f emrtest.Fault, n int) { s.faults.add(step, f, n) }

// Requests returns a copy of what arrived; of very many, the latest.
func (s *Server) Requests() []emrtest.Request { return s.log.all() }

// Violations returns the rules that were broken, in order.
func (s *Server) Violations() []string { return s.log.allViolations() }

// Serve opens h on addr and returns its origin, "http://127.0.0.1:49152". Addr empty
// means any free port; an address open to all is named by its loopback.
func (s *Server) Serve(addr string, h *Host) (origin string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", errors.New("simserver: closed")
	}
	l, err := s.listen(addr)
	if err != nil {
		return "", fmt.Errorf("simserver: %w", err)
	}
	hs := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(h, w, r) }),
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          stdlog.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.conns.Add(1)
			case http.StateClosed:
				s.conns.Done()
			}
		},
	}
	s.servers = append(s.servers, hs)
	s.running.Go(func() { _ = hs.Serve(l) })
	return "http://" + reachable(l.Addr().String()), nil
}

func (s *Server) listen(addr string) (net.Listener, error) {
	if s.memory == nil {
		if addr == "" {
			addr = "127.0.0.1:0"
		}
		return new(net.ListenConfig).Listen(s.ctx, "tcp", addr)
	}
	if host, port, err := net.SplitHostPort(addr); addr == "" || err == nil && port == "0" {
		if host == "" {
			host = "127.0.0.1"
		}
		addr = net.JoinHostPort(host, strconv.Itoa(18001+len(s.servers)))
	}
	return s.memory.listen(addr)
}

// reachable names an address that stands for all interfaces by its loopback.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// Close stops listening, ends waiting handlers, cuts connections and waits until
// nothing of the server runs. It may be called twice.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	servers := s.servers
	s.mu.Unlock()
	s.cancel()
	for _, hs := range servers {
		_ = hs.Close()
	}
	s.running.Wait() // no new connection after this
	s.conns.Wait()
	if s.client != nil {
		s.client.CloseIdleConnections()
	}
	return nil
}
