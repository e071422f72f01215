package nextechsaastest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// SignIn is who sits at the browser.
type SignIn string

// The ways to sign in.
const (
	SignInPage   SignIn = ""       // nobody yet: a page asks a person
	SignInAgree  SignIn = "agree"  // a user who agrees at once
	SignInRefuse SignIn = "refuse" // one who says no
)

// Sections says how several sections are asked for at once; neither is documented.
type Sections string

// The ways.
const (
	SectionsOne      Sections = ""         // not at all: 400
	SectionsRepeated Sections = "repeated" // section=a&section=b
	SectionsJoined   Sections = "joined"   // section=a,b
)

// Options change the simulator; nil or the zero value is a practice as the vendor's page
// describes it, on loopback sockets, with a page for people to sign in.
type Options struct {
	// InMemory listens on no socket: give Sim.HTTPClient to emr.Options. It works in a
	// testing/synctest bubble.
	InMemory bool
	Addr     string // of the API; "": a free port of 127.0.0.1
	// Now starts the practice's clock, which runs on from there; zero: the real time.
	Now       time.Time
	Latency   time.Duration // before each answer of the API
	SlowToken time.Duration // length of emrtest.FaultSlowToken; 0: 2 s
	Patients  int           // 0: 30; at least those of emrtest.People

	SignIn    SignIn
	Redirects []string // registered redirect URLs; none: http://localhost:8000/callback/
	// AnyPort takes the registered redirect URLs on a loopback address with any port, as
	// Azure does for http://localhost.
	AnyPort       bool
	RedirectParam string // of the authorize URL; "": redirect_uri. The vendor's page has redirect_url
	RequirePKCE   bool   // refuses a sign-in without a code challenge
	// Confidential is an application with a secret, which the token endpoint then wants.
	Confidential bool

	TokenLife   time.Duration // 0: 3599 s
	RefreshLife time.Duration // 0: 90 days
	KeepRefresh bool          // a refresh does not replace the refresh token, and answers none
	// EndReplayed ends all of a sign-in when a refresh token that was replaced is used again.
	// Else it is refused, and the newest one stays good.
	EndReplayed bool

	PerSecond int // most requests of an endpoint in a second; 0: 20; below 0: any number

	OneObject       bool // a search with one match answers the object, not a list
	DateOnlyBirth   bool // dob is 1991-05-17, not an instant
	CategoryObjects bool // categories are objects with an id and a name, not texts
	LockedText      bool // encounterLocked is a text
	DocumentFirst   bool // ccd stands before summary
	// LargeDocument is the size in bytes of the HTML of the visit of Sim.LargeVisit, which is
	// made while it is sent; 0: an ordinary one.
	LargeDocument int64
	// EncounterPath is where visits are searched; "": /{patientId}/encounters/search. Other
	// paths are 404.
	EncounterPath string
	DateLayout    string // of start and end, as for time.Parse; "": 2006-01-02. Another one is 400
	Sections      Sections
	// Zone is the one whose days start and end mean; nil: UTC.
	Zone *time.Location

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
	if len(f.Redirects) == 0 {
		f.Redirects = []string{"http://localhost:8000/callback/"}
	}
	f.Redirects = slices.Clone(f.Redirects)
	f.Patients = max(f.Patients, len(emrtest.People()))
	if o == nil || o.Patients == 0 {
		f.Patients = 30
	}
	if f.RedirectParam == "" {
		f.RedirectParam = "redirect_uri"
	}
	if f.TokenLife == 0 {
		f.TokenLife = 3599 * time.Second
	}
	if f.RefreshLife == 0 {
		f.RefreshLife = 90 * 24 * time.Hour
	}
	if f.PerSecond == 0 {
		f.PerSecond = 20
	}
	if f.EncounterPath == "" {
		f.EncounterPath = "/{patientId}/encounters/search"
	}
	if f.DateLayout == "" {
		f.DateLayout = time.DateOnly
	}
	if f.Zone == nil {
		f.Zone = time.UTC
	}
	switch {
	case !slices.Contains([]SignIn{SignInPage, SignInAgree, SignInRefuse}, f.SignIn):
		return f, fmt.Errorf("nextechsaastest: no way to sign in %q", f.SignIn)
	case !slices.Contains([]Sections{SectionsOne, SectionsRepeated, SectionsJoined}, f.Sections):
		return f, fmt.Errorf("nextechsaastest: no way to ask for sections %q", f.Sections)
	case !strings.HasPrefix(f.EncounterPath, "/{patientId}/"):
		return f, fmt.Errorf("nextechsaastest: no path of visits %q", f.EncounterPath)
	case f.LargeDocument < 0:
		return f, fmt.Errorf("nextechsaastest: no document of %d bytes", f.LargeDocument)
	}
	return f, nil
}
