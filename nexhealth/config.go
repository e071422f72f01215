package nexhealth

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
)

// Config describes one connection to one location (office) of one institution. The zero
// value of a field is the default in its comment. APIKey, Subdomain and Location are
// required.
type Config struct {
	// APIKey buys the tokens. NexHealth has one host for sandbox and production: the key
	// decides which it is.
	APIKey auth.Secret
	// TokenStore shares the token among replicas of your service, of which one buys it
	// (auth/redisstore keeps it in Redis); nil: each process buys its own and keeps it in
	// memory. A store that fails is no error: see [auth.Config].
	TokenStore auth.Store
	// Subdomain names the institution. It is a query parameter, not a part of a host name.
	Subdomain string
	// Location is the office, an integer. One connection is for one office; further
	// locations of the institution may be named in queries.
	Location emr.LocationID
	// BaseURL is https, or http on a loopback address; "" is https://nexhealth.info.
	BaseURL string
	// Version is the header Nex-Api-Version; "" is v3.0.0. v20240412 is its other name.
	// Version 2 is not supported.
	Version string
	// Environment is "sandbox", "production" or "", which is either. Set it: a token of
	// the other environment is then refused (kind config) before any data is asked for.
	// The environment is told by the token's life, 24 hours in the sandbox and one hour
	// in production.
	Environment string
	// Zone is the location's time zone. nil: read from NexHealth where it is needed.
	Zone *time.Location
	// TokenLife is how long a token is used whose end cannot be read; 0 is 55 minutes.
	TokenLife time.Duration
	// PageSize is per_page of each list, 1 to 1000; 0 is 100. NexHealth's own default of
	// five is never used.
	PageSize int
	// Limits are NexHealth's request limits for each key.
	Limits Limits
	// Window is the stretch of the calendar that is searched where no days are asked for.
	Window Window
	// UploadTypes are the media types of documents that are sent; nil: application/pdf, the
	// only one NexHealth names. What a practice's system takes is its own affair.
	UploadTypes []string
	// UploadBytes is the most content of one document; 0 is 10 MiB. NexHealth states no
	// limit.
	UploadBytes int64

	// StaleSync is the age from which NexHealth's copy of the practice counts as stale;
	// 0 is 30 minutes. Gaps up to 20 minutes are normal, and an office that is closed
	// syncs nothing.
	StaleSync time.Duration
	// RequireWritable refuses to book (kind precondition, nothing sent) while NexHealth
	// cannot write to the practice's system: the location takes no bookings, the sync is
	// down or stale. Otherwise the booking is made and Appointment.Warnings says so.
	RequireWritable bool
	// RequireSex refuses to create a patient whose sex is not told (kind invalid, Fields
	// "sex").
	RequireSex bool
	// GenderUnsaid is sent for a patient whose sex is not told: "Female", "Male" or
	// "Other"; "" is "Other". NexHealth has these three words only, and takes Female
	// where none is sent.
	GenderUnsaid string
	// Outcomes is where webhooks tell what became of bookings, see [Webhook]; nil: a
	// private one that nobody tells anything. Give the same one to the Webhook handler.
	Outcomes *Outcomes
}

// Limits are the most requests NexHealth takes for one API key; 0 is the documented
// number in the comment. One request may count in several.
type Limits struct {
	PerSecond         int // 100: all requests
	SchedulePerSecond int // 10: appointments and slots
	RecordsPerMinute  int // 1000: patients and appointments
	OthersPerMinute   int // 2000: all the rest
}

// ConfigFrom reads a Config from named values: an environment, a database row, a file.
// The names are NEXHEALTH_API_KEY, NEXHEALTH_SUBDOMAIN, NEXHEALTH_LOCATION_ID, and not
// required NEXHEALTH_BASE_URL, NEXHEALTH_ENVIRONMENT, NEXHEALTH_API_VERSION and
// NEXHEALTH_TIME_ZONE. Nothing else is asked for.
//
// It fails with kind config when a value cannot be read or the whole cannot work. Fields
// of the error names the variable, or all that are missing.
func ConfigFrom(get func(key string) string) (Config, error) {
	values := configure.Values(get)
	text := values.Text
	zone, err := values.Zone(vendor, "NEXHEALTH_TIME_ZONE")
	if err != nil {
		return Config{}, err
	}
	c := Config{
		APIKey:      values.Secret("NEXHEALTH_API_KEY"),
		Subdomain:   text("NEXHEALTH_SUBDOMAIN"),
		Location:    emr.LocationID(text("NEXHEALTH_LOCATION_ID")),
		BaseURL:     text("NEXHEALTH_BASE_URL"),
		Environment: strings.ToLower(text("NEXHEALTH_ENVIRONMENT")),
		Version:     text("NEXHEALTH_API_VERSION"),
		Zone:        zone,
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
	"APIKey": "NEXHEALTH_API_KEY", "Subdomain": "NEXHEALTH_SUBDOMAIN", "Location": "NEXHEALTH_LOCATION_ID",
	"BaseURL": "NEXHEALTH_BASE_URL", "Environment": "NEXHEALTH_ENVIRONMENT", "Version": "NEXHEALTH_API_VERSION",
	"Zone": "NEXHEALTH_TIME_ZONE",
}

func configError(field, hint string) *emr.Error { return configure.Error(vendor, field, hint) }

// Format prints the environment only, for every verb: key, subdomain and location of a
// connection stay out of logs.
func (c Config) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nexhealth.Config{"+c.label()+"}")
}

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// label is the environment, if it is one of the two words.
func (c Config) label() string {
	if c.Environment == Sandbox || c.Environment == Production {
		return c.Environment
	}
	return ""
}
