package emrtest

import (
	"sync"

	"github.com/emrkit/emrkit/emr"
)

// WatchWrite tells how the write of an appointment ends, at once where that is known.
func (d memoryParts) WatchWrite(id emr.AppointmentID) (<-chan emr.WriteState, func()) {
	c := d.m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	news := make(chan emr.WriteState, 4)
	c.watches[news] = id
	if a, err := c.appointment(id); err == nil && a.Write != emr.WriteAccepted {
		news <- a.Write
	}
	return news, sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watches, news)
	})
}

// tell is news of an appointment's write for those who watch it. The clinic's lock is held.
func (c *clinic) tell(a *emr.Appointment) {
	for news, id := range c.watches {
		same := id == a.ID || c.habits.FoldsIDs && id.EqualFold(a.ID)
		if !same {
			continue
		}
		select {
		case news <- a.Write:
		default: // who does not listen misses something
		}
	}
}
