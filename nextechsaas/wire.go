package nextechsaas

import (
	"strings"

	"github.com/emrkit/emrkit/internal/vendorjson"
)

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
	Locked      locked          `json:"encounterLocked"` // documented as a text, shown as a boolean
}

// locked is whether a visit can no longer be changed. Which texts there are is not
// documented: what is neither is an error, for either guess may be wrong.
type locked bool

// UnmarshalJSON reads a boolean, a text or null.
func (l *locked) UnmarshalJSON(data []byte) error {
	var text vendorjson.Text
	if err := text.UnmarshalJSON(data); err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(string(text))) {
	case "true", "1", "yes", "y", "locked":
		*l = true
	case "false", "0", "no", "n", "unlocked", "open", "":
		*l = false
	default:
		return &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	return nil
}
