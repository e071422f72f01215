package simserver

import (
	"slices"
	"time"
)

// Slot is a free time of one practitioner at one location.
type Slot struct {
	Location, Practitioner string
	Start, End             time.Time // in the location's zone
}

// Day is a civil day at a location.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf is the day of t in its own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// ParseDay reads 2006-01-02.
func ParseDay(s string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, s)
	return DayOf(t), err == nil
}

// At is the instant of the wall clock showing clock on that day; false when the clock
// never shows it (a spring-forward gap).
func (d Day) At(clock time.Duration, zone *time.Location) (time.Time, bool) {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, int(clock), zone)
	h, m, s := t.Clock()
	shown := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	return t, shown == clock && DayOf(t) == d
}

// Add is the day n days later.
func (d Day) Add(n int) Day { return DayOf(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC)) }

// Until counts the days from d to e.
func (d Day) Until(e Day) int {
	noon := func(d Day) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
	return int(noon(e).Sub(noon(d)) / (24 * time.Hour))
}

// Weekday is the day's.
func (d Day) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC).Weekday()
}

// FreeSlots lists the free times of length of a practitioner at a location on the days
// [from, to), in order, none in the past. Times stand on a grid of length from the start
// of working hours.
func (c *Clinic) FreeSlots(location, practitioner string, from, to Day, length time.Duration) []Slot {
	p, ok := c.Practitioner(practitioner)
	l, known := c.Location(location)
	if !ok || !known || !l.Active || !p.Visible() || length <= 0 {
		return nil
	}
	now := c.clock.Now()
	busy := c.busy(practitioner)
	var free []Slot
	for d := from; d.Until(to) > 0; d = d.Add(1) {
		for _, h := range p.Hours {
			if h.Location != location || !slices.Contains(h.Days, d.Weekday()) {
				continue
			}
			for at := h.From; at+length <= h.To; at += length {
				start, exists := d.At(at, l.Zone)
				end := start.Add(length)
				if exists && start.After(now) && !overlapsAny(busy, start, end) {
					free = append(free, Slot{location, practitioner, start, end})
				}
			}
		}
	}
	return free
}

// span is a time that is taken.
type span struct{ start, end time.Time }

func overlapsAny(all []span, start, end time.Time) bool {
	return slices.ContainsFunc(all, func(s span) bool { return s.start.Before(end) && start.Before(s.end) })
}

// busy lists the live appointments of a practitioner, wherever they are.
func (c *Clinic) busy(practitioner string) []span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.busyLocked(practitioner)
}

func (c *Clinic) busyLocked(practitioner string) []span {
	var all []span
	for i := range c.appointments {
		if a := &c.appointments[i]; a.Practitioner == practitioner && a.Status.Live() {
			all = append(all, span{a.Start, a.End})
		}
	}
	return all
}

// works reports whether the whole time lies within working hours.
func (c *Clinic) works(location, practitioner string, start, end time.Time) bool {
	p, ok := c.Practitioner(practitioner)
	l, known := c.Location(location)
	if !ok || !known || !l.Active || !p.Visible() {
		return false
	}
	start, end = start.In(l.Zone), end.In(l.Zone)
	day := DayOf(start)
	return slices.ContainsFunc(p.Hours, func(h Hours) bool {
		if h.Location != location || !slices.Contains(h.Days, day.Weekday()) {
			return false
		}
		from, ok1 := day.At(h.From, l.Zone)
		to, ok2 := day.At(h.To, l.Zone)
		return ok1 && ok2 && !start.Before(from) && !end.After(to)
	})
}
