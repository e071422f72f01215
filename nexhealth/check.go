package nexhealth

import (
	"context"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Check tells whether bookings reach the practice at present, from GET /locations (read at
// most once an hour) and GET /sync_status. It is not OK when the location is inactive,
// takes no bookings, or its sync is down; a stale sync is a warning only, for an office
// that is closed syncs nothing. SyncAge is the time since NexHealth last read from the
// practice. Warnings hold also what NexHealth has warned of since the connection was made.
func (p parts) Check(ctx context.Context) (*emr.Health, error) {
	here, err := p.place(ctx, "")
	if err != nil {
		return nil, err
	}
	syncs, err := p.syncStatus(ctx, here.ID)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	h := &emr.Health{OK: here.Active && here.inserts && len(syncs) > 0, Version: p.cfg.Version}
	h.Warnings = append(here.warnings(), syncWarnings(syncs, now)...)
	for _, s := range syncs {
		if s.Down() {
			h.OK = false
		}
		if !s.ReadAt.IsZero() {
			h.SyncAge = max(h.SyncAge, now.Sub(s.ReadAt))
		}
	}
	h.Warnings = append(h.Warnings, p.warned.all()...)
	return h, nil
}

// warnings are our own sentences about a location that is not as it should be.
func (l *place) warnings() []string {
	var all []string
	if !l.Active {
		all = append(all, "the location is inactive at NexHealth")
	}
	if !l.inserts {
		all = append(all, "NexHealth does not send bookings of this location to the practice's system (insert_appt_client is off): ask NexHealth to switch it on")
	}
	if l.zoneLost {
		all = append(all, "this program cannot load the location's time zone: set Config.Zone, or import time/tzdata; until then times carry the offset NexHealth sends")
	}
	return all
}
