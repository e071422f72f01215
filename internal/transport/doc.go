// Package transport is the one HTTP stack of emrkit: every request of every vendor
// package goes through [Client.Do] or [Client.Open].
//
// One call takes these steps, in this order:
//
//	operation context   vendor, operation, route template, safe or write, correlation id
//	deadline, size caps whole-call timeout; 10 MiB answers, 1 MiB error bodies
//	retry               go-retryablehttp drives the loop, retry.go decides
//	vendor headers      only ever to the configured origin
//	auth                a token for each attempt, one forced refresh on 401
//	rate limit          per credential, in every class the vendor counts; then auth again
//	observe             log line per attempt, observer and audit per call
//	origin guard        nothing leaves for another scheme, host or port
//	http.RoundTripper   the caller's, or our own
//
// A call is safe (it may be repeated) or a write (it is sent once). A write is
// repeated only when nothing of it was sent, which httptrace proves, or when the
// server says that it did not process it: 401, 425, 429, and rate_limited found by
// Config.Check inside 2xx. A write whose outcome is not
// known ends with kind ambiguous.
//
// Every failure is an *emr.Error. Its chain holds no *url.Error and no text of net/http:
// those print whole URLs.
package transport

// Version is the version of emrkit, sent as User-Agent.
const Version = "0.1.0"

const userAgent = "emrkit/" + Version
