package medtech

import (
	"sync"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/reference"
)

// mostFacilities bounds what is remembered by one connection.
const mostFacilities = 1000

// references keeps the directories of the facilities.
type references struct {
	mu  sync.Mutex
	all map[string]*directory
}

// directory is what is known of one facility.
type directory struct {
	practitioners reference.List[practitioner]
	locations     reference.List[emr.Location]
}

func (r *references) of(facility string) *directory {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.all[facility]
	if d == nil {
		if r.all == nil || len(r.all) >= mostFacilities {
			r.all = map[string]*directory{}
		}
		d = new(directory)
		r.all[facility] = d
	}
	return d
}
