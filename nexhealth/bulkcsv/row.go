package bulkcsv

import (
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

// Row is one row of a sheet: one sync, that is one server of one institution. Several rows
// with the same institution are several syncs of it.
type Row struct {
	Line int // in the sheet, from 1; 0: not from a sheet

	Institution string // name of the practice or group
	Parent      string // the parent organisation of a multi-location group
	Subdomain   string // of an institution that is already there: the row adds a sync to it
	Street      string
	Street2     string
	City        string
	State       string // two letters in the US and Canada
	Zip         string
	Country     string // two or three letters; "" is the US
	Website     string
	Phone       emr.PHI // of the practice
	Email       emr.PHI // of the practice
	Contact     emr.PHI // who answers for the practice
	ContactMail emr.PHI
	ContactTel  emr.PHI
	EMR         nexhealth.EMRName // the health record system on this server
	Sync        string            // the practice's name for this server, where it has several
	Location    string            // the office, where one server serves one
	Reference   string            // the application's own key of the row
}

// Onboarding is what the API takes of a row, for [nexhealth.Client.CreateOnboarding]:
// name, zip code, website, e-mail and system of a new institution, or subdomain and
// system. The rest is for the portal.
//
// One onboarding sets up one sync. Further rows of a new institution have to wait until
// the first one's onboarding has a subdomain: put that into their Subdomain.
func (r *Row) Onboarding() *nexhealth.NewOnboarding {
	if r.Subdomain != "" {
		return &nexhealth.NewOnboarding{Subdomain: r.Subdomain, EMR: r.EMR}
	}
	return &nexhealth.NewOnboarding{Name: r.Institution, EMR: r.EMR, Zip: r.Zip, Website: r.Website, Email: r.Email}
}
