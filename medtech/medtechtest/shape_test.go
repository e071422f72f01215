package medtechtest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// shape lists the paths of all members in v: lists count as one element.
func shape(into map[string]bool, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, m := range v {
			below := strings.TrimPrefix(path+"."+name, ".")
			into[below] = true
			shape(into, below, m)
		}
	case []any:
		for _, e := range v {
			shape(into, path, e)
		}
	}
}

// fixture reads a published answer or request.
func fixture(t *testing.T, name string) map[string]any {
	t.Helper()
	data := vendortest.Published(t, "medtech/"+name)
	var o map[string]any
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestAnswersHaveThePublishedShape holds each answer against the recorded one: a member
// that no record has must stand in the row, with its reason.
func TestAnswersHaveThePublishedShape(t *testing.T) {
	t.Parallel()
	get := func(target string) func(*bare) map[string]any {
		return func(b *bare) map[string]any { return b.do(http.MethodGet, target, nil).json }
	}
	full := func(o *Options) { o.FullBundles = true }
	for _, tc := range []struct {
		file   string
		change func(*Options)
		ask    func(*bare) map[string]any
		beside []string
	}{
		{"bundle-location-search-uat-2025.json", nil, get("/Location"), nil},
		// meta stands in the document of 2021; use and the practitioner in the draft guide.
		{"bundle-patient-search-uat-2025.json", nil, get("/Patient?identifier=" + asked(nhiSystem, NHI(0))), []string{
			"entry.resource.meta", "entry.resource.meta.versionId", "entry.resource.meta.lastUpdated", "entry.resource.telecom.use",
			"entry.resource.generalPractitioner", "entry.resource.generalPractitioner.reference",
		}},
		{"error-401-gateway.json", nil, func(b *bare) map[string]any {
			b.token = "nonsense"
			return b.do(http.MethodGet, "/Location", nil).json
		}, nil},
		{"error-404-gateway.json", nil, get("/Encounter?" + byNHI(0)), nil},
		{"operationoutcome-400-business-rule.json", nil, func(b *bare) map[string]any {
			b.sim.ExpectViolation("identifier.value")
			m := b.media("x")
			delete(m, "identifier")
			return b.do(http.MethodPost, "/Media", m).json
		}, nil},
		{"operationoutcome-403-forbidden.json", nil, func(b *bare) map[string]any {
			b.sim.ExpectViolation("a search without")
			return b.do(http.MethodGet, "/Patient", nil).json
		}, nil},
		// ext_expires_in is documented.
		{"token-response-uat-2025.json", nil, func(b *bare) map[string]any { return b.post(b.sim.tokenAt, b.form()).json }, []string{"ext_expires_in"}},
		// operator is in the vendor's own example.
		{"media-create-response-201.json", nil, func(b *bare) map[string]any { return b.do(http.MethodPost, "/Media", b.media("x")).json }, []string{"operator", "operator.reference"}},
		// telecom and use of the recorded patient search, the location's of the recorded one.
		{"bundle-ips-summary-2021.json", full, get("/Patient/$summary?identifier=" + asked(nhiSystem, NHI(0))), []string{
			"entry.resource.telecom", "entry.resource.telecom.system", "entry.resource.telecom.use", "entry.resource.telecom.value",
			"entry.resource.managingOrganization", "entry.resource.managingOrganization.identifier",
			"entry.resource.managingOrganization.identifier.system", "entry.resource.managingOrganization.identifier.value",
			"entry.resource.extension.valueCodeableConcept.coding.code", "entry.resource.extension.valueCodeableConcept.coding.display",
			"entry.resource.clinicalStatus.coding", "entry.resource.clinicalStatus.coding.code", "entry.resource.clinicalStatus.coding.display",
			"entry.resource.clinicalStatus.coding.system",
		}},
		{"hl7nz-2021-Slot-slot1.json", nil, func(b *bare) map[string]any { return b.get(slots()).entries()[0] }, nil},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			known, have := map[string]bool{}, map[string]bool{}
			shape(known, "", fixture(t, tc.file))
			shape(have, "", tc.ask(open(t, tc.change)))
			for _, path := range slices.Sorted(maps.Keys(have)) {
				if !known[path] && !slices.Contains(tc.beside, path) {
					t.Errorf("no sample has %s", path)
				}
			}
			for _, path := range tc.beside {
				if !have[path] {
					t.Errorf("%s is listed and not sent", path)
				}
			}
		})
	}
}

// TestThePublishedErrorsAreSentWordForWord: clients match these texts.
func TestThePublishedErrorsAreSentWordForWord(t *testing.T) {
	t.Parallel()
	issue := func(o map[string]any) string {
		i := children(o, "issue")[0]
		return simserver.StringIn(i, "code") + " " + simserver.StringIn(i, "diagnostics")
	}
	for name, want := range map[string]string{
		"operationoutcome-400-business-rule.json": "business-rule " + textNoReference,
		"operationoutcome-403-forbidden.json":     "forbidden " + textDenied,
	} {
		if got := issue(fixture(t, name)); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for name, have := range map[string]string{"error-401-gateway.json": string(unauthorized().Body), "error-404-gateway.json": string(notExposed().Body)} {
		if want := simserver.StringIn(fixture(t, name), "message"); !strings.Contains(have, `"message":"`+want+`"`) {
			t.Errorf("%s: %s", name, have)
		}
	}
}

// TestThePublishedRequestsAreUnderstood sends recorded requests, with ids of the seeded
// practice where they name one.
func TestThePublishedRequestsAreUnderstood(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"media-create-request-accepted.json": 201, "media-create-request-rejected-no-identifier.json": 400, "media-vendor-doc-example.json": 201,
	} {
		body := fixture(t, name)
		b := open(t, nil)
		if want == 400 {
			b.sim.ExpectViolation("identifier.value")
		}
		body["subject"] = object{"reference": "Patient/" + b.person(0)}
		if body["operator"] != nil { // absolute, as in the example
			body["subject"] = object{"reference": b.sim.lowerBase() + "/Patient/" + b.person(0)}
			body["operator"] = object{"reference": b.sim.lowerBase() + "/Practitioner/" + b.okafor()}
		}
		if r := b.do(http.MethodPost, "/Media", body); r.status != want {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}
