package nexhealth

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
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

// or returns v, or the default when v is zero.
func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
