package nextgen

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// localLayout is how times are sent: what the practice's clock shows, without offset.
const localLayout = "2006-01-02T15:04:05"

// clock is a time of day, "0915"; also written with three digits, "915", which is how a
// leading zero gets lost, as "0" for midnight, and as "2400" for the end of a day, which is
// when something ends and never when it begins.
type clock struct {
	Hour, Minute int
	Known        bool // something was sent
	Bad          bool // and it is no time of day
}

// UnmarshalJSON reads a text, a number or null.
func (k *clock) UnmarshalJSON(data []byte) error {
	var text vendorjson.Text
	*k = clock{}
	if err := vendorjson.Into(orNull(data), &text); err != nil {
		return err
	}
	*k = parseClock(string(text))
	return nil
}

func parseClock(text string) clock {
	text = strings.TrimSpace(text)
	if text == "" {
		return clock{}
	}
	switch {
	case text == "0" || text == "00":
		text = "0000"
	case len(text) == 3:
		text = "0" + text
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || len(text) != 4 || n/100 > 23 && n != 2400 || n%100 > 59 {
		return clock{Known: true, Bad: true}
	}
	return clock{Hour: int(n / 100), Minute: int(n % 100), Known: true}
}

// begins reports whether something can begin at k.
func (k clock) begins() bool { return k.Known && !k.Bad && k.Hour < 24 }

// minutes since midnight.
func (k clock) minutes() int { return k.Hour*60 + k.Minute }

// instants are the points in time at which the practice's clock shows the time on that
// day: one, none when clocks go forward over it, two when they go back. Of two the one
// that Config.Fold prefers comes first, without a preference the earlier one.
func (c *Client) instants(d emr.Date, hour, minute int) []time.Time {
	at, err := emr.LocalTime(d, hour, minute, c.cfg.Zone)
	if err == nil {
		return []time.Time{at}
	}
	twice, ok := errors.AsType[*emr.RepeatedTimeError](err)
	switch {
	case !ok:
		return nil
	case c.cfg.Fold == FoldLater:
		return []time.Time{twice.Later, twice.Earlier}
	}
	return []time.Time{twice.Earlier, twice.Later}
}

// span is when something begins and ends that the server describes by a day, the clock's
// time at its beginning and end, and its minutes; end and minutes may be missing, then the
// other decides. A beginning that the clock shows twice is the one from which the minutes
// lead to the end, else the first (Config.Fold). false: there is no such time, or none
// that can be read: a protocol error of the caller's.
func (c *Client) span(d emr.Date, begin, end clock, minutes int) (from, to time.Time, ok bool) {
	if d.IsZero() || !begin.begins() || end.Bad || minutes < 0 || minutes > 24*60 {
		return time.Time{}, time.Time{}, false
	}
	starts := c.instants(d, begin.Hour, begin.Minute)
	if len(starts) == 0 {
		return time.Time{}, time.Time{}, false
	}
	length := time.Duration(minutes) * time.Minute
	if !end.Known {
		return starts[0], starts[0].Add(length), true
	}
	last := d
	if end.minutes() < begin.minutes() && len(starts) == 1 && !c.foldsOn(d) { // beyond midnight
		last = d.AddDays(1)
	}
	if end.Hour == 24 {
		last, end.Hour = d.AddDays(1), 0
	}
	ends := c.instants(last, end.Hour, end.Minute)
	for _, from := range starts {
		for _, to := range ends {
			if minutes > 0 && to.Sub(from) == length {
				return from, to, true
			}
		}
	}
	if minutes > 0 {
		return starts[0], starts[0].Add(length), true
	}
	for _, to := range ends {
		if !to.Before(starts[0]) {
			return starts[0], to, true
		}
	}
	return starts[0], starts[0], true
}

// foldsOn reports whether clocks go back on that day.
func (c *Client) foldsOn(d emr.Date) bool {
	return d.AddDays(1).Start(c.cfg.Zone).Sub(d.Start(c.cfg.Zone)) > 24*time.Hour
}

// at is the instant of a full local time, as availability tells it; false in a gap, and
// for what is no time. Of two instants it is the first (Config.Fold).
func (c *Client) at(s stamp) (time.Time, bool) {
	switch {
	case s.Bad || s.wall.IsZero():
		return time.Time{}, false
	case s.fixed:
		return s.wall.In(c.cfg.Zone), true
	}
	found := c.instants(emr.DateOf(s.wall), s.wall.Hour(), s.wall.Minute())
	if len(found) == 0 {
		return time.Time{}, false
	}
	return found[0].Add(time.Duration(s.wall.Second()) * time.Second), true
}

// local writes an instant as the practice's clock shows it, whatever the machine's zone
// is. Kind invalid for one that the clock shows a second time, unless Config.Fold says
// which is meant: NextGen could not tell the two apart; and for parts of a minute.
func (c *Client) local(op string, t time.Time) (string, error) {
	if t.IsZero() {
		return "", invalid(op, "name the time", "start")
	}
	wall := t.In(c.cfg.Zone)
	if wall.Second() != 0 || wall.Nanosecond() != 0 {
		return "", invalid(op, "NextGen's times are whole minutes", "start")
	}
	found := c.instants(emr.DateOf(wall), wall.Hour(), wall.Minute())
	if len(found) > 1 {
		if c.cfg.Fold == FoldRefuse {
			return "", invalid(op, "clocks go back over this time, so it occurs twice and NextGen cannot be told which is meant: offer another time, or set Config.Fold", "start")
		}
		if !found[0].Equal(t) {
			return "", invalid(op, "this is the other one of the two times that the practice's clock shows so: Config.Fold says which can be booked", "start")
		}
	}
	return wall.Format(localLayout), nil
}

// midnight writes a day the way NextGen writes days.
func midnight(d emr.Date) string { return d.String() + "T00:00:00" }
