package nexhealth

import (
	"slices"
	"strings"
	"sync"
)

// warnings remembers what NexHealth has warned of since the connection was made, for
// Check: operations and names of our own parameters, never a text of NexHealth's.
type warnings struct {
	mu   sync.Mutex
	seen []string
}

// mostWarnings bounds what is kept.
const mostWarnings = 20

// add notes a warning; one that is known already counts once.
func (w *warnings) add(op string, ignored []string) {
	text := op + ": NexHealth answered with a warning"
	if len(ignored) > 0 {
		text = op + ": NexHealth ignored " + strings.Join(ignored, ", ")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.seen) < mostWarnings && !slices.Contains(w.seen, text) {
		w.seen = append(w.seen, text)
	}
}

// all returns a copy.
func (w *warnings) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}
