package nextechtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

// clinicalReads are Select's lists below a patient.
var clinicalReads = []string{
	"AllergyIntolerance", "CarePlan", "ClinicalImpression", "Condition", "Device", "Goal", "Immunization",
	"MedicationDispense", "MedicationStatement", "Observation", "Procedure",
}

// clinicalRoutes: an allergy and a condition for every patient, the other lists empty.
// The one parameter of most is called date here (assumed for those that call it
// something like it).
func (s *Sim) clinicalRoutes() []route {
	var all []route
	for _, name := range clinicalReads {
		all = append(all, route{
			method: http.MethodGet, path: "/Patient/{uid}/" + name, only: nextech.Select, scope: readPatient,
			params: params{"date": day}, list: true,
			handle: func(q *query) *simserver.Reply {
				p, ok := s.clinic.Patient(q.vars["uid"], true)
				if !ok {
					return notFound("The patient was not found")
				}
				return s.page(q, s.chart(p, name))
			},
		})
	}
	return all
}

func (s *Sim) chart(p simserver.Patient, name string) []object {
	id := "4" + p.Chart
	switch name {
	case "AllergyIntolerance":
		return []object{{
			"resourceType": name, "id": id, "identifier": official(id), "clinicalStatus": "active",
			"code": object{
				"coding": []object{{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1191", "display": "Aspirin"}}, "text": "Aspirin",
			},
		}}
	case "Condition":
		return []object{{
			"resourceType": name, "id": id, "identifier": official(id), "clinicalStatus": "active", "verificationStatus": "confirmed",
			"code":    object{"coding": []object{{"system": "SNOMED", "code": "11381005"}}, "text": "Acne"},
			"subject": object{"reference": "Patient/" + p.ID}, "onsetDate": s.seen(p),
		}}
	}
	return nil
}
