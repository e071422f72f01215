package auth

import (
	"time"

	"github.com/emrkit/emrkit/emr"
)

const (
	unknownLife = 5 * time.Minute // when the endpoint does not say, or says nonsense
	longestLife = 24 * time.Hour
)

// timing holds the waits of a core, so that wire tests take milliseconds.
type timing struct {
	flight  time.Duration // one fetch, with repeats
	attempt time.Duration // one token request, with its body
	linger  time.Duration // what a used refresh token gets to come home after Close
	pause   time.Duration // before the second try; up to twice as much, at random
	cool    time.Duration // the endpoint is left alone after a failure
	coolMax time.Duration // after refusals in a row: accounts get locked
	store   time.Duration // waiting for a store that has shared tokens, and writing there
	logger  time.Duration // one log line
}

var usualTiming = timing{
	flight: time.Minute, attempt: 20 * time.Second, linger: 5 * time.Second,
	pause: 200 * time.Millisecond, cool: time.Second, coolMax: time.Minute, store: 20 * time.Second, logger: time.Second,
}

// coolDown is how long the endpoint is left alone after err.
func (t timing) coolDown(err *emr.Error, refusals int) time.Duration {
	d := t.cool
	for ; refusals > 1 && d < t.coolMax; refusals-- {
		d *= 2
	}
	return max(min(d, t.coolMax), min(err.RetryAfter, 5*t.coolMax))
}

// renewalDue is when t shall be renewed: five minutes before its end; for a life below
// an hour a twelfth of it, but at least ten seconds; never before half of its life.
func renewalDue(t *Token, now time.Time) time.Time {
	from := t.Issued
	if from.IsZero() || from.After(now) {
		from = now
	}
	life := t.Expires.Sub(from)
	margin := min(max(life/12, 10*time.Second), 5*time.Minute)
	return t.Expires.Add(-min(margin, max(life/2, 0)))
}
