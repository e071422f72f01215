package nexhealth

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// check refuses what cannot work, before any request. All that is missing is one error.
func (c Config) check() *emr.Error {
	if err := c.checkAccess(); err != nil {
		return err
	}
	switch {
	case c.Environment != "" && c.Environment != Sandbox && c.Environment != Production:
		return configError("Environment", "the environment is sandbox or production, or empty")
	case c.Environment == Production && onThisMachine(c.BaseURL):
		return configError("Environment", "the base URL is this machine, not production")
	case c.Zone == time.Local && c.Zone != nil:
		return configError("Zone", "name the location's zone: the zone of this machine is not it")
	case c.TokenLife < time.Minute || c.TokenLife > 24*time.Hour:
		return configError("TokenLife", "a token is used for a minute to a day; 0 is 55 minutes")
	case c.StaleSync < time.Minute:
		return configError("StaleSync", "a sync is stale after a minute at the earliest; 0 is 30 minutes")
	case c.PageSize < 1 || c.PageSize > mostPage:
		return configError("PageSize", "a page has 1 to 1000 records; 0 is 100")
	case !c.Window.valid():
		return configError("Window", "the days are not negative and ten years at most; 0 is a year back and two ahead")
	case !areMediaTypes(c.UploadTypes):
		return configError("UploadTypes", "name media types in lower case and without parameters, such as application/pdf")
	case c.UploadBytes < 1:
		return configError("UploadBytes", "a document has a byte at least; 0 is 10 MiB")
	case !slices.Contains([]string{"Female", "Male", "Other"}, c.GenderUnsaid):
		return configError("GenderUnsaid", "NexHealth knows Female, Male and Other")
	}
	for _, n := range []int{c.Limits.PerSecond, c.Limits.SchedulePerSecond, c.Limits.RecordsPerMinute, c.Limits.OthersPerMinute} {
		if n < 1 || n > 1e9 {
			return configError("Limits", "a limit lets through one request at least; 0 is the documented one")
		}
	}
	return nil
}

// checkAccess looks at what reaches the vendor: address, key, scope and version.
func (c Config) checkAccess() *emr.Error {
	if _, err := transport.ParseBase("BaseURL", c.BaseURL); err != nil {
		return configure.Because(vendor, "BaseURL", "use an https URL", err)
	}
	var m configure.Missing
	m.Need(!c.APIKey.IsZero(), "APIKey", "the API key (NexHealth's developer portal shows it once)")
	m.Need(c.Subdomain != "", "Subdomain", "the institution's subdomain (the portal and GET /institutions show it)")
	m.Need(c.Location != "", "Location", "the id of the location, which is an office (the portal and GET /locations show it)")
	if err := m.Err(vendor, ""); err != nil {
		return err
	}
	if !configure.GoesIntoHeader(c.APIKey) {
		return configError("APIKey", "the key goes into a header: the key itself, without blanks, line ends or the word Bearer, not a printed [redacted]")
	}
	if len(c.Subdomain) > mostSubdomain || !peer.FitsHeader(c.Subdomain) || strings.ContainsAny(c.Subdomain, "/:?&=#") {
		return configError("Subdomain", "the subdomain is the institution's short name, such as acme-dental, no URL")
	}
	if !vendorjson.IsWholeNumber(string(c.Location)) {
		return configError("Location", "the id of a location is a whole number, such as 9001")
	}
	return c.checkVersion()
}

// checkVersion refuses the deprecated version 2, whose paging and answers differ.
func (c Config) checkVersion() *emr.Error {
	if !peer.FitsHeader(c.Version) || len(c.Version) > 64 {
		return configError("Version", "the version is a word such as v3.0.0")
	}
	v := strings.TrimPrefix(strings.ToLower(c.Version), "v")
	major, _, _ := strings.Cut(v, ".")
	switch {
	case major == "2" || major == "1":
		e := configError("Version", "version 2 is deprecated by NexHealth and not supported here: use v3.0.0")
		e.Err = emr.ErrUnsupported
		return e
	case major == "3", len(v) == 8 && v >= "20240412" && vendorjson.IsWholeNumber(v):
		return nil
	}
	return configError("Version", "the version is v3.0.0 (also written v20240412) or a later one")
}

// onThisMachine reports whether a URL can only lead to this machine.
func onThisMachine(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && peer.IsLoopback(u.Hostname())
}
