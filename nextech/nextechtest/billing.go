package nextechtest

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/nextech"
)

// billingRoutes are the endpoints around money. Accounts and payers have data; coverages,
// claims and payments are empty lists whose parameters are checked.
func (s *Sim) billingRoutes() []route {
	account := params{"identifier": token, "status": token, "name": text, "balance": slot, "patient": token}
	payer := params{
		"identifier": token, "status": token, "name": text, "address": text, "address-city": text,
		"address-state": text, "address-postalcode": text, "phone": token,
	}
	claim := params{
		"_lastUpdated": stamp, "identifier": token, "facility": token, "patient": token, "created": day, "care-team": token,
	}
	if s.d.plus() {
		claim["claim-item-type"] = token
	} else {
		claim["use"] = token
	}
	none := func(q *query) *simserver.Reply { return s.page(q, nil) }
	return []route{
		{method: http.MethodGet, path: "/Account", params: account, list: true, handle: s.searchAccounts},
		{method: http.MethodGet, path: "/Account/{id}", handle: func(q *query) *simserver.Reply { return one(q, s.accounts()) }},
		{method: http.MethodGet, path: "/Coverage", params: params{"patient": token, "beneficiary": token}, list: true, handle: none},
		{method: http.MethodGet, path: "/Payer", only: nextech.PracticePlus, params: payer, list: true, handle: s.searchPayers},
		{method: http.MethodGet, path: "/Payer/{id}", only: nextech.PracticePlus,
			handle: func(q *query) *simserver.Reply { return one(q, s.payers()) }},
		{method: http.MethodGet, path: "/Claim", params: claim, list: true, handle: none},
		{method: http.MethodGet, path: "/Claim/{id}", handle: func(q *query) *simserver.Reply { return one(q, nil) }},
		{method: http.MethodGet, path: "/PaymentReconciliation", list: true, handle: none},
		{method: http.MethodPost, path: "/Patient/{uid}/PaymentReconciliation", handle: notSimulated},
		{method: http.MethodPost, path: "/Coverage", only: nextech.PracticePlus, handle: notSimulated},
		{method: http.MethodPut, path: "/Coverage/{id}", only: nextech.PracticePlus, handle: notSimulated},
	}
}

// notSimulated answers what the vendor has and the simulator has not.
func notSimulated(*query) *simserver.Reply {
	return outcome(http.StatusNotImplemented, "not-supported", "The simulator does not have this endpoint")
}

// accounts: one for each patient, who owes as many dollars as his place in the list.
func (s *Sim) accounts() []object {
	var all []object
	for i, p := range s.clinic.Patients() {
		owner := object{"reference": "Patient/" + p.ID}
		id := itoa(3200 + i)
		all = append(all, object{
			"resourceType": "Account", "id": id, "identifier": official(id), "status": "active",
			"type": object{
				"coding": []object{{"system": "https://www.hl7.org/fhir/valueset-account-type.html", "code": "PBILLACCT"}}, "text": "Patient",
			},
			"name": p.Family + ", " + p.Given, "subject": owner, "balance": object{"value": i},
			"description": "Patient Responsibility", "guarantor": []object{{"party": owner}},
		})
	}
	return all
}

func (s *Sim) searchAccounts(q *query) *simserver.Reply {
	patients := s.clinic.Patients()
	var all []object
	for i, o := range s.accounts() {
		ids := []string{patients[i].ID}
		if s.charts() {
			ids = append(ids, patients[i].Chart)
		}
		if q.matches("identifier", token, o["id"].(string)) && q.matches("status", token, "active") &&
			q.matches("name", text, o["name"].(string)) && q.matches("patient", token, ids...) && owes(q.values["balance"], i) {
			all = append(all, o)
		}
	}
	return s.page(q, all)
}

// owes applies balance=gt0 and its like.
func owes(wanted []string, balance int) bool {
	for _, v := range wanted {
		op := "eq"
		if len(v) > 2 && strings.ContainsAny(v[:1], "engl") {
			op, v = v[:2], v[2:]
		}
		n, err := strconv.ParseFloat(v, 64)
		b := float64(balance)
		holds := map[string]bool{"eq": b == n, "ne": b != n, "gt": b > n, "ge": b >= n, "lt": b < n, "le": b <= n}
		if err != nil || !holds[op] {
			return false
		}
	}
	return true
}

// payers have the resourceType Organization.
func (s *Sim) payers() []object {
	return []object{{
		"resourceType": "Organization", "id": "1", "identifier": official("1"), "active": true, "name": "Harbor Mutual",
		"extension": []object{ext(s.d.url("eligibility-id"), "valueString", "15245")},
		"type":      []object{{"coding": []object{{"system": "http://hl7.org/fhir/organization-type", "code": "ins", "display": "Insurance Company"}}}},
		"telecom":   []object{{"system": "phone", "value": "(518) 555-0150", "use": "work", "rank": 1}},
		"address":   []object{{"use": "work", "type": "both", "line": []string{"5 Copper Court"}, "city": "Albany", "state": "NY", "postalCode": "12207"}},
	}}
}

func (s *Sim) searchPayers(q *query) *simserver.Reply {
	var all []object
	for _, o := range s.payers() {
		if q.matches("identifier", token, "1") && q.matches("status", token, "active") && q.matches("name", text, o["name"].(string)) &&
			q.matches("address", text, "5 Copper Court", "Albany", "NY", "12207") && q.matches("address-city", text, "Albany") &&
			q.matches("address-state", text, "NY") && q.matches("address-postalcode", text, "12207") &&
			q.allGroups("phone", func(want string) bool { return simserver.Digits(want) == "5185550150" }) {
			all = append(all, o)
		}
	}
	return s.page(q, all)
}
