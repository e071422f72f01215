package transport

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// pattern is a large file that exists only while it is read.
type pattern struct{ at, size int64 }

func (p *pattern) Read(b []byte) (int, error) {
	if p.at >= p.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), p.size-p.at))
	for i := range b[:n] {
		b[i] = byte((p.at + int64(i)) % 251)
	}
	p.at += int64(n)
	return n, nil
}

func (p *pattern) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
		p.at = off
	case io.SeekCurrent:
		p.at += off
	case io.SeekEnd:
		p.at = p.size + off
	}
	return p.at, nil
}

func uploadCall(body io.ReadSeeker) *Call {
	return &Call{Op: "upload", Method: "POST", Path: "/Document", Body: body, ContentType: "application/json"}
}

//nolint:paralleltest // measures memory
func TestUploadStreamsWithoutCopy(t *testing.T) {
	const size = 20 << 20
	want := sha256.New()
	_, _ = io.Copy(want, &pattern{size: size})
	var peak atomic.Uint64
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
		sum := sha256.New()
		buf := make([]byte, 32<<10)
		for i := 0; ; i++ {
			n, err := r.Body.Read(buf)
			_, _ = sum.Write(buf[:n])
			if i%100 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapAlloc))
			}
			if err != nil {
				break
			}
		}
		if r.ContentLength != size || !bytes.Equal(sum.Sum(nil), want.Sum(nil)) {
			writeAnswer(w, 400, "")
			return
		}
		writeAnswer(w, 201, "{}")
	})
	c := connect(t, srv.URL)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	noError(t)(c.Do(t.Context(), uploadCall(&pattern{size: size})))
	if extra := int64(peak.Load()) - int64(before.HeapAlloc); extra > 2<<20 {
		t.Errorf("%d KiB of extra heap for 20 MB", extra>>10)
	}
}

func TestUploadStartsAnewForEachAttempt(t *testing.T) {
	t.Parallel()
	var bodies []string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
		b, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(b))
		if n < 3 {
			writeAnswer(w, 429, "")
			return
		}
		writeAnswer(w, 201, "{}")
	})
	body := strings.NewReader("0123456789")
	_, _ = body.Seek(4, io.SeekStart)
	noError(t)(connect(t, srv.URL).Do(t.Context(), uploadCall(body)))
	if strings.Join(bodies, ",") != "0123456789,0123456789,0123456789" {
		t.Errorf("%q", bodies)
	}
}

// A server that answers before it read the body must not make the next attempt share
// the file with the one before.
func TestUploadAfterAnEarlyRefusalIsWhole(t *testing.T) {
	t.Parallel()
	const size = 4 << 20
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
		if n < 3 {
			w.Header().Set("Connection", "close")
			writeAnswer(w, 429, "")
			return
		}
		got, want := sha256.New(), sha256.New()
		_, _ = io.Copy(got, r.Body)
		_, _ = io.Copy(want, &pattern{size: size})
		if !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
			writeAnswer(w, 400, "")
			return
		}
		writeAnswer(w, 201, "{}")
	})
	src := &pattern{size: size}
	for range 4 {
		c := connect(t, srv.URL)
		srv.hits.Store(0)
		// The early close may break the writing instead: then the outcome is not known.
		if _, err := c.Do(t.Context(), uploadCall(src)); err != nil {
			wantKind(t, err, emr.KindAmbiguous)
		}
		src.at = 0 // ours again: the race detector sees a reader left behind
	}
}

func TestUploadOfNothingAndOfAKnownSize(t *testing.T) {
	t.Parallel()
	var got string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
		b, _ := io.ReadAll(r.Body)
		got = string(b) + "|" + r.Header.Get("Content-Length") + "|" + strings.Join(r.TransferEncoding, "")
		writeAnswer(w, 201, "{}")
	})
	c := connect(t, srv.URL)
	for _, x := range []struct {
		body string
		size int64
		want string
	}{{"", 0, "|0|"}, {"abc", 3, "abc|3|"}, {"abc", -1, "abc|3|"}} {
		call := uploadCall(strings.NewReader(x.body))
		call.BodySize = x.size
		noError(t)(c.Do(t.Context(), call))
		if got != x.want {
			t.Errorf("%+v arrived as %q", x, got)
		}
	}
}

// brokenFile fails where it is told to.
type brokenFile struct {
	*strings.Reader
	seek, read error
}

func (b *brokenFile) Seek(off int64, whence int) (int64, error) {
	if b.seek != nil && whence == io.SeekEnd {
		return 0, b.seek
	}
	return b.Reader.Seek(off, whence)
}

func (b *brokenFile) Read(p []byte) (int, error) {
	if b.read != nil {
		return 0, b.read
	}
	return b.Reader.Read(p)
}

func TestUploadThatCannotBeRead(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(201, "{}"))
	c := connect(t, srv.URL)
	e := wantKind(t, errOf(c.Do(t.Context(), uploadCall(&brokenFile{Reader: strings.NewReader("abc"), seek: errors.New("canary")}))), emr.KindInvalid)
	if e.Fields[0] != "body" || e.Attempts != 0 || strings.Contains(e.Error(), "canary") {
		t.Error(e)
	}
	wantHits(t, &srv.hits, 0)
	// The headers are out by then: what the server makes of them is not known.
	call := uploadCall(&brokenFile{Reader: strings.NewReader(strings.Repeat("a", 100)), read: errors.New("canary")})
	e = wantKind(t, errOf(c.Do(t.Context(), call)), emr.KindAmbiguous)
	if strings.Contains(e.Error(), "canary") {
		t.Error(e)
	}
}

func TestUploadIsOursAgainAfterDo(t *testing.T) {
	t.Parallel()
	// The server takes the head, answers or not, and leaves the body stuck half-way.
	for answer, kind := range map[string]emr.Kind{
		"": emr.KindAmbiguous,
		"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n":     "",
		"HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n":    emr.KindConflict,
		"HTTP/1.1 500 Broken\r\nContent-Length: 5\r\n\r\nwrong": emr.KindAmbiguous,
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			if c, err := l.Accept(); err == nil {
				_, _ = c.Read(make([]byte, 1000))
				_, _ = io.WriteString(c, answer)
				<-t.Context().Done()
				_ = c.Close()
			}
		}()
		src := &pattern{size: 64 << 20}
		c := connect(t, "http://"+l.Addr().String(), func(c *Config) {
			if answer == "" {
				c.Options.Retry.Timeout = 100 * time.Millisecond
			}
		})
		_, err = c.Do(t.Context(), uploadCall(src))
		if kind != "" {
			wantKind(t, err, kind)
		} else if err != nil {
			t.Error(err)
		}
		for range 1000 {
			src.at = 0 // the race detector sees a reader left behind
		}
	}
}
