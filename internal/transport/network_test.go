package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// refusing dials a port where nobody listens, and counts.
func refusing(t *testing.T) (base string, dials *atomic.Int64, change func(*Config)) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base = "http://" + l.Addr().String()
	_ = l.Close()
	dials = &atomic.Int64{}
	return base, dials, through(&http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		dials.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}})
}

func TestFault_N1_refusedConnectionIsRetriedThenUnavailable(t *testing.T) {
	t.Parallel()
	base, dials, change := refusing(t)
	call := get("/Patient")
	call.Query = "family=canary"
	e := wantKind(t, errOf(connect(t, base, change).Do(t.Context(), call)), emr.KindUnavailable)
	wantHits(t, dials, 3)
	if !errors.Is(e, syscall.ECONNREFUSED) {
		t.Error("the errno is not reachable")
	}
	if e.Attempts != 3 || strings.Contains(e.Error(), "canary") {
		t.Error(e.Attempts, e)
	}
}

func TestFault_N2_refusedWriteIsRetriedBecauseNothingWasSent(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		base, dials, change := refusing(t)
		wantKind(t, errOf(connect(t, base, change).Do(t.Context(), write(method, "/Appointment", `{"canary":1}`))), emr.KindUnavailable)
		wantHits(t, dials, 3)
	}
}

func TestFault_N2_writeReachesTheServerOnceAfterTwoRefusals(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
		b, _ := io.ReadAll(r.Body)
		writeAnswer(w, 201, string(b))
	})
	var dials atomic.Int64
	c := connect(t, srv.URL, through(&http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dials.Add(1) < 3 {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}}))
	a := noError(t)(c.Do(t.Context(), post("/Appointment", `{"a":1}`)))
	if string(a.Body) != `{"a":1}` || a.Attempts != 3 {
		t.Error(string(a.Body), a.Attempts)
	}
	wantHits(t, &srv.hits, 1)
}

// A RoundTripper that does not report to httptrace proves nothing: its failing write
// may have been done.
func TestFault_N2_writeThroughAnUntracedTransportIsAmbiguous(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	c := connect(t, "https://emr.invalid", through(roundTripper(func(*http.Request) (*http.Response, error) {
		sent.Add(1)
		return nil, errors.New("broken")
	})))
	wantKind(t, errOf(c.Do(t.Context(), post("/Appointment", "{}"))), emr.KindAmbiguous)
	wantHits(t, &sent, 1)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// breaks are the two ways a connection ends without an answer.
var breaks = map[string]func(*net.TCPConn) bool{
	"reset": reset,
	"EOF":   func(*net.TCPConn) bool { return false },
}

func TestFault_N3_breakAfterWriteIsAmbiguous(t *testing.T) {
	t.Parallel()
	for name, end := range breaks {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			for _, body := range []string{"", `{"a":1}`} {
				t.Run(name+" "+method+body, func(t *testing.T) {
					t.Parallel()
					srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool { return end(c) })
					call := write(method, "/Appointment/1", body)
					call.Query = "note=canary"
					e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), call)), emr.KindAmbiguous)
					wantHits(t, &srv.hits, 1)
					if e.Attempts != 1 || strings.Contains(e.Error(), "canary") {
						t.Error(e)
					}
				})
			}
		}
	}
}

func TestFault_N4_breakOnReusedConnectionIsAmbiguousAndNeverReplayed(t *testing.T) {
	t.Parallel()
	for name, end := range breaks {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			for _, body := range []string{"", `{"a":1}`} {
				t.Run(name+" "+method+body, func(t *testing.T) {
					t.Parallel()
					var writes atomic.Int64
					srv := serveRaw(t, func(c *net.TCPConn, r *http.Request, _ int64) bool {
						if r.Method == http.MethodGet {
							_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
							return true
						}
						writes.Add(1)
						return end(c)
					})
					c := connect(t, srv.URL)
					noError(t)(c.Do(t.Context(), get("/Patient")))
					wantKind(t, errOf(c.Do(t.Context(), write(method, "/Appointment/1", body))), emr.KindAmbiguous)
					wantHits(t, &writes, 1)
					wantHits(t, &srv.conns, 1)
				})
			}
		}
	}
}

func TestFault_N4_noHeaderMakesNetHTTPReplayAWrite(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Idempotency-Key", "x-idempotency-key"} {
		var seen atomic.Int64
		srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
			if r.Header.Get(name) != "" {
				seen.Add(1)
			}
			writeAnswer(w, 200, "{}")
		})
		c := connect(t, srv.URL, func(c *Config) {
			c.Headers = func(_ context.Context, h http.Header) { h.Set(name, "1") }
		})
		noError(t)(c.Do(t.Context(), post("/Appointment", "{}")))
		wantHits(t, &seen, 0)
		call := post("/Appointment", "{}")
		call.Header = http.Header{name: {"1"}}
		wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), call)), emr.KindInvalid)
		wantHits(t, &srv.hits, 1)
	}
}

func TestFault_N5_breakOnReusedConnectionIsRetriedForReads(t *testing.T) {
	t.Parallel()
	for name, end := range breaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, n int64) bool {
				if n == 1 {
					_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
					return true
				}
				return end(c)
			})
			c := connect(t, srv.URL)
			noError(t)(c.Do(t.Context(), get("/Patient")))
			wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindUnavailable)
			if n := srv.hits.Load() - 1; n < 3 || n > 4 {
				t.Errorf("%d requests arrived, want 3 and perhaps one replay by net/http", n)
			}
		})
	}
}

func TestFault_N6_unknownHostIsNotRetriedATemporaryFailureIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  *net.DNSError
		want int64
	}{
		{"does not exist", &net.DNSError{Err: "no such host", Name: "emr.invalid", IsNotFound: true}, 1},
		{"temporary", &net.DNSError{Err: "server misbehaving", Name: "emr.invalid", IsTemporary: true}, 3},
	} {
		for _, call := range []*Call{get("/Patient"), post("/Patient", "{}")} {
			call.Query = "family=canary"
			var dials atomic.Int64
			cl := connect(t, "https://emr.invalid", through(&http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				dials.Add(1)
				return nil, &net.OpError{Op: "dial", Err: c.err}
			}}))
			e := wantKind(t, errOf(cl.Do(t.Context(), call)), emr.KindUnavailable)
			wantHits(t, &dials, c.want)
			if !strings.Contains(e.Error(), "emr.invalid") || strings.Contains(e.Error(), "canary") {
				t.Errorf("%s: %v", c.name, e)
			}
		}
	}
}

func TestFault_N11_answerThatIsNotHTTPIsNotRetried(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"SSH-2.0-canary\r\n", "HTTP/1.1 canary OK\r\n\r\n", "HTTP/1.1 200 OK\r\ncanary\r\n\r\n"} {
		srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
			_, _ = io.WriteString(c, text)
			return false
		})
		c := connect(t, srv.URL)
		e := wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindProtocol)
		wantHits(t, &srv.hits, 1)
		if strings.Contains(e.Error(), "canary") {
			t.Error(e)
		}
		wantKind(t, errOf(c.Do(t.Context(), post("/Patient", "{}"))), emr.KindAmbiguous)
		wantHits(t, &srv.hits, 2)
	}
}
