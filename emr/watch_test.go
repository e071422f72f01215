package emr_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// newsroom is a watcher: what it is told before the watch comes at once, the rest when
// it is told.
type newsroom struct {
	mu       sync.Mutex
	known    []emr.WriteState
	watches  []chan emr.WriteState
	watched  []emr.AppointmentID
	stopped  int
	panicsIn string // "watch" or "stop"
}

func (n *newsroom) WatchWrite(id emr.AppointmentID) (<-chan emr.WriteState, func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.watched = append(n.watched, id)
	if n.panicsIn == "watch" {
		panic("the watcher has a defect")
	}
	ch := make(chan emr.WriteState, 8)
	for _, state := range n.known {
		ch <- state
	}
	n.watches = append(n.watches, ch)
	return ch, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.stopped++
		if n.panicsIn == "stop" {
			panic("the watcher has a defect")
		}
	}
}

// tell is news for those who watch.
func (n *newsroom) tell(states ...emr.WriteState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, ch := range n.watches {
		for _, state := range states {
			ch <- state
		}
	}
}

func (n *newsroom) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, ch := range n.watches {
		close(ch)
	}
}

// accepted is a clinic with an accepted appointment and a watcher.
func accepted() (*fake, *newsroom, emr.AppointmentID) {
	f, id := booked(emr.StatusPending)
	f.appts[0].Write = emr.WriteAccepted
	n := &newsroom{}
	f.watcher = n
	return f, n, id
}

// record sets what the vendor's record says from now on.
func (f *fake) record(state emr.WriteState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.appts[0].Write = state
}

// after does each at its time of the bubble.
func after(d time.Duration, do func()) { time.AfterFunc(d, do) }

func TestAwaitWritten_hearsTheNewsAndLooksAtOnce(t *testing.T) {
	t.Parallel()
	const at = 5 * time.Second // between the looks at 3.5 and 7.5 seconds
	failed, timedOut, done := emr.WriteFailed, emr.WriteTimedOut, emr.WriteDone
	for name, c := range map[string]struct {
		known  []emr.WriteState // before the watch
		news   []emr.WriteState // after five seconds
		record emr.WriteState   // what the record says from then on; "": nothing new
		want   emr.WriteState
		is     error
		took   time.Duration
		looks  int
	}{
		"written":                             {news: []emr.WriteState{done}, record: done, want: done, took: at, looks: 5},
		"written, the record is late":         {news: []emr.WriteState{done}, want: done, took: 6500 * time.Millisecond, looks: 7},
		"written, told twice":                 {news: []emr.WriteState{done, done}, record: done, want: done, took: at, looks: 5},
		"written, told twice, record late":    {news: []emr.WriteState{done, done, done}, want: done, took: 6500 * time.Millisecond, looks: 7},
		"failed":                              {news: []emr.WriteState{failed}, want: failed, is: emr.ErrWriteFailed, took: at, looks: 5},
		"failed, told twice":                  {news: []emr.WriteState{failed, failed}, want: failed, is: emr.ErrWriteFailed, took: at, looks: 5},
		"failed, the record knows":            {news: []emr.WriteState{failed}, record: failed, want: failed, is: emr.ErrWriteFailed, took: at, looks: 5},
		"timed out":                           {news: []emr.WriteState{timedOut}, want: timedOut, is: emr.ErrWriteTimedOut, took: at, looks: 5},
		"failed, and the record says written": {news: []emr.WriteState{failed}, record: done, want: done, took: at, looks: 5},
		"timed out, and the record says so":   {news: []emr.WriteState{timedOut}, record: done, want: done, took: at, looks: 5},
		"written after failed":                {news: []emr.WriteState{failed, done}, want: done, took: 6500 * time.Millisecond, looks: 7},
		"failed after written":                {news: []emr.WriteState{done, failed}, want: done, took: 6500 * time.Millisecond, looks: 7},
		"failed after timed out":              {news: []emr.WriteState{timedOut, failed}, want: failed, is: emr.ErrWriteFailed, took: at, looks: 5},
		"written, and the record says failed": {news: []emr.WriteState{done}, record: failed, want: failed, is: emr.ErrWriteFailed, took: at, looks: 5},
		"nothing that ends a write":           {news: []emr.WriteState{emr.WriteAccepted, "", "queued"}, record: done, want: done, took: 7500 * time.Millisecond, looks: 5},
		"known before: failed":                {known: []emr.WriteState{failed}, want: failed, is: emr.ErrWriteFailed, looks: 1},
		"known before: timed out":             {known: []emr.WriteState{timedOut}, want: timedOut, is: emr.ErrWriteTimedOut, looks: 1},
		"known before: written after failed":  {known: []emr.WriteState{failed, done}, want: done, took: 7500 * time.Millisecond, looks: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, n, id := accepted()
				n.known = c.known
				after(at, func() {
					if c.record != "" {
						f.record(c.record)
					}
					n.tell(c.news...)
				})
				if c.record == "" { // the record follows a little later
					after(at+750*time.Millisecond, func() { f.record(emr.WriteDone) })
				}
				began := time.Now()
				a, err := client(t, f, nil).AwaitWritten(t.Context(), id)
				if !errors.Is(err, c.is) || a == nil || a.ID != id || a.Write != c.want {
					t.Errorf("%v, %v", a, err)
				}
				if took := time.Since(began); took != c.took || f.count("get") != c.looks {
					t.Errorf("%v and %d looks, want %v and %d", took, f.count("get"), c.took, c.looks)
				}
				if len(n.watched) != 1 || n.watched[0] != id || n.stopped != 1 {
					t.Errorf("watched %d times, stopped %d times", len(n.watched), n.stopped)
				}
			})
		})
	}
}

func TestAwaitWritten_newsDuringALookAreNotMissed(t *testing.T) {
	t.Parallel()
	failed, done := emr.WriteFailed, emr.WriteDone
	for name, c := range map[string]struct {
		known  []emr.WriteState
		during emr.WriteState // the first look
		err    error          // of that look
		record emr.WriteState // from the second look on
		want   emr.WriteState
		is     error
		looks  int
	}{
		"written":                           {during: done, record: done, want: done, looks: 2},
		"failed, and the record says so":    {during: failed, record: failed, want: failed, is: emr.ErrWriteFailed, looks: 2},
		"failed, and the record does not":   {during: failed, want: failed, is: emr.ErrWriteFailed, looks: 2},
		"failed, and the record is written": {during: failed, record: done, want: done, looks: 2},
		"written, after failed was known":   {known: []emr.WriteState{failed}, during: done, record: done, want: done, looks: 2},
		"failed, and the record is gone":    {during: failed, err: &emr.Error{Kind: emr.KindNotFound}, is: emr.ErrWriteFailed, looks: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, n, id := accepted()
				n.known = c.known
				f.next("get", fault{err: c.err, do: func() { n.tell(c.during) }}, fault{do: func() {
					if c.record != "" {
						f.record(c.record)
					}
				}})
				began := time.Now()
				a, err := client(t, f, nil).AwaitWritten(t.Context(), id)
				if !errors.Is(err, c.is) || a != nil && a.Write != c.want || (a == nil) != (c.err != nil) {
					t.Error(a, err)
				}
				if time.Since(began) != 0 || f.count("get") != c.looks {
					t.Error(time.Since(began), f.count("get"))
				}
			})
		})
	}
}

func TestAwaitWritten_aWatcherWithADefectDoesNotBreakTheWait(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*fake, *newsroom){
		"panics when asked":     func(_ *fake, n *newsroom) { n.panicsIn = "watch" },
		"panics when stopped":   func(_ *fake, n *newsroom) { n.panicsIn = "stop" },
		"closes its channel":    func(_ *fake, n *newsroom) { after(time.Second, n.close) },
		"gives nothing":         func(f *fake, _ *newsroom) { f.watcher = silent{} },
		"never stops talking":   func(f *fake, _ *newsroom) { f.watcher = chatter{} },
		"tells of other things": func(_ *fake, n *newsroom) { n.known = []emr.WriteState{"queued", "queued"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, n, id := accepted()
				spoil(f, n)
				after(5*time.Second, func() { f.record(emr.WriteDone) })
				began := time.Now()
				a, err := client(t, f, nil).AwaitWritten(t.Context(), id)
				// looks at 0, 0.5, 1.5, 3.5, 7.5: as without a watcher
				if err != nil || a.Write != emr.WriteDone || time.Since(began) != 7500*time.Millisecond || f.count("get") != 5 {
					t.Error(a, err, time.Since(began), f.count("get"))
				}
			})
		})
	}
}

// silent is a watcher that gives neither a channel nor a way to stop.
type silent struct{}

func (silent) WatchWrite(emr.AppointmentID) (<-chan emr.WriteState, func()) { return nil, nil }

// chatter is a watcher that repeats itself for ever.
type chatter struct{}

func (chatter) WatchWrite(emr.AppointmentID) (<-chan emr.WriteState, func()) {
	ch, stop := make(chan emr.WriteState, 200), make(chan struct{})
	for range cap(ch) {
		ch <- emr.WriteAccepted
	}
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				select {
				case ch <- emr.WriteAccepted:
				default:
				}
			}
		}
	}()
	return ch, sync.OnceFunc(func() { close(stop) })
}

func TestAwaitWritten_theWatchIsStoppedHoweverTheWaitEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := fault{err: &emr.Error{Kind: emr.KindUnavailable}}
		for name, c := range map[string]struct {
			faults []fault
			known  []emr.WriteState
			end    time.Duration // of the context
			kind   emr.Kind
			is     error
			last   bool
		}{
			"the context ends":                       {end: time.Second, kind: emr.KindAmbiguous, is: context.DeadlineExceeded, last: true},
			"not found":                              {faults: []fault{{err: &emr.Error{Kind: emr.KindNotFound}}}, kind: emr.KindNotFound},
			"three looks fail":                       {faults: []fault{{}, down, down, down}, kind: emr.KindUnavailable, last: true},
			"three looks fail, the news say failed":  {faults: []fault{down, down, down}, known: []emr.WriteState{emr.WriteFailed}, kind: emr.KindConflict, is: emr.ErrWriteFailed},
			"the record is gone, as the news said":   {faults: []fault{{err: &emr.Error{Kind: emr.KindNotFound}}}, known: []emr.WriteState{emr.WriteFailed}, kind: emr.KindConflict, is: emr.ErrWriteFailed},
			"no time to test the news":               {faults: []fault{down, down}, known: []emr.WriteState{emr.WriteTimedOut}, end: time.Second, kind: emr.KindAmbiguous, is: emr.ErrWriteTimedOut},
			"told as written, the record never says": {known: []emr.WriteState{emr.WriteDone}, end: time.Minute, kind: emr.KindAmbiguous, is: context.DeadlineExceeded, last: true},
		} {
			f, n, id := accepted()
			n.known = c.known
			f.next("get", c.faults...)
			ctx, cancel := context.WithCancel(t.Context())
			if c.end > 0 {
				ctx, cancel = context.WithTimeout(t.Context(), c.end)
			}
			a, err := client(t, f, nil).AwaitWritten(ctx, id)
			cancel()
			if emr.KindOf(err) != c.kind || c.is != nil && !errors.Is(err, c.is) || (a != nil) != c.last {
				t.Errorf("%s: %v, %v", name, a, err)
			}
			if len(n.watched) != 1 || n.stopped != 1 {
				t.Errorf("%s: watched %d times, stopped %d times", name, len(n.watched), n.stopped)
			}
		}
	})
}

func TestAwaitWritten_newsDoNotShortenTheWaitThatTheVendorAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, n, id := accepted()
		f.next("get", fault{err: &emr.Error{Kind: emr.KindRateLimited, RetryAfter: 10 * time.Second}})
		after(time.Second, func() { f.record(emr.WriteDone); n.tell(emr.WriteDone) })
		began := time.Now()
		a, err := client(t, f, nil).AwaitWritten(t.Context(), id)
		if err != nil || a.Write != emr.WriteDone || time.Since(began) != 10*time.Second || f.count("get") != 2 {
			t.Error(a, err, time.Since(began), f.count("get"))
		}
	})
}

func TestAwaitWritten_watchesNothingThatItMayNotRead(t *testing.T) {
	t.Parallel()
	f, n, id := accepted()
	_, err := client(t, f, nil).AwaitWritten(t.Context(), emr.AppointmentID{})
	wantKind(t, err, emr.KindInvalid)
	f.missing = []emr.Capability{emr.CanReadAppointments}
	_, err = client(t, f, nil).AwaitWritten(t.Context(), id)
	wantKind(t, err, emr.KindUnsupported)
	if len(n.watched) != 0 {
		t.Error("watched")
	}
}
