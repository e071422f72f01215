package nexhealth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// labels are the subdomains of institutions.
func labels(all []*Institution) []string {
	var names []string
	for _, i := range all {
		names = append(names, i.Subdomain)
	}
	return names
}

func TestInstitutionsAreReadWithTheirLocations(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{want: "institution/list", answer: "institution/list"})
	all, err := emr.Collect(c.Institutions(t.Context()))
	if err != nil || len(all) != 4 {
		t.Fatalf("%d institutions, %v", len(all), err)
	}
	i := all[0]
	home := InstitutionLocation{
		ID: "9001", Name: "Harbour Street", Street: "4 Harbour Street", City: "Portland", State: "ME", Zip: "04101",
		Phone: "2075550142", Email: "desk@northpier.example.com",
	}
	mill := home
	mill.ID, mill.Name, mill.Zip, mill.Inactive = "9002", "Mill Road", "04102", true
	want := &Institution{
		ID: "31", Name: "North Pier Dental", Subdomain: "north-pier-dental", Phone: "2075550142", Country: "US",
		EMRs: []EMRName{EMROpenDental, EMRCurve}, Locations: []InstitutionLocation{home, mill}, MailsSyncDown: true,
		Created: time.Date(2025, 3, 4, 15, 0, 0, 0, time.UTC), Updated: time.Date(2025, 4, 1, 9, 30, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, i, vendortest.Models()); diff != "" {
		t.Error(diff)
	}
	if a, b := i.Active(), i.Inactive(); len(a) != 1 || a[0].ID != "9001" || len(b) != 1 || b[0].ID != "9002" || i.Deactivated() {
		t.Errorf("active %v, inactive %v, deactivated %v", a, b, i.Deactivated())
	}
	if !all[1].Deactivated() || all[2].Deactivated() || !all[2].TypesPerLocation {
		t.Error("an institution is deactivated when it has locations and none is in use")
	}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		if text := fmt.Sprintf(verb, struct{ I any }{*i}); strings.Contains(text, "2075550142") || strings.Contains(text, "desk@") {
			t.Errorf("%s shows a telephone number or an e-mail address", verb)
		}
	}
	var back Institution // it may be kept
	if data, err := json.Marshal(i); err != nil || json.Unmarshal(data, &back) != nil || !cmp.Equal(back, *i, vendortest.Models()) {
		t.Errorf("JSON and back: %v", err)
	}
}

func TestAnInstitutionIsFoundByNameTheBestFirst(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"North Pier Dental":   {"north-pier-dental", "north-pier-dental-2"}, // the same text first
		"NORTH  PIER Dental":  {"north-pier-dental-2", "north-pier-dental"},
		" north-pier dental.": {"north-pier-dental", "north-pier-dental-2"},
		"clinica agora":       {"clinica-agora"},
		"CLI\u0301NICA":       {"clinica-agora"}, // the accent as a letter of its own
		"pier":                {"pierre-dental", "north-pier-dental", "north-pier-dental-2"},
		"dental":              {"north-pier-dental", "pierre-dental", "north-pier-dental-2"},
		"Quay":                nil,
	} {
		c, _ := connect(t, nil, step{want: "institution/list", answer: "institution/list"})
		found, err := c.FindInstitutions(t.Context(), name)
		if err != nil || !slices.Equal(labels(found), want) {
			t.Errorf("%q: %v, %v; want %v", name, labels(found), err, want)
		}
	}
	c, r := connect(t, nil)
	for _, name := range []string{"", "  ", "-"} {
		_, err := c.FindInstitutions(t.Context(), name)
		wantKind(t, err, emr.KindInvalid)
	}
	if len(r.requests()) > 0 {
		t.Error("a request was sent")
	}
}

func TestOneInstitutionIsReadByItsID(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{want: "institution/get", answer: "institution/get"})
	if i, err := c.Institution(t.Context(), "31"); err != nil || i.ID != "31" || len(i.Locations) != 2 {
		t.Errorf("%v, %v", i, err)
	}
	c, _ = connect(t, nil)
	_, err := c.Institution(t.Context(), "north-pier-dental")
	wantKind(t, err, emr.KindInvalid)
	c, _ = connect(t, nil, step{status: 404, body: `{"code":false,"error":["Institution not found"],"data":null}`})
	_, err = c.Institution(t.Context(), "31")
	wantKind(t, err, emr.KindNotFound)
}

func TestAnswersThatAreNoInstitutionsAreErrors(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"null":       good(`null`),
		"an object":  good(`{"id":31}`),
		"no id":      good(`[{"name":"x"}]`),
		"code false": `{"code":false,"description":"canary text","error":[],"data":[]}`,
	} {
		c, r := connect(t, nil, step{body: body})
		all, err := emr.Collect(c.Institutions(t.Context()))
		if k := emr.KindOf(err); k != emr.KindProtocol && k != emr.KindInvalid || len(all) > 0 || len(r.requests()) != 1 {
			t.Errorf("%s: %d institutions, %v after %d requests", name, len(all), err, len(r.requests()))
		}
	}
	c, _ := connect(t, nil, step{body: good(`{"id":32,"name":"another"}`)})
	_, err := c.Institution(t.Context(), "31")
	wantKind(t, err, emr.KindProtocol)
}
