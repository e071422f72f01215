package nextechtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/emrkit/emrkit/internal/simserver"
)

// The parameters of the directory. gender stands in an example only.
var (
	locationParams = params{
		"identifier": token, "status": token, "includeAll": token, "name": text, "address": text,
		"address-city": text, "address-state": text, "address-postalcode": text, "phone": token,
	}
	practitionerParams = params{
		"identifier": token, "active": token, "name": text, "family": text, "given": text, "address": text,
		"address-city": text, "address-state": text, "address-postalcode": text, "phone": token, "email": text, "gender": token,
	}
)

func (s *Sim) directoryRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/Location", params: locationParams, list: true, handle: s.searchLocations},
		{method: http.MethodGet, path: "/Location/{id}", handle: func(q *query) *simserver.Reply {
			var all []object
			for _, l := range s.clinic.Locations {
				all = append(all, s.location(l))
			}
			return one(q, all)
		}},
		{method: http.MethodGet, path: "/Practitioner", params: practitionerParams, list: true, handle: s.searchPractitioners},
		{method: http.MethodGet, path: "/Practitioner/{id}", handle: s.readPractitioner},
	}
}

// searchLocations gives managed locations only, unless includeAll is true (documented).
func (s *Sim) searchLocations(q *query) *simserver.Reply {
	every, _ := strconv.ParseBool(q.values.Get("includeAll"))
	var all []object
	for _, l := range s.clinic.Locations {
		address := append([]string{l.City, l.State, l.Zip}, l.Lines...)
		if (l.Managed || every) &&
			q.matches("identifier", token, l.ID) && q.matches("status", token, locationStatus(l)) && q.matches("name", text, l.Name) &&
			q.matches("address", text, address...) && q.matches("address-city", text, l.City) &&
			q.matches("address-state", text, l.State) && q.matches("address-postalcode", text, l.Zip) &&
			q.allGroups("phone", func(want string) bool { return simserver.Digits(want) == simserver.Digits(l.Phone) }) {
			all = append(all, s.location(l))
		}
	}
	return s.page(q, all)
}

func locationStatus(l simserver.Location) string {
	if l.Active {
		return "active"
	}
	return "inactive"
}

// location: the address is one object, not a list.
func (s *Sim) location(l simserver.Location) object {
	var telecom []object
	for _, t := range []struct{ system, value string }{{"phone", l.Phone}, {"other", l.Other}, {"fax", l.Fax}} {
		if t.value != "" {
			telecom = append(telecom, object{"system": t.system, "value": t.value, "use": "work"})
		}
	}
	return object{
		"resourceType": "Location", "id": l.ID, "identifier": official(l.ID), "status": locationStatus(l), "name": l.Name,
		"extension": []object{ext(s.d.url("managed"), "valueBoolean", l.Managed)},
		"telecom":   telecom,
		"address": object{
			"use": "work", "type": "both", "line": l.Lines, "city": l.City, "state": l.State, "postalCode": l.Zip,
		},
	}
}

// listed reports how often a practitioner shows up: never without a user account
// (documented), some twice (documented for versions before 14.1).
func listed(p simserver.Practitioner) int {
	if !p.Linked {
		return 0
	}
	return p.Listed
}

func (s *Sim) searchPractitioners(q *query) *simserver.Reply {
	var all []object
	for _, p := range s.clinic.Practitioners {
		home := s.clinic.Locations[0]
		address := append([]string{home.City, home.State, home.Zip}, home.Lines...)
		if q.matches("identifier", token, p.ID, p.NPI) && q.matches("active", token, strconv.FormatBool(p.Active)) &&
			q.matches("name", text, p.Family, p.Given, p.Family+", "+p.Given) &&
			q.matches("family", text, p.Family) && q.matches("given", text, p.Given) &&
			q.matches("email", text, p.Email) && q.matches("gender", token, p.Gender) &&
			q.matches("address", text, address...) && q.matches("address-city", text, home.City) &&
			q.matches("address-state", text, home.State) && q.matches("address-postalcode", text, home.Zip) &&
			q.allGroups("phone", func(want string) bool { return simserver.Digits(want) == simserver.Digits(p.Phone) }) {
			for range listed(p) {
				all = append(all, s.practitioner(p))
			}
		}
	}
	return s.published(s.page(q, all))
}

func (s *Sim) readPractitioner(q *query) *simserver.Reply {
	p, ok := s.clinic.Practitioner(q.vars["id"])
	if !ok || listed(p) == 0 {
		return notFound("The practitioner was not found")
	}
	return s.published(answer(http.StatusOK, s.practitioner(p)))
}

const npiSystem = "http://hl7.org/fhir/sid/us-npi"

func (s *Sim) practitioner(p simserver.Practitioner) object {
	home := s.clinic.Locations[0]
	o := object{
		"resourceType": "Practitioner", "id": p.ID, "active": p.Active, "gender": p.Gender,
		"identifier": append(official(p.ID), object{"system": npiSystem, "value": p.NPI}),
		"name":       []object{{"text": p.Family + ", " + p.Given, "family": p.Family, "given": []string{p.Given, ""}}},
		"telecom": []object{
			{"system": "phone", "value": p.Phone, "use": "work"}, {"system": "email", "value": p.Email, "use": "work"},
		},
		"address": []object{{
			"use": "work", "type": "both", "line": home.Lines, "city": home.City, "state": home.State, "postalCode": home.Zip,
		}},
	}
	if s.opts.PublishedPractitioners {
		delete(o, "id")
		o["identifier"] = official(p.ID)
		o[secondIdentifier] = []object{{"use": npiSystem, "value": p.NPI}}
	}
	return o
}

// secondIdentifier stands for the second member "identifier" of the published sample,
// which no JSON encoder would write.
const secondIdentifier = "identifier-again"

func (s *Sim) published(r *simserver.Reply) *simserver.Reply {
	marker, _ := json.Marshal(secondIdentifier)
	r.Body = bytes.ReplaceAll(r.Body, marker, []byte(`"identifier"`))
	return r
}
