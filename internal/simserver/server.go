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
	Handle   func(*Call) *Reply
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

	mu      sync.Mutex
	closed  bool
	servers []*http.Server
	running sync.WaitGroup // serve loops
	conns   sync.WaitGroup // connections
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

// FailNext queues n times f.
func (s *Server) FailNext(f emrtest.Fault, n int) { s.faults.add(f, n) }

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

// serve takes one request through log, faults, rate limit and handler.
func (s *Server) serve(h *Host, w http.ResponseWriter, r *http.Request) {
	c := &Call{Request: r, Class: h.Classify(r), Now: s.cfg.Clock.Now(), server: s}
	c.Body, c.TooLarge = readBody(r, h.MaxBody)
	entry := s.log.arrived(emrtest.Request{
		Method: r.Method, Path: c.Path(), RawQuery: r.URL.RawQuery, Header: r.Header, Body: c.Body, Host: r.Host,
		Token: c.Class.Token, Write: c.Class.Write, At: c.Now,
	})
	reply := s.answerSafely(h, c)
	status := 0
	if reply != nil {
		status = reply.Status
	}
	done := s.log.answered(entry, status)
	if s.cfg.Observe != nil {
		s.cfg.Observe(done, c.broken)
	}
	if reply == nil {
		panic(http.ErrAbortHandler) // net/http cuts the connection without a word
	}
	write(w, reply)
}

// answerSafely turns a mistake in a simulator into 500 and a violation: net/http would
// cut the connection, which looks like a fault that was asked for.
func (s *Server) answerSafely(h *Host, c *Call) (reply *Reply) {
	defer func() {
		if p := recover(); p != nil {
			c.Violate("the simulator has a mistake: %T", p)
			reply = Text(http.StatusInternalServerError, "the simulator has a mistake")
		}
	}()
	return s.answer(h, c)
}

func (s *Server) answer(h *Host, c *Call) *Reply {
	faulty := h.Refuse != nil || c.Class.Token
	fault, met := s.faults.first(func(f emrtest.Fault) bool { return faulty && onArrival(f, c.Class) })
	wait := s.cfg.Latency
	if c.Class.Token {
		wait = 0
		if fault == emrtest.FaultSlowToken {
			wait = s.cfg.SlowToken
		}
	}
	if !s.wait(wait) {
		return nil
	}
	switch fault {
	case emrtest.FaultWriteNeverCompleted:
		return nil
	case emrtest.FaultRevokedToken, emrtest.FaultRateLimited, emrtest.FaultRateLimitedRetryAfter,
		emrtest.FaultUnavailableOnce, emrtest.FaultServerError:
		return h.Refuse(c, fault)
	case emrtest.FaultHTML:
		return &Reply{Status: http.StatusOK, ContentType: "text/html; charset=utf-8", Body: []byte(loginPage)}
	}
	if !s.rates.admit(c.Class.Endpoint, c.Class.PerSecond) {
		c.Violate("more than %d requests in a rolling second to %s", c.Class.PerSecond, c.Class.Endpoint)
		return h.Refuse(c, emrtest.FaultRateLimited)
	}
	reply := h.Handle(c)
	if fault == emrtest.FaultLostReply {
		return nil
	}
	if faulty && !met && !c.Class.Token && reply.isJSON() && c.Take(emrtest.FaultTruncatedJSON) {
		cut := *reply
		cut.Body = reply.Body[:len(reply.Body)/2]
		return &cut
	}
	return reply
}

// loginPage is what a portal in between answers to everything.
const loginPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n"

// wait sleeps d, unless the server closes first. A client that has gone does not end
// it: servers work on.
func (s *Server) wait(d time.Duration) bool {
	if d <= 0 {
		return s.ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// readBody reads at most limit bytes and throws away what follows, so that the client
// hears the answer.
func readBody(r *http.Request, limit int64) (body []byte, more bool) {
	if limit == 0 {
		limit = 12 << 20
	}
	body, _ = io.ReadAll(io.LimitReader(r.Body, limit))
	n, _ := io.Copy(io.Discard, io.LimitReader(r.Body, 64<<20))
	return body, n > 0
}

func write(w http.ResponseWriter, r *Reply) {
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	if r.ContentType != "" {
		w.Header().Set("Content-Type", r.ContentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(r.Body)))
	if r.Status == http.StatusNoContent {
		w.Header().Del("Content-Length")
	}
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Body)
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
