package nextgentest

import (
	"fmt"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// PatientAccessSignIn is who sits at the browser.
type PatientAccessSignIn string

// The ways to sign in.
const (
	PatientAccessPage    PatientAccessSignIn = ""       // nobody yet: a page asks a person
	PatientAccessApprove PatientAccessSignIn = "self"   // the patient, who agrees at once
	PatientAccessProxy   PatientAccessSignIn = "proxy"  // somebody with two records, who agrees for both
	PatientAccessRefuse  PatientAccessSignIn = "refuse" // somebody who says no
)

// PatientAccessDiscovery is what the discovery documents say of the sign-in.
type PatientAccessDiscovery string

// The ways.
const (
	// PatientAccessDocumented names the endpoints of this origin.
	PatientAccessDocumented PatientAccessDiscovery = ""
	// PatientAccessNoSMART has no .well-known/smart-configuration: the extension in
	// metadata says where to sign in.
	PatientAccessNoSMART PatientAccessDiscovery = "metadata"
	// PatientAccessNoDiscovery has no document that names an endpoint.
	PatientAccessNoDiscovery PatientAccessDiscovery = "none"
	// PatientAccessTrapped names a token endpoint on another host, which nobody should ask.
	PatientAccessTrapped PatientAccessDiscovery = "trap"
	// PatientAccessPlain names endpoints that are plain http on a host of the network.
	PatientAccessPlain PatientAccessDiscovery = "http"
)

// PatientAccessApproval is where an app shows that the practice has not approved it for
// production. Where it really shows is not documented.
type PatientAccessApproval string

// The places.
const (
	PatientAccessApproved        PatientAccessApproval = ""
	PatientAccessNotAtAuthorize  PatientAccessApproval = "authorize" // error=unauthorized_client at the callback
	PatientAccessDeniedAuthorize PatientAccessApproval = "denied"    // error=access_denied at the callback
	PatientAccessNotAtToken      PatientAccessApproval = "token"     // 400 unauthorized_client
	PatientAccessNotAtData       PatientAccessApproval = "data"      // 403 ["Access denied"]
)

// PatientAccessOptions change the simulator; nil or the zero value is the gateway with one
// patient and one proxy, on loopback sockets, with a page for people to sign in.
type PatientAccessOptions struct {
	// InMemory listens on no socket: see PatientAccess.HTTPClient. It works in a
	// testing/synctest bubble.
	InMemory bool
	Addr     string // of the gateway; "": a free port of 127.0.0.1
	// Now starts the gateway's clock, which runs on from there; zero: the real time.
	Now       time.Time
	Latency   time.Duration // before each data answer
	SlowToken time.Duration // length of emrtest.FaultSlowToken; 0: 2 s
	SignIn    PatientAccessSignIn
	Redirects []string // registered callback URLs; none: http://127.0.0.1:8765/callback
	// AnyPort takes the registered callback URLs on a loopback address with any port, as RFC
	// 8252 wants it for programs on the person's own machine.
	AnyPort     bool
	Discovery   PatientAccessDiscovery
	Approval    PatientAccessApproval
	RequirePKCE bool // refuses a sign-in without a code challenge
	RequireAud  bool // refuses a sign-in without aud
	SendIssuer  bool // sends iss with the callback, as RFC 9207 has it
	// PublicClient is an app without a secret.
	PublicClient bool

	TokenLife   time.Duration // 0: 1 h
	RefreshLife time.Duration // 0: 48 h, as documented
	NoRefresh   bool          // hands out no refresh token
	KeepRefresh bool          // a refresh does not replace the refresh token
	NoPatient   bool          // token answers do not say who the patient is

	PageSize int // of an answer without _maxresults; 0: 10
	// CapResults takes _maxresults for a limit of the whole answer: what is beyond it has
	// no next link, only total tells of it.
	CapResults bool
	// BarePatient answers a search for patients with the Patient itself where there is
	// only one.
	BarePatient bool
	// BinaryDocuments puts documents at /Binary, which the gateway does not advertise.
	BinaryDocuments bool
	// Observe is told of each request when it is over, with the rules it broke. It is
	// called by many goroutines.
	Observe func(r emrtest.Request, broken []string)
}

// fill returns a copy with the defaults, or an error for what is no option.
func (o *PatientAccessOptions) fill() (PatientAccessOptions, error) {
	var f PatientAccessOptions
	if o != nil {
		f = *o
	}
	if len(f.Redirects) == 0 {
		f.Redirects = []string{"http://127.0.0.1:8765/callback"}
	}
	f.Redirects = slices.Clone(f.Redirects)
	if f.TokenLife == 0 {
		f.TokenLife = time.Hour
	}
	if f.RefreshLife == 0 {
		f.RefreshLife = 48 * time.Hour
	}
	if f.PageSize == 0 {
		f.PageSize = 10
	}
	switch {
	case !slices.Contains([]PatientAccessSignIn{PatientAccessPage, PatientAccessApprove, PatientAccessProxy, PatientAccessRefuse}, f.SignIn):
		return f, fmt.Errorf("nextgentest: no way to sign in %q", f.SignIn)
	case !slices.Contains([]PatientAccessDiscovery{PatientAccessDocumented, PatientAccessNoSMART, PatientAccessNoDiscovery, PatientAccessTrapped, PatientAccessPlain}, f.Discovery):
		return f, fmt.Errorf("nextgentest: no discovery %q", f.Discovery)
	case !slices.Contains([]PatientAccessApproval{PatientAccessApproved, PatientAccessNotAtAuthorize, PatientAccessDeniedAuthorize, PatientAccessNotAtToken, PatientAccessNotAtData}, f.Approval):
		return f, fmt.Errorf("nextgentest: no approval %q", f.Approval)
	case f.PageSize < 0:
		return f, fmt.Errorf("nextgentest: no page of %d", f.PageSize)
	}
	return f, nil
}
