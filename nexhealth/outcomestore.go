package nexhealth

import (
	queue "container/list"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// WriteNews is one thing that was told about the write of an appointment. It names nobody
// and may be stored as JSON.
type WriteNews struct {
	State emr.WriteState `json:"state"` // of a change: failed is a change that was refused
	// Change says that it is about a change (a cancellation, a move), not the booking.
	Change bool `json:"change,omitempty"`
	// At is when, by the vendor's clock; zero when it did not tell.
	At time.Time `json:"at,omitzero"`
	// Subdomain is the institution, "" when the vendor did not tell.
	Subdomain string `json:"subdomain,omitempty"`
}

// OutcomeStore shares news between replicas: the webhook may reach another one than the
// one that booked. All methods may be called by many goroutines.
//
// In Redis: Add is RPUSH, LTRIM to the newest 16 and PEXPIRE; List is LRANGE.
type OutcomeStore interface {
	// Add appends n to what is known of id, and keeps all of it for ttl from now.
	Add(ctx context.Context, id string, n WriteNews, ttl time.Duration) error
	// List returns what is known of id, in the order of Add; none is no error.
	List(ctx context.Context, id string) ([]WriteNews, error)
}

// OutcomeMemory is the OutcomeStore of one process.
type OutcomeMemory struct {
	most int

	mu   sync.Mutex
	byID map[string]*queue.Element
	age  *queue.List // of *outcomeEntry, the longest untouched in front
}

type outcomeEntry struct {
	id    string
	news  []WriteNews
	until time.Time
}

const (
	defaultOutcomes = 10_000
	newsOfOne       = 16
)

// NewOutcomeMemory makes one for at most that many appointments; 0 is 10,000. When it is
// full, the one longest without news is forgotten.
func NewOutcomeMemory(most int) *OutcomeMemory {
	if most <= 0 {
		most = defaultOutcomes
	}
	return &OutcomeMemory{most: most, byID: map[string]*queue.Element{}, age: queue.New()}
}

// Add implements OutcomeStore. Of one appointment the newest 16 are kept.
func (m *OutcomeMemory) Add(_ context.Context, id string, n WriteNews, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	var e *outcomeEntry
	if at, ok := m.byID[id]; ok {
		e = at.Value.(*outcomeEntry)
		if !e.until.After(now) {
			e.news = nil
		}
		m.age.MoveToBack(at)
	} else {
		for m.age.Len() >= m.most {
			oldest := m.age.Front()
			delete(m.byID, oldest.Value.(*outcomeEntry).id)
			m.age.Remove(oldest)
		}
		e = &outcomeEntry{id: id}
		m.byID[id] = m.age.PushBack(e)
	}
	e.until = now.Add(ttl)
	if len(e.news) >= newsOfOne {
		e.news = slices.Delete(e.news, 0, len(e.news)-newsOfOne+1)
	}
	e.news = append(e.news, n)
	return nil
}

// List implements OutcomeStore.
func (m *OutcomeMemory) List(_ context.Context, id string) ([]WriteNews, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.byID[id]
	if !ok {
		return nil, nil
	}
	e := at.Value.(*outcomeEntry)
	if !e.until.After(time.Now()) {
		delete(m.byID, id)
		m.age.Remove(at)
		return nil, nil
	}
	return slices.Clone(e.news), nil
}

// Len returns of how many appointments something is known.
func (m *OutcomeMemory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.age.Len()
}
