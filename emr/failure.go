package emr

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
)

// effect says what a failed step may have changed at the vendor.
type effect bool

const (
	read  effect = false // nothing
	write effect = true  // perhaps something
)

// failed makes every error that leaves the Client an *Error with Vendor, Name,
// Environment, Op and RequestID. Errors of third-party drivers lose their text (Detail keeps it), for
// it may hold a URL or a name; context errors and our own sentinels stay reachable.
func (c *Client) failed(ctx context.Context, op string, did effect, err error) error {
	if err == nil {
		return nil
	}
	return c.fill(ctx, op, asError(did, err))
}

// fill completes a copy of e.
func (c *Client) fill(ctx context.Context, op string, e *Error) *Error {
	out := *e
	if out.Vendor == "" {
		out.Vendor = c.info.Vendor
	}
	if out.Name == "" {
		out.Name = c.info.Name
	}
	if out.Environment == "" {
		out.Environment = c.info.Environment
	}
	if out.Op == "" {
		out.Op = op
	}
	if out.RequestID == "" {
		out.RequestID = CorrelationID(ctx)
	}
	out.Code = out.code() // what is not printed is not carried either
	return &out
}

// asError returns err as an *Error of its own.
func asError(did effect, err error) *Error {
	if e, ok := err.(*Error); ok && e != nil && e.Kind != "" { //nolint:errorlint // the outermost one: wrappers are handled below
		out := *e
		var u *url.Error
		if errors.As(out.Err, &u) {
			out.Err = knownCause(out.Err)
		}
		return &out
	}
	var inner *Error
	if errors.As(err, &inner) && inner != nil && inner.Kind != "" {
		// The wrapper's text is not ours to print, the *Error inside is.
		out := *inner
		out.Err = knownCause(err)
		if e, ok := out.Err.(*Error); ok { //nolint:errorlint // knownCause has unwrapped it
			out.Err = knownCause(e.Err)
		}
		return &out
	}
	if did == read && (err == context.Canceled || err == context.DeadlineExceeded) { //nolint:errorlint // the bare ones only: others have a text to hide
		k := foreignKind(did, err)
		return &Error{Kind: k, Err: err, Hint: endedHints[k]}
	}
	return (&Error{
		Kind: foreignKind(did, err),
		Err:  knownCause(err),
		Hint: "the driver failed in a way it does not explain: report it to its author (Error.Detail holds its text)",
	}).WithDetail(err.Error())
}

// endedHints say what to do when a context ended a step that changes nothing.
var endedHints = map[Kind]string{
	KindCanceled: "the caller ended the call, and nothing was changed",
	KindTimeout:  "the time ran out before the vendor was done, and nothing was changed: try again later or allow more time",
}

// foreignKind classes an error that is not an *Error.
func foreignKind(did effect, err error) Kind {
	for _, k := range Kinds() {
		if errors.Is(err, sentinelOf(k)) {
			return k
		}
	}
	if did == write {
		return KindAmbiguous // a driver that does not say has to be taken for sent
	}
	var n net.Error
	if k := contextKind(err); k != "" {
		return k
	}
	switch {
	case errors.As(err, &n) && n.Timeout():
		return KindTimeout
	case errors.As(err, &n), errors.Is(err, io.ErrUnexpectedEOF):
		return KindUnavailable
	}
	return KindProtocol
}

// knownCause keeps of a chain what is ours: *Error, sentinels, context errors. The
// rest is dropped, for its text is unknown.
func knownCause(err error) error {
	switch e := err.(type) { //nolint:errorlint // walks the chain itself
	case nil:
		return nil
	case *Error, *sentinel, *RepeatedTimeError:
		return err
	case interface{ Unwrap() []error }:
		var kept []error
		for _, part := range e.Unwrap() {
			kept = append(kept, knownCause(part))
		}
		return errors.Join(kept...)
	}
	if inner := errors.Unwrap(err); inner != nil {
		if kept := knownCause(inner); kept != nil {
			return kept
		}
	}
	for _, target := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, target) {
			return target
		}
	}
	return nil
}

// because returns a copy of e that also matches cause.
func (e *Error) because(cause error) *Error {
	out := *e
	if cause != nil && !errors.Is(out.Err, cause) {
		out.Err = errors.Join(out.Err, cause)
	}
	return &out
}
