package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestOpenHandsTheBodyOverUnread(t *testing.T) {
	t.Parallel()
	more := make(chan bool)
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int64) {
		writeAnswer(w, 200, "first ", "Content-Type", "application/pdf")
		w.(http.Flusher).Flush()
		<-more
		_, _ = io.WriteString(w, "second")
	})
	h := &hooks{}
	c := connect(t, srv.URL, h.install)
	call := get("/Binary/1")
	call.AcceptTypes = []string{"application/pdf"}
	a, body, err := c.Open(t.Context(), call)
	if err != nil || a.Body != nil || a.Status != 200 || a.RequestID == "" || a.Attempts != 1 {
		t.Fatal(a, err)
	}
	var b [100]byte
	if n, err := body.Read(b[:]); string(b[:n]) != "first " || err != nil {
		t.Fatal(string(b[:n]), err)
	}
	if len(h.results) != 0 {
		t.Error("the call ended before Close")
	}
	close(more)
	rest, err := io.ReadAll(body)
	if string(rest) != "second" || err != nil {
		t.Fatal(string(rest), err)
	}
	for range 2 {
		if err := body.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.results) != 1 || h.results[0].Received != 12 || h.results[0].Kind != "" || len(h.audits) != 1 || c.running != 0 {
		t.Errorf("%+v %d", h.results, c.running)
	}
	if n, err := body.Read(b[:]); n != 0 || err == nil || strings.Contains(err.Error(), "http:") {
		t.Error("read after Close:", n, err)
	}
}

func TestOpenRetriesUntilAnAnswerBegins(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
		if n < 3 {
			writeAnswer(w, 503, "{}")
			return
		}
		writeAnswer(w, 200, "{}")
	})
	a, body, err := connect(t, srv.URL).Open(t.Context(), get("/Binary/1"))
	if err != nil || a.Attempts != 3 {
		t.Fatal(a, err)
	}
	_ = body.Close()
	srv = serve(t, answerWith(404, outcome))
	_, body, err = connect(t, srv.URL).Open(t.Context(), get("/Binary/1"))
	wantKind(t, err, emr.KindNotFound)
	if body != nil {
		t.Error("a body came with the error")
	}
	_, _, err = connect(t, srv.URL).Open(t.Context(), post("/Binary", "{}"))
	if emr.KindOf(err) != emr.KindInvalid {
		t.Error("a write can be streamed", err)
	}
}

func TestOpenFaultsInTheBody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tail string
		kind emr.Kind
	}{
		"cut":       {"Content-Length: 50\r\n\r\n{canary", emr.KindProtocol},
		"too large": {"Content-Length: 5000\r\n\r\n" + strings.Repeat("canary", 900), emr.KindTooLarge},
		"gzip":      {"Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\ncanarycanary", emr.KindProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serveRaw(t, func(conn *net.TCPConn, _ *http.Request, _ int64) bool {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"+c.tail)
				return false
			})
			h := &hooks{}
			call := get("/Binary/1")
			call.MaxResponse = 1000
			cl := connect(t, srv.URL, h.install)
			_, body, err := cl.Open(t.Context(), call)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(body)
			e := wantKind(t, err, c.kind)
			if len(got) > 1000 || strings.Contains(e.Error(), "canary") || e.Status != 200 {
				t.Error(len(got), e)
			}
			if _, again := body.Read(make([]byte, 1)); !errors.Is(again, e) {
				t.Error("the error changed:", again)
			}
			_ = body.Close()
			wantHits(t, &srv.hits, 1)
			if h.results[0].Kind != c.kind || cl.running != 0 {
				t.Errorf("%+v", h.results)
			}
		})
	}
}

func TestOpenLimitIsExact(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, strings.Repeat("x", 1000)))
	for limit, kind := range map[int64]emr.Kind{999: emr.KindTooLarge, 1000: ""} {
		call := get("/Binary/1")
		call.MaxResponse = limit
		_, body, err := connect(t, srv.URL).Open(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if int64(len(got)) != limit || emr.KindOf(err) != kind {
			t.Errorf("limit %d: %d bytes, %v", limit, len(got), err)
		}
		_ = body.Close()
	}
}

func TestOpenTimeoutCoversTheBody(t *testing.T) {
	t.Parallel()
	for _, cancelled := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, drip(200))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			kind, after := emr.KindTimeout, 30*time.Second
			if cancelled {
				kind, after = emr.KindCanceled, time.Second
				time.AfterFunc(after, cancel)
			}
			began := time.Now()
			_, body, err := b.connect(t).Open(ctx, get("/Binary/1"))
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, body)
			wantKind(t, err, kind)
			if d := time.Since(began); d != after {
				t.Errorf("ended after %v", d)
			}
			_ = body.Close()
		})
	}
}

//nolint:paralleltest // counts goroutines
func TestOpenCloseEarlyFreesEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	srv := serve(t, endless(200))
	c := connect(t, srv.URL)
	for range 20 {
		_, body, err := c.Open(context.Background(), get("/Binary/1"))
		if err != nil {
			t.Fatal(err)
		}
		reading := make(chan error)
		go func() { _, err := io.Copy(io.Discard, body); reading <- err }()
		_ = body.Close()
		if err := <-reading; err != nil && strings.Contains(err.Error(), "context") {
			t.Error(err)
		}
	}
	_ = c.Close()
	srv.CloseClientConnections()
	if after := settled(before + 5); after > before+5 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

//nolint:paralleltest // measures memory
func TestOpenHoldsNoMemory(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int64) {
		w.Header().Set("Content-Type", "application/pdf")
		chunk := make([]byte, 32<<10)
		for range 1000 {
			_, _ = w.Write(chunk)
		}
	})
	call := get("/Binary/1")
	call.AcceptTypes, call.MaxResponse = []string{"application/pdf"}, 100<<20
	c := connect(t, srv.URL)
	n := allocated(func() {
		_, body, err := c.Open(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.Copy(io.Discard, body); got != 1000*32<<10 || err != nil {
			t.Error(got, err)
		}
		_ = body.Close()
	})
	if n > 1<<20 {
		t.Errorf("%d KiB allocated for a download of 32 MiB", n>>10)
	}
}
