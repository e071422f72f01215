package emr

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// LoadZone returns the time zone of that IANA name ("America/New_York"). It fails
// with kind config when the name is empty, "Local" or unknown, and says so when the
// program has no zone data at all, as in a bare container: import _ "time/tzdata" in
// package main, or install tzdata. emrkit does not embed the data by itself (450 KB).
func LoadZone(name string) (*time.Location, error) {
	const op = "load zone"
	if name == "" || name == "Local" {
		return nil, &Error{Kind: KindConfig, Op: op, Fields: []string{"zone"},
			Hint: "name the clinic's IANA time zone, such as America/New_York"}
	}
	if loc, err := time.LoadLocation(name); err == nil {
		return loc, nil
	}
	hint := "no such time zone: write its IANA name, such as America/New_York"
	if _, err := time.LoadLocation("America/New_York"); err != nil {
		hint = `this program has no time zone data: import _ "time/tzdata" in package main, or install tzdata`
	}
	return nil, &Error{Kind: KindConfig, Op: op, Fields: []string{"zone"}, Hint: hint}
}

// RepeatedTimeError says that a wall clock shows a time twice, because clocks go back.
// Reach it with errors.As on LocalTime's error, and choose.
type RepeatedTimeError struct{ Earlier, Later time.Time }

func (r *RepeatedTimeError) Error() string {
	return fmt.Sprintf("the clock shows this time twice: %s and %s",
		r.Earlier.Format(time.RFC3339), r.Later.Format(time.RFC3339))
}

// LocalTime returns the instant at which the clock in loc shows hour:minute on day d.
// It fails with kind invalid when there is no such instant (clocks go forward), and
// when there are two (clocks go back): then errors.As finds a *RepeatedTimeError.
func LocalTime(d Date, hour, minute int, loc *time.Location) (time.Time, error) {
	const op = "local time"
	if loc == nil {
		return time.Time{}, Invalid(op, "name the zone", "zone")
	}
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || d != d.AddDays(0) {
		return time.Time{}, Invalid(op, "no clock or calendar shows this", "date", "hour", "minute")
	}
	found := instants(d, hour, minute, loc)
	switch len(found) {
	case 0:
		return time.Time{}, Invalid(op, "this time does not exist: clocks go forward over it", "hour", "minute")
	case 1:
		return found[0], nil
	}
	twice := &RepeatedTimeError{Earlier: found[0], Later: found[1]}
	return time.Time{}, &Error{Kind: KindInvalid, Op: op, Fields: []string{"hour", "minute"}, Err: twice,
		Hint: twice.Error() + "; errors.As finds a *RepeatedTimeError to choose from"}
}

// instants returns every instant at which the clock in loc shows the time, in order.
func instants(d Date, hour, minute int, loc *time.Location) []time.Time {
	guess := time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, loc)
	wall := time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, time.UTC)
	var found []time.Time
	start, end := guess.ZoneBounds()
	near := []time.Time{guess}
	if !start.IsZero() {
		near = append(near, start.Add(-time.Nanosecond))
	}
	if !end.IsZero() {
		near = append(near, end)
	}
	for _, in := range near { // the offsets in force before, at and after the guess
		_, offset := in.In(loc).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		if DateOf(t) == d && t.Hour() == hour && t.Minute() == minute {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, time.Time.Compare)
	return slices.CompactFunc(found, time.Time.Equal)
}

// zoneName returns the name under which another process can find t's zone, "" when
// there is none.
func zoneName(t time.Time) string {
	name := t.Location().String()
	if name == "Local" || strings.ContainsAny(name, "[] \"\\") {
		return ""
	}
	return name
}

// inZone puts t into the named zone if that is known here and has the offset at t;
// else t keeps the offset alone.
func inZone(t time.Time, name string, offset int) time.Time {
	if name == "UTC" && offset == 0 {
		return t.UTC()
	}
	if name != "" && name != "Local" {
		if loc, err := time.LoadLocation(name); err == nil {
			if _, have := t.In(loc).Zone(); have == offset {
				return t.In(loc)
			}
		}
	}
	return t.In(time.FixedZone("", offset))
}
