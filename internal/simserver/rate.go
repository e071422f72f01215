package simserver

import (
	"sync"
	"time"
)

// rates counts requests for each endpoint in a rolling second of real time, not of the
// clinic's clock: a limit is about load.
type rates struct {
	mu   sync.Mutex
	seen map[string][]time.Time
}

// admit counts a request and reports whether it keeps the limit; refused ones do not
// count. Limit 0 admits all.
func (r *rates) admit(endpoint string, limit int) bool {
	if limit <= 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	recent := r.seen[endpoint]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Second {
		recent = recent[1:]
	}
	if r.seen == nil {
		r.seen = map[string][]time.Time{}
	}
	ok := len(recent) < limit
	if ok {
		recent = append(recent, now)
	}
	r.seen[endpoint] = recent
	return ok
}
