package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// checking sets Config.Check, and an Explain that must not be asked.
func checking(t *testing.T, check func(*Call, *Answer) *emr.Error) func(*Config) {
	return func(c *Config) {
		c.Check = check
		c.Explain = func(*Answer, *emr.Error) { t.Error("Explain was asked about an answer with 2xx") }
	}
}

// finding is a Check that answers code:false with found.
func finding(found *emr.Error) func(*Call, *Answer) *emr.Error {
	return func(_ *Call, a *Answer) *emr.Error {
		if strings.Contains(string(a.Body), `"code":false`) {
			return found
		}
		return nil
	}
}

func TestCheckMakesAnAnswerWith2xxAFailedAttempt(t *testing.T) {
	t.Parallel()
	for _, newCall := range []func() *Call{
		func() *Call { return get("/patients") },
		func() *Call { return post("/patients", "{}") },
	} {
		for kind, want := range map[emr.Kind]emr.Kind{
			emr.KindInvalid: emr.KindInvalid, emr.KindConflict: emr.KindConflict, emr.KindAuth: emr.KindAuth,
			emr.KindUnavailable: emr.KindUnavailable, emr.KindNotFound: emr.KindNotFound, emr.KindTooLarge: emr.KindTooLarge,
			emr.KindAmbiguous: emr.KindAmbiguous, emr.KindProtocol: emr.KindProtocol, "": emr.KindProtocol,
		} {
			call := newCall()
			if want == emr.KindProtocol && call.write() {
				want = emr.KindAmbiguous
			}
			t.Run(fmt.Sprintf("%s %q", call.Method, kind), func(t *testing.T) {
				t.Parallel()
				srv := serve(t, answerWith(200, `{"code":false}`, "Retry-After", "1"))
				h := &hooks{}
				var log bytes.Buffer
				found := (&emr.Error{Kind: kind, Code: "E7", Fields: []string{"start"}, Hint: "our hint", Err: emr.ErrSlotTaken}).WithDetail("canary")
				c := connect(t, srv.URL, h.install, checking(t, finding(found)), func(c *Config) {
					c.Tokens, c.Options.Logger = &tokens{}, textLogger(&log)
				})
				a, err := c.Do(emr.WithCorrelationID(t.Context(), "id-1"), call)
				e := wantKind(t, err, want)
				if a != nil || e.Status != 200 || e.Attempts != 1 || e.RequestID != "id-1" || e.Vendor != "testvendor" || e.Name != "clinic" || e.Op != call.Op {
					t.Errorf("%#v", e)
				}
				if e.Code != "E7" || len(e.Fields) != 1 || e.Hint != "our hint" || e.Detail() != "canary" || !errors.Is(e, emr.ErrSlotTaken) || e.RetryAfter != 0 {
					t.Errorf("not all of what Check found is there: %#v", e)
				}
				if found.Kind != kind || found.Vendor != "" || found.Status != 0 {
					t.Error("the error Check returned was changed")
				}
				wantHits(t, &srv.hits, 1) // also for kind auth: the token is not renewed
				if r := h.results[0]; r.Kind != want || r.Status != 200 || r.Attempts != 1 || r.Received != 14 {
					t.Errorf("observed as %+v", r)
				}
				if x := h.audits[0]; x.Kind != want || x.Status != 200 {
					t.Errorf("audited as %+v", x)
				}
				if s := log.String(); !strings.Contains(s, "kind="+string(want)+" ") || strings.Contains(s, "canary") {
					t.Errorf("logged as %s", s)
				}
			})
		}
	}
}

func TestCheckSeesTheWholeAnswerOfEachAttempt(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
		status := map[int64]int{1: 503, 2: 429}[n]
		writeAnswer(w, cmp.Or(status, 201), `{"code":true}`, "X-Seen", "yes")
	})
	call := get("/patients")
	asked := 0
	c := connect(t, srv.URL, checking(t, func(about *Call, a *Answer) *emr.Error {
		asked++
		if about != call || a.Status != 201 || a.Header.Get("X-Seen") != "yes" || string(a.Body) != `{"code":true}` || a.RequestID == "" || a.Attempts != 3 {
			t.Errorf("%s %#v", a, a.Attempts)
		}
		return nil
	}))
	noError(t)(c.Do(t.Context(), call))
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestFault_R1_rateLimitInside2xxIsRepeatedAfterTheWait(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name   string
		call   *Call
		after  time.Duration // of Check
		header string
		wait   time.Duration
	}{
		{"read", get("/patients"), 2 * time.Second, "", 2 * time.Second},
		{"write", post("/patients", "{}"), 2 * time.Second, "", 2 * time.Second},
		{"by the header", post("/patients", "{}"), 0, "3", 3 * time.Second},
		{"Check wins", post("/patients", "{}"), 2 * time.Second, "9", 2 * time.Second},
		{"negative", post("/patients", "{}"), -time.Hour, "", 0},
		{"neither", post("/patients", "{}"), 0, "", 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := serveBubble(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
					if x.header != "" {
						w.Header().Set("Retry-After", x.header)
					}
					writeAnswer(w, 200, fmt.Sprintf(`{"code":%v}`, n > 1))
				})
				c := b.connect(t, checking(t, finding(&emr.Error{Kind: emr.KindRateLimited, RetryAfter: x.after})))
				a := noError(t)(c.Do(t.Context(), x.call))
				if d := b.times[1].Sub(b.times[0]); d < x.wait || d > x.wait+300*time.Millisecond || a.Attempts != 2 || a.Status != 200 {
					t.Errorf("came back after %v, want %v; %d attempts", d, x.wait, a.Attempts)
				}
				wantHits(t, &b.hits, 2)
			})
		})
	}
}

func TestFault_R3_rateLimitInside2xxKeepsTheLimitsOfRetries(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		after    time.Duration
		deadline time.Duration
		hits     int64
		took     time.Duration // at most
	}{
		{24 * time.Hour, 100 * time.Hour, 1, 0},
		{5 * time.Second, 2 * time.Second, 1, 0},
		{time.Second, time.Hour, 3, 3 * time.Second},
		{-time.Hour, time.Hour, 3, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, answerWith(200, `{"code":false}`))
			ctx, cancel := context.WithTimeout(t.Context(), x.deadline)
			defer cancel()
			began := time.Now()
			c := b.connect(t, checking(t, finding(&emr.Error{Kind: emr.KindRateLimited, RetryAfter: x.after})))
			e := wantKind(t, errOf(c.Do(ctx, post("/patients", "{}"))), emr.KindRateLimited)
			wantHits(t, &b.hits, x.hits)
			if d := time.Since(began); d > x.took || e.RetryAfter != max(x.after, 0) || e.Attempts != int(x.hits) || e.Status != 200 {
				t.Errorf("after %v: %v", d, e)
			}
			if errors.Is(e, context.DeadlineExceeded) != (x.after > x.deadline) && x.after < time.Hour {
				t.Errorf("deadline reachable: %v", e)
			}
		})
	}
}

func TestCheckIsNotAskedAboutOtherAnswers(t *testing.T) {
	t.Parallel()
	never := func(*Call, *Answer) *emr.Error { t.Error("Check was asked"); return nil }
	for status, kind := range map[int]emr.Kind{400: emr.KindInvalid, 500: emr.KindUnavailable, 302: emr.KindProtocol} {
		srv := serve(t, answerWith(status, `{"code":false}`))
		wantKind(t, errOf(connect(t, srv.URL, func(c *Config) { c.Check = never }).Do(t.Context(), get("/x"))), kind)
	}
	srv := serve(t, answerWith(404, `{"code":false}`))
	tolerant := get("/x")
	tolerant.Tolerate = []int{404}
	noError(t)(connect(t, srv.URL, func(c *Config) { c.Check = never }).Do(t.Context(), tolerant))

	srv = serve(t, answerWith(200, `{"code":false}`))
	_, body, err := connect(t, srv.URL, func(c *Config) { c.Check = never }).Open(t.Context(), get("/x"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, body)
	_ = body.Close()

	for name, cut := range cuts {
		raw := serveCut(t, "201 Created\r\nLocation: Appointment/7", cut)
		a := noError(t)(connect(t, raw.URL, func(c *Config) { c.Check = never }).Do(t.Context(), post("/x", "{}")))
		if a.Header.Get("Location") == "" || a.Body != nil {
			t.Errorf("%s: the id of an accepted write is lost", name)
		}
		wantHits(t, &raw.hits, 1)
	}
	html := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int64) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>")
	})
	c := connect(t, html.URL, func(c *Config) { c.Check = never })
	wantKind(t, errOf(c.Do(t.Context(), get("/x"))), emr.KindProtocol)
	wantKind(t, errOf(c.Do(t.Context(), post("/x", "{}"))), emr.KindAmbiguous)
}

func TestFault_X7_panicInCheckIsProtocol(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	var log bytes.Buffer
	c := connect(t, srv.URL, checking(t, func(*Call, *Answer) *emr.Error { panic("canary") }), func(c *Config) { c.Options.Logger = textLogger(&log) })
	if e := wantKind(t, errOf(c.Do(t.Context(), get("/x"))), emr.KindProtocol); e.Status != 200 || e.Attempts != 1 {
		t.Errorf("%#v", e)
	}
	wantKind(t, errOf(c.Do(t.Context(), post("/x", "{}"))), emr.KindAmbiguous)
	wantHits(t, &srv.hits, 2)
	if s := log.String(); strings.Contains(s, "canary") || !strings.Contains(s, "hook=check") {
		t.Error(s)
	}
}

func TestAllowEmptyLeavesAnEmptyAnswerToCheck(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 204} {
		srv := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int64) { w.WriteHeader(status) })
		asked := 0
		c := connect(t, srv.URL, checking(t, func(_ *Call, a *Answer) *emr.Error {
			if asked++; len(a.Body) != 0 || a.Status != status {
				t.Error(a)
			}
			return nil
		}))
		call := get("/x")
		wantKind(t, errOf(c.Do(t.Context(), call)), emr.KindProtocol)
		if asked != 0 {
			t.Error("asked about an answer that is none")
		}
		call.AllowEmpty = true
		if a := noError(t)(c.Do(t.Context(), call)); a.Status != status || len(a.Body) != 0 {
			t.Error(a)
		}
		noError(t)(c.Do(t.Context(), post("/x", "{}")))
		if asked != 2 {
			t.Errorf("asked %d times", asked)
		}
		wantHits(t, &srv.hits, 3)
	}
}
