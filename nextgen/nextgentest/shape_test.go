package nextgentest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/vendortest"
)

// shape lists the paths of all members in v with their JSON types: lists count as one
// element, links are left out.
func shape(into map[string]map[string]bool, path string, v any) {
	if path != "" {
		if into[path] == nil {
			into[path] = map[string]bool{}
		}
		into[path][fmt.Sprintf("%T", v)] = true
	}
	switch v := v.(type) {
	case map[string]any:
		for name, m := range v {
			if name != "_links" {
				shape(into, path+"."+name, m)
			}
		}
	case []any:
		for _, e := range v {
			shape(into, path+"[]", e)
		}
	}
}

func shapeOf(t *testing.T, text string) map[string]map[string]bool {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, text)
	}
	all := map[string]map[string]bool{}
	shape(all, "", v)
	return all
}

// newer are members that the recorded version did not have yet (documented).
var newer = []string{".appointmentNumber", ".isNoShow", ".appointmentChainId", ".isLinkedAppointment", ".appointmentLinkId"}

// seldom are members of recorded answers that no client has a use for.
func seldom(path string) bool {
	for _, part := range []string{
		"default", "association", "pmp", "pdmp", "Pdmp", "Pmp", "uds", "userDefinedDemographic", "secondary", "international", "birthMother", "Comment", "Protected",
		"NotApplicable", "Enabled", "church", "religion", "community", "student", "dental", "Dental", "expiredTime", "provenance", "notificationPreference", "showContact",
		"mothers", "mothersMaiden", "exempt", "otherReason", "addressType", "sexualOrientation", "preferredPronoun", "primaryCareProvider", "patientStatusChange", "isSelfPayer", "alternatePhoneDesc", "alternatePhoneExt",
		"case", "parentEncounter", "group", "lock", "billable", "isOptical", "sourceProduct", "siteId", "guarantor", "cob1", "onset", "admit", "dischargeDate",
		"supervising", "homeless", "facility", "patientType",
	} {
		if strings.Contains(path, part) {
			return true
		}
	}
	return false
}

// TestAnswersHaveTheRecordedMembersAndTypes holds each answer against the recorded one of
// the same route: no member is made up, none that a client may need is left out, and none
// has another JSON type.
func TestAnswersHaveTheRecordedMembersAndTypes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		file   string
		target func(*bare) string
	}{
		{"core-version.json", at("/core/version")},
		{"login-defaults-get.json", at("/users/me/login-defaults")},
		{"master-practices.json", at("/master/practices")},
		{"master-enterprises.json", at("/master/enterprises")},
		{"master-locations-page1.json", at("/master/locations")},
		{"master-locations-default.json", at("/master/locations/default")},
		{"master-practice-locations-page1.json", at("/master/practices/0006/locations")},
		{"master-events-page1.json", at("/master/events")},
		{"master-appointment-categories-page1.json", at("/master/appointments/categories")},
		{"master-appointment-category.json", func(b *bare) string { return "/master/appointments/categories/" + b.id("category", "1") }},
		{"master-appointment-category-events.json", func(b *bare) string { return "/master/appointments/categories/" + b.id("category", "1") + "/events" }},
		{"master-appointment-classes.json", at("/master/appointments/classes")},
		{"master-appointment-class-resources.json", func(b *bare) string { return "/master/appointments/classes/" + b.id("class", "1") + "/resources" }},
		{"master-list-items-page1.json", at("/master/list-items")},
		{"master-patient-statuses-page1.json", at("/master/patient-statuses")},
		{"master-time-zones-page1.json", at("/master/time-zones")},
		{"providers-page1.json", at("/providers")},
		{"provider-detail.json", func(b *bare) string { return "/providers/" + b.id("provider", "15") }},
		{"resources.json", at("/resources")},
		{"resource-detail.json", func(b *bare) string { return "/resources/" + b.id("resource", "15") }},
		{"person-detail.json", func(b *bare) string { return "/persons/" + b.person(0) }},
		{"person-appointments.json", func(b *bare) string { return "/persons/" + b.person(0) + "/appointments" }},
		{"appointment-detail.json", func(b *bare) string { return "/appointments/" + b.book(0) }},
		{"appointments-empty-page.json", at("/appointments?" + where("appointmentDate lt dateTime'1990-01-01T00:00:00'"))},
		{"appointment-slots-empty-page.json", at("/appointments/slots?" + where("startDate ge dateTime'2026-05-09T00:00:00' and startDate le dateTime'2026-05-10T00:00:00'"))},
		{"chart.json", func(b *bare) string { return "/persons/" + b.person(0) + "/chart" }},
		{"chart-encounters.json", func(b *bare) string { return "/persons/" + b.person(0) + "/chart/encounters" }},
		{"chart-encounter-detail.json", func(b *bare) string {
			return "/persons/" + b.person(0) + "/chart/encounters/" + b.id("encounter", "301")
		}},
		{"chart-documents.json", func(b *bare) string { return "/persons/" + b.person(0) + "/chart/documents" }},
		{"chart-document-detail.json", func(b *bare) string { return "/persons/" + b.person(0) + "/chart/documents/" + b.id("document", "900") }},
		{"users-enterprises.json", at("/users/14/enterprises")},
		{"users-practices.json", at("/users/me/practices")},
		{"users-api-access.json", at("/users/14/api-access")},
		{"person-races.json", func(b *bare) string { return "/persons/" + b.person(0) + "/races" }},
		{"person-ethnicities.json", func(b *bare) string { return "/persons/" + b.person(0) + "/ethnicities" }},
		{"person-insurances-empty.json", func(b *bare) string { return "/persons/" + b.person(0) + "/insurances" }},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			recorded := shapeOf(t, string(vendortest.Published(t, "nextgen/"+tc.file)))
			b := open(t, nil)
			if tc.file == "person-appointments.json" {
				b.book(0)
			}
			have := shapeOf(t, b.get(tc.target(b)).body)
			for _, path := range slices.Sorted(maps.Keys(have)) {
				if recorded[path] == nil {
					if !slices.ContainsFunc(newer, func(n string) bool { return strings.HasSuffix(path, n) }) {
						t.Errorf("no record has %s", path)
					}
					continue
				}
				for kind := range have[path] {
					if kind != "<nil>" && !recorded[path][kind] && (!recorded[path]["<nil>"] || len(recorded[path]) > 1) {
						t.Errorf("%s is %s, recorded as %v", path, kind, recorded[path])
					}
				}
			}
			for _, path := range slices.Sorted(maps.Keys(recorded)) {
				if have[path] == nil && !seldom(path) {
					t.Errorf("%s is recorded and missing", path)
				}
			}
		})
	}
}

func at(target string) func(*bare) string { return func(*bare) string { return target } }

// TestErrorsLookAsTheyWereRecorded compares status, body and the headers that matter.
func TestErrorsLookAsTheyWereRecorded(t *testing.T) {
	t.Parallel()
	var all []struct {
		Request string
		Status  int
		Headers map[string]string
		Body    string
	}
	if err := json.Unmarshal(vendortest.Published(t, "nextgen/errors.json"), &all); err != nil {
		t.Fatal(err)
	}
	b := open(t, func(o *Options) { o.Version = "6.0.0.767" })
	b.sim.ExpectViolation("a lookup without criteria")
	b.sim.ExpectViolation("no such path")
	asked := map[string]string{
		"GET /appointments/id-4": "/appointments/id-4", "GET /persons/lookup with no criteria": "/persons/lookup",
		"GET /persons on 6.0.0.767 (route not there yet)": "/persons", "GET patient document history without rights": "/persons/" + b.person(0) + "/chart/documents/" + b.id("document", "902"),
		"GET with a missing required query parameter": "/persons/" + b.person(0) + "/formularies/medications/1/alternatives",
	}
	n := 0
	for _, e := range all {
		target, ok := asked[e.Request]
		if !ok {
			continue
		}
		n++
		r := b.do(http.MethodGet, target, nil)
		var want, have map[string]any
		_ = json.Unmarshal([]byte(e.Body), &want)
		_ = json.Unmarshal([]byte(r.body), &have)
		if r.status != e.Status || r.header.Get("Content-Type") != e.Headers["Content-Type"] || (r.header.Get("Allow") != e.Headers["Allow"]) || len(want) != len(have) {
			t.Errorf("%s: %d %v %s", e.Request, r.status, r.header, r.body)
		}
		message, _, _ := strings.Cut(fmt.Sprint(want["message"]), "'http")
		if got := fmt.Sprint(have["message"]); !strings.HasPrefix(got, message) {
			t.Errorf("%s: %q, recorded %q", e.Request, got, message)
		}
	}
	if n != len(asked) {
		t.Errorf("%d of %d found in the record", n, len(asked))
	}
}
