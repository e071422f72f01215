package nextgen

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// NextGen writes "absent" in four ways: null, "", the zero UUID and the year 1. The types
// here read all of them as the zero value.

// guid is a UUID as it came, which may be in either letter case: compare with sameID.
type guid string

// UnmarshalJSON reads a text or null; numbers are no ids.
func (g *guid) UnmarshalJSON(data []byte) error {
	var text vendorjson.Text
	if data = orNull(data); !startsWith(data, '"') {
		return &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	if err := vendorjson.Into(data, &text); err != nil {
		return err
	}
	*g = guid(strings.TrimSpace(string(text)))
	if *g == zeroGUID {
		*g = ""
	}
	return nil
}

// sameID compares two ids the way NextGen does: letter case does not count.
func sameID[A, B ~string](a A, b B) bool { return strings.EqualFold(string(a), string(b)) }

// orNull makes the literal null readable: vendorjson refuses it at the top.
func orNull(data []byte) []byte {
	if vendorjson.IsNull(data) {
		return []byte(`""`)
	}
	return data
}

// day is a calendar day: "2026-05-04T00:00:00", whatever the time in it. Bad says that
// there was something else.
type day struct {
	emr.Date
	Bad bool
}

// UnmarshalJSON reads a text or null.
func (d *day) UnmarshalJSON(data []byte) error {
	var s stamp
	if err := s.UnmarshalJSON(data); err != nil {
		return err
	}
	*d = day{Bad: s.Bad}
	if !s.wall.IsZero() {
		d.Date = emr.DateOf(s.wall)
	}
	return nil
}

// stamp is what a clock showed at a place that the wire does not name: a date and time
// without offset, with 0 to 7 digits of a fraction. In or UTC makes an instant of it.
type stamp struct {
	wall  time.Time // the clock's face, in UTC for want of a zone; in its own offset where one was sent
	fixed bool      // an offset was sent: it is an instant already
	Bad   bool      // there was something, and it is no time
}

// layouts are the spellings of a local time; time.Parse takes fractions by itself.
var layouts = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", time.DateOnly}

// UnmarshalJSON reads a text or null.
func (s *stamp) UnmarshalJSON(data []byte) error {
	var text vendorjson.Text
	*s = stamp{}
	if err := vendorjson.Into(orNull(data), &text); err != nil {
		return err
	}
	*s = parseStamp(string(text))
	return nil
}

func parseStamp(text string) stamp {
	text = strings.TrimSpace(text)
	if text == "" {
		return stamp{}
	}
	for _, layout := range layouts {
		at, err := time.Parse(layout, text)
		if err == nil {
			return stampOf(at, false)
		}
	}
	if t := vendorjson.ParseTime(text); !t.Bad && !t.At.IsZero() {
		return stampOf(t.At, true)
	}
	return stamp{Bad: true}
}

// stampOf takes the year 1 for absent.
func stampOf(at time.Time, fixed bool) stamp {
	if at.Year() <= 1 {
		return stamp{}
	}
	return stamp{wall: at, fixed: fixed}
}

// IsZero reports whether nothing was sent.
func (s stamp) IsZero() bool { return s.wall.IsZero() && !s.Bad }

// In is the instant at which clocks in zone show the time: of two the first, in a gap the
// one after it. For times that only inform, such as when a record was made; appointments
// use instant.
func (s stamp) In(zone *time.Location) time.Time {
	switch {
	case s.wall.IsZero():
		return time.Time{}
	case s.fixed:
		return s.wall.In(zone)
	}
	y, m, d := s.wall.Date()
	return time.Date(y, m, d, s.wall.Hour(), s.wall.Minute(), s.wall.Second(), s.wall.Nanosecond(), zone)
}

// madeAt is when something happened: the twin in UTC if there is one, else the local time.
func madeAt(local, utc stamp, zone *time.Location) time.Time {
	if at := utc.In(time.UTC); !at.IsZero() {
		return at.In(zone)
	}
	return local.In(zone)
}

// text is a text without blanks around it.
func text(t vendorjson.Text) string { return strings.TrimSpace(string(t)) }

// phi hides a text of a patient's record.
func phi(t vendorjson.Text) emr.PHI { return emr.NewPHI(text(t)) }

// ours reports whether a row belongs to the connection's practice: some lists hold rows of
// all practices of the site. A row that does not say is ours. The zeros that pad an id get
// lost where it is written as a number, and no site has two that differ in them only.
func (c *Client) ours(practice vendorjson.Text) bool {
	p := text(practice)
	return p == "" || p == zeroGUID || sameNumber(p, c.cfg.PracticeID)
}
