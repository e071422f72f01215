package nextechtest

import (
	"net/http"
	"strings"
	"testing"
)

func TestReferenceLists(t *testing.T) {
	t.Parallel()
	s, p := open(t, nil), open(t, onPlus)
	for _, tc := range []struct {
		b            *bare
		target, want string
	}{
		{s, "/appointment-type", "12 13 25 9"},
		{s, "/appointment-type?name=con", "12"},
		{s, "/appointment-type?identifier=13,25", "13 25"},
		{s, "/appointment-purpose", "9 161 202 53"},
		{s, "/appointment-purpose?name:contains=check", "161"},
		{s, "/appointment-status", "0 1 2 3 4 6 7 8"},
		{s, "/patient-type", "1 2 3"},
		{p, "/appointment-type", "12 13 25 9"},
		{s, "/Location", "7 8 10 11"},
		{s, "/Location?includeAll=true", "7 8 10 11 14"},
		{s, "/Location?status=active", "7 8 10"},
		{s, "/Location?name=bay&address-city=oak&address-state=ca&address-postalcode=94612&phone=5105550103", "8"},
		{s, "/Practitioner", "15 21 24 27 27 30"},
		{s, "/Practitioner?active=true", "15 21 24 27 27"},
		{s, "/Practitioner?family=fer&given=l", "24"},
		{s, "/Practitioner?name=okafor&email=okafor&phone=5185550115&gender=female&identifier=15", "15"},
		{s, "/patient-recall", "PR-1 PR-2"},
		{s, "/patient-recall?deleted=true,false", "PR-1 PR-2 PR-3"},
		{s, "/patient-recall?recall-status-name=Scheduled&recall-date=ge2026-04-01", "PR-2"},
		{p, "/patient-recall?recall-status-name=Active", "PR-1"},
		{s, "/Account?balance=gt0&balance=lt3", "3201 3202"},
		{p, "/Account?name=okonkwo&status=active", "3210"},
		{p, "/Payer?status=active&name=har", "1"},
		{s, "/Coverage", ""}, {s, "/Claim?use=claim", ""}, {p, "/Claim?claim-item-type=1", ""}, {s, "/PaymentReconciliation", ""},
	} {
		if got := tc.b.get(tc.target).ids(); got != tc.want {
			t.Errorf("%s %s: %q, want %q", tc.b.sim.opts.Product, tc.target, got, tc.want)
		}
	}
	if got := s.get("/Account?patient=" + s.sim.clinic.Patients()[2].Chart).ids(); got != "3202" {
		t.Errorf("account of a chart number: %s", got)
	}
	for _, target := range []string{"/appointment-type/12", "/appointment-purpose/9", "/appointment-status/6", "/patient-type/1", "/Location/14", "/Practitioner/15", "/patient-recall/PR-3", "/Account/3200"} {
		s.get(target)
	}
	for _, target := range []string{"/appointment-type/0", "/Practitioner/33", "/Location/0"} {
		if r := s.do(http.MethodGet, target, nil); r.status != http.StatusNotFound || r.json["resourceType"] != "OperationOutcome" {
			t.Errorf("%s: %d", target, r.status)
		}
	}
}

func TestOnlySelectTellsLengthsAndTypesOfPurposes(t *testing.T) {
	t.Parallel()
	s, p := open(t, nil), open(t, onPlus)
	if body := s.get("/appointment-type/9").body; !strings.Contains(body, `appointment-type#defaultDuration","valueInteger":0`) {
		t.Error(body)
	}
	if body := p.get("/appointment-type/12").body; strings.Contains(body, "Duration") || !strings.Contains(body, `"url":"appointment-type","valueString":"Consult"`) {
		t.Error(body)
	}
	if body := s.get("/appointment-purpose/9").body; strings.Count(body, "valueReference") != 2 {
		t.Error(body)
	}
	if body := p.get("/appointment-purpose/9").body; strings.Contains(body, "valueReference") {
		t.Error(body)
	}
}

func TestAPublishedPractitionerHasNoIdAndTwoIdentifiers(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.PublishedPractitioners = true })
	r := b.get("/Practitioner?family=okafor")
	if r.entries()[0]["id"] != nil || strings.Count(r.body, `"identifier":`) != 2 || !strings.Contains(r.body, `"use":"http://hl7.org/fhir/sid/us-npi"`) {
		t.Error(r.body)
	}
	if body := b.get("/Practitioner/15").body; strings.Count(body, `"identifier":`) != 2 {
		t.Error(body)
	}
}
