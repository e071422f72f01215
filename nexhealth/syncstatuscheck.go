package nexhealth

import (
	"context"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// syncStatus reads the syncs that serve one location of the connection's institution,
// usually one; "" is the connection's own.
func (c *Client) syncStatus(ctx context.Context, id emr.LocationID) ([]*SyncStatus, error) {
	return c.SyncStatuses(ctx, SyncQuery{Locations: []emr.LocationID{emr.LocationID(c.location(id))}})
}

// syncWarnings are the sentences of all syncs of one location, each once. A location
// without a sync takes no bookings at all.
func syncWarnings(all []*SyncStatus, now time.Time) []string {
	if len(all) == 0 {
		return []string{"NexHealth lists no sync for this location: bookings do not get into the practice's system"}
	}
	var warnings []string
	for _, s := range all {
		for _, w := range s.Warnings(now) {
			if !slices.Contains(warnings, w) {
				warnings = append(warnings, w)
			}
		}
	}
	return warnings
}
