package transport

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// HTTP/2 frames (RFC 9113).
const (
	h2Preface  = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	h2Headers  = 1
	h2Settings = 4
	h2Goaway   = 7
)

func h2Frame(kind byte, payload ...byte) []byte {
	f := []byte{0, 0, byte(len(payload)), kind, 0, 0, 0, 0, 0}
	return append(f, payload...)
}

// serveGoaway speaks HTTP/2 and says to each request that it was not processed: GOAWAY,
// last stream 0. It counts connections and requests.
func serveGoaway(t *testing.T) (base string, conns, hits *atomic.Int64, change func(*Config)) {
	cert, roots := certificate(t, "127.0.0.1", time.Now().AddDate(0, 6, 0))
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	conns, hits = &atomic.Int64{}, &atomic.Int64{}
	talk := func(c net.Conn) {
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.ReadFull(c, make([]byte, len(h2Preface))); err != nil {
			return
		}
		_, _ = c.Write(h2Frame(h2Settings))
		head := make([]byte, 9)
		for {
			if _, err := io.ReadFull(c, head); err != nil {
				return
			}
			if _, err := io.CopyN(io.Discard, c, int64(binary.BigEndian.Uint32(head)>>8)); err != nil {
				return
			}
			if head[3] == h2Headers {
				hits.Add(1)
				_, _ = c.Write(h2Frame(h2Goaway, 0, 0, 0, 0, 0, 0, 0, 0))
				return
			}
		}
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Add(1)
			open.Go(func() { talk(c) })
		}
	})
	rt := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(func() { _ = l.Close(); rt.CloseIdleConnections(); open.Wait() })
	return "https://" + l.Addr().String(), conns, hits, through(rt)
}

// net/http asks again over a new connection, without a pause and without an end.
func TestFault_N5_serverThatSendsEveryStreamAwayIsNotAskedInALoop(t *testing.T) {
	t.Parallel()
	base, conns, hits, change := serveGoaway(t)
	e := wantKind(t, errOf(connect(t, base, change).Do(t.Context(), get("/Patient"))), emr.KindUnavailable)
	if n := hits.Load(); n < 3 || n > 3*mostConns || conns.Load() > 3*mostConns+1 || e.Attempts != 3 {
		t.Errorf("%d requests over %d connections in %d attempts", n, conns.Load(), e.Attempts)
	}
}

func TestFault_N5_writeSentAwayByTheServerIsNotRepeatedByItself(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PUT", "PATCH"} {
		base, _, hits, change := serveGoaway(t)
		wantKind(t, errOf(connect(t, base, change).Do(t.Context(), write(method, "/Patient", `{"a":1}`))), emr.KindAmbiguous)
		wantHits(t, hits, 1)
	}
	// Without a body net/http repeats what the server promised not to have processed.
	base, _, hits, change := serveGoaway(t)
	e := wantKind(t, errOf(connect(t, base, change).Do(t.Context(), write("DELETE", "/Patient/7", ""))), emr.KindAmbiguous)
	if n := hits.Load(); n > mostConns || e.Attempts != 1 {
		t.Errorf("%d requests in %d attempts", n, e.Attempts)
	}
}
