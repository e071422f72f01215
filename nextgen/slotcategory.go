package nextgen

import (
	"context"
	"sync"

	"github.com/emrkit/emrkit/internal/reference"
)

// mostCategories bounds how many categories' events are kept; a practice has some dozens.
const mostCategories = 1000

// categoryEvents keeps which events each category of the template takes, read at most once
// an hour: a search for slots meets the same few categories again and again, and each call
// counts against the application's daily allowance.
type categoryEvents struct {
	mu    sync.Mutex // held for moments only
	lists map[string]*reference.List[map[string]bool]
}

// list is that of one category; one of its own where there are too many.
func (k *categoryEvents) list(category string) *reference.List[map[string]bool] {
	k.mu.Lock()
	defer k.mu.Unlock()
	if l := k.lists[category]; l != nil {
		return l
	}
	l := new(reference.List[map[string]bool])
	if k.lists == nil {
		k.lists = map[string]*reference.List[map[string]bool]{}
	}
	if len(k.lists) < mostCategories {
		k.lists[category] = l
	}
	return l
}

// eventsIn is eventsOf, kept. An empty answer restricts nothing.
func (c *Client) eventsIn(ctx context.Context, category string) (map[string]bool, error) {
	found, err := c.events.list(category).Get(ctx, vendor, opCategories, func(ctx context.Context) ([]*map[string]bool, error) {
		events, err := c.eventsOf(ctx, category)
		if err != nil {
			return nil, err
		}
		return []*map[string]bool{&events}, nil
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return *found[0], nil
}
