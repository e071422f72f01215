package patientaccess

import (
	"net/url"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/configure"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/transport"
)

// vendor names this package in errors, logs and Info: one vendor, two products.
const (
	vendor  = "nextgen"
	product = "patient-access"
)

// The documented addresses: one gateway for sandboxes and all practices, one authorization
// server for both versions. Source: the discovery documents of the gateway; the address of
// DSTU2 is from public code.
const (
	gateway      = "https://fhir.nextgen.com"
	baseR4       = gateway + "/nge/prod/fhir-api-r4/fhir/r4"
	baseDSTU2    = gateway + "/nge/prod/fhir-api/fhir/dstu2"
	authorizeURL = gateway + "/nge/prod/patient-oauth/authorize"
	tokenURL     = gateway + "/nge/prod/patient-oauth/token"
)

// site is the domain whose hosts trust each other with credentials.
const site = "nextgen.com"

// usualScopes are asked for where Config.Scopes is nil: to read as the patient, and to go
// on without the person.
var usualScopes = []string{"openid", "fhirUser", "launch/patient", "offline_access", "patient/*.read"}

// pageSize is asked for where Config.PageSize is not set. What NextGen allows is not
// documented.
const (
	pageSize     = 100
	mostPageSize = 1000
)

// resolve fills the defaults in and checks what can be checked without I/O.
func (c Config) resolve() (Config, *emr.Error) {
	var missing configure.Missing
	missing.Need(c.ClientID != "", "ClientID", "the client id")
	missing.Need(c.RedirectURL != "", "RedirectURL", "the callback URL")
	if err := missing.Err(vendor, ": a Patient Access app is registered with callback URLs; one without is an Enterprise app, for package nextgen"); err != nil {
		return c, err
	}
	if bad := c.checkApp(); bad != nil {
		return c, bad
	}
	if bad := c.version(); bad != nil {
		return c, bad
	}
	base, err := transport.ParseBase("BaseURL", c.BaseURL)
	if err != nil {
		return c, configure.Because(vendor, "BaseURL", "use an https URL without query or user name (http only on a loopback address)", err)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	for _, end := range []struct {
		field string
		value *string
		usual string
	}{{"AuthorizeURL", &c.AuthorizeURL, authorizeURL}, {"TokenURL", &c.TokenURL, tokenURL}} {
		if *end.value == "" && sameOrigin(base, gateway) {
			*end.value = end.usual
		}
		if *end.value != "" && !isEndpoint(*end.value) {
			return c, configError(end.field, "use an https URL without user name and fragment (http only on a loopback address)")
		}
	}
	c.Scopes = slices.Clone(c.Scopes)
	if c.Scopes == nil {
		c.Scopes = slices.Clone(usualScopes)
	}
	if c.PageSize == 0 {
		c.PageSize = pageSize
	}
	return c, nil
}

func (c *Config) checkApp() *emr.Error {
	switch {
	case !peer.FitsHeader(c.ClientID):
		return configError("ClientID", "the client id has characters that no id of NextGen's has, or blanks")
	case !configure.GoesIntoHeader(c.ClientSecret):
		return configError("ClientSecret", "the client secret has blanks or line ends, or is a printed [redacted]")
	case !configure.GoesIntoHeader(c.RefreshToken):
		return configError("RefreshToken", "the refresh token has blanks or line ends, or is a printed [redacted]")
	case !isEndpoint(c.RedirectURL):
		return configError("RedirectURL", "use one of the registered callback URLs: https, or http on a loopback address, without a fragment")
	case c.PageSize < 0 || c.PageSize > mostPageSize:
		return configError("PageSize", "use 1 to 1000, or 0 for the default")
	case !c.Patient.IsZero() && !fhir.ValidID(c.Patient.Reveal()):
		return configError("Patient", "this cannot be the id of a patient")
	}
	return nil
}

// version finds out which release is meant and fills in its address.
func (c *Config) version() *emr.Error {
	segments := strings.Split(strings.TrimRight(c.BaseURL, "/"), "/")
	last := strings.ToLower(segments[len(segments)-1])
	switch {
	case c.Version == "" && last == "dstu2":
		c.Version = DSTU2
	case c.Version == "":
		c.Version = R4
	case c.Version != R4 && c.Version != DSTU2:
		return configError("Version", "the versions are R4 and DSTU2")
	case c.Version == R4 && last == "dstu2", c.Version == DSTU2 && last == "r4":
		return configError("Version", "the base URL is that of the other version")
	}
	if c.BaseURL == "" {
		c.BaseURL = map[Version]string{R4: baseR4, DSTU2: baseDSTU2}[c.Version]
	}
	return nil
}

// release is the version as package fhir calls it.
func (v Version) release() fhir.Version {
	if v == DSTU2 {
		return fhir.DSTU2
	}
	return fhir.R4
}

// isEndpoint reports whether raw can be the address of a sign-in: absolute, https or http
// on loopback, no user, no fragment.
func isEndpoint(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || !peer.IsHeaderValue(raw) || strings.TrimSpace(raw) != raw || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && peer.IsLoopback(u.Hostname())
}

// sameOrigin reports whether raw has the scheme, host and port of base. The names of this
// machine are one host.
func sameOrigin(base *url.URL, raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || !strings.EqualFold(u.Scheme, base.Scheme) || portOf(u) != portOf(base) {
		return false
	}
	return strings.EqualFold(u.Hostname(), base.Hostname()) || peer.IsLoopback(u.Hostname()) && peer.IsLoopback(base.Hostname())
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "http"):
		return "80"
	}
	return "443"
}

// isTrusted reports whether an address that the server at base named may get credentials:
// at the same origin, at the documented authorization server, which gave them out, both
// below NextGen's own domain, or both on this machine, where tests run a sign-in server
// beside the FHIR server: then the other endpoint, beside, must be on that server, too.
func isTrusted(base *url.URL, raw, beside string) bool {
	if !isEndpoint(raw) {
		return false
	}
	if sameOrigin(base, raw) {
		return true
	}
	u, err := url.Parse(raw)
	if err != nil || u.User != nil {
		return false
	}
	documented, _ := url.Parse(gateway)
	return base.Scheme == "https" && sameOrigin(documented, raw) || isBelowSite(u) && isBelowSite(base) ||
		peer.IsLoopback(base.Hostname()) && peer.IsLoopback(u.Hostname()) && sameOrigin(u, beside)
}

func isBelowSite(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "https" && portOf(u) == "443" && (host == site || strings.HasSuffix(host, "."+site))
}
