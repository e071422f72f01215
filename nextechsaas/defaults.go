package nextechsaas

import "strings"

// vendor names this package in errors, logs and Info.
const vendor = "nextechsaas"

// The documented addresses.
const (
	defaultBase   = "https://saas.nextech-api.com/ehr/api"
	defaultTenant = "nextechapibeta.onmicrosoft.com"
	microsoft     = "https://login.microsoftonline.com/"
)

const (
	defaultPath      = "/{patientId}/encounters/search"
	defaultLayout    = "2006-01-02"
	defaultMostBytes = 256 << 20
	defaultPerSecond = 20
	redirectURI      = "redirect_uri"
)

// resolved is c with the defaults filled in.
func (c Config) resolved() Config {
	c.BaseURL = strings.TrimRight(or(c.BaseURL, defaultBase), "/")
	c.Tenant = or(c.Tenant, defaultTenant)
	c.AuthURL = or(c.AuthURL, microsoft+c.Tenant+"/oauth2/authorize")
	c.TokenURL = or(c.TokenURL, microsoft+c.Tenant+"/oauth2/token")
	c.RedirectParam = or(c.RedirectParam, redirectURI)
	c.EncounterPath = or(c.EncounterPath, defaultPath)
	c.DateLayout = or(c.DateLayout, defaultLayout)
	c.MostBytes = or(c.MostBytes, defaultMostBytes)
	c.PerSecond = or(c.PerSecond, defaultPerSecond)
	return c
}

// or returns v, or the default when v is zero.
func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
