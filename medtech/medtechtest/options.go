package medtechtest

import (
	"fmt"
	"time"
	_ "time/tzdata" // Pacific/Auckland exists on every machine

	"github.com/emrkit/emrkit/emr/emrtest"
)

// Empty is what a search answers that finds nothing: how it looks was not published.
type Empty string

// The ways.
const (
	EmptyOutcome Empty = "outcome" // a bundle with an OperationOutcome in it, as the guide says
	EmptyBundle  Empty = "bundle"  // a bundle without entry
	EmptyMissing Empty = "missing" // 404 with the same OperationOutcome
	EmptyBare    Empty = "bare"    // 200 with the OperationOutcome and no bundle around it
)

// Times says how answers write instants; all were seen or must be read.
type Times string

// The ways.
const (
	TimesOffset Times = "offset" // 2030-03-04T09:00:00+13:00
	TimesUTC    Times = "utc"    // 2030-03-03T20:00:00+00:00
	TimesLocal  Times = "local"  // 2030-03-04T09:00:00: the practice's, without saying so
)

// Outage is how a practice cannot be reached. How status and text pair up is not
// documented: the statuses are assumed.
type Outage string

// The ways.
const (
	OutageNone    Outage = ""
	OutageOffline Outage = "offline" // 503 with "PMS unreachable or unavailable."
	OutageSlow    Outage = "slow"    // 504 with "PMS did not respond to request or has timed out."
	OutageGateway Outage = "gateway" // 503 with the gateway's own body
)

// Options change the simulator; nil or the zero value is ALEX for two New Zealand
// practices on loopback sockets.
type Options struct {
	// InMemory listens on no socket: give Sim.HTTPClient to emr.Options. It works in a
	// testing/synctest bubble.
	InMemory bool
	Addr     string // of the API; "": a free port of 127.0.0.1
	// Now starts the practices' clock, which runs on from there; zero: the real time.
	Now time.Time
	// Zone is the practices'. Nil: Pacific/Auckland.
	Zone         *time.Location
	Patients     int           // of the first practice; 0: 30; at least those of emrtest.People
	Appointments int           // seeded ones, besides a few special ones; 0: 45; below 0: none at all
	Latency      time.Duration // before each answer, tokens excepted
	SlowToken    time.Duration // length of emrtest.FaultSlowToken; 0: 2 s
	TokenLife    time.Duration // 0: 3599 s
	// StringNumbers sends expires_in as text, as some Azure endpoints do.
	StringNumbers bool
	// WithoutRoles are roles that the application does not have: see Sim.SetWithoutRoles.
	WithoutRoles []string

	// LongIDs makes ids as they were in 2021: 112 characters, with escapes in the id
	// itself, which fullUrl writes in another way.
	LongIDs bool
	// AbsoluteReferences sends references as URLs, with /fhir in lower case.
	AbsoluteReferences bool
	// FullBundles adds link, fullUrl and search.mode to bundles, which answers of 2025
	// did not have.
	FullBundles bool
	// PageSize cuts lists into pages with a next link. 0: no paging, as far as is known.
	PageSize int
	Empty    Empty // "": EmptyOutcome
	Times    Times // "": TimesOffset
	// RotateTexts puts the text of an OperationOutcome into diagnostics, details.text and
	// details.coding by turns.
	RotateTexts bool
	// EmptyAnswers answers successful writes with Location and no body.
	EmptyAnswers bool

	// BookingStatus is the one that a booking must have. "": booked (2021 text: proposed).
	BookingStatus string
	// PutByID takes changes of appointments at /Appointment/{id} and no others, as the
	// vendor's API description of 2021 has it.
	PutByID bool

	// RawBinary answers Binary with the bytes and their own content type, in place of a
	// FHIR Binary with base64.
	RawBinary bool
	// ClinicalMedia takes bodySite, view, modality, encounter and extensions of a Media
	// and drops them. Else they are broken rules: the vendor does not map them.
	ClinicalMedia bool
	// MediaLimit is the most bytes of an image, beyond which 413 is answered; 0: none. The
	// vendor publishes no number; integrators keep below 1,048,576.
	MediaLimit int
	// AuthorOptional takes scans without an author, as the notes say. Else they are
	// refused, as was seen.
	AuthorOptional bool

	// Schedules offers GET /Schedule by actor.identifier (assumed). Else it is the
	// gateway's 404: the vendor's own text says that it may not be supported.
	Schedules bool

	// Parallel is the most calls at once for one practice; more are a broken rule. 0: 4.
	// Below 0: any number.
	Parallel int

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
	if f.Zone == nil {
		zone, err := time.LoadLocation("Pacific/Auckland")
		if err != nil {
			return f, fmt.Errorf("medtechtest: %w", err)
		}
		f.Zone = zone
	}
	if f.TokenLife == 0 {
		f.TokenLife = 3599 * time.Second
	}
	if f.Empty == "" {
		f.Empty = EmptyOutcome
	}
	if f.Times == "" {
		f.Times = TimesOffset
	}
	if f.BookingStatus == "" {
		f.BookingStatus = "booked"
	}
	if f.Parallel == 0 {
		f.Parallel = 4
	}
	switch {
	case f.Empty != EmptyOutcome && f.Empty != EmptyBundle && f.Empty != EmptyMissing && f.Empty != EmptyBare:
		return f, fmt.Errorf("medtechtest: no answer to an empty search %q", f.Empty)
	case f.Times != TimesOffset && f.Times != TimesUTC && f.Times != TimesLocal:
		return f, fmt.Errorf("medtechtest: no way to write times %q", f.Times)
	case f.BookingStatus != "booked" && f.BookingStatus != "proposed":
		return f, fmt.Errorf("medtechtest: no booking status %q", f.BookingStatus)
	case f.PageSize < 0:
		return f, fmt.Errorf("medtechtest: no page of %d", f.PageSize)
	}
	return f, nil
}
