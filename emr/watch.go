package emr

import (
	"context"
	"time"
)

// writeNews is what the vendor told of one accepted write. A watcher is code of others:
// whatever it does, the wait goes on by looking.
type writeNews struct {
	news  <-chan WriteState // nil: no more news, or none at all
	stop  func()
	heard struct{ done, failed, timedOut bool }
}

// watch begins to listen, where the connection can.
func (c *Client) watch(id AppointmentID) (w *writeNews) {
	w = &writeNews{}
	if c.parts.WriteWatcher == nil {
		return w
	}
	defer func() { _ = recover() }()
	w.news, w.stop = c.parts.WriteWatcher.WatchWrite(id)
	return w
}

// end stops listening.
func (w *writeNews) end() {
	defer func() { _ = recover() }()
	if w.stop != nil {
		w.stop()
	}
}

// word is what the news come to: done before failed before timed out, for they come in
// any order and more than once; "" for none.
func (w *writeNews) word() WriteState {
	switch {
	case w.heard.done:
		return WriteDone
	case w.heard.failed:
		return WriteFailed
	case w.heard.timedOut:
		return WriteTimedOut
	}
	return ""
}

// hear takes one piece of news. ok is false when the channel was closed.
func (w *writeNews) hear(state WriteState, ok bool) {
	if !ok {
		w.news = nil
		return
	}
	switch state {
	case WriteDone:
		w.heard.done = true
	case WriteFailed:
		w.heard.failed = true
	case WriteTimedOut:
		w.heard.timedOut = true
	}
}

// catchUp hears what has already come.
func (w *writeNews) catchUp() {
	const most = 100 // of a watcher that never stops talking
	for range most {
		select {
		case state, ok := <-w.news:
			w.hear(state, ok)
		default:
			return
		}
	}
}

// wait returns true when it is time to look again: after rest, or when the word is no
// longer what was checked, then at the earliest after hold. false: ctx has ended.
func (w *writeNews) wait(ctx context.Context, checked WriteState, rest, hold time.Duration) bool {
	held := time.Now().Add(hold)
	t := time.NewTimer(rest)
	defer t.Stop()
	for w.word() == checked {
		select {
		case <-ctx.Done():
			return false
		case <-t.C:
			return true
		case state, ok := <-w.news:
			w.hear(state, ok)
		}
	}
	if early := time.Until(held); early > 0 {
		return pause(ctx, early)
	}
	return ctx.Err() == nil
}
