package signin

import (
	"crypto/sha256"
	"sync"
	"time"
)

// spent remembers, as hashes, the states of callbacks that were taken, until they would be
// refused for their age: two requests with one cookie must not both send the code.
type spent struct {
	mu   sync.Mutex
	when map[[sha256.Size]byte]time.Time
	next time.Time // when to throw out the old ones
}

// add reports whether state is new.
func (s *spent) add(state string, expires, now time.Time) bool {
	sum := sha256.Sum256([]byte(state))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.when == nil {
		s.when = map[[sha256.Size]byte]time.Time{}
	}
	if now.After(s.next) {
		for k, end := range s.when {
			if now.After(end) {
				delete(s.when, k)
			}
		}
		s.next = now.Add(time.Minute)
	}
	if _, has := s.when[sum]; has {
		return false
	}
	s.when[sum] = expires
	return true
}
