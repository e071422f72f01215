package nexhealth

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// Outcomes is Config.Outcomes, or the connection's own where that was nil: give it to
// WebhookConfig.
func (c *Client) Outcomes() *Outcomes { return c.cfg.Outcomes }

// WatchWrite implements emr.WriteWatcher with what webhooks told this process.
func (p parts) WatchWrite(id emr.AppointmentID) (news <-chan emr.WriteState, stop func()) {
	return p.cfg.Outcomes.watch(p.cfg.Subdomain, id.Reveal())
}

// refusedChange notes that a change announced with Outcomes.changing was not made. An
// ambiguous error says nothing of the kind.
func (c *Client) refusedChange(ctx context.Context, id emr.AppointmentID, err error) {
	if emr.KindOf(err) != emr.KindAmbiguous {
		_ = c.cfg.Outcomes.unchanged(ctx, c.cfg.Subdomain, id.Reveal())
	}
}

// watch is one reader who waits for news of one appointment.
type watch struct {
	subdomain string
	news      chan emr.WriteState // room for one: the latest
}

// watch reports what becomes of the write of an appointment, what is known already at
// once. stop ends it.
func (o *Outcomes) watch(subdomain, id string) (news <-chan emr.WriteState, stop func()) {
	w := &watch{subdomain: subdomain, news: make(chan emr.WriteState, 1)}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.watches[id] == nil {
		o.watches[id] = map[*watch]struct{}{}
	}
	o.watches[id][w] = struct{}{}
	o.hand(w, id)
	return w.news, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.watches[id], w)
		if len(o.watches[id]) == 0 {
			delete(o.watches, id)
		}
	}
}

// tell gives every reader of id what holds now.
func (o *Outcomes) tell(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for w := range o.watches[id] {
		o.hand(w, id)
	}
}

// hand replaces what w has not read yet. o.mu is held: there is one writer.
func (o *Outcomes) hand(w *watch, id string) {
	n := o.known(w.subdomain, id).news
	if n.State == "" {
		return
	}
	select {
	case <-w.news:
	default:
	}
	w.news <- n.shown()
}
