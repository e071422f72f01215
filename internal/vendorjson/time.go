package vendorjson

import (
	"strings"
	"time"
)

// Time is an instant with its offset. What cannot be read as one, a time without offset
// above all, is kept as Bad: whether that matters is the caller's to say. null and "" are
// the zero Time.
type Time struct {
	At  time.Time
	Bad bool // there was something, and it is no instant
}

// layouts are the spellings of an instant; the fraction is accepted by time.Parse.
var layouts = []string{
	time.RFC3339,
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05Z07",
	"2006-01-02T15:04Z07:00",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05Z0700",
	"2006-01-02 15:04:05 Z07:00",
	"2006-01-02 15:04:05 Z0700",
	"2006-01-02 15:04:05 UTC",
}

// UnmarshalJSON reads any leaf.
func (t *Time) UnmarshalJSON(data []byte) error {
	text, err := leaf(data)
	if err != nil {
		return err
	}
	*t = ParseTime(text)
	return nil
}

// ParseTime reads an instant.
func ParseTime(text string) Time {
	text = strings.TrimSpace(text)
	if text == "" {
		return Time{}
	}
	for _, layout := range layouts {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		_, offset := at.Zone()
		const most = 14 * 60 * 60 // Kiribati; nobody is further
		if at.Year() < 1 || at.Year() > 9998 || offset < -most || offset > most {
			break
		}
		if at.Location() != time.UTC { // never the machine's zone, when the offset happens to match
			at = at.In(time.FixedZone("", offset))
		}
		return Time{At: at}
	}
	return Time{Bad: true}
}
