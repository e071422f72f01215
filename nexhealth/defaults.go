package nexhealth

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// vendor names this package in errors, logs and Info.
const vendor = "nexhealth"

// The environments. Source: docs.nexhealth.com/docs/sandbox-and-test-mode.
const (
	Sandbox    = "sandbox"
	Production = "production"
)

// defaultBase serves both environments.
const defaultBase = "https://nexhealth.info"

// defaultVersion is the stable version since August 2026.
const defaultVersion = "v3.0.0"

const (
	defaultTokenLife = 55 * time.Minute
	defaultStale     = 30 * time.Minute
	defaultPage      = 100
	mostPage         = 1000
)

// resolve fills the defaults in and checks what can be checked without I/O.
func (c Config) resolve() (Config, *emr.Error) {
	c.BaseURL = strings.TrimRight(or(c.BaseURL, defaultBase), "/")
	c.Version = or(c.Version, defaultVersion)
	c.TokenLife = or(c.TokenLife, defaultTokenLife)
	c.StaleSync = or(c.StaleSync, defaultStale)
	c.PageSize = or(c.PageSize, defaultPage)
	c.GenderUnsaid = or(c.GenderUnsaid, "Other")
	c.Limits = Limits{
		PerSecond:         or(c.Limits.PerSecond, 100),
		SchedulePerSecond: or(c.Limits.SchedulePerSecond, 10),
		RecordsPerMinute:  or(c.Limits.RecordsPerMinute, 1000),
		OthersPerMinute:   or(c.Limits.OthersPerMinute, 2000),
	}
	c.Window = c.Window.resolved()
	c.UploadTypes, c.UploadBytes = uploadTypes(c.UploadTypes), or(c.UploadBytes, defaultUpload)
	return c, c.check()
}

func (c Config) check() *emr.Error {
	if err := c.checkAccess(); err != nil {
		return err
	}
	switch {
	case c.Environment != "" && c.Environment != Sandbox && c.Environment != Production:
		return configError("Environment", "the environment is sandbox or production, or empty")
	case c.Environment == Production && isLoopback(c.BaseURL):
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
		return asConfigError("BaseURL", err)
	}
	if c.APIKey.IsZero() {
		return configError("APIKey", "set the API key (NexHealth's developer portal shows it once)")
	}
	if c.APIKey.Equal(c.APIKey) { // one from a function equals nothing, and is not called here
		if text, err := c.APIKey.Reveal(context.Background()); err != nil || !fitsHeader(text) {
			return configError("APIKey", "the key goes into a header: the key itself, without blanks, line ends or the word Bearer, not a printed [redacted]")
		}
	}
	if c.Subdomain == "" {
		return configError("Subdomain", "set the institution's subdomain: the developer portal and GET /institutions show it")
	}
	if len(c.Subdomain) > mostSubdomain || !fitsHeader(c.Subdomain) || strings.ContainsAny(c.Subdomain, "/:?&=#") {
		return configError("Subdomain", "the subdomain is the institution's short name, such as acme-dental, no URL")
	}
	if c.Location == "" {
		return configError("Location", "set the id of the location (office): the developer portal and GET /locations show it")
	}
	if !isInteger(string(c.Location)) {
		return configError("Location", "the id of a location is a whole number, such as 9001")
	}
	return c.checkVersion()
}

// checkVersion refuses the deprecated version 2, whose paging and answers differ.
func (c Config) checkVersion() *emr.Error {
	if !fitsHeader(c.Version) || len(c.Version) > 64 {
		return configError("Version", "the version is a word such as v3.0.0")
	}
	v := strings.TrimPrefix(strings.ToLower(c.Version), "v")
	major, _, _ := strings.Cut(v, ".")
	switch {
	case major == "2" || major == "1":
		e := configError("Version", "version 2 is deprecated by NexHealth and not supported here: use v3.0.0")
		e.Err = emr.ErrUnsupported
		return e
	case major == "3", len(v) == 8 && v >= "20240412" && isInteger(v):
		return nil
	}
	return configError("Version", "the version is v3.0.0 (also written v20240412) or a later one")
}

// or returns v, or the default when v is zero.
func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// fitsHeader reports whether text is printable ASCII without blanks, and not what a
// hidden value prints as.
func fitsHeader(text string) bool {
	return text != "" && text != "[redacted]" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// asConfigError keeps the hint of err under our own field name.
func asConfigError(field string, err error) *emr.Error {
	e := configError(field, "use an https URL without query or user name (http only on a loopback address)")
	var inner *emr.Error
	if errors.As(err, &inner) && inner.Hint != "" {
		e.Hint = inner.Hint
	}
	return e
}

func isLoopback(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
