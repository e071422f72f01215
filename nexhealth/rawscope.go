package nexhealth

import (
	"net/http"
	"slices"
	"strings"
)

// Which endpoints of version 3.0.0 know the institution and demand a location, for raw
// requests; the methods of this package know it of themselves. Source: the OpenAPI
// document.

// wantsSubdomain: nearly all. Those of the account and those addressed by a location's or
// onboarding's own id do not.
func wantsSubdomain(method, path string) bool {
	s := segments(path)
	switch s[0] {
	case "institutions", "onboardings", "authenticates":
		return false
	case "locations":
		return len(s) == 1
	case "webhook_endpoints":
		return len(s) > 2 && (len(s) != 4 || method != http.MethodDelete)
	case "guarantor_balances", "payment_plans":
		return len(s) == 1
	}
	return true
}

// located are the lists that demand a location.
var located = []string{
	"adjustment_types", "adjustments", "charges", "claims", "clinical_notes", "document_types", "fee_schedule_procedures",
	"fee_schedules", "guarantor_balances", "insurance_balances", "operatories", "patient_recalls", "patients", "payment_plans",
	"payment_types", "payments", "recall_types", "working_hours",
}

func wantsLocation(method, path string) bool {
	s := segments(path)
	switch {
	case method == http.MethodGet && len(s) == 1:
		return slices.Contains(located, s[0])
	case method == http.MethodGet && len(s) == 2:
		return s[0] == "document_types"
	case method == http.MethodPost && len(s) == 1:
		return slices.Contains([]string{"adjustments", "appointments", "patients", "payments", "working_hours"}, s[0])
	case method == http.MethodPost && len(s) == 3:
		return s[0] == "patients" && s[2] == "documents"
	}
	return false
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }
