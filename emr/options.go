package emr

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Options are the same for every vendor; nil means the defaults. The vendor's New
// copies what it needs, so an Options may be reused but not changed afterwards.
//
// Logger, Observer, Audit and Limiter are hooks: code of the caller's that runs inside
// each call. A call waits at most a second for one of them (Limiter.Acquire is the
// exception), and never longer than a tenth of a second after its own time is up. Then it
// goes on without: after a logger the rest of its lines is left out, after an observer
// there is no span in its context, after an audit the event may be lost. It logs that "a
// hook blocks" (level error), unless it was the logger. While 64 calls of one connection
// hang in one hook, further calls leave that hook out. A panic in a hook ends nothing; it
// is logged without what it panicked with. So a hook that may be slow puts its events
// into a queue and returns.
type Options struct {
	// HTTPClient carries the requests; nil: a client of emrkit's own. It is not modified.
	// Only its Transport and Timeout count, not its redirect rule and cookie jar: Timeout
	// bounds each call with everything in it, also below the deadline of the context, and
	// stands for Retry.Timeout when that is not set. Its transport must not retry: both
	// retries would multiply (or set Retry.Attempts to 1).
	HTTPClient *http.Client
	// Logger gets one debug line per attempt and a warning for what a person should
	// look at: kinds ambiguous, untrusted_url, protocol, auth, permission and config. Lines
	// hold allow-listed fields only: never a URL query, id, body or name. A handler that
	// blocks is waited for at most a second in each call: see above.
	Logger *slog.Logger
	// Observer is told of each call, for metrics and spans; nil: nobody.
	Observer Observer
	// Audit is told of each call that reached for a patient's data; nil: nobody. It is
	// waited for at most a second: what must not be lost goes into a queue that it fills.
	Audit func(context.Context, AuditEvent)
	Retry *Retry // nil: the documented defaults
	// Limiter stands in for the built-in one, so that several processes share the
	// vendor's allowance.
	Limiter Limiter
	// Name is the caller's alias of this clinic, printed in logs and errors. Never
	// put a practice id or a name of a person here.
	Name string
	// Shared lets many clinics of one credential share token, limiter, retry budget
	// and connections.
	Shared *Shared
}

// Retry bounds one call. Zero fields mean the default in the comment; negative ones
// are refused with kind config. Writes are sent once whatever is set here, unless the
// vendor provably did not process them.
type Retry struct {
	Attempts      int           // 3: tries of a safe call, the first included
	BaseDelay     time.Duration // 300 ms: full jitter rand(0, min(MaxDelay, BaseDelay*2^n))
	MaxDelay      time.Duration // 10 s
	MaxRetryAfter time.Duration // 30 s: a longer Retry-After is returned at once, not slept
	Timeout       time.Duration // 30 s: of the whole call, when the caller's context has no deadline
	DialTimeout   time.Duration // 10 s
	HeaderTimeout time.Duration // 15 s: from the request written to the first byte of the answer, per attempt
	MaxResponse   int64         // 10 MiB after decompression
}

// Limiter keeps a vendor's request limits.
//
// Acquire returns when one request that counts in every one of rates may leave, or with
// ctx's error. Each attempt asks, retries too, and leaves at once. credential is opaque:
// a hash of vendor, token URL and client id. rates is not empty and must not be changed.
// Cancelled waiters must not use up places.
//
// done, which may be nil, is called exactly once after an Acquire without error: when the
// answer is read, its stream closed, or the request failed or was not sent after all. With
// an error it is not called. Both may be called by many goroutines; a panic in them does
// not reach the caller.
//
// Acquire is the one hook that is waited for longer than a second: as long as the call has
// time, and a tenth of a second more. Then nothing is sent, kind timeout or canceled, and
// done is called if Acquire comes back with a place after all. An Acquire that fails or
// panics, or is left out because 64 calls hang in it, means that nothing is sent either,
// kind unavailable. done is waited for at most a second; the call goes on without it.
type Limiter interface {
	Acquire(ctx context.Context, credential string, rates []Rate) (done func(), err error)
}

// Rate is one limit of a vendor: of the requests of Class, never more than Most in any
// rolling span of Per, or at the same time. One request may count in several.
//
// The built-in limiter spaces requests evenly and lets no bursts through: 20 a second
// are one every 53 ms, 1,000 a minute one every 60 ms.
type Rate struct {
	Class string        // what the vendor counts, "Slot"; "": all requests of the credential
	Most  int           // 1 or more
	Per   time.Duration // 0: at the same time, a stream until it is closed
}

// Observer is told of each SDK call to a vendor. Start may put a span into the
// context it returns; the function it returns is called once, at the end. Both may be
// called by many goroutines; a panic in them does not reach the caller.
//
// Each of the two is waited for at most a second. When Start takes longer the call goes on
// with the context it had, and the function that Start returns later is called then, with
// the result: a span that was opened is always ended.
type Observer interface {
	Start(ctx context.Context, c CallInfo) (context.Context, func(CallResult))
}

// CallInfo describes a call before it is sent: nothing in it is personal.
type CallInfo struct {
	Vendor, Name, Op string
	Method, Host     string
	Route            string // template: "/Patient/{id}"
	Write            bool
	CorrelationID    string
}

// CallResult describes how a call ended.
type CallResult struct {
	Status   int
	Attempts int
	Kind     Kind // "" for success
	Duration time.Duration
	Waited   time.Duration // part of Duration spent on limiter and backoff
	Sent     int64         // body bytes
	Received int64         // body bytes after decompression
}

// AuditEvent says that this process reached for a patient's data.
type AuditEvent struct {
	Time             time.Time
	Vendor, Name, Op string
	Route            string
	Write            bool
	Patient          PatientID // none when the call was a search
	Status           int
	Kind             Kind // "" for success
	CorrelationID    string
}
