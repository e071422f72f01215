package nextechsaas

import (
	"encoding/json"

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
	Locked      vendorjson.Bool `json:"encounterLocked"` // documented as a text, shown as a boolean
}

// withoutSSN is a record as it came, less the member that nobody may keep.
func withoutSSN(raw json.RawMessage) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	for name := range members {
		if isSSN(name) {
			delete(members, name)
		}
	}
	clean, err := json.Marshal(members)
	if err != nil {
		return nil
	}
	return clean
}

// isSSN reports whether a member is named like a social security number.
func isSSN(name string) bool {
	letters := make([]byte, 0, len(name))
	for i := range len(name) {
		if c := name[i] | 0x20; c >= 'a' && c <= 'z' {
			letters = append(letters, c)
		}
	}
	switch string(letters) {
	case "ssn", "socialsecuritynumber", "socialsecurity", "patientssn":
		return true
	}
	return false
}
