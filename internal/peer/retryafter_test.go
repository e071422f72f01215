package peer

import (
	"net/http"
	"testing"
	"time"
)

func TestFault_R4_strangeRetryAfterIsAbsentOrCapped(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Duration{
		"9223372037": LongestWait, "9223372036854775807": LongestWait, "99999999999999999999999": LongestWait,
		"1e100": 0, "NaN": 0, "-5": 0, "1.5": 0, "soon": 0, "": 0, " ": 0, "+5": 0, "0x10": 0, "0": 0, "00012": 12 * time.Second,
		"Thu, 99 Jan 2026 00:00:00 GMT": 0,
	} {
		if got := RetryAfter(http.Header{"Retry-After": {value}}, time.Now()); got != want {
			t.Errorf("%q is %v, want %v", value, got, want)
		}
	}
}

func TestFault_R5_dateIsComparedWithTheServersClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 10, 0, 30, 0, time.UTC)
	now := at.Add(-10 * time.Minute) // our clock is wrong
	for _, layout := range []string{http.TimeFormat, "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC} {
		h := http.Header{"Retry-After": {at.Format(layout)}, "Date": {at.Add(-30 * time.Second).Format(http.TimeFormat)}}
		if got := RetryAfter(h, now); got != 30*time.Second {
			t.Errorf("%s: %v, want 30s", h.Get("Retry-After"), got)
		}
		h.Del("Date")
		if got := RetryAfter(h, now); got != 10*time.Minute {
			t.Errorf("without Date: %v, want 10m by our own clock", got)
		}
		if got := RetryAfter(h, at.Add(time.Hour)); got != 0 {
			t.Errorf("a date that is over: %v, want 0", got)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"1", "86400", "9223372037", "1e100", "NaN", "-5", "1.5", "Mon, 02 Mar 2026 10:00:00 GMT", "Mon Mar  2 10:00:00 2026"} {
		f.Add(s, "Mon, 02 Mar 2026 10:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, after, date string) {
		h := http.Header{"Retry-After": {after}, "Date": {date}}
		if d := RetryAfter(h, time.Now()); d < 0 || d > LongestWait {
			t.Errorf("%q is %v", after, d)
		}
	})
}
