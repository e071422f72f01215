package emr

import (
	"context"
	"errors"
)

// Redo says whether a failed call may be made again.
type Redo int

// The answers of RedoOf, from the plainest to the most careful.
const (
	// Safe: nothing was changed, the same call may be made again. After rate_limited
	// and quota, wait first (Error.RetryAfter).
	Safe Redo = iota
	// Never: the same call fails again. Change something first.
	Never
	// CheckFirst: something may have been changed. Look before doing it again: FindBooking
	// or Again for bookings, a search for patients, the record itself for the rest.
	CheckFirst
)

// String returns safe, never or check_first.
func (r Redo) String() string {
	switch r {
	case Safe:
		return "safe"
	case Never:
		return "never"
	}
	return "check_first"
}

// RedoOf tells what to do after err. Of joined errors the most careful answer counts.
// An error of another package is CheckFirst, for it does not say what was done; nil is
// Never, for there is nothing to do again.
func RedoOf(err error) Redo {
	if err == nil {
		return Never
	}
	if e, ok := err.(*Error); ok { //nolint:errorlint // this walks the chain itself
		return redoOfKind(e.Kind)
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		worst := Safe
		for _, part := range joined.Unwrap() {
			if part != nil {
				worst = max(worst, RedoOf(part))
			}
		}
		return worst
	}
	if inner := errors.Unwrap(err); inner != nil {
		return RedoOf(inner)
	}
	if s, ok := err.(*sentinel); ok { //nolint:errorlint // this walks the chain itself
		return redoOfKind(s.kind)
	}
	return CheckFirst
}

func redoOfKind(k Kind) Redo {
	switch k {
	case KindRateLimited, KindUnavailable, KindTimeout, KindCanceled, KindQuota:
		return Safe
	case KindConfig, KindAuth, KindPermission, KindNotFound, KindInvalid, KindConflict, KindProtocol,
		KindTooLarge, KindUntrustedURL, KindUnsupported:
		return Never
	}
	return CheckFirst // precondition, ambiguous, partial, and kinds of a later version
}

// contextKind is the kind of a context's error, "" for others.
func contextKind(err error) Kind {
	switch {
	case errors.Is(err, context.Canceled):
		return KindCanceled
	case errors.Is(err, context.DeadlineExceeded):
		return KindTimeout
	}
	return ""
}
