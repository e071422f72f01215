package fhir

import (
	"fmt"
	"time"
)

// Precision says how much of a moment a FHIR date or dateTime states.
type Precision uint8

// The precisions of FHIR. None is an empty or invalid text.
const (
	None Precision = iota
	Year
	Month
	Day
	Second
)

// Date is a FHIR date exactly as written: a year, a year and month, or a day.
// It has no time and no zone, and none is ever added: a birth date that goes
// in comes out the same everywhere. It hides in fmt and slog; string(d) is
// the text. Resources keep invalid dates too; the methods report them.
type Date string

// ParseDate accepts 2026, 2026-03 and 2026-03-02. The error is a *Error of
// kind Invalid, also for days that do not exist.
func ParseDate(s string) (Date, error) {
	if d := Date(s); d.Precision() != None {
		return d, nil
	}
	return "", invalid("date", "want YYYY, YYYY-MM or YYYY-MM-DD")
}

// NewDate returns the date of a day.
func NewDate(year int, month time.Month, day int) Date {
	return Date(fmt.Sprintf("%04d-%02d-%02d", year, int(month), day))
}

// Precision returns Year, Month or Day, and None for an invalid date.
func (d Date) Precision() Precision {
	_, _, _, p := splitDate(string(d))
	return p
}

// YMD returns the parts of the date; month and day are 0 if they are not
// stated. The error is a *Error of kind Invalid.
func (d Date) YMD() (year int, month time.Month, day int, err error) {
	y, m, dd, p := splitDate(string(d))
	if p == None {
		return 0, 0, 0, invalid("date", "want YYYY, YYYY-MM or YYYY-MM-DD")
	}
	return y, time.Month(m), dd, nil
}

// In returns the moment the year, month or day begins in loc. That is not
// always midnight: some zones change their clocks at midnight. There is no
// conversion without a zone. The error is a *Error of kind Invalid.
func (d Date) In(loc *time.Location) (time.Time, error) {
	y, m, dd, err := d.YMD()
	if err != nil {
		return time.Time{}, err
	}
	m, dd = max(m, 1), max(dd, 1)
	t := time.Date(y, m, dd, 0, 0, 0, 0, loc)
	from, until := t.ZoneBounds()
	if t.Day() != dd { // midnight does not exist: the day begins when the clock has jumped
		return until, nil
	}
	if from.IsZero() {
		return t, nil
	}
	if t.Hour() != 0 { // the same, seen from the other side of the jump
		return from, nil
	}
	if before := from.Add(-1); before.Day() == dd && before.Month() == m { // midnight comes twice
		_, offset := before.Zone()
		t = time.Date(y, m, dd, 0, 0, 0, 0, time.FixedZone("", offset)).In(loc)
	}
	return t, nil
}

// splitDate takes a date apart and returns precision None if it is none.
func splitDate(s string) (year, month, day int, p Precision) {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return 0, 0, 0, None
	}
	ok := true
	part := func(from, to, least, most int) int {
		n, good := digits(s[from:to])
		ok = ok && good && n >= least && n <= most && (from == 0 || s[from-1] == '-')
		return n
	}
	p = Year
	year = part(0, 4, 1, 9999)
	if len(s) >= 7 {
		p = Month
		month = part(5, 7, 1, 12)
	}
	if len(s) == 10 {
		p = Day
		day = part(8, 10, 1, 31)
		ok = ok && time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
	}
	if !ok {
		return 0, 0, 0, None
	}
	return year, month, day, p
}

// digits reads a number of ASCII digits.
func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}
