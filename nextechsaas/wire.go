package nextechsaas

import "github.com/emrkit/emrkit/internal/vendorjson"

// patientWire is a patient of GET /search. The member ssn, a whole social security number
// at times, is not read.
type patientWire struct {
	ID     vendorjson.ID   `json:"patientId"`
	Chart  vendorjson.Text `json:"chartNumber"`
	First  vendorjson.Text `json:"firstName"`
	Middle vendorjson.Text `json:"middleName"`
	Last   vendorjson.Text `json:"lastName"`
	Born   vendorjson.Text `json:"dob"` // documented as a date, shown as an instant
	Phone  vendorjson.Text `json:"homePhone"`
}

// visitWire is the summary of a visit.
type visitWire struct {
	ID          vendorjson.ID   `json:"encounterId"`
	Doctor      vendorjson.ID   `json:"doctorId"`
	First       vendorjson.Text `json:"doctorFirstName"`
	Last        vendorjson.Text `json:"doctorLastName"`
	Designation vendorjson.Text `json:"doctorProfessionalDesignation"`
	Department  vendorjson.Text `json:"department"`
	Location    vendorjson.Text `json:"location"`
	Date        vendorjson.Text `json:"encounterDate"` // UTC
	Type        vendorjson.Text `json:"type"`
	Locked      vendorjson.Bool `json:"encounterLocked"` // documented as a text, shown as a boolean
}
