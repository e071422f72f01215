package transport

import (
	"math/rand/v2"
	"time"
)

// backoff is full jitter, rand(0, min(most, base*2^n)) for the nth retry from zero, so
// that clients started together do not come back together. At least after is waited,
// and then a little more for the same reason.
func backoff(n int, base, most, after time.Duration) time.Duration {
	if after > 0 {
		return after + jitter(min(base, most))
	}
	top := most
	if n < 32 && base<<n > 0 && base<<n>>n == base {
		top = min(most, base<<n)
	}
	return jitter(top)
}

// jitter is a random duration in [0, top).
func jitter(top time.Duration) time.Duration {
	if top <= 0 {
		return 0
	}
	return time.Duration(rand.Int64N(int64(top)))
}
