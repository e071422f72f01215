package transport

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/emrkit/emrkit/emr"
)

// limiter holds the buckets of one credential, one for each emr.Rate. Connections use it
// through a queue of their own.
type limiter struct {
	mu      sync.Mutex
	buckets map[emr.Rate]*bucket
}

// bucket counts the requests of one rate.
type bucket struct {
	emr.Rate
	// turn has Most places where the rate is about requests at the same time: one is
	// held until the answer is read. For all others it has one place, held while waiting
	// for pace. Those that are cancelled in the queue before it have cost nothing.
	turn chan struct{}
	pace *rate.Limiter // nil where Per is zero
}

func newLimiter() *limiter { return &limiter{buckets: map[emr.Rate]*bucket{}} }

func newBucket(r emr.Rate) *bucket {
	if r.Per == 0 {
		return &bucket{Rate: r, turn: make(chan struct{}, r.Most)}
	}
	return &bucket{Rate: r, turn: make(chan struct{}, 1), pace: rate.NewLimiter(spacing(r), 1)}
}

// spacing is the steady rate with burst 1 that keeps any rolling span of r.Per within
// r.Most: n requests with n-1 gaps fill one span, so n-1 gaps must take at least that
// long. For one request the gap is a little longer than the span.
func spacing(r emr.Rate) rate.Limit {
	return rate.Limit(max(float64(r.Most-1), 0.95) / r.Per.Seconds())
}

// of adds the buckets of rates to found, each once, in the one order in which all take
// turns, so that nobody waits for somebody who waits for him. A turn is held while
// waiting for the later ones: so what all requests share comes last, and the slowest
// first, where those behind must wait for longest anyway.
func (l *limiter) of(rates []emr.Rate, found []*bucket) []*bucket {
	l.mu.Lock()
	for _, r := range rates {
		b := l.buckets[r]
		if b == nil {
			b = newBucket(r)
			l.buckets[r] = b
		}
		found = append(found, b)
	}
	l.mu.Unlock()
	slices.SortFunc(found, (*bucket).before)
	return slices.Compact(found)
}

func (b *bucket) before(o *bucket) int {
	switch {
	case b.Class != o.Class && b.Class == "":
		return 1
	case b.Class != o.Class && o.Class == "":
		return -1
	case b.pace == nil && o.pace != nil:
		return -1
	case b.pace != nil && o.pace == nil:
		return 1
	case b.pace != nil && b.pace.Limit() != o.pace.Limit():
		return cmp.Compare(b.pace.Limit(), o.pace.Limit())
	}
	return cmp.Or(cmp.Compare(b.Most, o.Most), cmp.Compare(b.Per, o.Per), cmp.Compare(b.Class, o.Class))
}

// delay is how long from now the next request of b must wait.
func (b *bucket) delay(now time.Time) time.Duration {
	missing := 1 - b.pace.TokensAt(now)
	return time.Duration(missing / float64(b.pace.Limit()) * float64(time.Second))
}

// await waits with b's turn until b's next request may leave, and takes nothing: while
// the turn is held nobody else can. It returns context.DeadlineExceeded at once when ctx
// ends before that.
func (b *bucket) await(ctx context.Context) error {
	for {
		now := time.Now()
		d := b.delay(now)
		if d <= 0 {
			return nil
		}
		if end, ok := ctx.Deadline(); ok && end.Sub(now) < d {
			return context.DeadlineExceeded
		}
		t := time.NewTimer(d)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}

// queue is the built-in emr.Limiter as one connection sees it. The connection has one
// place in front of each bucket, so that a clinic with a thousand waiting calls does not
// starve another of the same credential.
type queue struct {
	limiter *limiter
	mu      sync.Mutex
	lanes   map[*bucket]chan struct{}
}

func newQueue(l *limiter) *queue { return &queue{limiter: l, lanes: map[*bucket]chan struct{}{}} }

// Acquire takes the turns one after the other and counts the request in all rates at
// the same instant, when it leaves: what was waited for is not given away before. The
// limiter belongs to one credential, so its name does not matter here.
func (q *queue) Acquire(ctx context.Context, _ string, rates []emr.Rate) (done func(), err error) {
	var room [4]*bucket
	buckets := q.limiter.of(rates, room[:0])
	var held []*bucket // until the answer is read
	done = nothing
	for i, b := range buckets {
		if err = q.enter(ctx, b); err != nil {
			leave(buckets[:i])
			return nothing, err
		}
		if b.pace == nil {
			held = append(held, b)
		}
	}
	now := time.Now()
	for _, b := range buckets {
		if b.pace != nil {
			b.pace.AllowN(now, 1)
			<-b.turn
		}
	}
	if held != nil {
		done = func() { leave(held) }
	}
	return done, nil
}

func nothing() {}

func leave(buckets []*bucket) {
	for _, b := range buckets {
		<-b.turn
	}
}

// enter takes a turn of b and waits for its pace.
func (q *queue) enter(ctx context.Context, b *bucket) error {
	lane := q.lane(b)
	if err := takeTurn(ctx, lane); err != nil {
		return err
	}
	defer func() { <-lane }()
	if err := takeTurn(ctx, b.turn); err != nil || b.pace == nil {
		return err
	}
	err := b.await(ctx)
	if err != nil {
		<-b.turn
	}
	return err
}

func (q *queue) lane(b *bucket) chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	lane := q.lanes[b]
	if lane == nil {
		lane = make(chan struct{}, 1)
		q.lanes[b] = lane
	}
	return lane
}

// takeTurn waits for a place in turn.
func takeTurn(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	default:
	}
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
