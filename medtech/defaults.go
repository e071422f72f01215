package medtech

import (
	"cmp"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/transport"
)

// vendor names this package in errors, logs and Info.
const vendor = "medtech"

// The environments. Sources: the ALEX guide of 2021 for New Zealand; for Australia the
// host is that of the published profiles, and the path is assumed to be the same.
const (
	NZUAT        = "nz-uat"        // sandbox, https://alexapiuat.medtechglobal.com/FHIR
	NZProduction = "nz-production" // https://alexapi.medtechglobal.com/FHIR
	AUUAT        = "au-uat"        // sandbox, the address is not published: set BaseURL
	AUProduction = "au-production" // https://alexapi.medtechglobal.com.au/FHIR, assumed
)

// bases are the base URLs of the environments.
var bases = map[string]string{
	NZUAT:        "https://alexapiuat.medtechglobal.com/FHIR",
	NZProduction: "https://alexapi.medtechglobal.com/FHIR",
	AUProduction: "https://alexapi.medtechglobal.com.au/FHIR",
}

// DefaultTenantID is Medtech's Azure AD tenant, documented as the same one in every
// environment of New Zealand and Australia.
const DefaultTenantID = "8a024e99-aba3-4b25-b875-28b0c0ca6096"

// loginHost is where Azure AD hands tokens out.
const loginHost = "https://login.microsoftonline.com/"

const auckland = "Pacific/Auckland"

const (
	defaultParallel = 4
	mostParallel    = 100
)

// resolve fills the defaults in and checks what can be checked without I/O.
func (c Config) resolve() (Config, *emr.Error) {
	if c.BaseURL == "" {
		switch base, ok := bases[c.Environment]; {
		case ok:
			c.BaseURL = base
		case c.Environment == AUUAT:
			return c, configError("BaseURL", "the address of the Australian sandbox is not published: set the one Medtech gave you")
		case c.Environment == "":
			return c, configError("BaseURL", "set the environment (nz-uat, nz-production, au-production) or the base URL")
		default:
			return c, configError("Environment", "the environment is nz-uat, nz-production or au-production; any other needs the base URL")
		}
	}
	base, err := transport.ParseBase("BaseURL", c.BaseURL)
	if err != nil {
		return c, configure.Because(vendor, "BaseURL", "use an https URL without query or user name (http only on a loopback address)", err)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if isMedtech(base.Hostname()) && strings.Trim(base.Path, "/") == "" {
		c.BaseURL += "/FHIR"
	}
	c.TenantID = cmp.Or(c.TenantID, DefaultTenantID)
	c.TokenURL = cmp.Or(c.TokenURL, loginHost+c.TenantID+"/oauth2/v2.0/token")
	c.Parallel = cmp.Or(c.Parallel, defaultParallel)
	c.BookingStatus = cmp.Or(c.BookingStatus, statusBooked)
	c.ReferenceTypes = c.ReferenceTypes || c.isAustralian()
	if c.Environment == "" {
		for name, known := range bases {
			if strings.EqualFold(hostOf(known), base.Hostname()) {
				c.Environment = name
			}
		}
	}
	if c.Zone == nil && c.isNewZealand() {
		zone, err := emr.LoadZone(auckland)
		if err != nil {
			return c, configure.Because(vendor, "Zone", "", err)
		}
		c.Zone = zone
	}
	c.Images = c.Images.resolved()
	return c, c.check()
}

// missing is what Medtech hands out and is not there.
func (c Config) missing() *configure.Missing {
	m := new(configure.Missing)
	m.Need(c.ClientID != "", "ClientID", "the client id (Medtech registers it for your application)")
	m.Need(!c.ClientSecret.IsZero(), "ClientSecret", "the client secret (Medtech shows it once)")
	m.Need(c.Scope != "", "Scope", "the scope, api://{application}/.default (UAT and production have different ones, ask Medtech)")
	return m
}

func (c Config) check() *emr.Error {
	if err := c.missing().Err(vendor, ""); err != nil {
		return err
	}
	switch {
	case !peer.FitsHeader(c.ClientID):
		return configError("ClientID", "the client id has no blanks or line ends")
	case !configure.GoesIntoHeader(c.ClientSecret):
		return configError("ClientSecret", "the secret itself, without blanks or line ends, not a printed [redacted]")
	case !peer.FitsHeader(c.Scope) || strings.Contains(c.Scope, ","):
		return configError("Scope", "the scope is one word such as api://{application}/.default")
	case !isPlain(c.TenantID):
		return configError("TenantID", "the tenant is a GUID or a domain")
	case c.Facility != "" && !fitsFacility(c.Facility):
		return configError("Facility", "the facility id goes into a header: printable ASCII without blanks, such as F2N060-E")
	case c.AppID != "" && (!peer.FitsHeader(c.AppID) || len(c.AppID) > 64):
		return configError("AppID", "the application's name goes into a header: up to 64 printable ASCII characters without blanks")
	case c.Zone == nil:
		return configError("Zone", "set the practice's time zone, such as Australia/Sydney: only New Zealand's hosts have a default")
	case c.Zone == time.Local:
		return configError("Zone", "name the practice's zone: the zone of this machine is not it")
	case c.Parallel < 1 || c.Parallel > mostParallel:
		return configError("Parallel", "one facility gets 1 to 100 calls at once; 0 is 4")
	case c.BookingStatus != statusBooked && c.BookingStatus != statusProposed:
		return configError("BookingStatus", "a new appointment is booked or proposed")
	}
	for name, values := range c.Header {
		if !peer.IsToken(name) || slices.ContainsFunc(values, func(v string) bool { return !peer.IsHeaderValue(v) }) || slices.Contains(ownHeaders, textproto.CanonicalMIMEHeaderKey(name)) {
			return configError("Header", "a further header has a name of its own, none that this package or the transport sets, and a value on one line")
		}
	}
	return c.checkEnvironment()
}

// ownHeaders cannot be set by Config.Header.
var ownHeaders = []string{
	"Authorization", "Mt-Facilityid", "Mt-Correlationid", "Mt-Appid", "Accept", "Content-Type", "Content-Length", "Cookie", "Host",
}

// checkEnvironment refuses a label that the base URL contradicts.
func (c Config) checkEnvironment() *emr.Error {
	host := hostOf(c.BaseURL)
	for name, known := range bases {
		if strings.EqualFold(hostOf(known), host) && c.Environment != name && c.label() != "" {
			return configError("Environment", "the base URL is that of "+name)
		}
	}
	live := c.Environment == NZProduction || c.Environment == AUProduction
	if live && peer.IsLoopback(host) {
		return configError("Environment", "the base URL is this machine, not production")
	}
	return nil
}

func (c Config) isAustralian() bool {
	return c.Environment == AUProduction || c.Environment == AUUAT || strings.HasSuffix(hostOf(c.BaseURL), ".medtechglobal.com.au")
}

func (c Config) isNewZealand() bool {
	return c.Environment == NZUAT || c.Environment == NZProduction || strings.HasSuffix(hostOf(c.BaseURL), ".medtechglobal.com")
}

// isMedtech reports whether the host is one of the vendor's own.
func isMedtech(host string) bool {
	host = strings.ToLower(host)
	return strings.HasSuffix(host, ".medtechglobal.com") || strings.HasSuffix(host, ".medtechglobal.com.au")
}

// isPlain reports whether text can be one segment of the token URL as it is.
func isPlain(text string) bool {
	return text != "" && text != "." && text != ".." && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.'
	})
}

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
