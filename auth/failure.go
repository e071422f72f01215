package auth

import (
	"context"
	"errors"

	"github.com/emrkit/emrkit/emr"
)

// failed makes an error of this package.
func failed(kind emr.Kind, hint string, cause error) *emr.Error {
	return &emr.Error{Kind: kind, Op: opGetToken, Hint: hint, Err: cause}
}

// ended is the error of a caller whose context ended.
func ended(err error) *emr.Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return failed(emr.KindTimeout, "no token in time; the request for it goes on for later calls", context.DeadlineExceeded)
	}
	return failed(emr.KindCanceled, "the caller gave up; a token request under way goes on for later calls", context.Canceled)
}

// tooLate is the error of a caller who has no time for the second try: that of the first.
func tooLate(last *emr.Error) *emr.Error {
	e := *last
	e.Err = errors.Join(last.Err, context.DeadlineExceeded)
	return &e
}

func errClosed() *emr.Error {
	return failed(emr.KindConfig, "the token source is closed: make a new connection", nil)
}

// foreign wraps an error of the caller's own code: its text may hold anything, so it can
// be matched but not read.
type foreign struct{ err error }

func (foreign) Error() string          { return "auth: error of the application's own code" }
func (f foreign) Is(target error) bool { return errors.Is(f.err, target) }
func (f foreign) As(target any) bool   { return errors.As(f.err, target) }

// outside is the error of a store or secret function that failed.
func outside(err error, hint string) *emr.Error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return failed(emr.KindTimeout, hint, context.DeadlineExceeded)
	case errors.Is(err, context.Canceled):
		return failed(emr.KindCanceled, hint, context.Canceled)
	case errors.Is(err, errPanic), errors.Is(err, errSecretPanic):
		return failed(emr.KindUnavailable, hint, err)
	}
	return failed(emr.KindUnavailable, hint, foreign{err})
}

// errLost marks a refresh token that was sent and got no answer.
var errLost = errors.New("auth: the answer to a used refresh token was lost")

// isLost reports whether err is about such a one.
func isLost(err *emr.Error) bool { return errors.Is(err.Err, errLost) }
