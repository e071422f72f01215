package emr

import (
	"fmt"
	"time"
)

// Date is a civil day in the clinic, without a zone and without personal meaning. It
// is comparable and prints as 2006-01-02. The zero value is "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD. It fails with kind invalid, without repeating s.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, Invalid("read date", "write the date as YYYY-MM-DD")
	}
	return DateOf(t), nil
}

// DateOf returns the day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Today returns the current day in zone loc; nil means the machine's zone.
func Today(loc *time.Location) Date {
	if loc == nil {
		loc = time.Local
	}
	return DateOf(time.Now().In(loc))
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC))
}

// Compare is -1, 0 or +1 as d is before, the same as or after e.
func (d Date) Compare(e Date) int {
	a, b := d.noon(), e.noon()
	return a.Compare(b)
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// DaysUntil counts the days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.noon().Sub(d.noon()) / (24 * time.Hour)) }

func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// Start returns the first instant of the day in loc. In zones where midnight does
// not exist on a day (Santiago in spring), that is the first instant that does.
func (d Date) Start(loc *time.Location) time.Time {
	if at := instants(d, 0, 0, loc); len(at) > 0 {
		return at[0] // the earlier one, where clocks go back over midnight
	}
	near := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc) // on either side of the gap
	start, end := near.ZoneBounds()
	if DateOf(near).Before(d) {
		return end
	}
	return start
}

// String returns YYYY-MM-DD, "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD; the empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
