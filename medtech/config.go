package medtech

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
)

// Config describes one connection to ALEX for one vendor application. The zero value of a
// field is the default in its comment. ClientID, ClientSecret, Scope and one of
// Environment and BaseURL are required; the facility is given here or with [WithFacility].
type Config struct {
	// Environment is one of NZUAT, NZProduction and AUProduction, which know their base
	// URL, or any label together with BaseURL: AUUAT has no known address. There is no
	// default.
	Environment string
	// BaseURL is https, or http on a loopback address, with its path: Medtech's own hosts
	// get "/FHIR" where none is given. "" is that of the environment.
	BaseURL string
	// TokenURL "" is Azure AD version 2 for TenantID.
	TokenURL string
	// TenantID is the Azure AD tenant; "" is DefaultTenantID, the documented one of all
	// environments.
	TenantID     string
	ClientID     string
	ClientSecret auth.Secret // shown once by Medtech; rotated by hand
	// Scope is api://{application}/.default: UAT and production have different ones, and
	// Medtech hands them out.
	Scope string
	// TokenStore shares the token among replicas of your service, of which one buys it
	// (auth/redisstore keeps it in Redis); nil: each process buys its own and keeps it in
	// memory. A store that fails is no error: see [auth.Config].
	TokenStore auth.Store
	// Facility is the HPI facility id of the practice, the header mt-facilityid: F2N060-E.
	// It is taken as it is: not every id of the vendor's own sandbox passes the HPI check.
	// "": every call says it with WithFacility.
	Facility string
	// AppID is a short name of your application, the header mt-appid; "" sends none.
	AppID string
	// OmitCorrelationID leaves the header mt-correlationid out: then Medtech's gateway
	// makes an id of its own, which Error.RequestID does not know.
	OmitCorrelationID bool
	// Header holds further headers of each data call, for what Medtech's support asks for
	// (how a call selects their "V2" is not published). Not for the token endpoint.
	Header http.Header
	// Zone is the practice's. nil: Pacific/Auckland for New Zealand's environments and
	// hosts; required elsewhere, Australia has several.
	Zone *time.Location
	// Parallel is how many calls at once one facility gets; 0 is 4. The practice's own
	// system runs out of access licences. Connections that share (emr.Options.Shared) count
	// together up to 4; give those with more the same number.
	Parallel int

	// BookingStatus is the status of a new appointment: "booked", which "" is, or
	// "proposed", which an older guide has.
	BookingStatus string
	// UpdateByID changes appointments with PUT /Appointment/{id}, not with the documented
	// PUT /Appointment?patient.identifier=...
	UpdateByID bool
	// AbsoluteReferences writes references as https://host/fhir/Patient/1, as the vendor's
	// examples do, not as Patient/1. The host is that of BaseURL: not with a relay of yours.
	AbsoluteReferences bool
	// ReferenceTypes adds "type": "Patient" to the participants of appointments, by which
	// the Australian profiles tell them apart. Always on for AUProduction and AUUAT.
	ReferenceTypes bool
	// StrictNHI refuses NHI numbers whose check character is wrong, before anything is
	// sent (kind invalid). Medtech's own sandbox has patients with such numbers.
	StrictNHI bool
	// ExperimentalCreate lets new patients be created: a plain FHIR R4 Patient is posted.
	// That ALEX takes new patients was seen, but their form is published nowhere, so this
	// is off. Try it with your practice in the sandbox first. The token needs the role
	// patient.create.write.
	ExperimentalCreate bool

	// Images is about what StoreImage sends.
	Images ImageConfig
}

// ConfigFrom reads a Config from named values: an environment, a database row, a file.
// The names are MEDTECH_CLIENT_ID, MEDTECH_CLIENT_SECRET, MEDTECH_API_SCOPE,
// MEDTECH_FACILITY_ID, and not required MEDTECH_TENANT_ID, MEDTECH_APP_ID,
// MEDTECH_BASE_URL, MEDTECH_TOKEN_URL, MEDTECH_TIME_ZONE (Pacific/Auckland, but for
// Medtech's Australian hosts) and MEDTECH_ENVIRONMENT. Without base URL and environment
// the sandbox NZUAT is meant: nothing is booked at a real practice because a variable was
// forgotten. Nothing else is asked for.
//
// It fails with kind config, naming the variable, or all that are missing, when a value
// cannot be read or the whole cannot work.
func ConfigFrom(get func(key string) string) (Config, error) {
	values := configure.Values(get)
	c := Config{
		Environment:  strings.ToLower(values.Text("MEDTECH_ENVIRONMENT")),
		BaseURL:      values.Text("MEDTECH_BASE_URL"),
		TokenURL:     values.Text("MEDTECH_TOKEN_URL"),
		TenantID:     values.Text("MEDTECH_TENANT_ID"),
		ClientID:     values.Text("MEDTECH_CLIENT_ID"),
		ClientSecret: values.Secret("MEDTECH_CLIENT_SECRET"),
		Scope:        values.Text("MEDTECH_API_SCOPE"),
		Facility:     values.Text("MEDTECH_FACILITY_ID"),
		AppID:        values.Text("MEDTECH_APP_ID"),
	}
	if c.BaseURL == "" && c.Environment == "" {
		c.Environment = NZUAT
	}
	zone, err := values.Zone(vendor, "MEDTECH_TIME_ZONE")
	if err == nil && zone == nil && !c.isAustralian() {
		zone, err = configure.Values(func(string) string { return auckland }).Zone(vendor, "MEDTECH_TIME_ZONE")
	}
	if err != nil {
		return Config{}, err
	}
	c.Zone = zone
	missing := c.missing()
	missing.Need(c.Facility != "", "Facility", "the HPI facility id of the practice, such as F2N060-E")
	if err := missing.Err(vendor, ""); err != nil {
		return Config{}, configure.Renamed(err, variables)
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
	"Environment": "MEDTECH_ENVIRONMENT", "BaseURL": "MEDTECH_BASE_URL", "TokenURL": "MEDTECH_TOKEN_URL",
	"TenantID": "MEDTECH_TENANT_ID", "ClientID": "MEDTECH_CLIENT_ID", "ClientSecret": "MEDTECH_CLIENT_SECRET",
	"Scope": "MEDTECH_API_SCOPE", "Facility": "MEDTECH_FACILITY_ID", "AppID": "MEDTECH_APP_ID", "Zone": "MEDTECH_TIME_ZONE",
}

func configError(field, hint string) *emr.Error { return configure.Error(vendor, field, hint) }

// Format prints the environment only, for every verb: ids and secrets of a connection
// stay out of logs.
func (c Config) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "medtech.Config{"+c.label()+"}")
}

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// label is the environment, if it is one of the known words.
func (c Config) label() string {
	switch c.Environment {
	case NZUAT, NZProduction, AUUAT, AUProduction:
		return c.Environment
	}
	return ""
}
