package transport

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// faultOf maps a status outside 2xx. A 5xx or 408 after a write says nothing about
// what was done: a proxy cannot know, and real servers answer 500 to what they stored.
func faultOf(status int, h http.Header, write bool) *fault {
	f := &fault{kind: kindOf(status), after: peer.RetryAfter(h, time.Now())}
	f.hint = hints[f.kind]
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusTooEarly:
		f.repeat = true // refused before processing
	case status == http.StatusRequestTimeout, status >= 500 && f.kind == emr.KindUnavailable:
		if f.repeat = !write; write {
			f.kind, f.hint = emr.KindAmbiguous, hintAmbiguous
		}
	case status < 200 || status > 599:
		if write {
			f.kind, f.hint = emr.KindAmbiguous, hintAmbiguous
		}
	case status >= 300 && status < 400:
		f.hint = "the vendor answered with a redirect, which is not followed here; check the base URL"
		if write {
			f.hint += ", and look whether the write was done"
		}
	}
	return f
}

// hints say what to do next about each kind, until somebody knows better.
var hints = map[emr.Kind]string{
	emr.KindConfig:       "the configuration cannot work; mend it before the next call",
	emr.KindAuth:         "the vendor refused the token; check the credential and its scopes",
	emr.KindPermission:   "the credential may not do this; check scopes, practice and approval",
	emr.KindNotFound:     "no such record; check the id, and the base URL if everything is missing",
	emr.KindInvalid:      "the vendor refused the input; Detail may say which",
	emr.KindConflict:     "the state at the vendor differs; read it again and choose again",
	emr.KindPrecondition: "the record changed since it was read; read it again",
	emr.KindTooLarge:     "the vendor takes no request of this size",
	emr.KindRateLimited:  "the vendor's request limit was reached; wait and send less",
	emr.KindTimeout:      hintTimeout,
	emr.KindUnavailable:  "the vendor is down or overloaded; try again later",
	emr.KindCanceled:     hintCanceled,
	emr.KindAmbiguous:    hintAmbiguous,
	emr.KindUntrustedURL: "the vendor pointed at another origin, which is not followed; check the base URL",
	emr.KindUnsupported:  "the vendor does not offer this",
	emr.KindQuota:        "the vendor's allowance is used up; wait for the next period",
	emr.KindPartial:      "some steps were done and some were not; look at the result before going on",
	emr.KindProtocol:     "the vendor does not take requests of this form; check the base URL and report it",
}

// kindOf is the kind of a status, for a call that may be repeated.
func kindOf(status int) emr.Kind {
	switch status {
	case http.StatusUnauthorized:
		return emr.KindAuth
	case http.StatusPaymentRequired, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return emr.KindPermission
	case http.StatusNotFound, http.StatusGone:
		return emr.KindNotFound
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestURITooLong:
		return emr.KindInvalid
	case http.StatusConflict, http.StatusLocked:
		return emr.KindConflict
	case http.StatusPreconditionFailed, http.StatusPreconditionRequired:
		return emr.KindPrecondition
	case http.StatusRequestEntityTooLarge:
		return emr.KindTooLarge
	case http.StatusTooManyRequests:
		return emr.KindRateLimited
	case http.StatusRequestTimeout:
		return emr.KindTimeout
	case http.StatusTooEarly:
		return emr.KindUnavailable
	case http.StatusNotImplemented:
		return emr.KindUnsupported
	case http.StatusHTTPVersionNotSupported:
		return emr.KindProtocol
	}
	if status >= 500 && status <= 599 {
		return emr.KindUnavailable
	}
	return emr.KindProtocol
}

// fail builds the error of a call from its last attempt.
func (r *run) fail(p reply) *emr.Error {
	f := p.fault
	if f.found != nil {
		return r.objected(f, p.status)
	}
	e := &emr.Error{
		Kind: f.kind, Vendor: r.c.vendor, Name: r.c.name, Op: r.call.Op, Status: p.status,
		RequestID: r.id, Attempts: r.tries, RetryAfter: f.after, Fields: f.fields, Hint: f.hint, Err: f.cause,
	}
	if inner, ok := errors.AsType[*emr.Error](f.cause); ok {
		e.Code, e.Hint, e.Fields = inner.Code, cmp.Or(inner.Hint, e.Hint), inner.Fields
	}
	if p.status != 0 && r.c.explain != nil && f.next == nil && (p.status < 200 || p.status > 299) {
		a := &Answer{Status: p.status, Header: p.header, Body: p.body, RequestID: r.id, Attempts: r.tries}
		r.examine("explain", func() { r.c.explain(a, e) })
	}
	e.Hint = cmp.Or(e.Hint, hints[e.Kind])
	return e
}

// Error builds an error of this connection for a problem found in a good-looking
// answer. Kind protocol or too_large for a write that was answered with 2xx becomes
// ambiguous: the server may well have done it. a may be nil.
func (c *Client) Error(call *Call, a *Answer, kind emr.Kind, hint string) *emr.Error {
	e := &emr.Error{Kind: kind, Vendor: c.vendor, Name: c.name, Op: call.Op, Hint: cmp.Or(hint, hints[kind])}
	if a == nil {
		return e
	}
	e.Status, e.RequestID, e.Attempts = a.Status, a.RequestID, a.Attempts
	if call.write() && a.Status >= 200 && a.Status <= 299 && (kind == emr.KindProtocol || kind == emr.KindTooLarge) {
		e.Kind = emr.KindAmbiguous
	}
	return e
}
