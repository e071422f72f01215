package transport

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// wall is every hook of the caller's; those named in stops block, whatever their context
// says, until the wall is gone.
type wall struct {
	stops map[string]bool
	gone  chan struct{}
	once  sync.Once

	mu      sync.Mutex
	inside  int // in a hook that blocks
	most    int
	entries map[string]int
	end     emr.CallResult
}

func newWall(stops ...string) *wall {
	w := &wall{stops: map[string]bool{}, gone: make(chan struct{}), entries: map[string]int{}}
	for _, s := range stops {
		w.stops[s] = true
	}
	return w
}

func (w *wall) meet(hook string) {
	w.mu.Lock()
	w.entries[hook]++
	stop := w.stops[hook]
	if stop {
		w.inside++
		w.most = max(w.most, w.inside)
	}
	w.mu.Unlock()
	if stop {
		<-w.gone
		w.mu.Lock()
		w.inside--
		w.mu.Unlock()
	}
}

func (w *wall) met(hook string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.entries[hook]
}

// fall lets all hooks go on, and waits for them; for bubbles.
func (w *wall) fall() {
	w.once.Do(func() { close(w.gone) })
	synctest.Wait()
}

func (w *wall) install(c *Config) {
	c.Options.Observer, c.Options.Limiter, c.Options.Logger = w, limiterFunc(w.acquire), slog.New(walledLog{w})
	c.Options.Audit = func(context.Context, emr.AuditEvent) { w.meet("audit") }
	c.Rates = func(*Call) []emr.Rate { return []emr.Rate{{Most: 1, Per: time.Second}} }
}

func (w *wall) Start(ctx context.Context, _ emr.CallInfo) (context.Context, func(emr.CallResult)) {
	w.meet("start")
	return ctx, func(r emr.CallResult) {
		w.meet("end")
		w.mu.Lock()
		w.end = r
		w.mu.Unlock()
	}
}

func (w *wall) acquire(context.Context, string, []emr.Rate) (func(), error) {
	w.meet("acquire")
	return func() { w.meet("done") }, nil
}

type walledLog struct{ *wall }

func (w walledLog) Enabled(context.Context, slog.Level) bool  { w.meet("enabled"); return true }
func (w walledLog) Handle(context.Context, slog.Record) error { w.meet("handle"); return nil }
func (w walledLog) WithAttrs([]slog.Attr) slog.Handler        { return w }
func (w walledLog) WithGroup(string) slog.Handler             { return w }

var everyHook = []string{"start", "end", "audit", "acquire", "done", "enabled", "handle"}

// The call goes on without a hook that blocks: it costs a second at most, and never more
// than the caller's own time.
func TestFault_X7_blockingHookDoesNotHoldTheCall(t *testing.T) {
	t.Parallel()
	const call = 2 * time.Second
	for _, hook := range append(everyHook, strings.Join(everyHook, " ")) {
		for _, x := range []struct {
			name             string
			deadline, cancel time.Duration
			took             time.Duration // at most, of an answered call
			lost             time.Duration // at most, where nothing could be sent
		}{
			{"our own timeout", 0, 0, 4 * hookTime, call + 4*patience},
			{"caller's deadline", 500 * time.Millisecond, 0, 500*time.Millisecond + 4*patience, 500*time.Millisecond + 4*patience},
			{"caller cancels", 0, 300 * time.Millisecond, 300*time.Millisecond + 4*patience, 300*time.Millisecond + 4*patience},
		} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				t.Run(hook+", "+x.name+", "+method, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						b := serveBubble(t, answerWith(200, "{}"))
						w := newWall(strings.Fields(hook)...)
						c := b.connect(t, w.install, func(c *Config) { c.Options.Retry = &emr.Retry{Timeout: call} })
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						if x.deadline > 0 {
							ctx, cancel = context.WithTimeout(ctx, x.deadline)
							defer cancel()
						}
						if x.cancel > 0 {
							defer time.AfterFunc(x.cancel, cancel).Stop()
						}
						began := time.Now()
						err := errOf(c.Do(ctx, write(method, "/Appointment", "")))
						took := time.Since(began)
						// A start that blocks may use up a short deadline; without a place nothing leaves.
						unsent := w.stops["acquire"] || w.stops["start"] && x.deadline+x.cancel > 0
						switch {
						case !unsent:
							wantHits(t, &b.hits, 1)
							if err != nil || took > x.took {
								t.Errorf("after %v: %v", took, err)
							}
						case x.cancel > 0:
							wantCanceled(t, err, emr.KindCanceled)
							fallthrough
						default:
							wantHits(t, &b.hits, 0)
							if k := emr.KindOf(err); took > x.lost || k != emr.KindTimeout && k != emr.KindCanceled {
								t.Errorf("after %v: %v", took, err)
							}
						}
						if c.running != 0 {
							t.Error("the call still counts as running")
						}
						w.fall()
						for k := range c.hung {
							if n := c.hung[k].Load(); n != 0 {
								t.Errorf("%d still hang in the %s", n, hookNames[k])
							}
						}
						// A place that was given is given back, a span that was begun is ended: once.
						if w.met("done") != w.met("acquire") || w.met("end") != w.met("start") {
							t.Errorf("%v", w.entries)
						}
						if w.end.Kind != emr.KindOf(err) {
							t.Errorf("ended with %+v, want kind %q", w.end, emr.KindOf(err))
						}
					})
				})
			}
		}
	}
}

// After the time of the call hooks have a moment each.
func TestFault_X7_blockingHooksAfterTheTimeout(t *testing.T) {
	t.Parallel()
	for _, stops := range [][]string{everyHook, {"end", "audit", "done", "handle"}, {"end"}, {"audit"}, {"done"}, {"handle"}} {
		if stops[0] == "start" {
			stops = slices.DeleteFunc(slices.Clone(stops), func(s string) bool { return s == "acquire" })
		}
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, func(_ http.ResponseWriter, r *http.Request, _ int64) { <-r.Context().Done() })
			w := newWall(stops...)
			c := b.connect(t, w.install, func(c *Config) { c.Options.Retry = &emr.Retry{Timeout: 5 * time.Second} })
			began := time.Now()
			wantKind(t, errOf(c.Do(t.Context(), post("/Appointment", ""))), emr.KindAmbiguous)
			if took := time.Since(began); took > 5*time.Second+4*patience {
				t.Errorf("%v: returned after %v", stops, took)
			}
			wantHits(t, &b.hits, 1)
			w.fall()
		})
	}
}

func TestFault_X7_blockingHooksDoNotPileUp(t *testing.T) {
	t.Parallel()
	for _, hook := range []string{"start", "end", "audit", "acquire", "done", "handle"} {
		t.Run(hook, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := serveBubble(t, answerWith(200, "{}"))
				w := newWall(hook)
				c := b.connect(t, w.install, func(c *Config) { c.Options.Retry = &emr.Retry{Timeout: 2 * time.Second} })
				defer w.fall()
				const calls = 3 * mostHung
				for i := range calls {
					began := time.Now()
					err := errOf(c.Do(t.Context(), post("/Appointment", "{}")))
					want := emr.Kind("")
					switch {
					case i >= mostHung && (hook == "acquire" || hook == "done"): // no place, no request
						want = emr.KindUnavailable
					case hook == "acquire":
						want = emr.KindTimeout
					}
					if emr.KindOf(err) != want {
						t.Fatalf("call %d: %v", i, err)
					}
					if d := time.Since(began); i >= mostHung && d != 0 {
						t.Fatalf("call %d was held up for %v by a hook known to hang", i, d)
					}
				}
				if w.most != mostHung {
					t.Errorf("%d hang in the hook, want %d", w.most, mostHung)
				}
				w.fall()
				noError(t)(c.Do(t.Context(), post("/Appointment", "{}"))) // all hooks are back
				if n := w.met(hook); n != mostHung+1 {
					t.Errorf("asked %d times, want %d", n, mostHung+1)
				}
			})
		})
	}
}

func TestFault_X7_blockingHookIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		w := newWall("audit")
		var log strings.Builder
		c := b.connect(t, w.install, func(c *Config) { c.Options.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		for range mostHung + 1 {
			noError(t)(c.Do(t.Context(), get("/Patient")))
		}
		if s := log.String(); strings.Count(s, `level=ERROR msg="emrkit: a hook blocks, the call went on without it" hook=audit`) != mostHung ||
			strings.Count(s, `level=ERROR msg="emrkit: a hook was left out, too many calls hang in it" hook=audit`) != 1 {
			t.Error(s)
		}
		w.fall()
	})
}

// A hook that is slow but works is waited for: nothing is lost or out of order.
func TestFault_X7_slowHookIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		told := 0
		c := b.connect(t, func(c *Config) {
			c.Options.Audit = func(context.Context, emr.AuditEvent) { time.Sleep(hookTime - 1); told++ }
		})
		noError(t)(c.Do(t.Context(), get("/Patient")))
		if told != 1 || c.hung[hookAudit].Load() != 0 {
			t.Error("the audit hook was given up")
		}
	})
}

func TestFault_X7_hookThatEndsItsGoroutineDoesNotEndTheCall(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	var log strings.Builder
	h := &hooks{}
	c := connect(t, srv.URL, h.install, func(c *Config) {
		c.Options.Audit = func(context.Context, emr.AuditEvent) { runtime.Goexit() }
		c.Options.Logger = textLogger(&log)
	})
	for range 2 {
		noError(t)(c.Do(t.Context(), get("/Patient")))
	}
	if c.running != 0 || len(h.results) != 2 || strings.Count(log.String(), "hook=audit") != 2 {
		t.Errorf("%d running, log %s", c.running, log.String())
	}
}

func TestFault_X7_streamKeepsNoGoroutineForHooks(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	h := &hooks{}
	c := connect(t, srv.URL, h.install, func(c *Config) { c.Options.Logger = textLogger(io.Discard) })
	_, body, err := c.Open(t.Context(), get("/Binary/1"))
	if err != nil {
		t.Fatal(err)
	}
	r := body.(*live).attempt.run
	if r.helper != nil {
		t.Error("a goroutine waits for Close")
	}
	_ = body.Close()
	if len(h.results) != 1 || len(h.audits) != 1 || r.helper != nil {
		t.Errorf("%d results, %d audits", len(h.results), len(h.audits))
	}
}

// One goroutine a call runs all its hooks: log lines are cheap.
func TestFault_X7_hooksOfACallShareAGoroutine(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
		writeAnswer(w, map[bool]int{true: 500, false: 200}[n < 3], "{}")
	})
	seen := map[string]int{}
	note := func() {
		b := make([]byte, 64)
		id, _, _ := strings.Cut(string(b[:runtime.Stack(b, false)]), " [")
		seen[id]++
	}
	c := connect(t, srv.URL, perSecond(1000), func(c *Config) {
		c.Options.Limiter = limiterFunc(func(context.Context, string, []emr.Rate) (func(), error) { note(); return note, nil })
		c.Options.Audit = func(context.Context, emr.AuditEvent) { note() }
		c.Options.Logger = slog.New(noting{note})
	})
	noError(t)(c.Do(t.Context(), get("/Patient")))
	if len(seen) != 1 {
		t.Errorf("goroutines: %v", seen)
	}
	for _, n := range seen {
		if n != 3+3+3+1 {
			t.Errorf("%d hooks ran, want 10", n)
		}
	}
}

type noting struct{ note func() }

func (noting) Enabled(context.Context, slog.Level) bool    { return true }
func (n noting) Handle(context.Context, slog.Record) error { n.note(); return nil }
func (n noting) WithAttrs([]slog.Attr) slog.Handler        { return n }
func (n noting) WithGroup(string) slog.Handler             { return n }

// A limiter that gives a place after the call has ended gets it back, an error is none.
func TestFault_X7_lateAnswerOfTheLimiter(t *testing.T) {
	t.Parallel()
	for _, fail := range []error{nil, errors.New("no place")} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, answerWith(200, "{}"))
			var done atomic.Int64
			c := b.connect(t, perSecond(1), func(c *Config) {
				c.Options.Limiter = limiterFunc(func(context.Context, string, []emr.Rate) (func(), error) {
					time.Sleep(time.Minute)
					return func() { done.Add(1) }, fail
				})
			})
			wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindTimeout)
			time.Sleep(time.Hour)
			synctest.Wait()
			if want := map[bool]int64{true: 1, false: 0}[fail == nil]; done.Load() != want || c.hung[hookLimiter].Load() != 0 {
				t.Errorf("done was called %d times, want %d", done.Load(), want)
			}
			wantHits(t, &b.hits, 0)
		})
	}
}

// A limiter that heeds its context is not given up, even if it is slow to notice.
func TestFault_X7_limiterThatHeedsItsContextIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, own := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, answerWith(200, "{}"))
			var log strings.Builder
			c := b.connect(t, perSecond(1), func(c *Config) {
				c.Options.Logger = textLogger(&log)
				c.Options.Limiter = limiterFunc(func(ctx context.Context, _ string, _ []emr.Rate) (func(), error) {
					<-ctx.Done()
					time.Sleep(patience / 2)
					return nil, ctx.Err()
				})
			})
			ctx, cancel := context.WithCancel(t.Context())
			if !own {
				ctx, cancel = context.WithTimeout(ctx, time.Minute)
			}
			defer cancel()
			e := wantKind(t, errOf(c.Do(ctx, get("/Patient"))), emr.KindTimeout)
			if !errors.Is(e, context.DeadlineExceeded) || strings.Contains(log.String(), "blocks") || c.hung[hookLimiter].Load() != 0 {
				t.Errorf("%v, log %s", e, log.String())
			}
		})
	}
}
