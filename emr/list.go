package emr

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync/atomic"
)

// emptyPages is how many pages without items in a row are believed to lead somewhere.
const emptyPages = 5

// list is one listing call: what to ask and how to tell its items apart.
type list[T any] struct {
	client  *Client
	op      string
	need    Capability
	refused *Error                                         // the query was refused: nothing is sent
	fetch   func(context.Context, Cursor) (Page[T], error) // one page
	key     func(*T) string                                // identity, "" for none
	keep    func(*T) bool                                  // nil: everything
}

// errStop ends a chain because the consumer has enough.
var errStop = errors.New("emr: enough")

// all is the list as the caller ranges over it: nothing happens before, every range
// starts anew, an error comes once and is the end.
func (l list[T]) all(ctx context.Context) iter.Seq2[*T, error] {
	return sequence(func(yield func(*T, error) bool) error { return l.run(ctx, yield) })
}

// sequence turns a function that reports one error at the end into a list.
func sequence[T any](run func(yield func(*T, error) bool) error) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		if err := run(yield); err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}
}

func (l list[T]) run(ctx context.Context, yield func(*T, error) bool) error {
	c := l.client
	ctx, err := c.begin(ctx, l.op, l.need)
	if err != nil {
		return err
	}
	if l.refused != nil {
		return c.fill(ctx, l.op, l.refused)
	}
	start, refused := startOf(ctx, l.op)
	if refused != nil {
		return c.fill(ctx, l.op, refused)
	}
	seen := sieve[T]{client: c, key: l.key, keep: l.keep}
	ch := chain[T]{client: c, op: l.op, fetch: l.fetch, left: c.budget(), start: start}
	return ch.each(ctx, func(at place, items []*T) error {
		for i, item := range items {
			if i < at.skip || !seen.fresh(item) {
				continue
			}
			if seen.count == c.opts.MaxItems {
				at.skip = i
				return c.fill(ctx, l.op, tooMany(l.op).stopped(at))
			}
			seen.count++
			if !yield(item, nil) {
				return errStop
			}
		}
		return nil
	})
}

// budget is what is left of the pages of one list.
func (c *Client) budget() *atomic.Int64 {
	var left atomic.Int64
	left.Store(int64(c.opts.MaxPages))
	return &left
}

// chain follows the cursors of one list, or of one window of it.
type chain[T any] struct {
	client *Client
	op     string
	fetch  func(context.Context, Cursor) (Page[T], error)
	left   *atomic.Int64
	paid   bool // the first page is already taken from left
	start  place
}

// each hands over page after page with its place; errors of do end it as they are.
func (ch chain[T]) each(ctx context.Context, do func(place, []*T) error) error {
	c, at := ch.client, ch.start
	asked := map[Cursor]bool{at.at: true}
	for number, empty := 1, 0; ; number++ {
		fail := func(err error) error {
			e := *asError(read, err)
			e.Page = number
			return c.fill(ctx, ch.op, e.stopped(at))
		}
		if c.closed.Load() {
			return fail(&Error{Kind: KindConfig, Hint: closedHint})
		}
		if err := ctx.Err(); err != nil {
			return fail(err)
		}
		if (number > 1 || !ch.paid) && ch.left.Add(-1) < 0 {
			return fail(&Error{Kind: KindTooLarge, Hint: tooManyHint})
		}
		page, err := ch.fetch(ctx, at.at)
		if err != nil {
			return fail(err)
		}
		for _, item := range page.Items {
			if item == nil {
				return fail(&Error{Kind: KindProtocol, Hint: "the driver put nothing where an item should be"})
			}
		}
		if err := do(at, page.Items); err != nil {
			return err
		}
		if empty++; len(page.Items) > 0 {
			empty = 0
		}
		at = place{op: at.op, from: at.from, at: page.Next}
		switch {
		case page.Next == "":
			return nil
		case asked[page.Next]:
			e := &Error{Kind: KindProtocol, Page: number, Hint: "the vendor's pages go in a circle: what came so far is not the whole list"}
			return c.fill(ctx, ch.op, e)
		case empty == emptyPages:
			return fail(&Error{Kind: KindTooLarge, Hint: "too many pages without content in a row: narrow the query, or go on where it stopped (BookmarkOf, WithBookmark)"})
		}
		asked[page.Next] = true
	}
}

const tooManyHint = "the list is longer than the limit: narrow the query, or go on where it stopped (BookmarkOf, WithBookmark)"

// tooMany ends a list at its item limit.
func tooMany(op string) *Error { return &Error{Kind: KindTooLarge, Op: op, Hint: tooManyHint} }

// sieve lets each item through once. It remembers identities, at most MaxItems.
type sieve[T any] struct {
	client *Client
	key    func(*T) string
	keep   func(*T) bool
	seen   map[string]bool
	count  int // items delivered, counted by the list
}

// fresh reports whether item is wanted and new.
func (s *sieve[T]) fresh(item *T) bool {
	if s.keep != nil && !s.keep(item) {
		return false
	}
	key := ""
	if s.key != nil {
		key = s.key(item)
	}
	if key == "" {
		return true
	}
	if s.client.info.Habits.FoldsIDs {
		key = strings.ToLower(key)
	}
	if s.seen[key] {
		return false
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[key] = true
	return true
}

// First returns the first item of a list and stops there. Kind not_found when the
// list is empty.
func First[T any](seq iter.Seq2[*T, error]) (*T, error) {
	for item, err := range seq {
		return item, err
	}
	return nil, &Error{Kind: KindNotFound, Op: "first", Hint: "the list is empty: widen the query"}
}

// Collect reads a whole list. What was read before an error comes with the error.
func Collect[T any](seq iter.Seq2[*T, error]) ([]*T, error) {
	var items []*T
	for item, err := range seq {
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
	return items, nil
}
