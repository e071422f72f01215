package patientaccess

import "slices"

// resourceType is a row of the capability statement.
type resourceType struct {
	name string
	// ofPatient says that resources belong to a record and are searched by patient.
	ofPatient bool
	// sized says that _maxresults is advertised; it is not for all, and what is not
	// advertised is not sent.
	sized bool
}

// typesR4 are those of the gateway (server 5.0.1.698). Source: its CapabilityStatement.
var typesR4 = []resourceType{
	{"AllergyIntolerance", true, true}, {"CarePlan", true, true}, {"CareTeam", true, false}, {"Condition", true, true},
	{"Coverage", true, true}, {"Device", true, true}, {"DiagnosticReport", true, true}, {"DocumentReference", true, true},
	{"Encounter", true, true}, {"Endpoint", false, false}, {"Goal", true, true}, {"Immunization", true, true},
	{"Location", false, true}, {"MedicationDispense", true, true}, {"MedicationRequest", true, true}, {"MedicationStatement", true, true},
	{"Observation", true, true}, {"Organization", false, true}, {"Patient", false, true}, {"Practitioner", false, true},
	{"PractitionerRole", false, true}, {"Procedure", true, true}, {"Provenance", false, false}, {"Questionnaire", false, false},
	{"QuestionnaireResponse", true, true}, {"RelatedPerson", true, true}, {"ServiceRequest", true, true}, {"Specimen", true, true},
}

// typesDSTU2 are assumed: the Argonaut data query guide and what its resources refer to.
var typesDSTU2 = []resourceType{
	{"AllergyIntolerance", true, true}, {"CarePlan", true, true}, {"Condition", true, true}, {"Device", true, true},
	{"DiagnosticReport", true, true}, {"DocumentReference", true, true}, {"Encounter", true, true}, {"Goal", true, true},
	{"Immunization", true, true}, {"Location", false, true}, {"MedicationOrder", true, true}, {"MedicationStatement", true, true},
	{"Observation", true, true}, {"Organization", false, true}, {"Patient", false, true}, {"Practitioner", false, true},
	{"Procedure", true, true},
}

func (v Version) types() []resourceType {
	if v == DSTU2 {
		return typesDSTU2
	}
	return typesR4
}

// Types are the resource types that the version's server advertises, in alphabetical
// order: 28 for R4; for DSTU2 those of the Argonaut guide, which is assumed.
func (v Version) Types() (all []string) {
	for _, t := range v.types() {
		all = append(all, t.name)
	}
	return all
}

// OfPatient reports whether resources of the type belong to a record, so that Search asks
// for those of one patient.
func (v Version) OfPatient(resourceType string) bool {
	t, ok := v.typeOf(resourceType)
	return ok && t.ofPatient
}

// typeOf is what is known of a type.
func (v Version) typeOf(name string) (resourceType, bool) {
	all := v.types()
	i := slices.IndexFunc(all, func(t resourceType) bool { return t.name == name })
	if i < 0 {
		return resourceType{name: name}, false
	}
	return all[i], true
}
