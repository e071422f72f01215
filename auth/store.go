package auth

import (
	"context"
	"fmt"
	"sync"
)

// Store keeps a token whose refresh token rotates, so that it survives a restart and
// replicas never spend one refresh token twice. Other tokens it shares among replicas, see
// [Config]. Keep them with [StoredToken], encrypted, as auth/redisstore does.
//
// Update locks key against every process that uses it, reads the token kept there (nil:
// none), calls f once, writes what f returns and unlocks. The token is safely stored
// when Update returns nil. f makes the token request, which may take 20 seconds: the
// lock must hold that long. Returning the token it was given, or nil, f says that there
// is nothing to write. If f fails, nothing is written and Update returns f's error.
type Store interface {
	Update(ctx context.Context, key string, f func(ctx context.Context, t *Token) (*Token, error)) error
}

// MemoryStore is a Store for one process; its tokens end with it. It is safe for many
// goroutines.
type MemoryStore struct {
	mu    sync.Mutex
	cells map[string]*cell
}

// cell is one token and its lock.
type cell struct {
	lock  chan struct{} // full while an Update runs: unlike a mutex it can be waited for with a context
	token *Token
}

// NewMemoryStore makes an empty store.
func NewMemoryStore() *MemoryStore { return &MemoryStore{cells: map[string]*cell{}} }

// Update is the method of Store.
func (m *MemoryStore) Update(ctx context.Context, key string, f func(ctx context.Context, t *Token) (*Token, error)) error {
	c := m.cell(key)
	select {
	case c.lock <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.lock }()
	t, err := f(ctx, c.token)
	if err != nil {
		return err
	}
	if t != nil {
		c.token = t
	}
	return nil
}

func (m *MemoryStore) cell(key string) *cell {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.cells[key]
	if c == nil {
		c = &cell{lock: make(chan struct{}, 1)}
		m.cells[key] = c
	}
	return c
}

// Format prints neither keys nor tokens.
func (m *MemoryStore) Format(s fmt.State, verb rune) { formatHidden(s, verb, "auth.MemoryStore") }
