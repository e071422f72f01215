package patientaccess

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
)

// Version is the release of FHIR that is spoken.
type Version string

// The versions.
const (
	R4    Version = "R4"
	DSTU2 Version = "DSTU2"
)

// Config describes one app, and, where RefreshToken or TokenStore is set, one person's sign-in.
// The zero value of a field is the default in its comment. ClientID and RedirectURL are
// required.
type Config struct {
	ClientID     string
	ClientSecret auth.Secret // absent for public clients
	// RedirectURL is a callback URL of the registration, letter for letter. https; http on
	// a loopback address.
	RedirectURL string
	// Version "" is R4, or DSTU2 where the BaseURL ends in /dstu2.
	Version Version
	// BaseURL "" is NextGen's gateway for the Version, the same for sandboxes and all
	// practices. A practice's own address is in the list of practices (Practices).
	BaseURL string

	// AuthorizeURL and TokenURL "" are found by Discover; without it they are the documented
	// ones, for NextGen's own gateway only. What is set here is not asked for, and used
	// whatever host it names.
	AuthorizeURL, TokenURL string
	// Issuer is what an iss in the callback must be, letter for letter. "": one at the host
	// of AuthorizeURL or TokenURL, for NextGen's documents name two.
	Issuer string
	// Scopes nil: openid fhirUser launch/patient offline_access patient/*.read. Empty and not
	// nil: none are asked for, and the registration decides.
	Scopes []string
	// CookieKeys seal the cookie of a sign-in through a web server: 32 bytes each, the first
	// one seals, all open. Only SignIn.Start and Callback need them.
	CookieKeys [][]byte

	// RefreshToken is that of an earlier sign-in, for New. It must be used within 48 hours.
	RefreshToken auth.Secret
	// TokenStore keeps the token that replaces it (auth/redisstore); nil: in memory, lost with
	// the process. With a store, TokenKey says whose sign-in it is: one key for each person.
	TokenStore auth.Store
	TokenKey   string
	// Patient is whose record is read; the zero ID: the one of the sign-in, else the one
	// the token sees.
	Patient emr.PatientID

	// PageSize is asked for on each page (_maxresults), 1 to 1000; 0 is 100.
	PageSize int
}

// ConfigFrom reads a Config from named values: an environment, a database row, a file.
// The names are NEXTGEN_FHIR_CLIENT_ID, NEXTGEN_FHIR_REDIRECT_URL, and not required
// NEXTGEN_FHIR_CLIENT_SECRET, NEXTGEN_FHIR_BASE_URL, NEXTGEN_FHIR_VERSION (R4 or DSTU2)
// and NEXTGEN_FHIR_REFRESH_TOKEN. Nothing else is asked for.
//
// It fails with kind config, naming the variable, or all that are missing, when a value
// cannot be read or the whole cannot work.
func ConfigFrom(get func(key string) string) (Config, error) {
	values := configure.Values(get)
	c := Config{
		ClientID:     values.Text("NEXTGEN_FHIR_CLIENT_ID"),
		ClientSecret: values.Secret("NEXTGEN_FHIR_CLIENT_SECRET"),
		RedirectURL:  values.Text("NEXTGEN_FHIR_REDIRECT_URL"),
		BaseURL:      values.Text("NEXTGEN_FHIR_BASE_URL"),
		Version:      Version(strings.ToUpper(values.Text("NEXTGEN_FHIR_VERSION"))),
		RefreshToken: values.Secret("NEXTGEN_FHIR_REFRESH_TOKEN"),
	}
	if _, err := c.resolve(); err != nil {
		return Config{}, configure.Renamed(err, variables)
	}
	return c, nil
}

// ConfigFromEnv is ConfigFrom(os.Getenv).
func ConfigFromEnv() (Config, error) { return ConfigFrom(os.Getenv) }

// variables maps the fields of Config to the names ConfigFrom reads, so that an error
// names what the reader has to mend.
var variables = map[string]string{
	"ClientID": "NEXTGEN_FHIR_CLIENT_ID", "ClientSecret": "NEXTGEN_FHIR_CLIENT_SECRET", "RedirectURL": "NEXTGEN_FHIR_REDIRECT_URL",
	"BaseURL": "NEXTGEN_FHIR_BASE_URL", "Version": "NEXTGEN_FHIR_VERSION", "RefreshToken": "NEXTGEN_FHIR_REFRESH_TOKEN",
}

func configError(field, hint string) *emr.Error { return configure.Error(vendor, field, hint) }

// Format prints the version only, for every verb: ids and secrets of a connection stay out
// of logs.
func (c Config) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "patientaccess.Config{"+c.label()+"}")
}

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// label is the version, if it is one.
func (c Config) label() string {
	if c.Version == R4 || c.Version == DSTU2 {
		return string(c.Version)
	}
	return ""
}
