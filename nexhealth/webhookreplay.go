package nexhealth

import (
	queue "container/list"
	"context"
	"sync"
	"time"
)

// Claim says whether somebody has, or had, a delivery in hand.
type Claim int

// The claims.
const (
	ClaimNew     Claim = iota // nobody: it is the caller's now
	ClaimRunning              // another call or replica is at it
	ClaimDone                 // handled before
)

// ReplayStore remembers deliveries, so that each is handled once by any number of
// replicas. Keys are hashes and name nobody. All methods may be called by many goroutines.
//
// In Redis: Claim is SET key run NX PX lease, and GET where that was refused; Done is SET
// key done PX ttl; Release is DEL.
type ReplayStore interface {
	// Claim takes key for lease unless somebody has it, in one atomic step. When the
	// lease runs out without Done or Release (the process died), the key is free again.
	Claim(ctx context.Context, key string, lease time.Duration) (Claim, error)
	// Done keeps key as handled for ttl.
	Done(ctx context.Context, key string, ttl time.Duration) error
	// Release frees key: it was not handled, and the vendor's next try must be.
	Release(ctx context.Context, key string) error
}

// ReplayMemory is a ReplayStore of one process. It is lost with the process: a delivery
// repeated after a restart is handled again.
type ReplayMemory struct {
	most int

	mu    sync.Mutex
	byKey map[string]*queue.Element
	age   *queue.List // of *replayEntry, the oldest in front
}

type replayEntry struct {
	key   string
	done  bool
	until time.Time
}

// defaultReplays is about 10 MB.
const defaultReplays = 65_536

// NewReplayMemory makes one that keeps at most that many deliveries; 0 is 65,536. When it
// is full the oldest is forgotten, handled ones first.
func NewReplayMemory(most int) *ReplayMemory {
	if most <= 0 {
		most = defaultReplays
	}
	return &ReplayMemory{most: most, byKey: map[string]*queue.Element{}, age: queue.New()}
}

// Claim implements ReplayStore.
func (m *ReplayMemory) Claim(_ context.Context, key string, lease time.Duration) (Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if at, ok := m.byKey[key]; ok {
		if e := at.Value.(*replayEntry); e.until.After(now) {
			if e.done {
				return ClaimDone, nil
			}
			return ClaimRunning, nil
		}
	}
	m.put(key, false, now.Add(lease))
	return ClaimNew, nil
}

// Done implements ReplayStore.
func (m *ReplayMemory) Done(_ context.Context, key string, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, true, time.Now().Add(ttl))
	return nil
}

// Release implements ReplayStore.
func (m *ReplayMemory) Release(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, ok := m.byKey[key]; ok {
		m.drop(at)
	}
	return nil
}

// Len returns how many deliveries are kept.
func (m *ReplayMemory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.age.Len()
}

func (m *ReplayMemory) put(key string, done bool, until time.Time) {
	if at, ok := m.byKey[key]; ok {
		m.drop(at)
	}
	for m.age.Len() >= m.most {
		m.drop(m.oldest())
	}
	m.byKey[key] = m.age.PushBack(&replayEntry{key, done, until})
}

// oldest is the entry to forget. Running ones are few and young: one of them is taken only
// when the first dozens are all running.
func (m *ReplayMemory) oldest() *queue.Element {
	at := m.age.Front()
	for i := 0; i < 64 && at != nil; i, at = i+1, at.Next() {
		if at.Value.(*replayEntry).done {
			return at
		}
	}
	return m.age.Front()
}

func (m *ReplayMemory) drop(at *queue.Element) {
	delete(m.byKey, at.Value.(*replayEntry).key)
	m.age.Remove(at)
}
