package transport

import (
	"cmp"
	"context"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// settings are emr.Retry with the defaults filled in.
type settings struct {
	attempts    int
	baseDelay   time.Duration
	maxDelay    time.Duration
	maxAfter    time.Duration
	timeout     time.Duration // when the caller's context has no deadline
	ceiling     time.Duration // whatever the caller's deadline; 0: none
	dial        time.Duration
	header      time.Duration
	maxResponse int64
}

const (
	maxErrorBody = 1 << 20 // bytes kept of an answer outside 2xx
	maxHops      = 3       // redirects followed on our own origin
)

// settle fills in the defaults. It returns the name of the first negative field.
//
// Of the caller's http.Client only Transport and Timeout count. Timeout keeps its
// meaning, the most a call may take with everything in it: it lowers the caller's
// deadline and stands for Retry.Timeout when that is not set.
func settle(o *emr.Options) (settings, string) {
	var r emr.Retry
	if o.Retry != nil {
		r = *o.Retry
	}
	s := settings{
		attempts:    cmp.Or(r.Attempts, 3),
		baseDelay:   cmp.Or(r.BaseDelay, 300*time.Millisecond),
		maxDelay:    cmp.Or(r.MaxDelay, 10*time.Second),
		maxAfter:    cmp.Or(r.MaxRetryAfter, 30*time.Second),
		timeout:     cmp.Or(r.Timeout, 30*time.Second),
		dial:        cmp.Or(r.DialTimeout, 10*time.Second),
		header:      cmp.Or(r.HeaderTimeout, 15*time.Second),
		maxResponse: cmp.Or(r.MaxResponse, 10<<20),
	}
	for _, f := range []struct {
		name string
		neg  bool
	}{
		{"Retry.Attempts", r.Attempts < 0},
		{"Retry.BaseDelay", r.BaseDelay < 0},
		{"Retry.MaxDelay", r.MaxDelay < 0},
		{"Retry.MaxRetryAfter", r.MaxRetryAfter < 0},
		{"Retry.Timeout", r.Timeout < 0},
		{"Retry.DialTimeout", r.DialTimeout < 0},
		{"Retry.HeaderTimeout", r.HeaderTimeout < 0},
		{"Retry.MaxResponse", r.MaxResponse < 0},
	} {
		if f.neg {
			return s, f.name
		}
	}
	if o.HTTPClient == nil {
		return s, ""
	}
	if o.HTTPClient.Timeout < 0 {
		return s, "HTTPClient.Timeout"
	}
	if s.ceiling = o.HTTPClient.Timeout; s.ceiling > 0 && r.Timeout == 0 {
		s.timeout = s.ceiling
	}
	return s, ""
}

// limit is how long a call with the caller's context may take; 0: as long as ctx lasts.
func (s *settings) limit(ctx context.Context) time.Duration {
	if _, has := ctx.Deadline(); has {
		return s.ceiling
	}
	if s.ceiling > 0 {
		return min(s.ceiling, s.timeout)
	}
	return s.timeout
}
