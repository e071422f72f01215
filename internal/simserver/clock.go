package simserver

import (
	"sync"
	"time"
)

// Clock is the simulated clinic's time. It runs like the real one (or a bubble's) and
// can be set. The zero value shows the real time.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is the clinic's present.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Set makes it t now; the clock runs on from there.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = time.Until(t)
}

// Advance moves the clock by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}
