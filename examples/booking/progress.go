package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress tells on stderr what a run is waiting for. On a terminal it is one line
// that is redrawn and leaves nothing behind; elsewhere a plain line now and then. Work
// that is quick says nothing.
type progress struct {
	w     io.Writer
	style style

	mu      sync.Mutex
	vendor  string
	doing   string
	items   int
	started time.Time // of the current step; zero: nothing to tell
	told    time.Time // when the last plain line was written
	drawn   bool      // a line is on the terminal
	stop    chan struct{}
	stopped chan struct{}
}

// How long a step is quiet, and how often it is heard of then.
const (
	redrawAfter, redrawEvery = 150 * time.Millisecond, 100 * time.Millisecond
	tellAfter, tellEvery     = 2 * time.Second, 10 * time.Second
)

// newProgress starts it; close ends it.
func newProgress(w io.Writer, s style) *progress {
	p := &progress{w: w, style: s, stop: make(chan struct{}), stopped: make(chan struct{})}
	go p.tick()
	return p
}

// begin says what is being done now, end that nothing is.
func (p *progress) begin(vendor, doing string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.vendor, p.doing, p.items = vendor, doing, 0
	p.started, p.told = time.Now(), time.Time{}
}

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = time.Time{}
	p.erase()
}

// count says how many items of a list have come.
func (p *progress) count(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items = n
}

// note writes a line that stays.
func (p *progress) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	_, _ = fmt.Fprintln(p.w, text)
}

// close ends the progress and waits for its goroutine.
func (p *progress) close() {
	close(p.stop)
	<-p.stopped
	p.end()
}

func (p *progress) tick() {
	defer close(p.stopped)
	t := time.NewTicker(redrawEvery)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case now := <-t.C:
			p.show(now)
		}
	}
}

// show draws or writes the state if it is time to.
func (p *progress) show(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started.IsZero() {
		return
	}
	since := now.Sub(p.started)
	text := p.vendor + ": " + p.doing
	if p.items > 0 {
		text += fmt.Sprintf(", %d so far", p.items)
	}
	text += fmt.Sprintf(" (%d s)", int(since.Seconds()))
	switch {
	case p.style.fancy && since >= redrawAfter:
		_, _ = fmt.Fprint(p.w, "\r\x1b[K"+p.style.faint(p.style.fit(text, columns-1)))
		p.drawn = true
	case !p.style.fancy && since >= tellAfter && now.Sub(p.told) >= tellEvery:
		_, _ = fmt.Fprintln(p.w, text)
		p.told = now
	}
}

// erase takes the drawn line off the terminal.
func (p *progress) erase() {
	if p.drawn {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}
