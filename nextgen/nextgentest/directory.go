package nextgentest

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// providerRow: who has left is deleted; 33 refers and renders nothing here.
func (p *practice) providerRow(q *query, d simserver.Practitioner) object {
	o := object{
		"id": p.guid("provider", d.ID), "lastName": d.Family, "firstName": d.Given, "middleName": "", "description": d.Family + ", " + d.Given,
		"providerAddressLine1": "9 Lantern Row", "providerAddressLine2": "", "providerCity": "Albany", "providerState": "NY", "providerZip": "12207",
		"providerPhone": d.Phone, "providerPhoneExtension": "", "isDeleted": !d.Active, "degree": "MD", "enterpriseId": p.enterprise, "practiceId": p.id,
		"nationalProviderId": d.NPI, "isReferringProvider": true, "isRenderingAtPractice": d.Linked, "isSupervisingProvider": false,
		"language1Id": nil, "specialtyCode1": nil, "taxonomyId": q.or(aGUID, ""), "providerSubgrouping1Id": nil,
	}
	o.stamps("modifyTimestamp", q.sim.seeded.AddDate(-1, 0, 0), p.zone, true)
	return o.links("/providers/" + p.guid("provider", d.ID))
}

func (p *practice) providers() []simserver.Practitioner {
	var all []simserver.Practitioner
	for _, d := range p.clinic.Practitioners {
		if d.NPI != "" {
			all = append(all, d)
		}
	}
	return all
}

// provider finds one by the id in answers.
func (p *practice) provider(wire string) (simserver.Practitioner, bool) {
	return lookUp(p, "provider", wire, p.providers(), func(d simserver.Practitioner) string { return d.ID })
}

func (s *Sim) listProviders(q *query) *simserver.Reply {
	var all []object
	for _, d := range q.practice.providers() {
		all = append(all, q.practice.providerRow(q, d))
	}
	return q.page(all)
}

func (s *Sim) readProvider(q *query) *simserver.Reply {
	id, refusal := q.guidVar("provider")
	if refusal != nil {
		return refusal
	}
	d, ok := q.practice.provider(id)
	if !ok {
		return q.unknown()
	}
	o := q.practice.providerRow(q, d)
	for name, v := range map[string]any{
		"providerFax": "", "deaNumber": nil, "email": d.Email, "otherLicenseId": "", "otherLicenseDescription": "", "stateLicenseNumber": nil, "note": "",
		"ssn": "", "salutoryName": "", "hospitalAffiliations": "", "mobilePhone": "", "homeAddressLine1": "", "homeAddressLine2": "", "homeCity": "",
		"homeState": "", "homeZip": "", "homePhone": "", "homeFax": "", "faxExtras": "", "defaultTaxId": "", "isPaqEnabled": false,
		"pdmpGatewayRoleDescription": nil, "nadeaNumber": nil,
	} {
		o[name] = v
	}
	return q.json(o)
}

func (p *practice) resourceRow(q *query, r resource) object {
	id := p.guid("resource", r.id)
	provider := ""
	if r.provider {
		provider = p.guid("provider", r.id)
	}
	return object{
		"id": id, "practiceId": p.id, "isDeleted": r.deleted, "isAvailableOnHolidays": false, "resourceDisplayName": r.name,
		"providerId": q.or(aGUID, provider), "resourceType": r.kind, "interval": int(r.interval / time.Minute),
	}.links("/resources/" + id)
}

func (s *Sim) listResources(q *query) *simserver.Reply {
	var all []object
	for _, r := range q.practice.resources {
		if want := q.get("resourceType"); want != "" && !strings.EqualFold(want, r.kind) {
			continue
		}
		if want := q.get("isDeleted"); want != "" && (want == "true") != r.deleted {
			continue
		}
		all = append(all, q.practice.resourceRow(q, r))
	}
	return q.page(all)
}

func (s *Sim) readResource(q *query) *simserver.Reply {
	id, refusal := q.guidVar("resource")
	if refusal != nil {
		return refusal
	}
	r, ok := q.practice.resource(id)
	if !ok {
		return q.unknown()
	}
	return q.json(q.practice.resourceRow(q, r))
}
