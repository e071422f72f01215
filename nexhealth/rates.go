package nexhealth

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// The classes NexHealth counts in, for each API key.
const (
	classAll      = ""
	classSchedule = "appointments and slots"
	classRecords  = "patients and appointments"
	classOthers   = "everything else"
)

// rates are the limits of the documentation. That of the appointment search is stated for
// v2's slots, and taken to be that of v3's; single appointments count in it too.
// Source: docs.nexhealth.com/reference/rate-limiting.
func (l Limits) rates() []emr.Rate {
	return []emr.Rate{
		{Class: classAll, Most: l.PerSecond, Per: time.Second},
		{Class: classSchedule, Most: l.SchedulePerSecond, Per: time.Second},
		{Class: classRecords, Most: l.RecordsPerMinute, Per: time.Minute},
		{Class: classOthers, Most: l.OthersPerMinute, Per: time.Minute},
	}
}

// rates are those a call counts in.
func (c *Client) rates(call *transport.Call) []emr.Rate {
	all := c.cfg.Limits.rates()
	total, schedule, records, others := all[0], all[1], all[2], all[3]
	switch call.Class() {
	case "appointments":
		return []emr.Rate{total, schedule, records}
	case "available_slots", "appointment_slots":
		return []emr.Rate{total, schedule, others}
	case "patients":
		return []emr.Rate{total, records}
	}
	return []emr.Rate{total, others}
}

// endpointOf is the first path segment, whatever its case.
func endpointOf(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return strings.ToLower(first)
}
