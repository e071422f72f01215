package nexhealth

import (
	"cmp"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Window is the stretch of the calendar that is read where no days are asked for: NexHealth
// lists appointments between two instants only, changes of appointments included. What
// lies outside is not found.
type Window struct {
	PastDays  int // before today; 0: 366
	AheadDays int // after today; 0: 731
}

// mostWindowDays is ten years: far beyond what calendars hold.
const mostWindowDays = 3660

func (w Window) resolved() Window {
	return Window{PastDays: cmp.Or(w.PastDays, 366), AheadDays: cmp.Or(w.AheadDays, 731)}
}

func (w Window) valid() bool {
	return w.PastDays >= 0 && w.AheadDays >= 0 && w.PastDays <= mostWindowDays && w.AheadDays <= mostWindowDays
}

// days fills in the days that are not given: as much before To, or after From, as before
// and after today, whichever reaches further.
func (w Window) days(from, to emr.Date, zone *time.Location) (emr.Date, emr.Date) {
	w = w.resolved()
	today := emr.Today(zone)
	if from.IsZero() {
		from = today.AddDays(-w.PastDays)
		if !to.IsZero() && to.AddDays(-w.PastDays).Before(from) {
			from = to.AddDays(-w.PastDays)
		}
	}
	if to.IsZero() {
		to = today.AddDays(w.AheadDays)
		if far := from.AddDays(w.AheadDays); to.Before(far) {
			to = far
		}
	}
	return from, to
}
