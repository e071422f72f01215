package peer

import (
	"net/http"
	"strconv"
	"time"
)

// LongestWait is what an absurd Retry-After is cut to: far beyond any limit, far from
// overflowing.
const LongestWait = 365 * 24 * time.Hour

// RetryAfter reads how long the server asks to wait; 0 when it does not say, or says
// something that is neither whole seconds nor a date. A date is compared with the
// server's own Date, because clocks differ.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if v == "" {
		return 0
	}
	if isDigits(v) {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil || n > uint64(LongestWait/time.Second) {
			return LongestWait
		}
		return time.Duration(n) * time.Second
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), LongestWait)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
