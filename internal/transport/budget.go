package transport

import "sync"

// budget bounds retries of all calls together, so that an outage does not multiply the
// load: ten retries are free, a retry takes one, a success gives a tenth back.
type budget struct {
	mu     sync.Mutex
	tenths int
}

const budgetTenths = 100

func newBudget() *budget { return &budget{tenths: budgetTenths} }

// take reports whether one more retry is allowed.
func (b *budget) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tenths < 10 {
		return false
	}
	b.tenths -= 10
	return true
}

// success gives a tenth of a retry back.
func (b *budget) success() {
	b.mu.Lock()
	b.tenths = min(b.tenths+1, budgetTenths)
	b.mu.Unlock()
}
