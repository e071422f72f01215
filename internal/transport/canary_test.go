package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

const canary = "canary7"

// marks are the ways a canary could show.
var marks = []string{
	canary, strings.ToUpper(canary), fmt.Sprintf("%x", canary), base64.StdEncoding.EncodeToString([]byte(canary))[:8],
	decimal(canary),
}

// decimal is how fmt shows the bytes of s.
func decimal(s string) string {
	var b strings.Builder
	for i, c := range []byte(s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(int(c)))
	}
	return b.String()
}

// sink is a writer for loggers used by several goroutines.
type sink struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// canaryCall holds a canary in every part that may be personal.
func canaryCall(method string) *Call {
	c := &Call{
		Op: "find patient", Method: method, Path: "/Patient/" + canary, Route: "/Patient/{id}", Endpoint: "Patient",
		Query: "family=" + canary, Header: http.Header{"X-Raw": {canary}}, Patient: emr.NewPatientID(canary),
		Safe: method == http.MethodGet, Tolerate: []int{299},
	}
	if !c.Safe {
		c.Body, c.ContentType = strings.NewReader(`{"name":"`+canary+`"}`), "application/json"
	}
	return c
}

// canaryAnswer sends canaries in head and body.
func canaryAnswer(status int, body string, headers ...string) func(http.ResponseWriter, *http.Request, int64) {
	return answerWith(status, body+canary, append(headers, "X-Detail", canary, "Www-Authenticate", "Bearer error="+canary, "Set-Cookie", "c="+canary)...)
}

func rawText(text string) func(t *testing.T) string {
	return func(t *testing.T) string {
		return serveRaw(t, func(c *net.TCPConn, _ *http.Request, _ int64) bool {
			_, _ = io.WriteString(c, text)
			return false
		}).URL
	}
}

// failures are the failure paths; each gives the base URL of a server and may change
// the configuration.
func failures() map[string]func(t *testing.T, c *Config) string {
	m := map[string]func(*testing.T, *Config) string{}
	for _, status := range []int{101, 204, 300, 301, 304, 307, 400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 425, 429, 431, 451, 500, 501, 502, 503, 511, 599} {
		if status == 101 || status == 204 || status == 304 {
			m[fmt.Sprint("status ", status)] = func(t *testing.T, _ *Config) string {
				return rawText(fmt.Sprintf("HTTP/1.1 %d %s\r\nX-Detail: %s\r\n\r\n", status, canary, canary))(t)
			}
			continue
		}
		m[fmt.Sprint("status ", status)] = func(t *testing.T, _ *Config) string {
			return serve(t, canaryAnswer(status, outcome, "Location", "/"+canary+"?"+canary, "Retry-After", "0")).URL
		}
	}
	for name, location := range map[string]string{"other host": "https://" + canary + ".example/" + canary, "not a URL": "http://[" + canary, "loop": "/" + canary} {
		m["redirect to "+name] = func(t *testing.T, _ *Config) string { return serve(t, canaryAnswer(302, "", "Location", location)).URL }
	}
	for name, text := range map[string]string{
		"not HTTP": "SSH-2.0-" + canary + "\r\n", "bad status": "HTTP/1.1 " + canary + "\r\n\r\n", "bad header": "HTTP/1.1 200 OK\r\n" + canary + "\r\n\r\n",
		"bad length": "HTTP/1.1 200 OK\r\nContent-Length: " + canary + "\r\n\r\n", "bad encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + canary + "\r\n\r\n",
		"cut": "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"" + canary, "bad chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + canary + "\r\n",
		"bad gzip": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\n" + canary, "nothing": "",
	} {
		m[name] = func(t *testing.T, _ *Config) string { return rawText(text)(t) }
	}
	m["page"] = func(t *testing.T, _ *Config) string {
		return serve(t, canaryAnswer(200, "<html>", "Content-Type", "text/html; x="+canary)).URL
	}
	m["too large"] = func(t *testing.T, c *Config) string {
		c.Options.Retry.MaxResponse = 3
		return serve(t, canaryAnswer(200, "{}")).URL
	}
	m["no answer"] = func(t *testing.T, c *Config) string {
		c.Options.Retry.HeaderTimeout = 5 * time.Millisecond
		return serve(t, func(_ http.ResponseWriter, r *http.Request, _ int64) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}).URL
	}
	m["refused"] = func(t *testing.T, _ *Config) string { base, _, _ := refusing(t); return base }
	m["redirect loop of net/http texts"] = func(_ *testing.T, c *Config) string {
		through(roundTripper(func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: fmt.Errorf("%s: %v", canary, r.Header)}
		}))(c)
		return "https://emr.example/" + canary
	}
	m["neither answer nor error"] = func(_ *testing.T, c *Config) string {
		through(roundTripper(func(*http.Request) (*http.Response, error) { return nil, nil }))(c)
		return "https://emr.example"
	}
	m["DNS"] = func(_ *testing.T, c *Config) string {
		through(&http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: canary, Name: "emr.example", Server: canary, IsNotFound: true}
		}})(c)
		return "https://emr.example"
	}
	m["token source"] = func(t *testing.T, c *Config) string {
		c.Tokens = &tokens{err: fmt.Errorf("%s: %w", canary, io.EOF)}
		return serve(t, canaryAnswer(200, "{}")).URL
	}
	m["token of two lines"] = func(t *testing.T, c *Config) string {
		c.Tokens = auth.Static(auth.NewSecret(canary + "\r\n"))
		return serve(t, canaryAnswer(200, "{}")).URL
	}
	m["vendor header of two lines"] = func(t *testing.T, c *Config) string {
		c.Headers = func(_ context.Context, h http.Header) { h["X-Practice"] = []string{canary + "\n"} }
		return serve(t, canaryAnswer(200, "{}")).URL
	}
	m["limiter"] = func(t *testing.T, c *Config) string {
		perSecond(1)(c)
		c.Options.Limiter = limiterFunc(func(context.Context, string, []emr.Rate) (func(), error) { return nil, errors.New(canary) })
		return serve(t, canaryAnswer(200, "{}")).URL
	}
	m["error inside 200"] = func(t *testing.T, c *Config) string {
		c.Check = func(_ *Call, a *Answer) *emr.Error {
			return (&emr.Error{Kind: emr.KindInvalid, Code: canary + " "}).WithDetail(string(a.Body))
		}
		return serve(t, canaryAnswer(200, "{}")).URL
	}
	m["check panics"] = func(t *testing.T, c *Config) string {
		c.Check = func(*Call, *Answer) *emr.Error { panic(canary) }
		return serve(t, canaryAnswer(200, "{}")).URL
	}
	m["hooks"] = func(t *testing.T, c *Config) string {
		c.Explain = func(*Answer, *emr.Error) { panic(canary) }
		c.Headers = func(_ context.Context, h http.Header) { h.Set("X-Practice", canary) }
		return serve(t, canaryAnswer(500, "{}")).URL
	}
	return m
}

func TestCanary_noFailurePathShowsWhatIsPersonal(t *testing.T) {
	t.Parallel()
	for name, setup := range failures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out sink
			h := &hooks{}
			cfg := Config{
				Vendor: "testvendor", Credential: canary, Tokens: auth.Static(auth.NewSecret(canary)), CorrelationHeader: "X-Request-Id",
				Headers: func(_ context.Context, hd http.Header) { hd.Set("X-Practice", canary) },
				Options: &emr.Options{
					Name: "clinic", Observer: h, Audit: h.audit,
					Logger: slog.New(both{textLogger(&out).Handler(), slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})}),
					Retry:  &emr.Retry{BaseDelay: time.Millisecond, MaxDelay: time.Millisecond},
				},
				Explain: func(a *Answer, e *emr.Error) { e.WithDetail(string(a.Body)); e.Code = canary + " " },
			}
			cfg.BaseURL = setup(t, &cfg)
			c, err := New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			failed := 0
			look := func(a *Answer, err error) {
				fmt.Fprintln(&out, a)
				if err == nil {
					return
				}
				failed++
				showAll(&out, err)
			}
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
				look(c.Do(t.Context(), canaryCall(method)))
			}
			a, body, err := c.Open(t.Context(), canaryCall("GET"))
			look(a, err)
			if err == nil {
				_, err := io.ReadAll(body)
				look(nil, err)
				_ = body.Close()
			}
			fmt.Fprintf(&out, "%+v %#v %+v %#v %+v %#v", h.calls, h.calls, h.results, h.results, h.audits, h.audits)
			if failed == 0 && name != "status 204" {
				t.Error("nothing failed")
			}
			for _, mark := range marks {
				if i := strings.Index(out.String(), mark); i >= 0 {
					t.Fatalf("%q is shown: ...%s", mark, out.String()[max(0, i-300):i+len(mark)])
				}
			}
		})
	}
}

// showAll prints err and every error in its chain in every way.
func showAll(w io.Writer, err error) {
	fmt.Fprintf(w, "%v %+v %#v %s %q %x\n", err, err, err, err, err, err)
	slog.New(slog.NewJSONHandler(w, nil)).Info("x", "err", err)
	slog.New(slog.NewTextHandler(w, nil)).Info("x", "err", err)
	switch u := err.(type) { //nolint:errorlint // walks the chain itself
	case interface{ Unwrap() error }:
		if in := u.Unwrap(); in != nil {
			showAll(w, in)
		}
	case interface{ Unwrap() []error }:
		for _, in := range u.Unwrap() {
			showAll(w, in)
		}
	}
}

// both logs to two handlers.
type both struct{ a, b slog.Handler }

func (h both) Enabled(context.Context, slog.Level) bool { return true }
func (h both) Handle(ctx context.Context, r slog.Record) error {
	return errors.Join(h.a.Handle(ctx, r.Clone()), h.b.Handle(ctx, r))
}
func (h both) WithAttrs(a []slog.Attr) slog.Handler { return both{h.a.WithAttrs(a), h.b.WithAttrs(a)} }
func (h both) WithGroup(g string) slog.Handler      { return both{h.a.WithGroup(g), h.b.WithGroup(g)} }
