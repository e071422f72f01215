package nexhealth

import (
	"encoding/json"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// institutionRecord is an institution as NexHealth sends it.
// Source: OpenAPI document, API_V2_Entities_Institution.
type institutionRecord struct {
	ID        vendorjson.ID                    `json:"id"`
	Name      vendorjson.Text                  `json:"name"`
	Subdomain vendorjson.Text                  `json:"subdomain"`
	Phone     vendorjson.Text                  `json:"phone_number"`
	EMRs      vendorjson.List[vendorjson.Text] `json:"emrs"`
	Country   vendorjson.Text                  `json:"country_code"`
	Scoped    vendorjson.Bool                  `json:"appointment_types_location_scoped"`
	SyncMails vendorjson.Bool                  `json:"is_sync_notifications"`
	FailMails vendorjson.Bool                  `json:"notify_insert_fails"`
	Locations vendorjson.List[placeRecord]     `json:"locations"`
	Created   vendorjson.Time                  `json:"created_at"`
	UpdatedAt vendorjson.Time                  `json:"updated_at"`
}

// placeRecord is a location as institutions and syncs list it.
// Source: API_Entities_LocationBasic.
type placeRecord struct {
	ID       vendorjson.ID   `json:"id"`
	Name     vendorjson.Text `json:"name"`
	Street   vendorjson.Text `json:"street_address"`
	Street2  vendorjson.Text `json:"street_address_2"`
	City     vendorjson.Text `json:"city"`
	State    vendorjson.Text `json:"state"`
	Zip      vendorjson.Text `json:"zip_code"`
	Phone    vendorjson.Text `json:"phone_number"`
	Email    vendorjson.Text `json:"email"`
	Inactive vendorjson.Bool `json:"inactive"`
}

// institutionOf is nil for a record without an id.
func institutionOf(_ json.RawMessage, r *institutionRecord) *Institution {
	if r.ID == "" {
		return nil
	}
	i := &Institution{
		ID: InstitutionID(r.ID), Name: string(r.Name), Subdomain: string(r.Subdomain),
		Phone: string(r.Phone), Country: string(r.Country), Locations: places(r.Locations),
		TypesPerLocation: r.Scoped.Value, MailsSyncDown: r.SyncMails.Value, MailsFailed: r.FailMails.Value,
		Created: r.Created.At, Updated: r.UpdatedAt.At,
	}
	for _, name := range r.EMRs {
		if name != "" {
			i.EMRs = append(i.EMRs, EMRName(name))
		}
	}
	return i
}

// places leaves out what has no id: nothing can be done with it.
func places(records []placeRecord) []InstitutionLocation {
	var all []InstitutionLocation
	for _, r := range records {
		if r.ID == "" {
			continue
		}
		all = append(all, InstitutionLocation{
			ID: emr.LocationID(r.ID), Name: string(r.Name), Street: string(r.Street), Street2: string(r.Street2),
			City: string(r.City), State: string(r.State), Zip: string(r.Zip), Phone: string(r.Phone),
			Email: string(r.Email), Inactive: r.Inactive.Value,
		})
	}
	return all
}
