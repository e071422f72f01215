package medtechtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) patientRoutes() []route {
	either := []string{rolePatientNHI, rolePatientOther}
	return []route{
		{method: http.MethodGet, path: "/Patient", roles: either, handle: s.searchPatients,
			needs: []string{"identifier", "_id", "family", "birthdate", "telecom"},
			params: params{
				"identifier": nhi, "family": word, "given": word, "name": word, "birthdate": word, "telecom": word, "_id": word,
				"general-practitioner": word, "_include": include,
			}},
		{method: http.MethodPost, path: "/Patient", roles: []string{rolePatientCreate}, handle: s.createPatient},
		{method: http.MethodGet, path: "/Patient/$summary", roles: []string{roleSummary}, handle: s.summary,
			needs: []string{"identifier"}, params: params{"identifier": nhi}},
		{method: http.MethodGet, path: "/Patient/{id}", roles: either, handle: func(q *query) *simserver.Reply {
			p, ok := q.f.patient(q.id)
			if !ok {
				return q.missing(textNoID)
			}
			return answer(http.StatusOK, q.patient(p))
		}},
	}
}

// searchPatients: by NHI, or family, birthdate and telecom together, which need a role of
// their own; with less than the three nobody is found (documented).
func (s *Sim) searchPatients(q *query) *simserver.Reply {
	role := rolePatientNHI
	byNHI := q.values.Has("identifier") || q.values.Has("_id")
	if !byNHI {
		role = rolePatientOther
	}
	if !slices.Contains(rolesIn(q.Bearer()), role) {
		return q.forbidden()
	}
	if !byNHI && (q.values.Get("family") == "" || q.values.Get("birthdate") == "" || q.values.Get("telecom") == "") {
		q.Violate("a search without NHI needs family, birthdate and telecom")
		return q.nothing(textNoPatient)
	}
	if v := q.values.Get("birthdate"); v != "" {
		if _, ok := simserver.ParseDay(v); !ok {
			q.Violate("birthdate is not written yyyy-MM-dd")
			return q.invalid(textInvalid)
		}
	}
	if v := q.values.Get("_include"); v != "" && v != "Patient:general-practitioner" {
		q.Violate("an _include that the vendor does not know")
		return q.forbidden()
	}
	var all, roles []object
	for _, p := range q.f.clinic.Patients() {
		if !q.isWanted(p) {
			continue
		}
		all = append(all, q.patient(p))
		if p.Practitioner != "" && q.values.Has("_include") {
			roles = append(roles, q.enrolment(p))
		}
	}
	if len(roles) > 0 {
		return q.withIncluded(all, roles)
	}
	return q.found(all, textNoPatient)
}

// isWanted: names match in part and without regard to case (documented); telephones are
// compared by their digits (assumed).
func (q *query) isWanted(p simserver.Patient) bool {
	if q.values.Has("identifier") {
		t := q.token("identifier")
		if t.system != nhiSystem || t.value == "" || q.sim.nhiOf(q.f, p) != t.value {
			return false
		}
	}
	if q.values.Has("_id") {
		have, ok := q.f.patient(q.values.Get("_id"))
		if !ok || have.ID != p.ID {
			return false
		}
	}
	if want := q.values.Get("general-practitioner"); want != "" {
		if !strings.HasSuffix(want, q.f.wire("Practitioner", p.Practitioner)) || p.Practitioner == "" {
			return false
		}
	}
	if want := q.values.Get("telecom"); want != "" && !slices.ContainsFunc(p.Phones, func(t simserver.Phone) bool {
		return simserver.Digits(t.Number) != "" && simserver.Digits(t.Number) == simserver.Digits(want)
	}) {
		return false
	}
	return q.contains("family", p.Family) && q.contains("given", p.Given, p.Middle) &&
		q.contains("name", p.Given, p.Family, p.Given+" "+p.Family) && q.is("birthdate", p.Born)
}

// enrolment is the PractitionerRole that _include adds (documented); its id is assumed.
func (q *query) enrolment(p simserver.Patient) object {
	id := q.f.wire("PractitionerRole", p.Chart)
	return object{
		"resourceType": "PractitionerRole", "id": id, "practitioner": q.reference("Practitioner", p.Practitioner),
		"extension": []object{{"url": "http://hl7.org.nz/fhir/StructureDefinition/patient-nes-enrolment", "valueBoolean": true}},
	}
}

func (q *query) withIncluded(all, included []object) *simserver.Reply {
	var entries []object
	for _, o := range all {
		e := q.entry(o, "match")
		e["search"] = object{"mode": "match"}
		entries = append(entries, e)
	}
	for _, o := range included {
		entries = append(entries, q.entry(o, "include"))
	}
	return answer(http.StatusOK, object{"resourceType": "Bundle", "type": "searchset", "total": len(all), "entry": entries})
}
