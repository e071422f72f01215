package nexhealth

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// standingAge is how long it counts whether a location can take bookings, and how long a
// failed look is not repeated.
const standingAge = 5 * time.Minute

// standing is whether NexHealth can write a location's bookings into the practice's system.
type standing struct {
	at       time.Time // of the look
	known    bool      // it succeeded
	closed   bool      // bookings do not get there: no insertion, no sync, sync down or stale
	warnings []string  // our own sentences
}

// standings remembers the last look at each location.
type standings struct {
	mu      sync.Mutex
	last    map[emr.LocationID]standing
	looking map[emr.LocationID]*warningLook
}

// get returns the last look, if it still counts.
func (s *standings) get(id emr.LocationID) (standing, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.last[id]
	return last, ok && time.Since(last.at) < standingAge
}

// begin is get; where nothing counts any more it returns the look that is under way. That
// is w where there was none: w's owner is to look then, and end must follow.
func (s *standings) begin(id emr.LocationID, w *warningLook) (last standing, lead *warningLook) {
	last, fresh := s.get(id)
	if fresh {
		return last, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.looking[id]; other != nil {
		return standing{}, other
	}
	if s.looking == nil {
		s.looking = map[emr.LocationID]*warningLook{}
	}
	s.looking[id] = w
	return standing{}, w
}

func (s *standings) end(id emr.LocationID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.looking, id)
}

// mostStandings bounds the locations remembered; an institution has fewer.
const mostStandings = 1000

func (s *standings) put(id emr.LocationID, now standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || len(s.last) >= mostStandings {
		s.last = map[emr.LocationID]standing{}
	}
	s.last[id] = now
}

// look reads the location's settings, which are kept for an hour, and its syncs.
func (c *Client) look(ctx context.Context, id emr.LocationID) (standing, error) {
	if last, ok := c.standings.get(id); ok && last.known {
		return last, nil
	}
	now := standing{at: time.Now()}
	here, err := c.place(ctx, id)
	if err != nil {
		return now, err
	}
	syncs, err := c.syncStatus(ctx, id)
	if err != nil {
		return now, err
	}
	now.known = true
	if !here.inserts {
		now.closed = true
		now.warnings = append(now.warnings, "this location's bookings are not sent to the practice's system (insert_appt_client is off): tell the practice of each, or have NexHealth switch it on")
	}
	now.warnings = append(now.warnings, syncWarnings(syncs, now.at)...)
	open := false
	for _, s := range syncs {
		open = open || !s.Down() && !s.Stale(now.at)
	}
	now.closed = now.closed || !open
	c.standings.put(id, now)
	return now, nil
}

// requireWritable refuses a booking that would wait or be lost.
func (c *Client) requireWritable(ctx context.Context, id emr.LocationID) error {
	now, err := c.look(ctx, id)
	if err != nil {
		return emr.Unsent(err)
	}
	if !now.closed {
		return nil
	}
	return &emr.Error{
		Kind: emr.KindPrecondition, Vendor: vendor, Op: opBook,
		Hint: "NexHealth cannot write to the practice's system at present (Config.RequireWritable), and nothing was sent: see Client.Check, and try again later",
	}
}

// warningLook looks for warnings while a booking is under way.
type warningLook struct {
	cancel context.CancelFunc
	done   chan struct{} // closed at the end; found is set before
	found  []string
	lead   *warningLook // another booking's look, which this one waits for; nil: its own
}

// lookForWarnings begins to look whether the location can take bookings; bookings at the
// same moment share one look. It holds up and fails no booking: what is not known a moment
// after the answer is not said, and after a look that failed there is none for a while.
func (c *Client) lookForWarnings(ctx context.Context, id emr.LocationID) *warningLook {
	w := &warningLook{cancel: func() {}, done: make(chan struct{})}
	last, lead := c.standings.begin(id, w)
	switch {
	case lead == nil:
		w.found = last.warnings
		close(w.done)
		return w
	case lead != w:
		return &warningLook{cancel: w.cancel, done: lead.done, lead: lead}
	}
	ctx, w.cancel = context.WithCancel(ctx)
	go func() {
		defer close(w.done)
		defer c.standings.end(id)
		now, err := c.look(ctx, id)
		if err != nil {
			c.standings.put(id, standing{at: now.at})
			return
		}
		w.found = now.warnings
	}()
	return w
}

// mostGrace is how long the answer to a booking waits for the look.
const mostGrace = time.Second

// wait returns what the look has found, soon after the booking was answered.
func (w *warningLook) wait(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, mostGrace)
	defer cancel()
	select {
	case <-w.done:
	case <-ctx.Done():
	}
	w.stop()
	select {
	case <-w.done:
		return cmp.Or(w.lead, w).found
	default: // another booking's look, which goes on
		return nil
	}
}

// stop ends the look, unless it is another booking's. When it returned, nothing of it runs.
func (w *warningLook) stop() {
	if w.lead == nil {
		w.cancel()
		<-w.done
	}
}
