package signin

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/emrkit/emrkit/auth"
)

// Config describes an authorization server and this application as it knows it.
type Config struct {
	Vendor, Name string // for errors: the vendor and the caller's own alias of the connection

	AuthorizeURL string // where the person goes: https, http only for a loopback address; may have a query
	TokenURL     string // where the code goes: https, http only for a loopback address
	// Issuer is what the server calls itself in the parameter iss of the callback (RFC 9207).
	// A callback with another one is refused, one without is not. "": iss, if it comes, must
	// at least be on the host of AuthorizeURL or TokenURL.
	Issuer string

	ClientID     string
	ClientSecret auth.Secret // absent for public clients
	Style        auth.Style  // where id and secret go in the token request

	// RedirectURL is where the person comes back to, exactly as it is registered with the
	// server: https, http only for a loopback address. For [Flow.Local] it is
	// http://127.0.0.1:PORT/PATH, [::1] or localhost; port 0 takes any free port, for servers
	// that allow that (RFC 8252, 7.3).
	RedirectURL   string
	RedirectParam string // its name in the authorize URL; "": redirect_uri, as in the token request

	Scopes   []string   // joined with blanks
	Resource string     // sent when set, in both steps (Azure AD v1: required)
	Audience string     // sent when set, as aud (SMART: the FHIR base URL)
	Extra    url.Values // further parameters of the authorize URL; no secrets

	NoPKCE bool // PKCE with S256 unless set: for servers that choke on it

	// Keys seal the cookie of [Flow.Start]: 32 random bytes each. The first seals, all open: to
	// change keys, put the new one last on all replicas, then first, then drop the old one.
	// Begin, Finish and Local need none.
	Keys     [][]byte
	Lifetime time.Duration // how long a person may take, at most an hour; 0: 10 minutes

	HTTPClient *http.Client // carries the token request: as in auth.Config
	Logger     *slog.Logger // gets a debug line for each token request
}

// Format prints vendor and name only, for every verb.
func (c Config) Format(s fmt.State, verb rune) {
	formatHidden(s, verb, "signin.Config{"+c.Vendor+" "+c.Name+"}")
}

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// MarshalJSON writes vendor and name only.
func (c Config) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"vendor": c.Vendor, "name": c.Name})
}

// formatHidden writes text for any verb, quoted for %q so that output stays parseable.
func formatHidden(f fmt.State, verb rune, text string) {
	if verb == 'q' {
		text = `"` + text + `"`
	}
	_, _ = io.WriteString(f, text)
}
