package nextechsaas

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/transport"
)

// resolve fills the defaults in and checks what can be checked without I/O.
func (c Config) resolve() (Config, *emr.Error) {
	c = c.resolved()
	if _, err := transport.ParseBase("BaseURL", c.BaseURL); err != nil {
		return c, configure.Because(vendor, "BaseURL", "use an https URL", err)
	}
	var m configure.Missing
	m.Need(c.PracticeID != "", "PracticeID", "the practice id (Nextech gives it out; it goes into the header x-nextech-practice-id)")
	if c.Tokens == nil {
		m.Need(c.ClientID != "", "ClientID", "the client id of the application")
		m.Need(c.Resource != "" || !strings.HasPrefix(strings.ToLower(c.TokenURL), microsoft), "Resource", "the resource the token is for (Nextech gives it out with the client id)")
	}
	if err := m.Err(vendor, ""); err != nil {
		return c, err
	}
	return c, c.check()
}

// tenants are a directory's domain name or id.
var tenants = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)

func (c Config) check() *emr.Error {
	switch {
	case !peer.FitsHeader(c.PracticeID):
		return configError("PracticeID", "the practice id goes into a header: printable ASCII without blanks at the ends")
	case !tenants.MatchString(c.Tenant):
		return configError("Tenant", "the tenant is a domain name or an id, no URL")
	case c.Zone == time.Local && c.Zone != nil:
		return configError("Zone", "name the practice's zone: the zone of this machine is not it")
	case !isTemplate(c.EncounterPath):
		return configError("EncounterPath", "the path begins with a slash, has {patientId} as one segment and is written in ASCII")
	case !isLayout(c.DateLayout):
		return configError("DateLayout", "the layout writes day, month and all four digits of the year, as for time.Format: 2006-01-02")
	case c.Sections != "" && c.Sections != SectionsRepeated && c.Sections != SectionsJoined:
		return configError("Sections", "several sections are repeated or joined")
	case c.MostBytes < 1:
		return configError("MostBytes", "an answer has a byte at least; 0 is 256 MiB")
	case c.PerSecond < 1 || c.PerSecond > 1e6:
		return configError("PerSecond", "one request a second at least; 0 is 20")
	case c.Tokens != nil && (!c.RefreshToken.IsZero() || c.TokenStore != nil):
		return configError("Tokens", "the source of tokens stands for refresh token and store: set one of them")
	}
	return nil
}

// isTemplate reports whether path is one that ids can be put into.
func isTemplate(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#%\\ ") || strings.ContainsFunc(path, isNoASCII) {
		return false
	}
	ids := 0
	for segment := range strings.SplitSeq(path[1:], "/") {
		switch {
		case segment == "{patientId}":
			ids++
		case segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "{}"):
			return false
		}
	}
	return ids == 1
}

// isNoASCII reports whether r cannot be printed, or not by everybody.
func isNoASCII(r rune) bool { return r <= ' ' || r > '~' }

// isLayout reports whether a date of any century survives being written and read: with two
// digits of the year the first visits of a long life would not be asked for.
func isLayout(layout string) bool {
	if strings.ContainsFunc(layout, unicode.IsControl) {
		return false
	}
	for _, day := range []time.Time{
		time.Date(1901, time.November, 23, 0, 0, 0, 0, time.UTC), time.Date(2031, time.February, 4, 0, 0, 0, 0, time.UTC),
	} {
		if got, err := time.Parse(layout, day.Format(layout)); err != nil || !got.Equal(day) {
			return false
		}
	}
	return true
}
