package patientaccess

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// askedPatient is whose resources a search is for, zero where that is not one id.
func askedPatient(asked url.Values) emr.PatientID {
	if all := asked["patient"]; len(all) == 1 {
		if id := strings.TrimPrefix(all[0], "Patient/"); fhir.ValidID(id) {
			return emr.NewPatientID(id)
		}
	}
	return emr.PatientID{}
}

// isPatientParam reports whether a parameter says whose resources are searched, in any of
// the ways and letter cases that servers know: patient, subject:Patient, patient.identifier.
func isPatientParam(name string) bool {
	name, _, _ = strings.Cut(name, ":")
	name, _, _ = strings.Cut(name, ".")
	return strings.EqualFold(name, "patient") || strings.EqualFold(name, "subject")
}

// namesOther reports whether the values of a link's parameter are another patient than id.
func namesOther(name string, values []string, id emr.PatientID) bool {
	if id.IsZero() {
		return false
	}
	for _, v := range values {
		if v = v[strings.LastIndexByte(v, '/')+1:]; strings.Contains(name, ".") || !strings.EqualFold(v, id.Reveal()) {
			return true
		}
	}
	return false
}

// isOthersResource reports whether a resource says that it belongs to another patient than
// id. One that does not say is believed.
func isOthersResource(r fhir.Resource, id emr.PatientID) bool {
	m, ok := r.(interface{ Member(string) (fhir.Raw, bool) })
	if !ok || id.IsZero() {
		return false
	}
	for _, name := range []string{"patient", "subject", "beneficiary"} {
		raw, has := m.Member(name)
		var to struct {
			Reference string `json:"reference"`
		}
		if has && json.Unmarshal(raw.Bytes(), &to) == nil && isOthers(fhir.Reference{Reference: to.Reference}, id) {
			return true
		}
	}
	return false
}
