package nexhealthtest

import (
	"fmt"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// Environment is that of an API key: the host is the same for both.
type Environment string

// The environments.
const (
	Production Environment = "production"
	Sandbox    Environment = "sandbox"
)

// Search says how the filters of GET /patients combine: the documentation says both.
type Search string

// The ways.
const (
	SearchAnd Search = "and" // every filter must match
	SearchOr  Search = "or"  // e-mail and telephone widen the search
)

// Placeholder says what becomes of the record of a patient who was made through the API
// when the practice system gets it, which is with the first appointment.
type Placeholder string

// What becomes of it.
const (
	PlaceholderKept  Placeholder = "kept"  // the record gets its foreign id and keeps its own
	PlaceholderTwice Placeholder = "twice" // a real record with another id appears beside it
	PlaceholderGone  Placeholder = "gone"  // a real record with another id takes its place
)

// Options change the simulator; nil or the zero value is a production practice on a
// loopback socket.
type Options struct {
	// Environment is where the seeded clinic is, and whose key Config has. "": Production.
	Environment Environment
	// InMemory listens on no socket: give Sim.HTTPClient to emr.Options. It works in a
	// testing/synctest bubble.
	InMemory bool
	Addr     string // "": a free port of 127.0.0.1
	// Now starts the clinic's clock, which runs on from there; zero: the real time.
	Now time.Time
	// Zone is that of all locations. Nil: New York and Los Angeles.
	Zone         *time.Location
	Patients     int           // 0: 30; at least those of emrtest.People
	Appointments int           // seeded ones, besides a few special ones; 0: 45; below 0: none at all
	Latency      time.Duration // before each answer, tokens excepted
	SlowToken    time.Duration // length of emrtest.FaultSlowToken; 0: 2 s
	TokenLife    time.Duration // 0: an hour, a day with the sandbox key
	OpaqueTokens bool          // tokens are no JWT

	// RotateTexts sends description and error as null, text, a list and a list of lists by
	// turns.
	RotateTexts bool
	// IgnoreParameters are parameters of the query that are taken and have no effect,
	// with the vendor's warning: an unfiltered answer.
	IgnoreParameters []string
	Search           Search // "": SearchAnd
	// BareSlots leaves provider and operatory out of slots: the group has them.
	BareSlots bool
	// RefuseTaken refuses a booking whose time is taken. Nothing documented does.
	RefuseTaken bool
	// Unprocessable answers 422 in place of 400 where the record's state does not allow
	// the change or the time is taken, as one peer saw.
	Unprocessable bool
	// NoMoves refuses to change times, operatory and note of an appointment, as many
	// practice systems do.
	NoMoves bool
	// MapByOperatory are the locations where a booking needs an operatory; nil: 10.
	MapByOperatory []string
	// NoInsert are the locations that do not send bookings to the practice system:
	// insert_appt_client is false.
	NoInsert []string

	// WriteDelay is how long an accepted write takes to reach the practice system. 0: a
	// second. Below 0: until SettleWrites. In the sandbox nothing is ever written.
	WriteDelay   time.Duration
	Placeholders Placeholder // "": PlaceholderKept

	// EarlyWebhooks delivers what a request sets off before the request is answered, the
	// write included: as if the practice system were faster than the answer.
	EarlyWebhooks bool
	// WrappedBase64 signs webhooks over base64 with line breaks, as some encoders write it.
	WrappedBase64 bool
	// KeepTimestamps repeats the timestamp header of the first attempt when a webhook is
	// sent again. Else it is that of the attempt; neither is documented.
	KeepTimestamps bool
	// Deliver sends a webhook. Nil: a client of the simulator's own, to https addresses
	// and loopback ones only.
	Deliver func(*http.Request) (*http.Response, error)

	// Unlimited lifts the rate limits.
	Unlimited bool
	// Observe is told of each request when it is over, with the rules it broke. It is
	// called by many goroutines.
	Observe func(r emrtest.Request, broken []string)
}

// fill returns a copy with the defaults, or an error for what is no option.
func (o *Options) fill() (Options, error) {
	var f Options
	if o != nil {
		f = *o
	}
	if f.Environment == "" {
		f.Environment = Production
	}
	if f.Search == "" {
		f.Search = SearchAnd
	}
	if f.Placeholders == "" {
		f.Placeholders = PlaceholderKept
	}
	if f.MapByOperatory == nil {
		f.MapByOperatory = []string{"10"}
	}
	if f.WriteDelay == 0 {
		f.WriteDelay = time.Second
	}
	switch {
	case f.Environment != Production && f.Environment != Sandbox:
		return f, fmt.Errorf("nexhealthtest: no environment %q", f.Environment)
	case f.Search != SearchAnd && f.Search != SearchOr:
		return f, fmt.Errorf("nexhealthtest: no way to search %q", f.Search)
	case f.Placeholders != PlaceholderKept && f.Placeholders != PlaceholderTwice && f.Placeholders != PlaceholderGone:
		return f, fmt.Errorf("nexhealthtest: no placeholders %q", f.Placeholders)
	}
	return f, nil
}
