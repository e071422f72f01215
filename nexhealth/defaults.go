package nexhealth

import (
	"cmp"
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
	c.BaseURL = strings.TrimRight(cmp.Or(c.BaseURL, defaultBase), "/")
	c.Version = cmp.Or(c.Version, defaultVersion)
	c.TokenLife = cmp.Or(c.TokenLife, defaultTokenLife)
	c.StaleSync = cmp.Or(c.StaleSync, defaultStale)
	c.PageSize = cmp.Or(c.PageSize, defaultPage)
	c.GenderUnsaid = cmp.Or(c.GenderUnsaid, "Other")
	c.Limits = Limits{
		PerSecond:         cmp.Or(c.Limits.PerSecond, 100),
		SchedulePerSecond: cmp.Or(c.Limits.SchedulePerSecond, 10),
		RecordsPerMinute:  cmp.Or(c.Limits.RecordsPerMinute, 1000),
		OthersPerMinute:   cmp.Or(c.Limits.OthersPerMinute, 2000),
	}
	c.Window = c.Window.resolved()
	c.UploadTypes, c.UploadBytes = uploadTypes(c.UploadTypes), cmp.Or(c.UploadBytes, defaultUpload)
	return c, c.check()
}
