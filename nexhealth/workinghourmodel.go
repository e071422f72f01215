package nexhealth

import (
	"fmt"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Source says where working hours come from.
type Source string

// The sources.
const (
	Manual Source = "manual" // made by API or at NexHealth
	Synced Source = "synced" // read from the practice's system: do not change them
)

// Clock is a time of day as a clock in the location's zone shows it.
type Clock struct{ Hour, Minute int }

// String is "09:30".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour, c.Minute) }

// MarshalText writes String.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads String's form.
func (c *Clock) UnmarshalText(text []byte) error {
	got, err := ParseClock(string(text))
	if err == nil {
		*c = got
	}
	return err
}

func (c Clock) valid() bool {
	return c.Hour >= 0 && c.Minute >= 0 && c.Minute < 60 && (c.Hour < 24 || c == Clock{Hour: 24})
}

func (c Clock) before(d Clock) bool { return c.Hour*60+c.Minute < d.Hour*60+d.Minute }

// ParseClock reads "9:30" and "09:30", also with seconds. Kind invalid for anything else.
func ParseClock(text string) (Clock, error) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return Clock{t.Hour(), t.Minute()}, nil
		}
	}
	if text == "24:00" {
		return Clock{Hour: 24}, nil
	}
	return Clock{}, invalid("parse clock", "a time of day is written 09:30", "time")
}

// Unit is what a Recurrence counts.
type Unit string

// The units.
const (
	EveryDay   Unit = "day"
	EveryWeek  Unit = "week"
	EveryMonth Unit = "month"
)

// Recurrence repeats working hours every Num units, counted from the day From.
type Recurrence struct {
	Num  int
	Unit Unit
	From emr.Date
}

// Label marks working hours, for searches by it (SlotOptions.Label).
type Label struct {
	ID       string
	Name     string
	Location emr.LocationID // none: of the whole institution
}

// WorkingHour is a stretch of time in which a practitioner can be booked. Begin and End
// are times of the clock in the location's zone. The text of NexHealth's PATCH says UTC,
// against all its other pages: set the hours, look at the slots, and tell us.
type WorkingHour struct {
	ID           string
	Practitioner emr.PractitionerID
	Location     emr.LocationID
	Resource     emr.ResourceID // the operatory; none: any
	Begin, End   Clock
	// One of these three says on which days.
	Days  []time.Weekday
	Date  emr.Date // a single day
	Every *Recurrence

	Types  []emr.AppointmentTypeID // for these only; none: any
	Active bool
	Offset string // the zone's offset as NexHealth tells it, "-0700"; not sent
	Source Source // not sent
	Label  *Label // not sent
}

// WorkingHourUpdate says what to change. nil leaves a field as it is; Types that point to
// an empty list clear it, so that the hours are for any type.
type WorkingHourUpdate struct {
	Practitioner *emr.PractitionerID
	Resource     *emr.ResourceID
	Begin, End   *Clock
	// At most one of these three.
	Days   []time.Weekday
	Date   *emr.Date
	Every  *Recurrence
	Types  *[]emr.AppointmentTypeID
	Active *bool
}
