package transport

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// server is a loopback HTTP server that counts requests and connections.
type server struct {
	*httptest.Server
	hits  atomic.Int64
	conns atomic.Int64 // accepted
	open  atomic.Int64 // still open
}

// serve starts a server; its handler gets the number of the request, from one.
func serve(t testing.TB, h func(w http.ResponseWriter, r *http.Request, n int64)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h(w, r, s.hits.Add(1))
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		switch st {
		case http.StateNew:
			s.conns.Add(1)
			s.open.Add(1)
		case http.StateClosed, http.StateHijacked:
			s.open.Add(-1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// answerWith is a handler that gives one status and JSON body.
func answerWith(status int, body string, headers ...string) func(http.ResponseWriter, *http.Request, int64) {
	return func(w http.ResponseWriter, _ *http.Request, _ int64) { writeAnswer(w, status, body, headers...) }
}

func writeAnswer(w http.ResponseWriter, status int, body string, headers ...string) {
	w.Header().Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// rawServer accepts TCP connections and hands them over with the request just read. It
// counts connections and requests.
type rawServer struct {
	URL   string
	conns atomic.Int64
	hits  atomic.Int64
}

// serveRaw answers each request with answer, which may close the connection; the
// connection is kept for the next request while answer returns true.
func serveRaw(t testing.TB, answer func(c *net.TCPConn, r *http.Request, n int64) bool) *rawServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{URL: "http://" + l.Addr().String()}
	var open sync.WaitGroup
	t.Cleanup(func() { _ = l.Close(); open.Wait() })
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			open.Go(func() {
				defer c.Close()
				stop := context.AfterFunc(t.Context(), func() { _ = c.Close() })
				defer stop()
				in := bufio.NewReader(c)
				for {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					if !answer(c.(*net.TCPConn), r, s.hits.Add(1)) {
						return
					}
				}
			})
		}
	})
	return s
}

// reset makes Close send RST instead of FIN.
func reset(c *net.TCPConn) bool { _ = c.SetLinger(0); return false }

// connect makes a client with retries of a millisecond.
func connect(t testing.TB, base string, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		Vendor: "testvendor", BaseURL: base, Credential: "client-1",
		Options: &emr.Options{Name: "clinic", Retry: &emr.Retry{BaseDelay: time.Millisecond, MaxDelay: 2 * time.Millisecond}},
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func get(path string) *Call {
	return &Call{Op: "read", Method: http.MethodGet, Path: path, Route: "/route/{id}", Safe: true}
}

func post(path, body string) *Call {
	return write(http.MethodPost, path, body)
}

func write(method, path, body string) *Call {
	c := &Call{Op: "write", Method: method, Path: path, Route: "/route"}
	if body != "" {
		c.Body, c.ContentType = strings.NewReader(body), "application/json"
	}
	return c
}

// wantKind fails the test unless err is an *emr.Error of the kind, without a *url.Error
// in its chain.
func wantKind(t testing.TB, err error, want emr.Kind) *emr.Error {
	t.Helper()
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		t.Fatalf("got %T %v, want an *emr.Error of kind %s", err, err, want)
	}
	if e.Kind != want {
		t.Fatalf("got kind %s, want %s: %v", e.Kind, want, e)
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		t.Fatal("the chain holds a *url.Error")
	}
	if e.Vendor != "testvendor" || e.Op == "" || e.RequestID == "" {
		t.Fatalf("incomplete error: vendor %q, op %q, request id %q", e.Vendor, e.Op, e.RequestID)
	}
	if e.Hint == "" {
		t.Fatalf("no hint in %v", e)
	}
	return e
}

func wantHits(t testing.TB, got *atomic.Int64, want int64) {
	t.Helper()
	if n := got.Load(); n != want {
		t.Fatalf("%d requests arrived, want %d", n, want)
	}
}

// noError fails the test on an error and returns the answer.
func noError(t testing.TB) func(*Answer, error) *Answer {
	return func(a *Answer, err error) *Answer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

// errOf drops the answer.
func errOf(_ *Answer, err error) error { return err }

// tokens is an auth.Source with an Invalidator: token-1, token-2, ...
type tokens struct {
	mu      sync.Mutex
	n       int
	dropped []*auth.Token
	cur     *auth.Token
	err     error
}

func (s *tokens) Token(ctx context.Context) (*auth.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	if s.cur == nil {
		s.n++
		s.cur = &auth.Token{Access: auth.NewSecret("token-" + strconv.Itoa(s.n))}
	}
	return s.cur, nil
}

func (s *tokens) Invalidate(t *auth.Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped = append(s.dropped, t)
	if s.cur == t {
		s.cur = nil
	}
}

// through makes the client use rt.
func through(rt http.RoundTripper) func(*Config) {
	return func(c *Config) { c.Options.HTTPClient = &http.Client{Transport: rt} }
}
