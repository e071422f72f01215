package fhir

import "time"

// Instant is a FHIR instant exactly as written: a moment with seconds, an
// optional fraction and an offset. Unlike Date it prints.
type Instant string

// DateTime is a FHIR dateTime exactly as written: a Date, or a moment like an
// Instant. It hides in fmt and slog; string(d) is the text.
type DateTime string

// ParseInstant accepts 2026-03-02T14:00:00-05:00, with Z or an offset up to
// 14:00 and any number of digits after the second. It refuses what FHIR
// refuses: no seconds, no offset, an offset without colon, lower-case t or z,
// 24:00:00, second 60. The error is a *Error of kind Invalid.
func ParseInstant(s string) (Instant, error) {
	if _, ok := parseMoment(s); ok {
		return Instant(s), nil
	}
	return "", invalid("instant", "want YYYY-MM-DDThh:mm:ss and an offset")
}

// NewInstant writes t with the offset of its own zone, never as Z, so that
// local times stay readable as such. Fractions are kept.
func NewInstant(t time.Time) Instant {
	if _, offset := t.Zone(); offset%60 != 0 { // local mean time; FHIR has minutes only
		t = t.In(time.FixedZone("", offset/60*60))
	}
	return Instant(t.Format("2006-01-02T15:04:05.999999999-07:00"))
}

// Time returns the moment with the offset as sent, at most nanoseconds of it.
// The error is a *Error of kind Invalid for a text that is not an instant.
func (i Instant) Time() (time.Time, error) {
	t, ok := parseMoment(string(i))
	if !ok {
		return time.Time{}, invalid("instant", "want YYYY-MM-DDThh:mm:ss and an offset")
	}
	return t, nil
}

// ParseDateTime accepts what ParseDate and ParseInstant accept. The error is
// a *Error of kind Invalid.
func ParseDateTime(s string) (DateTime, error) {
	if d := DateTime(s); d.Precision() != None {
		return d, nil
	}
	return "", invalid("dateTime", "want a date, or a time with seconds and offset")
}

// Precision returns Year, Month, Day or Second, and None for an invalid text.
func (d DateTime) Precision() Precision {
	if p := Date(d).Precision(); p != None {
		return p
	}
	if _, ok := parseMoment(string(d)); ok {
		return Second
	}
	return None
}

// Date returns the date as written, without any change of zone. The error is
// a *Error of kind Invalid.
func (d DateTime) Date() (Date, error) {
	switch d.Precision() {
	case None:
		return "", invalid("dateTime", "want a date, or a time with seconds and offset")
	case Second:
		return Date(d[:10]), nil
	}
	return Date(d), nil
}

// Time returns the moment with the offset as sent. The error is a *Error of
// kind Invalid, also for a date without time: that is no moment; use In.
func (d DateTime) Time() (time.Time, error) {
	t, ok := parseMoment(string(d))
	if !ok {
		return time.Time{}, invalid("dateTime", "not a time with seconds and offset")
	}
	return t, nil
}

// In returns the moment in loc, for a date the moment it begins there. The
// error is a *Error of kind Invalid.
func (d DateTime) In(loc *time.Location) (time.Time, error) {
	if t, ok := parseMoment(string(d)); ok {
		return t.In(loc), nil
	}
	return Date(d).In(loc)
}

// parseMoment reads YYYY-MM-DDThh:mm:ss[.f]offset. The standard library's
// reader is not used because it accepts forms FHIR does not have.
func parseMoment(s string) (t time.Time, ok bool) {
	if len(s) < len("2026-03-02T14:00:00Z") || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return t, false
	}
	y, m, d, p := splitDate(s[:10])
	hour, ok1 := digits(s[11:13])
	minute, ok2 := digits(s[14:16])
	second, ok3 := digits(s[17:19])
	if p != Day || !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return t, false
	}
	rest, nanos := s[19:], 0
	if rest[0] == '.' {
		n := 1
		for scale := 100_000_000; n < len(rest) && '0' <= rest[n] && rest[n] <= '9'; n++ {
			nanos += int(rest[n]-'0') * scale
			scale /= 10
		}
		if n == 1 {
			return t, false
		}
		rest = rest[n:]
	}
	zone, ok := parseOffset(rest)
	if !ok {
		return t, false
	}
	return time.Date(y, time.Month(m), d, hour, minute, second, nanos, zone), true
}

// parseOffset reads Z or an offset such as -05:00.
func parseOffset(s string) (*time.Location, bool) {
	if s == "Z" {
		return time.UTC, true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return nil, false
	}
	hours, ok1 := digits(s[1:3])
	minutes, ok2 := digits(s[4:6])
	if !ok1 || !ok2 || minutes > 59 || hours*60+minutes > 14*60 {
		return nil, false
	}
	offset := (hours*60 + minutes) * 60
	if s[0] == '-' {
		offset = -offset
	}
	return time.FixedZone("", offset), true
}
