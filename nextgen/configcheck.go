package nextgen

import (
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/configure"
	"github.com/emrkit/emrkit/internal/peer"
	"github.com/emrkit/emrkit/internal/transport"
)

// check refuses what cannot work, before any request. All that is missing is one error.
func (c Config) check() *emr.Error {
	if c.RedirectURL != "" {
		return configError("RedirectURL", "an Enterprise application has no callback URL: leave it empty here and blank in the portal; an application with one is registered for Patient Access (package nextgen/patientaccess)")
	}
	if err := c.checkAccess(); err != nil {
		return err
	}
	switch {
	case c.Zone == time.Local:
		return configError("Zone", "name the practice's zone: the zone of this machine is not it")
	case c.SendZone && (c.Zone.String() == "" || !peer.FitsHeader(c.Zone.String())):
		return configError("SendZone", "the zone has no name that could be sent: load it by its IANA name")
	case c.PageSize < 1 || c.PageSize > mostPage:
		return configError("PageSize", "a page has 1 to 1000 records; 0 is 100")
	case c.SlotSource != SlotsAuto && c.SlotSource != SlotsAvailability && c.SlotSource != SlotsTemplate:
		return configError("SlotSource", "free times come from auto, availability or slots")
	case c.Fold != FoldRefuse && c.Fold != FoldEarlier && c.Fold != FoldLater:
		return configError("Fold", "a doubtful time is refuse, earlier or later")
	}
	for _, id := range []struct{ field, text string }{
		{"LocationID", string(c.LocationID)}, {"ProviderID", string(c.ProviderID)},
		{"CancelReason", c.CancelReason}, {"RescheduleReason", c.RescheduleReason},
	} {
		if id.text != "" && !isGUID(id.text) {
			return configError(id.field, "NextGen's ids are UUIDs")
		}
	}
	return nil
}

// checkAccess looks at what reaches the vendor: addresses, credential and tenant.
func (c Config) checkAccess() *emr.Error {
	var m configure.Missing
	m.Need(c.ClientID != "", "ClientID", "the client id of the Enterprise application (developer portal)")
	m.Need(!c.ClientSecret.IsZero(), "ClientSecret", "its client secret")
	m.Need(c.SiteID != "", "SiteID", "the site id (the portal lists the TEST and PROD id of each client that approved the application)")
	m.Need(c.EnterpriseID != "", "EnterpriseID", "the enterprise id, zero padded such as 00002 (GET /master/practices)")
	m.Need(c.PracticeID != "", "PracticeID", "the practice id, zero padded such as 0006 (GET /master/practices)")
	m.Need(c.Zone != nil, "Zone", "the practice's time zone, such as America/New_York (NextGen's times have no offset)")
	if err := m.Err(vendor, ""); err != nil {
		return err
	}
	if _, err := transport.ParseBase("BaseURL", c.BaseURL); err != nil {
		return configure.Because(vendor, "BaseURL", "use an https URL", err)
	}
	if _, err := transport.ParseBase("TokenURL", c.TokenURL); err != nil {
		return configure.Because(vendor, "TokenURL", "use an https URL", err)
	}
	switch {
	case !peer.FitsHeader(c.ClientID):
		return configError("ClientID", "the client id has no blanks or line ends")
	case !configure.GoesIntoHeader(c.ClientSecret):
		return configError("ClientSecret", "the secret itself, without blanks or line ends, not a printed [redacted]")
	case !peer.FitsHeader(c.SiteID) || c.SiteID == zeroGUID:
		return configError("SiteID", "the site id is a UUID, as the portal shows it")
	case !isPadded(c.EnterpriseID):
		return configError("EnterpriseID", "the enterprise id is digits with their leading zeros, such as 00002")
	case !isPadded(c.PracticeID):
		return configError("PracticeID", "the practice id is digits with their leading zeros, such as 0006")
	case !configure.GoesIntoHeader(c.SessionID):
		return configError("SessionID", "the session id goes into a header: the value itself, without blanks or line ends, not a printed [redacted]")
	}
	return nil
}

// isPadded reports whether id is digits, which is what enterprise and practice ids are.
// How many is the site's affair: five and four were seen.
func isPadded(id string) bool {
	if len(id) > 16 {
		return false
	}
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
	}
	return id != ""
}

// zeroGUID is what NextGen sends for "none".
const zeroGUID = "00000000-0000-0000-0000-000000000000"

// isGUID reports whether text has the shape of a UUID, in either letter case.
func isGUID(text string) bool {
	if len(text) != len(zeroGUID) {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}
