package transport

import (
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"
)

// hook is code of the caller's in emr.Options. None may hold up a call or end it.
type hook int

const (
	hookLogger hook = iota
	hookObserver
	hookAudit
	hookLimiter
	hooksKnown
)

var hookNames = [hooksKnown]string{"logger", "observer", "audit", "limiter"}

const (
	// hookTime is what a hook has before the call goes on without it.
	hookTime = time.Second
	// patience is what a hook has when the call's time is up.
	patience = 100 * time.Millisecond
	// mostHung is how many goroutines of one client may hang in one hook. More calls than
	// that leave it out.
	mostHung = 64
)

// ending is how a hook ended.
type ending int

const (
	returned ending = iota
	panicked
	vanished // it ended its goroutine
	givenUp
	leftOut // too many hang in it
)

// helper runs the hooks of one call one after the other, on a goroutine of its own: from
// that the call can walk away, which it cannot from its own. It lasts for the call, so that
// a log line costs no new goroutine.
type helper struct {
	work  chan struct{} // f and late are set
	back  chan ending
	state atomic.Int32

	f, late func()
	hung    *atomic.Int32
}

// States of a helper.
const (
	atWork = iota
	finished
	abandoned
)

func newHelper() *helper {
	h := &helper{work: make(chan struct{}, 1), back: make(chan ending, 1)}
	go h.loop()
	return h
}

func (h *helper) loop() {
	for range h.work {
		if !h.step() {
			return
		}
	}
}

// step runs one hook. It reports whether the helper is still wanted.
func (h *helper) step() (wanted bool) {
	end := vanished
	defer func() {
		// What it panicked with is not shown: it may hold anything.
		if recover() != nil {
			end = panicked
		}
		if wanted = h.state.CompareAndSwap(atWork, finished); wanted {
			h.back <- end
			return
		}
		defer h.hung.Add(-1)
		if h.late != nil && end == returned {
			_ = guarded(h.late)
		}
	}()
	h.f()
	end = returned
	return false
}

// callOut runs f, a hook of kind k, and returns when it is over: at the latest when most or
// the call's own time is up. After givenUp and leftOut nothing that f writes may be read;
// after givenUp late is run if f returns after all. No lock is held here.
func (r *run) callOut(k hook, most time.Duration, f, late func()) ending {
	if r.helper == nil {
		r.helper = newHelper()
	}
	h := r.helper
	h.f, h.late, h.hung = f, late, &r.c.hung[k]
	h.state.Store(atWork)
	h.work <- struct{}{}
	end := r.outlast(h, most)
	switch end {
	case vanished, givenUp:
		r.helper = nil
	case returned:
		return end
	}
	if k != hookLogger {
		r.report(hookNames[k], end)
	}
	return end
}

// enterHook is callOut, unless too many hang in the hook already. What follows an entry
// (the end of a span, a place given back) is called in any case.
func (r *run) enterHook(k hook, most time.Duration, f, late func()) ending {
	if r.c.hung[k].Load() >= mostHung {
		if k != hookLogger {
			r.report(hookNames[k], leftOut)
		}
		return leftOut
	}
	return r.callOut(k, most, f, late)
}

// outlast waits for the helper.
func (r *run) outlast(h *helper, most time.Duration) ending {
	// Nearly all hooks are done after a microsecond: no timer, no channel of the context.
	for range 3 {
		select {
		case end := <-h.back:
			return end
		default:
			runtime.Gosched()
		}
	}
	if !r.deadline.IsZero() {
		most = min(most, max(time.Until(r.deadline), 0)+patience)
	}
	t := time.NewTimer(most)
	defer t.Stop()
	ended := r.ctx.Done()
	for {
		select {
		case end := <-h.back:
			return end
		case <-ended:
			ended = nil
			t.Reset(patience)
		case <-t.C:
			h.hung.Add(1)
			if h.state.CompareAndSwap(atWork, abandoned) {
				return givenUp
			}
			h.hung.Add(-1)
			return <-h.back
		}
	}
}

// dismiss ends the helper's goroutine.
func (r *run) dismiss() {
	if r.helper != nil {
		close(r.helper.work)
		r.helper = nil
	}
}

// report logs that a hook misbehaved.
func (r *run) report(name string, end ending) {
	msg := "emrkit: a hook panicked"
	switch end {
	case givenUp:
		msg = "emrkit: a hook blocks, the call went on without it"
	case leftOut:
		msg = "emrkit: a hook was left out, too many calls hang in it"
	}
	r.line(slog.LevelError, msg, slog.String("hook", name))
}

// guarded runs f and reports whether it panicked.
func guarded(f func()) (bad bool) {
	defer func() { bad = recover() != nil }()
	f()
	return false
}

// examine runs code of the vendor package, inline: it does not block, but what an answer
// makes of it is not known. It reports whether it panicked.
func (r *run) examine(name string, f func()) {
	if guarded(f) {
		r.report(name, panicked)
	}
}

// line writes one log line, unless the logger hung in this call before.
func (r *run) line(level slog.Level, msg string, attrs ...slog.Attr) {
	if r.c.log == nil {
		return
	}
	ctx, l := r.ctx, r.c.log
	r.write(func() {
		if l.Enabled(ctx, level) {
			l.LogAttrs(ctx, level, msg, attrs...)
		}
	})
}

// write runs f, which uses the logger.
func (r *run) write(f func()) {
	if r.mute {
		return
	}
	end := r.enterHook(hookLogger, hookTime, f, nil)
	r.mute = end == givenUp || end == leftOut
}
