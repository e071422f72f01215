package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func textLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// hooks records what observer and audit are told.
type hooks struct {
	calls   []emr.CallInfo
	results []emr.CallResult
	audits  []emr.AuditEvent
}

type hookKey struct{}

func (h *hooks) Start(ctx context.Context, c emr.CallInfo) (context.Context, func(emr.CallResult)) {
	h.calls = append(h.calls, c)
	return context.WithValue(ctx, hookKey{}, "span"), func(r emr.CallResult) { h.results = append(h.results, r) }
}

func (h *hooks) audit(_ context.Context, e emr.AuditEvent) { h.audits = append(h.audits, e) }

func (h *hooks) install(c *Config) { c.Options.Observer, c.Options.Audit = h, h.audit }

func TestObserverAndAuditAreToldOncePerCall(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
		_, _ = io.Copy(io.Discard, r.Body)
		if n == 1 {
			writeAnswer(w, 429, "")
			return
		}
		writeAnswer(w, 201, `{"a":1}`)
	})
	h := &hooks{}
	var seen any
	c := connect(t, srv.URL, h.install, func(c *Config) {
		c.Headers = func(ctx context.Context, _ http.Header) { seen = ctx.Value(hookKey{}) }
	})
	call := post("/Patient/7/Note", `{"b":22}`)
	call.Patient = emr.NewPatientID("7")
	ctx := emr.WithCorrelationID(t.Context(), "id-1")
	noError(t)(c.Do(ctx, call))
	if len(h.calls) != 1 || len(h.results) != 1 || len(h.audits) != 1 {
		t.Fatalf("%d starts, %d ends, %d audit events", len(h.calls), len(h.results), len(h.audits))
	}
	want := emr.CallInfo{Vendor: "testvendor", Name: "clinic", Op: "write", Method: "POST", Host: c.base.Host, Route: "/route", Write: true, CorrelationID: "id-1"}
	if h.calls[0] != want {
		t.Errorf("%+v", h.calls[0])
	}
	r := h.results[0]
	if r.Status != 201 || r.Attempts != 2 || r.Kind != "" || r.Duration <= 0 || r.Waited < 0 || r.Waited > r.Duration || r.Sent != 16 || r.Received != 7 {
		t.Errorf("%+v", r)
	}
	a := h.audits[0]
	if a.Time.IsZero() || a.Patient != call.Patient || a.Status != 201 || a.Kind != "" || !a.Write || a.Op != "write" || a.Route != "/route" || a.CorrelationID != "id-1" || a.Vendor != "testvendor" || a.Name != "clinic" {
		t.Errorf("%+v", a)
	}
	if seen != "span" {
		t.Error("the observer's context does not reach the request")
	}
}

func TestAuditLeavesOutCallsThatReachedForNobody(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	h := &hooks{}
	c := connect(t, srv.URL, h.install)
	directory := get("/Location")
	directory.Impersonal = true
	noError(t)(c.Do(t.Context(), directory))
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, _ = c.Do(over, get("/Patient"))
	bad := get("/Patient")
	bad.Path = "/.."
	_, _ = c.Do(t.Context(), bad)
	if len(h.audits) != 0 || len(h.calls) != 1 {
		t.Errorf("%d audit events, %d calls", len(h.audits), len(h.calls))
	}
}

func TestLogLineOfAnAttemptHoldsTheAllowList(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
		if n == 1 {
			writeAnswer(w, 503, "x")
			return
		}
		writeAnswer(w, 200, "{}")
	})
	var b bytes.Buffer
	c := connect(t, srv.URL, func(c *Config) {
		c.Options.Logger = slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	a := noError(t)(c.Do(t.Context(), get("/Patient")))
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines: %s", len(lines), b.String())
	}
	allowed := map[string]bool{}
	for _, k := range strings.Fields("time level msg vendor name op method host route attempt status kind duration sent received request_id") {
		allowed[k] = true
	}
	for i, line := range lines {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		for k := range m {
			if !allowed[k] {
				t.Errorf("field %s is not on the list", k)
			}
		}
		if m["attempt"] != float64(i+1) || m["request_id"] != a.RequestID || m["route"] != "/route/{id}" || m["level"] != "DEBUG" {
			t.Errorf("%v", m)
		}
	}
}

func TestWarningsAreForWhatAPersonShouldSee(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{500: true, 404: false, 409: false, 429: false, 401: true, 403: true, 302: true, 451: true} {
		srv := serve(t, answerWith(status, ""))
		var b bytes.Buffer
		c := connect(t, srv.URL, func(c *Config) { c.Options.Logger = slog.New(slog.NewTextHandler(&b, nil)) })
		_, _ = c.Do(t.Context(), post("/Appointment", "{}"))
		if got := strings.Count(b.String(), "level=WARN") == 1; got != want {
			t.Errorf("%d: %s", status, b.String())
		}
	}
}

// panicky is every hook of the caller's, and each panics.
type panicky struct{ in string }

func (p panicky) Start(ctx context.Context, _ emr.CallInfo) (context.Context, func(emr.CallResult)) {
	if p.in == "start" {
		panic("canary")
	}
	return nil, func(emr.CallResult) { panic("canary") }
}
func (p panicky) Enabled(context.Context, slog.Level) bool {
	if p.in == "enabled" {
		panic("canary")
	}
	return true
}
func (panicky) Handle(context.Context, slog.Record) error { panic("canary") }
func (p panicky) WithAttrs([]slog.Attr) slog.Handler      { return p }
func (p panicky) WithGroup(string) slog.Handler           { return p }

func TestFault_X7_panickingHooksDoNotReachTheCaller(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"start", "end", "enabled"} {
		for status, kind := range map[int]emr.Kind{200: "", 400: emr.KindInvalid, 500: emr.KindAmbiguous} {
			srv := serve(t, answerWith(status, "{}"))
			var b bytes.Buffer
			for _, logger := range []*slog.Logger{slog.New(panicky{in}), textLogger(&b)} {
				c := connect(t, srv.URL, func(c *Config) {
					c.Options.Logger, c.Options.Observer = logger, panicky{in}
					c.Options.Audit = func(context.Context, emr.AuditEvent) { panic("canary") }
					c.Explain = func(*Answer, *emr.Error) { panic("canary") }
				})
				a, err := c.Do(t.Context(), post("/Appointment", "{}"))
				if kind == "" {
					noError(t)(a, err)
				} else {
					wantKind(t, err, kind)
				}
				if c.running != 0 {
					t.Error("the call still counts as running")
				}
			}
			if strings.Contains(b.String(), "canary") || !strings.Contains(b.String(), "hook=audit") {
				t.Errorf("log: %s", b.String())
			}
		}
	}
}

func TestFault_X7_blockingHookHoldsNoLock(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	block := make(chan bool)
	c := connect(t, srv.URL, perSecond(1000), func(c *Config) {
		c.Options.Audit = func(_ context.Context, e emr.AuditEvent) {
			if e.Op == "write" {
				<-block
			}
		}
	})
	done := make(chan error)
	go func() { done <- errOf(c.Do(context.Background(), post("/Patient", "{}"))) }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for srv.hits.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	noError(t)(c.Do(ctx, get("/Patient")))
	close(block)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
