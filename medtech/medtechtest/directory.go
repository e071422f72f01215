package medtechtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) directoryRoutes() []route {
	people, place := []string{rolePractitioner}, []string{roleLocation}
	return []route{
		{method: http.MethodGet, path: "/Practitioner", roles: people, handle: s.searchPractitioners,
			params: params{"identifier": number, "name": word, "family": word, "_id": word}},
		{method: http.MethodGet, path: "/Practitioner/{id}", roles: people, handle: func(q *query) *simserver.Reply {
			p, ok := q.f.practitioner(q.id)
			if !ok {
				return q.missing(textNoID)
			}
			return answer(http.StatusOK, q.practitioner(p))
		}},
		{method: http.MethodGet, path: "/Location", roles: place, handle: s.searchLocation,
			params: params{"identifier": number, "name": word, "_id": word}},
		{method: http.MethodGet, path: "/Location/{id}", roles: place, handle: func(q *query) *simserver.Reply {
			if q.id != q.f.wire("Location", theLocation) {
				return q.missing(textNoID)
			}
			return answer(http.StatusOK, q.location())
		}},
	}
}

// searchPractitioners lists all of the facility without a parameter (documented).
func (s *Sim) searchPractitioners(q *query) *simserver.Reply {
	var all []object
	for _, p := range q.f.clinic.Practitioners {
		if !q.contains("name", p.Given, p.Family, p.Given+" "+p.Family) || !q.contains("family", p.Family) || !q.is("_id", q.f.wire("Practitioner", p.ID)) {
			continue
		}
		if q.values.Has("identifier") {
			if have, ok := q.f.practitionerBy(q.token("identifier")); !ok || have.ID != p.ID {
				continue
			}
		}
		all = append(all, q.practitioner(p))
	}
	return q.found(all, textNoProvider)
}

// practitioner: no active member; one of them has no identifier (both seen).
func (q *query) practitioner(p simserver.Practitioner) object {
	id := q.f.wire("Practitioner", p.ID)
	o := object{
		"resourceType": "Practitioner", "id": id, "meta": meta(id, q.sim.seeded),
		"name":    []object{{"family": p.Family, "given": []string{p.Given}, "text": p.Given + " " + p.Family}},
		"telecom": []object{{"system": "phone", "value": p.Phone}},
	}
	var numbers []object
	for _, c := range q.f.staff {
		for _, n := range []token{{cpnSystem, c.cpn}, {nzmcSystem, c.nzmc}, {nursingSystem, c.nursing}} {
			if c.id == p.ID && n.value != "" {
				numbers = append(numbers, object{"system": n.system, "value": n.value})
			}
		}
	}
	return o.with("identifier", numbers).with("gender", p.Gender)
}

func (s *Sim) searchLocation(q *query) *simserver.Reply {
	t := q.token("identifier")
	if !q.contains("name", q.f.name) || !q.is("_id", q.f.wire("Location", theLocation)) ||
		q.values.Has("identifier") && t != (token{facilitySystem, q.f.id}) {
		return q.nothing("No Location found.") // text assumed
	}
	return q.found([]object{q.location()}, "")
}

// location is the facility, as the recorded answer has it: no status and no address, and
// the version of the practice's system in an extension.
func (q *query) location() object {
	l := q.f.clinic.Locations[0]
	return object{
		"resourceType": "Location", "id": q.f.wire("Location", theLocation), "name": q.f.name,
		"identifier":           []object{{"system": facilitySystem, "value": q.f.id}},
		"telecom":              []object{{"system": "phone", "value": l.Phone}},
		"managingOrganization": object{"identifier": object{"system": orgSystem, "value": organisation}},
		"extension": []object{{
			"url": "http://alexapi.medtechglobal.com/fhir/StructureDefinition/location-medtechpms-version",
			"valueCodeableConcept": object{"coding": []object{{
				"code": "8.0.0.112", "display": "Medtech Evolution v8.0.0.112",
			}}},
		}},
	}
}
