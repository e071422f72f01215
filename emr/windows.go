package emr

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// lookAhead is how many windows are read in parallel once the first one is through.
const lookAhead = 4

// window is one piece of a list over days that the vendor allows in one query.
type window struct {
	from, to Date // To exclusive
	at       place
	cut      bool // days after this window were left out
}

// mostWindows is how many windows one list may have: ten years of days. Nobody books so
// far ahead, and cutting up a million years takes longer than any deadline.
const mostWindows = 3660

// split cuts the days from..to into windows of at most days days (0: one window),
// beginning with the window of start. Where there would be more than mostWindows, it
// stops and marks the last one: run then refuses the list.
func split(from, to Date, days int, start place) []window {
	if days < 1 {
		days = max(from.DaysUntil(to), 1)
	}
	var all []window
	for n := 0; from.Before(to); from = from.AddDays(days) {
		if n++; n > mostWindows {
			return append(all, window{from: from, to: to, cut: true})
		}
		end := from.AddDays(days)
		if to.Before(end) {
			end = to
		}
		w := window{from: from, to: end, at: place{op: start.op, from: from}}
		if !start.from.IsZero() {
			if from.Before(start.from) {
				continue
			}
			if from == start.from {
				w.at = start
			}
		}
		all = append(all, w)
	}
	return all
}

// spread is a list over days. Windows are read one after the other at first; when
// the consumer wants more than the first one, up to four at a time.
type spread[T any] struct {
	client  *Client
	op      string
	windows []window
	fetch   func(context.Context, window, Cursor) (Page[T], error)
	order   func([]*T) // puts the items of one window in order; nil: as they came
	key     func(*T) string
	keep    func(*T) bool
	limit   int // 0: none
}

// answer is what was read of one window.
type answer[T any] struct {
	items    []*T
	err      error
	panicked any
}

func (s spread[T]) run(ctx context.Context, yield func(*T, error) bool) error {
	if n := len(s.windows); n > 0 && s.windows[n-1].cut {
		hint := "the range of days is too long for one list: ask for ten years at most"
		return s.client.refuse(ctx, s.op, KindInvalid, hint, "from", "to")
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()

	c, left := s.client, s.client.budget()
	seen := sieve[T]{client: c, key: s.key, keep: s.keep}
	waiting := make([]chan answer[T], len(s.windows))
	started := 1
	for i, w := range s.windows {
		var got answer[T]
		if i == 0 {
			got.items, got.err = s.readWindow(ctx, w, left, false)
		} else {
			for ; started < len(s.windows) && started < i+lookAhead; started++ {
				waiting[started] = s.start(ctx, &running, s.windows[started], left)
			}
			got = <-waiting[i]
		}
		if got.panicked != nil {
			panic(got.panicked) // in the consumer's goroutine, where it can be seen
		}
		if err := s.deliver(ctx, w, got, &seen, yield); err != nil {
			return err
		}
	}
	return nil
}

// deliver hands over one window's items, then its error.
func (s spread[T]) deliver(ctx context.Context, w window, got answer[T], seen *sieve[T], yield func(*T, error) bool) error {
	if s.order != nil {
		s.order(got.items)
	}
	at := w.at
	for i, item := range got.items {
		if !seen.fresh(item) || i < w.at.skip {
			continue
		}
		if seen.count == s.client.opts.MaxItems {
			at.skip = i
			return s.client.fill(ctx, s.op, tooMany(s.op).stopped(at))
		}
		seen.count++
		if !yield(item, nil) || seen.count == s.limit {
			return errStop
		}
	}
	return got.err
}

// start reads a window in the background.
func (s spread[T]) start(ctx context.Context, running *sync.WaitGroup, w window, left *atomic.Int64) chan answer[T] {
	done := make(chan answer[T], 1)
	paid := left.Add(-1) >= 0 // here, so that earlier windows come first
	running.Go(func() {
		got := answer[T]{panicked: errors.New("emr: the driver ended the goroutine")}
		defer func() { done <- got }()
		defer func() {
			if r := recover(); r != nil {
				got.panicked = r
			}
		}()
		items, err := s.readWindow(ctx, w, left, paid)
		got = answer[T]{items: items, err: err}
	})
	return done
}

// readWindow reads all pages of one window. What was read comes with the error.
func (s spread[T]) readWindow(ctx context.Context, w window, left *atomic.Int64, paid bool) ([]*T, error) {
	var items []*T
	ch := chain[T]{client: s.client, op: s.op, left: left, paid: paid, start: w.at}
	ch.start.skip = 0
	ch.fetch = func(ctx context.Context, at Cursor) (Page[T], error) { return s.fetch(ctx, w, at) }
	// A window is held whole, to be put in order, but never more of it than a list may
	// have: the rest is behind the bookmark. Going on within such a window (skip) needs
	// the same pages again.
	most := max(s.client.opts.MaxItems, w.at.skip+1)
	err := ch.each(ctx, func(at place, page []*T) error {
		if len(items) >= most && len(page) > 0 {
			return s.client.fill(ctx, s.op, tooMany(s.op).stopped(at))
		}
		items = append(items, page...)
		return nil
	})
	return items, err
}
