package transport

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

const slotJSON = `{"resourceType":"Slot","status":"free","start":"2026-03-02T14:00:00-05:00","end":"2026-03-02T14:30:00-05:00"}`

type slot struct{ ResourceType, Status, Start, End string }

// canned answers without a network, so that only the stack is measured.
func canned(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: cannedHeader, Body: io.NopCloser(&reader{s: slotJSON}), ContentLength: int64(len(slotJSON)), Request: r}, nil
}

var cannedHeader = http.Header{"Content-Type": {"application/json"}}

type reader struct {
	s string
	n int
}

func (r *reader) Read(p []byte) (int, error) {
	n := copy(p, r.s[r.n:])
	if r.n += n; r.n == len(r.s) {
		return n, io.EOF
	}
	return n, nil
}

// bareCall is what a careful caller writes with net/http: the same headers, a timeout,
// the body read to its end and decoded.
func bareCall(b testing.TB, c *http.Client, base string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/Slot?start=ge2026-03-02", nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+"token")
	req.Header.Set("Nx-Practice-Id", "1")
	resp, err := c.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	var s slot
	if err != nil || json.Unmarshal(body, &s) != nil || s.Status != "free" {
		b.Fatal(err)
	}
}

func sdkCall(b testing.TB, c *Client) {
	call := Call{Op: "find slots", Method: http.MethodGet, Path: "/Slot", Route: "/Slot", Endpoint: "Slot", Query: "start=ge2026-03-02", Safe: true}
	a, err := c.Do(context.Background(), &call)
	var s slot
	if err != nil || json.Unmarshal(a.Body, &s) != nil || s.Status != "free" {
		b.Fatal(err)
	}
}

func benchClient(b testing.TB, base string, rt http.RoundTripper, change ...func(*Config)) *Client {
	practice := []string{"1"}
	return connect(b, base, append(change, through(rt), perSecond(1e9), func(c *Config) {
		c.Tokens = auth.Static(auth.NewSecret("token"))
		c.Headers = func(_ context.Context, h http.Header) { h["Nx-Practice-Id"] = practice }
	})...)
}

func BenchmarkCallBare(b *testing.B) {
	b.ReportAllocs()
	c := &http.Client{Transport: roundTripper(canned)}
	for b.Loop() {
		bareCall(b, c, "https://emr.example/api")
	}
}

func BenchmarkCallSDK(b *testing.B) {
	b.ReportAllocs()
	c := benchClient(b, "https://emr.example/api", roundTripper(canned))
	for b.Loop() {
		sdkCall(b, c)
	}
}

// A call with hooks: a logger at its usual level, and everything there is.
func BenchmarkCallSDKHooks(b *testing.B) {
	for name, change := range map[string]func(*Config){
		"logger": func(c *Config) { c.Options.Logger = slog.New(slog.DiscardHandler) },
		"all": func(c *Config) {
			c.Options.Logger, c.Options.Observer = textLogger(io.Discard), noObserver{}
			c.Options.Audit = func(context.Context, emr.AuditEvent) {}
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			c := benchClient(b, "https://emr.example/api", roundTripper(canned), change)
			for b.Loop() {
				sdkCall(b, c)
			}
		})
	}
}

type noObserver struct{}

func (noObserver) Start(ctx context.Context, _ emr.CallInfo) (context.Context, func(emr.CallResult)) {
	return ctx, func(emr.CallResult) {}
}

// The promise: at most 15 allocations more than the bare call, measured in one run.
//
//nolint:paralleltest // measures memory
func TestPromise_allocationsOfACall(t *testing.T) {
	bare := &http.Client{Transport: roundTripper(canned)}
	a := testing.AllocsPerRun(200, func() { bareCall(t, bare, "https://emr.example/api") })
	quiet := slog.New(slog.DiscardHandler)
	for name, change := range map[string]func(*Config){
		"without hooks": func(*Config) {}, "with a logger": func(c *Config) { c.Options.Logger = quiet },
	} {
		sdk := benchClient(t, "https://emr.example/api", roundTripper(canned), change)
		b := testing.AllocsPerRun(200, func() { sdkCall(t, sdk) })
		t.Logf("bare %v, SDK %s %v allocations", a, name, b)
		if b > a+15 {
			t.Errorf("%s: %v allocations more than the bare call's %v, want at most 15", name, b-a, a)
		}
	}
}

// Over real connections, where httptrace has something to report.
//
//nolint:paralleltest // measures memory
func TestPromise_allocationsOfACallOverLoopback(t *testing.T) {
	srv := serve(t, answerWith(200, slotJSON))
	bareConns, sdkConns := &http.Transport{}, &http.Transport{}
	defer bareConns.CloseIdleConnections()
	defer sdkConns.CloseIdleConnections()
	bare, sdk := &http.Client{Transport: bareConns}, benchClient(t, srv.URL, sdkConns)
	a := testing.AllocsPerRun(200, func() { bareCall(t, bare, srv.URL) })
	b := testing.AllocsPerRun(200, func() { sdkCall(t, sdk) })
	t.Logf("bare %v, SDK %v allocations (server included)", a, b)
	if b > a+15 {
		t.Errorf("%v allocations more than the bare call's %v, want at most 15", b-a, a)
	}
}

func TestPromise_limiterAtTwentyASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		c := b.connect(t, perSecond(20))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { busy(ctx, b, c, 20) })
		}
		all.Wait()
		if n, most := b.hits.Load(), b.most(); n < 95 || most > 20 {
			t.Errorf("%d finished, at most %d in a second", n, most)
		}
	})
}

func BenchmarkUpload20MB(b *testing.B) {
	srv := serve(b, func(w http.ResponseWriter, r *http.Request, _ int64) {
		_, _ = io.Copy(io.Discard, r.Body)
		writeAnswer(w, 201, "{}")
	})
	c := connect(b, srv.URL)
	src := &pattern{size: 20 << 20}
	b.ReportAllocs()
	b.SetBytes(src.size)
	for b.Loop() {
		noError(b)(c.Do(b.Context(), uploadCall(src)))
	}
}
