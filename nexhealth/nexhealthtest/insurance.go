package nexhealthtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// plan is an insurance plan; a deleted one is listed only when asked for.
type plan struct {
	id, payer, name, group string
	deleted                bool
}

var plans = []plan{
	{id: "91", payer: "87700", name: "Harbor Mutual Dental", group: "G-100"},
	{id: "92", payer: "87701", name: "Lantern Health", group: "G-200"},
	{id: "93", payer: "87700", name: "Harbor Mutual Basic", group: "G-101", deleted: true},
}

// coverage is what a plan is to a patient.
type coverage struct {
	id, patient, plan, relation string // patient is the clinic's id
	priority                    int    // the lowest is the primary one
	active                      bool
}

// seedCoverages gives every second patient two, the primary one last.
func (s *Sim) seedCoverages() {
	for n, p := range s.clinic.Patients() {
		if n%2 == 0 {
			s.coverages = append(s.coverages,
				coverage{id: itoa(9100 + 2*n), patient: p.ID, plan: "92", relation: "spouse", priority: 2, active: true},
				coverage{id: itoa(9101 + 2*n), patient: p.ID, plan: "91", relation: "self", priority: 1, active: n%4 == 0})
		}
	}
}

func (s *Sim) insuranceRoutes() []route {
	include := []param{{name: "include[]", kind: word, words: []string{"patient_coverages", "subscribers", "fee_schedule"}}}
	return []route{
		{method: http.MethodGet, path: "/insurance_plans", v3: true, sub: required, paged: byCursor, handle: s.listPlans, params: params(
			of(text, "payer_id", "group_num"), of(datetime, "updated_since"), of(flag, "include_deleted"), []param{sortable("updated_at")},
		)},
		{method: http.MethodGet, path: "/insurance_plans/{id}", v3: true, sub: required, params: include, handle: s.readPlan},
		{method: http.MethodGet, path: "/insurance_coverages", v3: true, sub: required, paged: byCursor, handle: s.listCoverages,
			params: params(of(id, "patient_id"), of(datetime, "updated_since"), of(flag, "active"))},
		{method: http.MethodGet, path: "/insurance_coverages/{id}", v3: true, sub: required, handle: func(q *query) *simserver.Reply {
			for _, c := range s.coverages {
				if c.id == q.vars["id"] && q.home() {
					return q.done(http.StatusOK, s.coverageObject(c))
				}
			}
			return q.unknown("Insurance coverage")
		}},
	}
}

func (s *Sim) listPlans(q *query) *simserver.Reply {
	var all []plan
	for _, p := range plans {
		if q.home() && (!p.deleted || q.get("include_deleted") == "true") && q.hits("payer_id", p.payer) && q.hits("group_num", p.group) &&
			q.since(s.seeded) {
			all = append(all, p)
		}
	}
	return cursorPage(q, all, entry[plan]{id: func(p plan) string { return p.id }, dress: s.planObject})
}

func (s *Sim) readPlan(q *query) *simserver.Reply {
	for _, p := range plans {
		if p.id != q.vars["id"] || !q.home() {
			continue
		}
		o := s.planObject(p)
		if q.includes("patient_coverages") {
			covers := []object{}
			for _, c := range s.coverages {
				if c.plan == p.id {
					covers = append(covers, s.briefCoverage(c))
				}
			}
			o["patient_coverages"] = covers
		}
		if q.includes("subscribers") {
			o["subscribers"] = []object{}
		}
		if q.includes("fee_schedule") {
			o["fee_schedule"] = nil
		}
		return q.done(http.StatusOK, o)
	}
	return q.unknown("Insurance plan")
}

func (s *Sim) planObject(p plan) object {
	o := object{
		"id": number(p.id), "payer_id": p.payer, "name": p.name, "address": "5 Ledger Street", "address2": nil, "city": "Albany", "state": "NY",
		"zip_code": "12207", "country_code": "US", "group_num": p.group, "employer_name": nil, "foreign_id": "IP" + p.id,
		"updated_at": stamp(s.seeded), "deleted_at": nil,
	}
	if p.deleted {
		o["deleted_at"] = stamp(s.seeded)
	}
	return o
}

// listCoverages: active ones unless asked otherwise (documented).
func (s *Sim) listCoverages(q *query) *simserver.Reply {
	var all []coverage
	for _, c := range s.coverages {
		p, _ := s.clinic.Patient(c.patient, false)
		if q.home() && c.active == (q.get("active") != "false") && q.hits("patient_id", itoa(patientID(p))) && q.since(s.seeded) {
			all = append(all, c)
		}
	}
	return cursorPage(q, all, entry[coverage]{id: func(c coverage) string { return c.id }, dress: s.coverageObject})
}

func (s *Sim) coverageObject(c coverage) object {
	o := object{
		"id": number(c.id), "subscription_relation": c.relation, "patient_id": nil, "priority": c.priority, "plan_id": number(c.plan),
		"subscriber_num": "SIM" + c.id, "effective_date": "2025-01-01", "expiration_date": nil, "insurance_type": "dental",
		"updated_at": stamp(s.seeded), "active": c.active,
	}
	if p, ok := s.clinic.Patient(c.patient, false); ok {
		o["patient_id"] = patientID(p)
	}
	return o
}

// briefCoverage is a coverage inside of a patient or a plan.
func (s *Sim) briefCoverage(c coverage) object {
	o := s.coverageObject(c)
	for _, name := range []string{"insurance_type", "updated_at", "active"} {
		delete(o, name)
	}
	return o
}

// includeRecords adds what include[] of a patient asks for and other files know.
func (s *Sim) includeRecords(q *query, o object, p simserver.Patient) {
	if q.includes("procedures") {
		o["procedures"] = s.proceduresOf(func(r procedure) bool { return r.patient == p.ID })
	}
	if q.includes("insurance_coverages") {
		covers := []object{}
		for _, c := range s.coverages {
			if c.patient == p.ID {
				covers = append(covers, s.briefCoverage(c))
			}
		}
		o["insurance_coverages"] = covers
	}
	if q.includes("patient_alerts") {
		o["patient_alerts"] = s.alertsOf(p, true)
	}
	if q.includes("last_visited_appointment") {
		o["last_visited_appointment"] = s.lastVisit(p)
	}
}
