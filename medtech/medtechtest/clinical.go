package medtechtest

import (
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// clinicalRoutes are lists that are empty here, and a path that is not exposed in the
// vendor's sandbox although it was declared.
func (s *Sim) clinicalRoutes() []route {
	var all []route
	for _, c := range []struct{ name, role, nothing string }{
		{"Condition", roleConditions, "No Condition records found for the Patient."},
		{"MedicationRequest", roleMedicines, "No Medication records found for the Patient."},
		{"Observation", roleObservations, "No Observation records found for the Patient."},
		{"AllergyIntolerance", roleAllergies, "No Allergy records found for the Patient."},
		{"Immunization", roleImmunisations, "No Immunisation records found for the Patient."},
		{"DiagnosticReport", roleLaboratoryRead, "No Diagnostic records found for the Patient."},
	} {
		all = append(all, route{
			method: http.MethodGet, path: "/" + c.name, roles: []string{c.role}, needs: []string{"patient.identifier", "patient._id"},
			params: params{
				"patient.identifier": nhi, "patient._id": word, "_id": word, "_security": word, "clinical-status": word, "status": word,
				"status:not": word, "date": bounds, "long-term-condition": word, "nzeps-long-term-medication": word, "category:not": word,
				"_include": include,
			},
			handle: func(q *query) *simserver.Reply {
				if _, ok := q.patientAsked(); !ok {
					return q.nothing(textNoPatient)
				}
				return q.nothing(c.nothing)
			},
		})
	}
	hidden := func(*query) *simserver.Reply { return notExposed() }
	return append(all,
		route{method: http.MethodGet, path: "/Encounter", params: params{"patient.identifier": nhi, "date": bounds, "_id": word}, handle: hidden},
		route{method: http.MethodGet, path: "/Encounter/{id}", handle: hidden})
}

// metadata is answered even where searches are refused (seen).
func (s *Sim) metadata(q *query) *simserver.Reply {
	resources := []object{}
	seen := map[string]bool{}
	for i := range s.routes {
		name := s.routes[i].path[1:]
		if !seen[name] && name != "metadata" && name != "Encounter" && (name != "Schedule" || s.opts.Schedules) && !strings.Contains(name, "/") {
			seen[name] = true
			resources = append(resources, object{"type": name, "interaction": []object{{"code": "read"}, {"code": "search-type"}}})
		}
	}
	return answer(http.StatusOK, object{
		"resourceType": "CapabilityStatement", "status": "active", "date": s.seeded.UTC().Format("2006-01-02"), "kind": "instance",
		"fhirVersion": "4.0.1", "format": []string{"application/fhir+json"}, "software": object{"name": "medtechtest"},
		"implementation": object{"description": "A simulator of Medtech ALEX"},
		"rest":           []object{{"mode": "server", "resource": resources}},
	})
}
