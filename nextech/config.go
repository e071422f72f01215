package nextech

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
)

// Product says which of Nextech's two scheduling APIs the practice has. They are two
// products with two dialects, not sandbox and production of each other.
type Product string

// The products.
const (
	Select       Product = "select"       // Nextech Select, FHIR STU3
	PracticePlus Product = "practiceplus" // Nextech Practice+, FHIR STU3
)

// Config describes one connection to one practice. The zero value of a field is the
// default in its comment. A documented host is that of BaseURL when left empty.
//
// What to fill in, by the kind of access the practice has ordered:
//
//   - Select: ClientID, Username, Password, PracticeID.
//   - Practice+: Product, ClientID, ClientSecret, Resource, PracticeID.
//   - a sandbox of one's own: BaseURL, ClientID, ClientSecret.
type Config struct {
	Product Product // "" is Select
	// BaseURL is https, or http on a loopback address. "" is the product's documented
	// host: https://select.nextech-api.com/api or https://api.pm.nextech.com/api.
	BaseURL string
	// TokenURL "" is Nextech's Azure AD v1 endpoint for the documented hosts and for
	// password, refresh_token and resource grants, {BaseURL}/connect/token otherwise.
	TokenURL         string
	TokenURLFromBase bool // use {BaseURL}/connect/token where TokenURL is empty
	// Grant "" is password for Select and client_credentials for Practice+ on the
	// documented hosts; elsewhere what the credentials given here allow.
	Grant        auth.Grant
	ClientID     string
	ClientSecret auth.Secret // the password grant works without one
	Username     string      // looks like {guid}@nextech-api.com
	Password     auth.Secret // the first one expires at the first login: reset it at portal.azure.com
	RefreshToken auth.Secret // first one of a refresh_token grant; TokenStore has the later ones
	TokenStore   auth.Store  // keeps the refresh token, or shares other tokens among replicas (auth/redisstore); nil: in memory
	// Resource is sent to the token endpoint where set. "" on Select's documented host
	// is https://select.nextech-api.com/api; for Practice+ Nextech hands it out.
	Resource string
	// Scopes are sent where set. Empty with {BaseURL}/connect/token: DefaultScopes.
	Scopes []string
	// TokenParams are further form fields of the token request, for an endpoint that wants
	// what Nextech's pages do not name ("audience"). No secrets, and nothing that has a
	// field of its own here, or New fails with kind config. Azure AD v1 needs none.
	TokenParams url.Values
	StaticToken auth.Secret // a bearer token from elsewhere: nothing is fetched
	// PracticeID is the header nx-practice-id on every data call, and on no other.
	// Required on the documented hosts and with password, refresh_token and resource grants.
	PracticeID string
	// Zone is the clinic's. nil: times keep the offset Nextech sends.
	Zone        *time.Location
	Environment string // free label: "production", "sandbox"; "" is production on the documented hosts
	// ExtensionBase is what full extension URLs start with; "" is the product's documented one.
	ExtensionBase string
	// RequestsPerSecond for each endpoint (first path segment) and credential; 0 is 20, as
	// documented. Fractions above one are rounded down; 0.1 is one request in ten seconds.
	RequestsPerSecond float64

	// Practice+ demands these three for a new patient; they are the defaults.
	Practitioner   emr.PractitionerID // general practitioner
	ReferralSource string             // id of a referral source
	PatientStatus  string             // "" is Active

	// Author names your service on Practice+ appointments (external-author-id when
	// booking, modifiedBy when changing); "" sends neither.
	Author string
	// AllowUndocumentedCancel lets Practice+ cancel, and so hold, with PATCH
	// status=cancelled, which Nextech does not document.
	AllowUndocumentedCancel bool
}

// ConfigFrom reads a Config from named values: an environment, a database row, a
// file. The names are NEXTECH_PRODUCT, NEXTECH_BASE_URL, NEXTECH_TOKEN_URL,
// NEXTECH_GRANT_TYPE, NEXTECH_CLIENT_ID, NEXTECH_CLIENT_SECRET, NEXTECH_USERNAME,
// NEXTECH_PASSWORD, NEXTECH_REFRESH_TOKEN, NEXTECH_RESOURCE, NEXTECH_SCOPES (space
// separated), NEXTECH_PRACTICE_ID, NEXTECH_TIME_ZONE, and for new Practice+ patients
// NEXTECH_PRACTITIONER, NEXTECH_REFERRAL_SOURCE and NEXTECH_PATIENT_STATUS. Nothing
// else is asked for.
//
// It fails with kind config when a value cannot be read or the whole cannot work. Fields
// of the error names the variable, or all that are missing.
func ConfigFrom(get func(key string) string) (Config, error) {
	values := configure.Values(get)
	text, secret := values.Text, values.Secret
	zone, err := values.Zone(vendor, "NEXTECH_TIME_ZONE")
	if err != nil {
		return Config{}, err
	}
	c := Config{
		Product:        Product(strings.ToLower(text("NEXTECH_PRODUCT"))),
		BaseURL:        text("NEXTECH_BASE_URL"),
		TokenURL:       text("NEXTECH_TOKEN_URL"),
		Grant:          auth.Grant(text("NEXTECH_GRANT_TYPE")),
		ClientID:       text("NEXTECH_CLIENT_ID"),
		ClientSecret:   secret("NEXTECH_CLIENT_SECRET"),
		Username:       text("NEXTECH_USERNAME"),
		Password:       secret("NEXTECH_PASSWORD"),
		RefreshToken:   secret("NEXTECH_REFRESH_TOKEN"),
		Resource:       text("NEXTECH_RESOURCE"),
		Scopes:         strings.Fields(get("NEXTECH_SCOPES")),
		PracticeID:     text("NEXTECH_PRACTICE_ID"),
		Practitioner:   emr.PractitionerID(text("NEXTECH_PRACTITIONER")),
		ReferralSource: text("NEXTECH_REFERRAL_SOURCE"),
		PatientStatus:  text("NEXTECH_PATIENT_STATUS"),
		Zone:           zone,
	}
	if _, err := c.resolve(); err != nil {
		return Config{}, configure.Renamed(err, variables)
	}
	return c, nil
}

// ConfigFromEnv is ConfigFrom(os.Getenv).
func ConfigFromEnv() (Config, error) { return ConfigFrom(os.Getenv) }

// variables maps the fields of Config to the names ConfigFrom reads, so that an
// error names what the reader has to mend.
var variables = map[string]string{
	"Product": "NEXTECH_PRODUCT", "BaseURL": "NEXTECH_BASE_URL", "TokenURL": "NEXTECH_TOKEN_URL",
	"Grant": "NEXTECH_GRANT_TYPE", "ClientID": "NEXTECH_CLIENT_ID", "ClientSecret": "NEXTECH_CLIENT_SECRET",
	"Username": "NEXTECH_USERNAME", "Password": "NEXTECH_PASSWORD", "RefreshToken": "NEXTECH_REFRESH_TOKEN",
	"Resource": "NEXTECH_RESOURCE", "Scopes": "NEXTECH_SCOPES", "PracticeID": "NEXTECH_PRACTICE_ID",
	"Practitioner": "NEXTECH_PRACTITIONER", "ReferralSource": "NEXTECH_REFERRAL_SOURCE",
	"PatientStatus": "NEXTECH_PATIENT_STATUS",
}

func configError(field, hint string) *emr.Error { return configure.Error(vendor, field, hint) }

// Format prints product and grant only, for every verb: ids, user names and secrets
// of a connection stay out of logs.
func (c Config) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nextech.Config{"+strings.TrimSpace(string(c.Product)+" "+string(c.Grant))+"}")
}

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }
