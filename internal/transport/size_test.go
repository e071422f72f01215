package transport

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// allocated is what f allocates, server included. Tests that use it are not parallel.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// gzipped is n zeros, packed.
func gzipped(n int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(make([]byte, n))
	_ = z.Close()
	return b.Bytes()
}

//nolint:paralleltest // measures memory
func TestFault_H10_gzipBombStopsAtTheLimit(t *testing.T) {
	bomb := bytes.Repeat(gzipped(1<<20), 256) // 256 MiB in 260 KB: gzip joins its members
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int64) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(bomb)
	})
	c := connect(t, srv.URL)
	n := allocated(func() {
		wantKind(t, errOf(c.Do(t.Context(), get("/Binary/1"))), emr.KindTooLarge)
	})
	wantHits(t, &srv.hits, 1)
	if n > 3*10<<20 {
		t.Errorf("%d MiB allocated for a limit of 10 MiB", n>>20)
	}
	wantKind(t, errOf(c.Do(t.Context(), post("/Binary", "{}"))), emr.KindAmbiguous)
	wantHits(t, &srv.hits, 2)
}

// endless sends JSON-looking bytes until the connection breaks.
func endless(status int) func(http.ResponseWriter, *http.Request, int64) {
	chunk := bytes.Repeat([]byte("[canary"), 4096)
	return func(w http.ResponseWriter, _ *http.Request, _ int64) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
}

//nolint:paralleltest // measures memory
func TestFault_H10_endlessBodyStopsAtTheLimit(t *testing.T) {
	srv := serve(t, endless(200))
	c := connect(t, srv.URL)
	n := allocated(func() {
		e := wantKind(t, errOf(c.Do(t.Context(), get("/Binary/1"))), emr.KindTooLarge)
		if strings.Contains(e.Error(), "canary") {
			t.Error(e)
		}
	})
	wantHits(t, &srv.hits, 1)
	if n > 3*10<<20 {
		t.Errorf("%d MiB allocated for a limit of 10 MiB", n>>20)
	}
}

//nolint:paralleltest // measures memory
func TestFault_H10_endlessErrorBodyKeepsItsKind(t *testing.T) {
	srv := serve(t, endless(400))
	n := allocated(func() {
		e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), get("/Binary/1"))), emr.KindInvalid)
		if e.Status != 400 {
			t.Error(e.Status)
		}
	})
	wantHits(t, &srv.hits, 1)
	if n > 3<<20+1<<20 {
		t.Errorf("%d KiB allocated for a limit of 1 MiB", n>>10)
	}
}

//nolint:paralleltest // measures memory
func TestFault_H10_announcedSizeIsNotBelieved(t *testing.T) {
	srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{}")
		return false
	})
	c := connect(t, srv.URL)
	if n := allocated(func() { wantKind(t, errOf(c.Do(t.Context(), get("/Binary/1"))), emr.KindProtocol) }); n > 1<<20 {
		t.Errorf("%d KiB allocated for an answer of two bytes", n>>10)
	}
}

func TestFault_H10_limitOfOneCall(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, `{"a":"`+strings.Repeat("x", 92)+`"}`)) // 100 bytes
	c := connect(t, srv.URL)
	for limit, kind := range map[int64]emr.Kind{99: emr.KindTooLarge, 100: "", 1 << 62: ""} {
		call := get("/Binary/1")
		call.MaxResponse = limit
		a, err := c.Do(t.Context(), call)
		if kind != "" {
			wantKind(t, err, kind)
		} else if len(noError(t)(a, err).Body) != 100 {
			t.Error(len(a.Body))
		}
	}
}

func TestFault_H10_largeHeaderIsProtocol(t *testing.T) {
	t.Parallel()
	srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
		line := "X-Canary: " + strings.Repeat("c", 1000) + "\r\n"
		for range 12 << 10 {
			if _, err := io.WriteString(c, line); err != nil {
				return false
			}
		}
		return false
	})
	for _, change := range []func(*Config){func(*Config) {}, through(&http.Transport{})} {
		before := srv.hits.Load()
		wantKind(t, errOf(connect(t, srv.URL, change).Do(t.Context(), get("/Patient"))), emr.KindProtocol)
		if n := srv.hits.Load() - before; n != 1 {
			t.Errorf("%d requests", n)
		}
	}
}

func TestFault_H10_floodOfInformationalAnswersIsProtocol(t *testing.T) {
	t.Parallel()
	srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
		for range 100_000 {
			if _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: <canary>\r\n\r\n"); err != nil {
				return false
			}
		}
		return false
	})
	wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), get("/Patient"))), emr.KindProtocol)
	wantHits(t, &srv.hits, 1)
}

func TestFault_H10_switchingProtocolsIsProtocol(t *testing.T) {
	t.Parallel()
	srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		_, _ = c.Read(make([]byte, 1))
		return false
	})
	wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), get("/Patient"))), emr.KindProtocol)
	wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), post("/Patient", "{}"))), emr.KindAmbiguous)
	wantHits(t, &srv.hits, 2)
}

// cut answers with less than it announced, in three ways.
var cuts = map[string]string{
	"short but valid JSON": "Content-Length: 50\r\n\r\n{}",
	"JSON cut":             "Content-Length: 50\r\n\r\n{\"canary\":",
	"chunked body cut":     "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
	"chunk cut":            "Transfer-Encoding: chunked\r\n\r\nff\r\n{}",
	"bad chunk":            "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
	"gzip cut":             "Content-Encoding: gzip\r\n\r\n" + string(gzipped(100)[:20]),
	"gzip broken":          "Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\n{\"canary\":1}",
}

func serveCut(t *testing.T, head, tail string) *rawServer {
	return serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
		_, _ = fmt.Fprintf(c, "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s", head, tail)
		return false
	})
}

func TestFault_F1_F2_cutAnswerIsRetriedForReads(t *testing.T) {
	t.Parallel()
	for name, cut := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serveCut(t, "200 OK", cut)
			e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), get("/Patient"))), emr.KindProtocol)
			wantHits(t, &srv.hits, 3)
			if e.Status != 200 || strings.Contains(e.Error(), "canary") {
				t.Error(e)
			}
		})
	}
}

func TestFault_F2_cutAnswerToAWrite(t *testing.T) {
	t.Parallel()
	for name, cut := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serveCut(t, "201 Created", cut)
			wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), post("/Appointment", "{}"))), emr.KindAmbiguous)
			wantHits(t, &srv.hits, 1)
			srv = serveCut(t, "201 Created\r\nLocation: Appointment/7", cut)
			a := noError(t)(connect(t, srv.URL).Do(t.Context(), post("/Appointment", "{}")))
			wantHits(t, &srv.hits, 1)
			if a.Header.Get("Location") != "Appointment/7" || a.Body != nil {
				t.Error("half a body was handed on")
			}
		})
	}
}

func TestFault_F2_resetInsideTheBody(t *testing.T) {
	t.Parallel()
	srv := serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{}")
		return reset(c)
	})
	err := errOf(connect(t, srv.URL).Do(t.Context(), get("/Patient")))
	if k := emr.KindOf(err); k != emr.KindUnavailable && k != emr.KindProtocol {
		t.Error(err)
	}
	wantHits(t, &srv.hits, 3)
}

func TestFault_H10_anAnnouncedLengthIsNotBelieved(t *testing.T) {
	t.Parallel()
	for _, announced := range []int64{math.MaxInt64, math.MaxInt64 - 1, 1 << 40, 0, -1} {
		got, err := readBody(strings.NewReader("{}"), announced, 1<<20)
		if err != nil || string(got) != "{}" || cap(got) > 64<<10 {
			t.Errorf("announced %d: %q in %d bytes, %v", announced, got, cap(got), err)
		}
	}
}
