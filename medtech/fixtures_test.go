package medtech

import (
	"net/http"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// sample is one of the vendor's published or recorded answers.
func sample(t *testing.T, name string) string {
	t.Helper()
	return string(vendortest.Published(t, "medtech/"+name))
}

func TestSamples_recordedAnswersAreRead(t *testing.T) {
	t.Parallel()
	found := sample(t, "bundle-patient-search-uat-2025.json")
	b, err := fhir.ParseBundle([]byte(found), decoding)
	if err != nil {
		t.Fatal(err)
	}
	people, err := matches[fhir.Patient](listing{Bundle: b}, "Patient")
	if err != nil || len(people) == 0 {
		t.Fatal(len(people), err)
	}
	number := valueOf(people[0].Identifier, NHISystem)
	c, _ := connect(t, nil, reply{body: found})
	page, err := parts{c}.FindPatients(t.Context(), emr.PatientQuery{Identifier: NHI(number)}, "")
	if err != nil || len(page.Items) != 1 || page.Items[0].Family.IsZero() || page.Items[0].Born.IsZero() || page.Items[0].Inactive {
		t.Fatalf("%d people, %v", len(page.Items), err)
	}
	c, _ = connect(t, nil, reply{body: sample(t, "bundle-location-search-uat-2025.json")})
	places, err := parts{c}.ListLocations(t.Context(), "")
	if err != nil || len(places.Items) != 1 || places.Items[0].Name == "" || !places.Items[0].Active {
		t.Errorf("%d locations, %v", len(places.Items), err)
	}
	if h, err := (parts{c}).Check(t.Context()); err != nil || !h.OK || h.Version == "" {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestSamples_errors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		kind   emr.Kind
		code   string
	}{
		"operationoutcome-400-business-rule.json": {http.StatusBadRequest, emr.KindInvalid, "business_rule"},
		"operationoutcome-403-forbidden.json":     {http.StatusForbidden, emr.KindPermission, codeForbidden},
		"error-401-gateway.json":                  {http.StatusUnauthorized, emr.KindAuth, "unauthorized"},
		"error-404-gateway.json":                  {http.StatusNotFound, emr.KindUnsupported, codeNoRoute},
	} {
		c, _ := connect(t, nil, reply{status: tt.status, body: sample(t, name)})
		_, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(testPatient))
		if e := wantError(t, err, tt.kind); e.Code != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSamples_resourcesOf2021AreRead(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil)
	for _, name := range []string{"hl7nz-2021-Practitioner-cfsb1612836952016.json", "hl7nz-2021-Practitioner-prov1.json"} {
		r, err := fhir.Decode[fhir.Practitioner]([]byte(sample(t, name)), decoding)
		if err != nil {
			t.Fatal(name, err)
		}
		if m := practitionerOf(r); m == nil || m.ID == "" {
			t.Errorf("%s: %+v", name, m)
		}
	}
	for _, name := range []string{"hl7nz-2021-Slot-slot1.json", "hl7nz-2021-Slot-slot2.json"} {
		r, err := fhir.Decode[fhir.Slot]([]byte(sample(t, name)), decoding)
		if err != nil {
			t.Fatal(name, err)
		}
		call, _ := c.call(opFindSlots, http.MethodGet, "Slot")
		if s, err := (parts{c}).slot(call, nil, r); err != nil || s.Length() <= 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, err := fhir.Decode[fhir.Patient]([]byte(sample(t, "hl7nz-2021-Patient-cfsb1610999277413.json")), decoding)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := c.patient(nil, nil, r); err != nil || p.Family.IsZero() {
		t.Error(err)
	}
}
