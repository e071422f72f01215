package nextgen

import (
	"context"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

type versionWire struct {
	Version  vendorjson.Text `json:"version"`
	Database vendorjson.Bool `json:"isDbConnectionSuccess"`
}

// Check asks the site for its version and whether it reaches its database (GET
// /core/version), and looks the practice up among those the application may see (GET
// /master/practices). It is not OK when the database is out of reach, or the practice is
// not there or deleted. Version is that of the site's API: routes differ with it.
func (p parts) Check(ctx context.Context) (*emr.Health, error) {
	call, err := p.directoryCall(opCheck, "/core/version")
	if err != nil {
		return nil, err
	}
	core, _, err := readOne[versionWire](ctx, p.Client, call, nil)
	if err != nil {
		return nil, err
	}
	practices, err := p.Practices(ctx)
	if err != nil {
		return nil, err
	}
	h := &emr.Health{OK: true, Version: cleanVersion(text(core.Version))}
	if v := p.version.Load(); v != nil { // that of the routes, which may be newer than the core's
		h.Version = *v
	}
	object := func(warning string) { h.OK, h.Warnings = false, append(h.Warnings, warning) }
	if core.Database.Known && !core.Database.Value {
		object("the site does not reach its own database: ask the practice")
	}
	for _, one := range practices {
		if one.ID != p.cfg.PracticeID || one.Enterprise != "" && one.Enterprise != p.cfg.EnterpriseID {
			continue
		}
		if one.Deleted {
			object("the practice is deleted at its site")
		}
		return h, nil
	}
	object("the practice is not among those this application may see at the site: check NEXTGEN_ENTERPRISE_ID, NEXTGEN_PRACTICE_ID and NEXTGEN_SITE_ID")
	return h, nil
}
