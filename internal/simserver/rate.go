package simserver

import (
	"slices"
	"sync"
	"time"
)

// Limit is a rate limit that counts the request: at most Most of a Name in any rolling
// Window. A Most of 0 is no limit.
type Limit struct {
	Name   string
	Most   int
	Window time.Duration
}

// limits are all that count a request of this class.
func (c Class) limits() []Limit {
	return append([]Limit{{Name: c.Endpoint, Most: c.PerSecond, Window: time.Second}}, c.Limits...)
}

// rates counts requests for each limit in its rolling window of real time, not of the
// clinic's clock: a limit is about load.
type rates struct {
	mu   sync.Mutex
	seen map[rateKey][]time.Time
}

// rateKey keeps an endpoint apart from a class of the same name.
type rateKey struct {
	name   string
	window time.Duration
}

// admit counts a request and returns the first limit that it breaks; refused ones do
// not count for any.
func (r *rates) admit(limits []Limit) (broken Limit, ok bool) {
	limits = slices.DeleteFunc(limits, func(l Limit) bool { return l.Most <= 0 })
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.seen == nil {
		r.seen = map[rateKey][]time.Time{}
	}
	for _, l := range limits {
		key := rateKey{l.Name, l.Window}
		recent := r.seen[key]
		for len(recent) > 0 && now.Sub(recent[0]) >= l.Window {
			recent = recent[1:]
		}
		r.seen[key] = recent
		if len(recent) >= l.Most {
			return l, false
		}
	}
	for _, l := range limits {
		key := rateKey{l.Name, l.Window}
		r.seen[key] = append(r.seen[key], now)
	}
	return Limit{}, true
}
