package nextgen

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
)

// Config describes one connection to one practice at one NextGen site. The zero value of
// a field is the default in its comment. ClientID, ClientSecret, SiteID, EnterpriseID,
// PracticeID and Zone are required, and none of them has a default: sandbox, test and
// production share one host, and a wrong site writes to somebody's production.
type Config struct {
	// ClientID and ClientSecret are those of an Enterprise application of the developer
	// portal; one registration serves all sites that approved it.
	ClientID     string
	ClientSecret auth.Secret
	// SiteID is the UUID of one installation. A client shows its TEST id when it approves
	// the application for beta, and its PROD id when it approves it for production.
	SiteID string
	// EnterpriseID and PracticeID are zero padded digits, "00002" and "0006", and are sent
	// exactly as they are given: "6" is not "0006". GET /master/practices lists them.
	EnterpriseID string
	PracticeID   string
	// Zone is the practice's: NextGen sends and takes wall clock times without offset.
	Zone *time.Location
	// BaseURL is https, or http on a loopback address;
	// "" is https://nativeapi.nextgen.com/nge/prod/nge-api/api.
	BaseURL string
	// TokenURL "" is /nge/prod/nge-oauth/token on the host of BaseURL.
	TokenURL string
	// RedirectURL must stay empty: an Enterprise application has no callback. One that has
	// is registered for Patient Access, see package patientaccess.
	RedirectURL string

	// SessionID is the X-NG-SessionId of a selection made before, which does not expire;
	// zero: it is asked for once with PUT /users/me/login-defaults. It is opaque and as
	// good as a credential. It must belong to these enterprise and practice ids.
	SessionID auth.Secret
	// TokenStore shares the token among replicas of your service, of which one buys it
	// (auth/redisstore); nil: each process has its own. The practice selection is asked for
	// by each process: SessionID spares that.
	TokenStore auth.Store
	// LocationID and ProviderID become part of the selection, where a site wants them.
	LocationID emr.LocationID
	ProviderID emr.PractitionerID
	// SendZone makes the name of Zone part of the selection (timeZone).
	SendZone bool

	// PageSize is $top of each list, 1 to 1000; 0 is 100. The server's own is 25, the most
	// it takes is not published.
	PageSize int
	// SlotSource says where free times come from; "" is SlotsAuto.
	SlotSource SlotSource
	// Fold says what a time means that the practice's clock shows twice, in the hour when
	// clocks go back; "" is FoldRefuse.
	Fold Fold
	// CancelReason and RescheduleReason are ids of list items (as_cancel_reason,
	// as_resched_reason) sent with each cancellation and move; "" is the first entry of
	// the practice's list that is not deleted.
	CancelReason     string
	RescheduleReason string
	// CreateChart gives each new person a chart, which makes a patient of it and gives it
	// its medical record number. Without it the practice's staff does, or check-in.
	CreateChart bool
}

// SlotSource is a way to find free times.
type SlotSource string

// The ways.
const (
	SlotsAuto         SlotSource = "auto"         // availability where the type is known, else the template
	SlotsAvailability SlotSource = "availability" // POST /appointments/availability: the site's own search, for one event
	SlotsTemplate     SlotSource = "slots"        // GET /appointments/slots: increments of the template, joined here
)

// Fold says which of two instants is meant by a local time that occurs twice.
type Fold string

// The meanings. A vendor time in the fold is read as the first occurrence unless FoldLater
// is set. It is written only where Fold says how the practice's clock counts.
const (
	FoldRefuse  Fold = "refuse"  // booking at a doubtful time is refused, kind invalid
	FoldEarlier Fold = "earlier" // the first occurrence; the second one cannot be booked
	FoldLater   Fold = "later"   // the second occurrence; the first one cannot be booked
)

// ConfigFrom reads a Config from named values: an environment, a database row, a file.
// The names are NEXTGEN_CLIENT_ID, NEXTGEN_CLIENT_SECRET, NEXTGEN_SITE_ID,
// NEXTGEN_ENTERPRISE_ID, NEXTGEN_PRACTICE_ID, NEXTGEN_TIME_ZONE, and not required
// NEXTGEN_BASE_URL and NEXTGEN_TOKEN_URL. NEXTGEN_REDIRECT_URL must be empty. Nothing
// else is asked for.
//
// It fails with kind config when a value cannot be read or the whole cannot work. Fields
// of the error names the variable, or all that are missing.
func ConfigFrom(get func(key string) string) (Config, error) {
	values := configure.Values(get)
	text := values.Text
	zone, err := values.Zone(vendor, "NEXTGEN_TIME_ZONE")
	if err != nil {
		return Config{}, err
	}
	c := Config{
		ClientID:     text("NEXTGEN_CLIENT_ID"),
		ClientSecret: values.Secret("NEXTGEN_CLIENT_SECRET"),
		SiteID:       text("NEXTGEN_SITE_ID"),
		EnterpriseID: text("NEXTGEN_ENTERPRISE_ID"),
		PracticeID:   text("NEXTGEN_PRACTICE_ID"),
		Zone:         zone,
		BaseURL:      text("NEXTGEN_BASE_URL"),
		TokenURL:     text("NEXTGEN_TOKEN_URL"),
		RedirectURL:  text("NEXTGEN_REDIRECT_URL"),
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
	"ClientID": "NEXTGEN_CLIENT_ID", "ClientSecret": "NEXTGEN_CLIENT_SECRET", "SiteID": "NEXTGEN_SITE_ID",
	"EnterpriseID": "NEXTGEN_ENTERPRISE_ID", "PracticeID": "NEXTGEN_PRACTICE_ID", "Zone": "NEXTGEN_TIME_ZONE",
	"BaseURL": "NEXTGEN_BASE_URL", "TokenURL": "NEXTGEN_TOKEN_URL", "RedirectURL": "NEXTGEN_REDIRECT_URL",
}

func configError(field, hint string) *emr.Error { return configure.Error(vendor, field, hint) }

// Format prints no field, for every verb: ids and secrets of a connection stay out of
// logs.
func (c Config) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "nextgen.Config{}") }

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }
