package nextechtest

import (
	"fmt"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextech"
)

// Auth is how the simulated practice hands out tokens.
type Auth string

// The ways to get a token.
const (
	// Connect is {BaseURL}/connect/token with client credentials and scopes, as the
	// registration guide has it. No practice id is needed.
	Connect Auth = "connect"
	// AzurePassword is Azure AD v1 on a host of its own: user name and password with a
	// resource, then rotating refresh tokens. Documented for Select.
	AzurePassword Auth = "azure-password"
	// AzureClient is Azure AD v1 on a host of its own: client credentials with a
	// resource. Documented for Practice+.
	AzureClient Auth = "azure-client"
)

// Links says where paging links lead. The vendor's own are not reliable.
type Links string

// The kinds of links.
const (
	// ForeignLinks lead to another host, as in a recorded answer. Nothing should ever
	// arrive there: see Sim.TrapRequests.
	ForeignLinks Links = "foreign"
	// PlainLinks lead to the right host name by http on port 80, as in the documentation.
	PlainLinks Links = "http"
	// TrueLinks lead back to the simulator.
	TrueLinks Links = "true"
)

// Scheduling is the practice's preference "Online Scheduling Default Functionality".
type Scheduling string

// The preferences.
const (
	ScheduleBook       Scheduling = "book"        // online bookings are bookings
	ScheduleHold       Scheduling = "hold"        // a booking that does not say book or hold is held
	ScheduleNotAllowed Scheduling = "not-allowed" // every online booking is refused with 409
)

// Options change the simulator; nil or the zero value is a Select practice on a loopback
// socket with tokens at {BaseURL}/connect/token.
type Options struct {
	Product nextech.Product // "": Select
	Auth    Auth            // "": Connect
	// InMemory listens on no socket: give Sim.HTTPClient to emr.Options. It works in a
	// testing/synctest bubble.
	InMemory bool
	Addr     string // of the API; "": a free port of 127.0.0.1
	// Now starts the clinic's clock, which runs on from there; zero: the real time.
	Now time.Time
	// Zone is that of all locations. Nil: locations in New York and Los Angeles, and a
	// Config without a zone, so that times keep the offset as sent.
	Zone         *time.Location
	Patients     int           // 0: 30; at least those of emrtest.People
	Appointments int           // seeded ones, besides a few special ones; 0: 45; below 0: none at all
	Latency      time.Duration // before each answer, tokens excepted
	SlowToken    time.Duration // length of emrtest.FaultSlowToken; 0: 2 s
	TokenLife    time.Duration // 0: an hour

	Links     Links // "": ForeignLinks
	OmitTotal bool  // bundles without total, as in several published samples
	// NotFoundOnEmpty answers searches for patients and appointments that find nothing
	// with 404, as the 2017 documentation has it.
	NotFoundOnEmpty bool
	// StableIDs sends patient ids in one case of letters always; else they are in upper
	// case in appointments.
	StableIDs bool
	// PublishedPractitioners sends Practitioner as the vendor published it: no id, and
	// the member "identifier" twice.
	PublishedPractitioners bool
	// EmptyAnswers answers successful writes with 204 and no body.
	EmptyAnswers bool
	// IgnoreParameters are search parameters that are taken and have no effect.
	IgnoreParameters []string

	OnlineScheduling Scheduling // "": ScheduleBook
	// PurposeOptional is the preference of Select 16.3: appointment type and purpose may be
	// left out. Before, both are required.
	PurposeOptional bool
	// BookingStatus is the id of a practice-defined status that bookings get (Select): 6,
	// 7 or 8. Such appointments have no FHIR status.
	BookingStatus string
	// CancelReasonRequired refuses to cancel with 422, because the practice wants a reason
	// and the API has no way to give one (Select).
	CancelReasonRequired bool
	// UndocumentedCancel lets Practice+ take PATCH status=cancelled.
	UndocumentedCancel bool

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
	if f.Product == "" {
		f.Product = nextech.Select
	}
	if f.Auth == "" {
		f.Auth = Connect
	}
	if f.Links == "" {
		f.Links = ForeignLinks
	}
	if f.OnlineScheduling == "" {
		f.OnlineScheduling = ScheduleBook
	}
	switch {
	case f.Product != nextech.Select && f.Product != nextech.PracticePlus:
		return f, fmt.Errorf("nextechtest: no product %q", f.Product)
	case f.Auth != Connect && f.Auth != AzurePassword && f.Auth != AzureClient:
		return f, fmt.Errorf("nextechtest: no way to authenticate %q", f.Auth)
	case f.Links != ForeignLinks && f.Links != PlainLinks && f.Links != TrueLinks:
		return f, fmt.Errorf("nextechtest: no links %q", f.Links)
	case f.OnlineScheduling != ScheduleBook && f.OnlineScheduling != ScheduleHold && f.OnlineScheduling != ScheduleNotAllowed:
		return f, fmt.Errorf("nextechtest: no scheduling preference %q", f.OnlineScheduling)
	case f.BookingStatus != "" && !isPracticeStatus(f.BookingStatus):
		return f, fmt.Errorf("nextechtest: no practice status %q", f.BookingStatus)
	}
	return f, nil
}
