package nextgentest

// paObject is JSON.
type paObject = map[string]any

// paKind says how the value of a search parameter is read.
type paKind int

const (
	paToken  paKind = iota // code, or system|code
	paText                 // the start of a word, in any case
	paDate                 // prefix and a date
	paRef                  // the id of a patient, with or without Patient/
	paNumber               // _maxresults
)

// paType is a row of the capability statement.
type paType struct {
	name       string
	params     map[string]paKind
	provenance bool // _revinclude=Provenance:target
	ofPatient  bool // belongs to a patient's record
}

// paCommon are the parameters that nearly all have.
func paCommon(more map[string]paKind) map[string]paKind {
	all := map[string]paKind{"_id": paToken, "_lastUpdated": paDate, "_maxresults": paNumber}
	for name, k := range more {
		all[name] = k
	}
	return all
}

// paOf are the parameters of a type that belongs to a patient's record.
func paOf(more map[string]paKind) map[string]paKind {
	all := paCommon(more)
	all["patient"] = paRef
	return all
}

// paR4Types are the advertised types with their advertised parameters (server 5.0.1.698).
func paR4Types() []paType {
	place := map[string]paKind{"name": paText, "address": paText, "address-city": paText, "address-state": paText, "address-postalcode": paText}
	organization := paCommon(place)
	organization["address-country"] = paText
	careTeam := paOf(map[string]paKind{"status": paToken})
	delete(careTeam, "_maxresults") // not advertised for this one
	return []paType{
		{"AllergyIntolerance", paOf(map[string]paKind{"date": paDate}), true, true},
		{"CarePlan", paOf(map[string]paKind{"category": paToken, "status": paToken}), true, true},
		{"CareTeam", careTeam, true, true},
		{"Observation", paOf(map[string]paKind{"category": paToken, "code": paToken, "date": paDate, "status": paToken}), true, true},
		{"Condition", paOf(map[string]paKind{"category": paToken, "onset-date": paDate, "clinical-status": paToken}), true, true},
		{"Coverage", paOf(nil), true, true},
		{"Device", paOf(map[string]paKind{"status": paToken}), true, true},
		{"DiagnosticReport", paOf(map[string]paKind{"category": paToken, "code": paToken, "date": paDate}), true, true},
		{"DocumentReference", paOf(map[string]paKind{"type": paToken, "date": paDate, "category": paToken}), true, true},
		{"Encounter", paOf(map[string]paKind{"date": paDate}), true, true},
		{"Endpoint", map[string]paKind{"_id": paToken, "name": paText}, false, false},
		{"Goal", paOf(map[string]paKind{"target-date": paDate, "lifecycle-status": paToken}), true, true},
		{"Immunization", paOf(map[string]paKind{"date": paDate, "status": paToken}), true, true},
		{"Location", paCommon(place), false, false},
		{"MedicationDispense", paOf(nil), true, true},
		{"MedicationRequest", paOf(map[string]paKind{"status": paToken, "intent": paToken, "authoredon": paDate}), true, true},
		{"MedicationStatement", paOf(map[string]paKind{"status": paToken}), false, true},
		{"Organization", organization, false, false},
		{"Patient", paCommon(map[string]paKind{
			"identifier": paToken, "name": paText, "given": paText, "family": paText, "gender": paToken, "birthdate": paDate,
			"address": paText, "address-city": paText, "address-postalcode": paText,
		}), true, true},
		{"Practitioner", paCommon(map[string]paKind{"name": paText, "identifier": paToken}), false, false},
		{"PractitionerRole", paCommon(map[string]paKind{"specialty": paToken, "practitioner.identifier": paText, "practitioner.name": paText}), true, false},
		{"Procedure", paOf(map[string]paKind{"date": paDate, "status": paToken}), true, true},
		{"Provenance", map[string]paKind{}, false, true},
		{"Questionnaire", map[string]paKind{}, false, false},
		{"QuestionnaireResponse", paOf(nil), true, true},
		{"RelatedPerson", paOf(map[string]paKind{"name": paText}), false, true},
		{"ServiceRequest", paOf(map[string]paKind{"category": paToken, "code": paToken, "authored": paDate}), true, true},
		{"Specimen", paOf(nil), true, true},
	}
}

// paDSTU2Types are assumed: the types of the Argonaut data query guide and what they
// refer to, with the parameters of R4 under their names of DSTU2.
func paDSTU2Types() []paType {
	dated := map[string]paKind{"date": paDate}
	status := map[string]paKind{"status": paToken}
	return []paType{
		{"AllergyIntolerance", paOf(nil), false, true},
		{"CarePlan", paOf(map[string]paKind{"category": paToken, "status": paToken, "date": paDate}), false, true},
		{"Condition", paOf(map[string]paKind{"category": paToken, "clinicalstatus": paToken}), false, true},
		{"Device", paOf(nil), false, true},
		{"DiagnosticReport", paOf(map[string]paKind{"category": paToken, "code": paToken, "date": paDate}), false, true},
		{"DocumentReference", paOf(map[string]paKind{"type": paToken, "created": paDate}), false, true},
		{"Encounter", paOf(dated), false, true},
		{"Goal", paOf(dated), false, true},
		{"Immunization", paOf(dated), false, true},
		{"Location", paCommon(map[string]paKind{"name": paText}), false, false},
		{"MedicationOrder", paOf(status), false, true},
		{"MedicationStatement", paOf(status), false, true},
		{"Observation", paOf(map[string]paKind{"category": paToken, "code": paToken, "date": paDate}), false, true},
		{"Organization", paCommon(map[string]paKind{"name": paText}), false, false},
		{"Patient", paCommon(map[string]paKind{
			"identifier": paToken, "name": paText, "given": paText, "family": paText, "gender": paToken, "birthdate": paDate,
		}), false, true},
		{"Practitioner", paCommon(map[string]paKind{"name": paText, "identifier": paToken}), false, false},
		{"Procedure", paOf(dated), false, true},
	}
}
