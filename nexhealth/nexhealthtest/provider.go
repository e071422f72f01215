package nexhealthtest

import (
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/internal/simserver"
)

var providerIncludes = []string{"locations", "availabilities", "appointment_types"}

func (s *Sim) providerRoutes() []route {
	include := []param{{name: "include[]", kind: word, words: providerIncludes}}
	return []route{
		{method: http.MethodGet, path: "/providers", v3: true, sub: required, loc: optional, paged: byCursor, handle: s.listProviders, params: params(
			of(id, "ids[]"), of(text, "foreign_id"), of(flag, "requestable", "inactive"), of(datetime, "updated_since"), include,
			[]param{sortable("updated_at")},
		)},
		{method: http.MethodGet, path: "/providers/{id}", v3: true, sub: required, params: include, handle: s.readProvider},
	}
}

// listProviders: inactive ones only when asked for (documented).
func (s *Sim) listProviders(q *query) *simserver.Reply {
	inactive := q.get("inactive") == "true"
	var all []simserver.Practitioner
	for _, p := range s.clinic.Practitioners {
		if !q.home() || p.Active == inactive || !q.among("ids[]", p.ID) || !q.hits("foreign_id", "P"+p.ID) || !q.since(s.seeded) {
			continue
		}
		at := workplaces(p)
		if q.site != nil && !slices.Contains(at, q.site.ID) {
			continue
		}
		if requestable := p.Visible(); !q.is("requestable", requestable) {
			continue
		}
		all = append(all, p)
	}
	return cursorPage(q, all, entry[simserver.Practitioner]{
		id:    func(p simserver.Practitioner) string { return p.ID },
		dress: func(p simserver.Practitioner) object { return s.provider(q, p) },
	})
}

func (s *Sim) readProvider(q *query) *simserver.Reply {
	p, ok := s.clinic.Practitioner(q.vars["id"])
	if !ok || !q.home() {
		return q.unknown("Provider")
	}
	return q.done(http.StatusOK, s.provider(q, p))
}

// workplaces are the locations where a practitioner has hours.
func workplaces(p simserver.Practitioner) []string {
	var all []string
	for _, h := range p.Hours {
		if !slices.Contains(all, h.Location) {
			all = append(all, h.Location)
		}
	}
	return all
}

// provider: locations come unless include[] asks for something else (documented).
func (s *Sim) provider(q *query, p simserver.Practitioner) object {
	o := s.colleague(p)
	requestables := []object{}
	places := []object{}
	for _, id := range workplaces(p) {
		if p.Visible() {
			requestables = append(requestables, object{"location_id": number(id)})
		}
		if l := s.siteOf(id); l != nil {
			places = append(places, s.locationObject(l))
		}
	}
	o["display_name"], o["npi"], o["tin"] = p.Given+" "+p.Family, p.NPI, "00000"+p.ID+"00"
	o["state_license"], o["specialty_code"] = "SIM"+p.ID, "122300000X"
	o["provider_requestables"] = requestables
	if q.includes("locations", "locations") {
		o["locations"] = places
	}
	if q.includes("availabilities") || q.includes("appointment_types") {
		hours := []object{}
		for _, h := range s.hours {
			if h.provider == p.ID {
				hours = append(hours, s.hourObject(h, true))
			}
		}
		o["availabilities"] = hours
	}
	return o
}

// colleague is a provider as other records embed it.
func (s *Sim) colleague(p simserver.Practitioner) object {
	return object{
		"id": number(p.ID), "email": p.Email, "first_name": p.Given, "middle_name": nil, "last_name": p.Family,
		"name": p.Given + " " + p.Family, "created_at": stamp(s.seeded), "updated_at": stamp(s.seeded),
		"institution_id": s.homeInstitution().id, "foreign_id": "P" + p.ID, "foreign_id_type": s.sites[0].sync.foreignType(),
		"bio":      object{"city": "", "state": "", "zip_code": "", "phone_number": simserver.Digits(p.Phone)},
		"inactive": !p.Active, "last_sync_time": stamp(s.seeded),
	}
}
