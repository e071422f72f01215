package nextgen

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// vendor names this package in errors, logs and Info.
const vendor = "nextgen"

// defaultBase and tokenPath are the same for sandbox, test and production of all sites:
// only the site id differs. Source: the vendor's wiki and Postman collection.
const (
	defaultBase = "https://nativeapi.nextgen.com/nge/prod/nge-api/api"
	tokenPath   = "/nge/prod/nge-oauth/token"
)

const (
	defaultPage = 100
	mostPage    = 1000
)

// resolve fills the defaults in and checks what can be checked without I/O.
func (c Config) resolve() (Config, *emr.Error) {
	c.BaseURL = strings.TrimRight(cmp.Or(c.BaseURL, defaultBase), "/")
	if c.TokenURL == "" { // on the same host: the secret never goes to another one by default
		if base, err := url.Parse(c.BaseURL); err == nil {
			c.TokenURL = (&url.URL{Scheme: base.Scheme, Host: base.Host, Path: tokenPath}).String()
		}
	}
	c.PageSize = cmp.Or(c.PageSize, defaultPage)
	c.SlotSource = cmp.Or(c.SlotSource, SlotsAuto)
	c.Fold = cmp.Or(c.Fold, FoldRefuse)
	return c, c.check()
}
