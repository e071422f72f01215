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

// changing is called before a change of an appointment is sent: news of earlier changes is
// none of this one.
func (c *Client) changing(ctx context.Context, id emr.AppointmentID) {
	if err := c.cfg.Outcomes.changing(ctx, c.cfg.Subdomain, id.Reveal()); err != nil && c.log != nil {
		c.log.WarnContext(ctx, "nexhealth: the store of Outcomes failed: news of an earlier change may be taken for news of this one")
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
	o.show1(w, id)
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
		o.show1(w, id)
	}
}

// show1 replaces what w has not read yet. o.mu is held: there is one writer.
func (o *Outcomes) show1(w *watch, id string) {
	n, ok := o.known(w.subdomain, id)
	if !ok {
		return
	}
	select {
	case <-w.news:
	default:
	}
	w.news <- n.State
}
