package nextechsaas

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

// Config describes one connection to one practice. The zero value of a field is the
// default in its comment. ClientID and PracticeID are required, Resource with Microsoft's
// endpoints.
type Config struct {
	ClientID     string
	ClientSecret auth.Secret // of a confidential application; sent only when set
	PracticeID   string      // header x-nextech-practice-id
	BaseURL      string      // https, or http on loopback; "" is https://saas.nextech-api.com/ehr/api

	// Tenant is the Azure directory of the sign-in; "" is nextechapibeta.onmicrosoft.com, the
	// one that is documented. AuthURL and TokenURL replace the addresses made from it.
	Tenant            string
	AuthURL, TokenURL string
	// Resource is the API the token is for. Nextech gives it out with the client id; there is
	// no public value. It may be empty where TokenURL is not Microsoft's.
	Resource string
	// RedirectURL is where Microsoft sends the user after the sign-in, exactly as registered;
	// only [SignIn] needs it. The vendor's example is http://localhost:8000/callback/.
	RedirectURL string
	// RedirectParam is its name in the authorize URL; "" is redirect_uri. The vendor's page
	// says redirect_url, which Azure does not know.
	RedirectParam string
	NoPKCE        bool     // the sign-in sends PKCE unless set
	Keys          [][]byte // of the sign-in's cookie: see signin.Config

	// RefreshToken is that of an earlier sign-in. TokenStore keeps its successors, under
	// TokenKey, one for each signed-in user; nil: in memory, and a restart needs a new
	// sign-in where Azure has replaced the token.
	RefreshToken auth.Secret
	TokenStore   auth.Store
	TokenKey     string
	// Tokens is a source of the caller's own, instead of all that is above; auth.Static for
	// tests. It is not closed with the Client.
	Tokens auth.Source

	// Zone is the practice's time zone, for the days of visits; nil: days are those of UTC.
	Zone *time.Location
	// EncounterPath is where visits are searched, with {patientId} in it; "" is
	// /{patientId}/encounters/search. The vendor's examples also show
	// /{patientId}/encounters and /{patientId}/encounter.
	EncounterPath string
	// DateLayout is how days are sent, as for time.Format; "" is 2006-01-02. The vendor's
	// examples, 2-2-2000 and 5-5-2010, may be 1-2-2006 or 2-1-2006. Years have four digits.
	DateLayout string
	// Sections says how several sections are asked for at once: [SectionsRepeated] or
	// [SectionsJoined]; "" refuses more than one, for nothing documents how.
	Sections Sections
	// MostBytes bounds one answer with visits and their documents; 0 is 256 MiB. They are
	// read as a stream and take no memory for their size.
	MostBytes int64
	// PerSecond is the most requests a second; 0 is 20, the limit of Nextech's other APIs.
	PerSecond int
}

// Sections is a way to write several values of the parameter section.
type Sections string

// The ways. Neither is documented.
const (
	SectionsRepeated Sections = "repeated" // section=a&section=b
	SectionsJoined   Sections = "joined"   // section=a,b
)

// ConfigFrom reads a Config from named values: an environment, a database row, a file.
// The names are NEXTECHSAAS_CLIENT_ID, NEXTECHSAAS_PRACTICE_ID, and not required
// NEXTECHSAAS_BASE_URL, NEXTECHSAAS_AUTH_URL, NEXTECHSAAS_TOKEN_URL, NEXTECHSAAS_TENANT,
// NEXTECHSAAS_RESOURCE, NEXTECHSAAS_CLIENT_SECRET, NEXTECHSAAS_REFRESH_TOKEN,
// NEXTECHSAAS_REDIRECT_URL and NEXTECHSAAS_TIME_ZONE. Nothing else is asked for.
//
// It fails with kind config when a value cannot be read or the whole cannot work. Fields
// of the error names the variable, or all that are missing.
func ConfigFrom(get func(key string) string) (Config, error) {
	values := configure.Values(get)
	text := values.Text
	zone, err := values.Zone(vendor, "NEXTECHSAAS_TIME_ZONE")
	if err != nil {
		return Config{}, err
	}
	c := Config{
		ClientID:     text("NEXTECHSAAS_CLIENT_ID"),
		ClientSecret: values.Secret("NEXTECHSAAS_CLIENT_SECRET"),
		PracticeID:   text("NEXTECHSAAS_PRACTICE_ID"),
		BaseURL:      text("NEXTECHSAAS_BASE_URL"),
		AuthURL:      text("NEXTECHSAAS_AUTH_URL"),
		TokenURL:     text("NEXTECHSAAS_TOKEN_URL"),
		Tenant:       text("NEXTECHSAAS_TENANT"),
		Resource:     text("NEXTECHSAAS_RESOURCE"),
		RefreshToken: values.Secret("NEXTECHSAAS_REFRESH_TOKEN"),
		RedirectURL:  text("NEXTECHSAAS_REDIRECT_URL"),
		Zone:         zone,
	}
	if _, err := c.resolve(); err != nil {
		return Config{}, configure.Renamed(err, variables)
	}
	return c, nil
}

// ConfigFromEnv is ConfigFrom(os.Getenv).
func ConfigFromEnv() (Config, error) { return ConfigFrom(os.Getenv) }

// variables maps the fields of Config to the names ConfigFrom reads.
var variables = map[string]string{
	"ClientID": "NEXTECHSAAS_CLIENT_ID", "ClientSecret": "NEXTECHSAAS_CLIENT_SECRET", "PracticeID": "NEXTECHSAAS_PRACTICE_ID",
	"BaseURL": "NEXTECHSAAS_BASE_URL", "AuthURL": "NEXTECHSAAS_AUTH_URL", "TokenURL": "NEXTECHSAAS_TOKEN_URL",
	"Tenant": "NEXTECHSAAS_TENANT", "Resource": "NEXTECHSAAS_RESOURCE", "RefreshToken": "NEXTECHSAAS_REFRESH_TOKEN",
	"RedirectURL": "NEXTECHSAAS_REDIRECT_URL", "Zone": "NEXTECHSAAS_TIME_ZONE",
}

func configError(field, hint string) *emr.Error { return configure.Error(vendor, field, hint) }

const hiddenConfig = "nextechsaas.Config{}"

// Format prints nothing of the connection, for every verb.
func (c Config) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hiddenConfig) }

// LogValue is the text of Format.
func (c Config) LogValue() slog.Value { return slog.StringValue(hiddenConfig) }

// MarshalJSON writes the text of Format.
func (c Config) MarshalJSON() ([]byte, error) { return []byte(`"` + hiddenConfig + `"`), nil }
