package nextgen

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// recordings are the recorded answers of the Enterprise API by the route they answer; rows
// is how many a list has, -1 for one record, and next whether the list goes on. Those that
// the package has a model for are looked at more closely in record_published_test.go and
// directory_test.go; the others are what Raw gives.
var recordings = map[string]struct {
	route string
	rows  int
	next  bool
}{
	"appointment-detail": {"/appointments/" + visit, -1, false}, "appointment-slots-empty-page": {"/appointments/slots", 0, false}, "appointments-empty-page": {"/appointments", 0, false},
	"chart": {"/persons/" + tessa + "/chart", 1, false}, "chart-balances": {"/persons/" + tessa + "/chart/balances", 1, false}, "chart-document-detail": {"/persons/" + tessa + "/chart/documents/" + visit, -1, false},
	"chart-documents": {"/persons/" + tessa + "/chart/documents", 5, false}, "chart-encounter-detail": {"/persons/" + tessa + "/chart/encounters/" + visit, -1, false}, "chart-encounters": {"/persons/" + tessa + "/chart/encounters", 4, false},
	"core-version": {"/core/version", -1, false}, "document-batch": {"/document-batches/" + visit, -1, false}, "document-batches-page1": {"/document-batches", 25, true}, "login-defaults-get": {"/users/14/login-defaults", -1, false},
	"master-appointment-categories-page1": {"/master/appointments/categories", 25, true}, "master-appointment-category": {"/master/appointments/categories/" + visit, -1, false},
	"master-appointment-category-events": {"/master/appointments/categories/" + visit + "/events", 10, false}, "master-appointment-class-resources": {"/master/appointments/classes/" + visit + "/resources", 6, false},
	"master-appointment-classes": {"/master/appointments/classes", 6, false}, "master-document-types-page1": {"/master/document-types", 25, true}, "master-enterprises": {"/master/enterprises", 3, false},
	"master-events-page1": {"/master/events", 25, true}, "master-external-systems-page1": {"/master/external-systems", 25, true}, "master-list-items-page1": {"/master/list-items", 25, true},
	"master-locations-default": {"/master/locations/default", -1, false}, "master-locations-page1": {"/master/locations", 25, true}, "master-patient-statuses-page1": {"/master/patient-statuses", 25, true},
	"master-payers-page1": {"/master/payers", 25, true}, "master-practice-locations-page1": {"/master/practices/0001/locations", 25, true}, "master-practices": {"/master/practices", 12, false},
	"master-practitioners-page1": {"/master/practitioners", 25, true}, "master-time-zones-page1": {"/master/time-zones", 25, true}, "person-appointments": {"/persons/" + tessa + "/appointments", 4, false},
	"person-detail": {"/persons/" + tessa, -1, false}, "person-ethnicities": {"/persons/" + tessa + "/ethnicities", 1, false}, "person-insurances-empty": {"/persons/" + tessa + "/insurances", 0, false},
	"person-races": {"/persons/" + tessa + "/races", 1, false}, "provider-detail": {"/providers/" + visit, -1, false}, "providers-page1": {"/providers", 25, true},
	"resource-appointments-empty": {"/resources/" + visit + "/appointments", 0, false}, "resource-detail": {"/resources/" + visit, -1, false}, "resources": {"/resources", 11, false},
	"users-api-access": {"/users/14/api-access", -1, false}, "users-enterprises": {"/users/14/enterprises", 3, false}, "users-practices": {"/users/14/practices", 12, false},
}

// elsewhere are the recorded files that other tests read.
var elsewhere = []string{
	"errors",                                  // errors_test.go
	"postman-appointments", "postman-persons", // record_postman_test.go
	"response-headers",                                                                                                                                             // below
	"fhir-r4-capabilitystatement", "fhir-r4-openid-configuration", "fhir-r4-smart-configuration", "office-r4-capabilitystatement", "office-r4-smart-configuration", // patientaccess
}

// TestEveryRecordedAnswerIsRead: none is a failure, a list is never taken for another one,
// and what the package has no model for comes through Raw unchanged.
func TestEveryRecordedAnswerIsRead(t *testing.T) {
	t.Parallel()
	_ = vendortest.Published(t, "nextgen/core-version.json") // skips without fixtures
	files, err := filepath.Glob(filepath.Join(os.Getenv("EMRKIT_FIXTURES"), "nextgen", "*.json"))
	if err != nil || len(files) < len(recordings) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		want, known := recordings[name]
		if !known {
			if !slices.Contains(elsewhere, name) {
				t.Errorf("no test reads %s", name)
			}
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := recorded(t, name)
			c, w := connect(t, nil, answer)
			got, err := emr.NewClient(c, nil).Raw(t.Context(), &emr.RawRequest{Path: want.route})
			if err != nil || string(got.Body) != answer.body || len(w.seen) != 1 {
				t.Fatalf("%v after %v", err, w.asked())
			}
			if want.rows < 0 {
				var record map[string]json.RawMessage
				if err := json.Unmarshal(got.Body, &record); err != nil || len(record) == 0 {
					t.Errorf("%d members, %v", len(record), err)
				}
				return
			}
			call, err := c.call(opRaw, http.MethodGet, want.route)
			if err != nil {
				t.Fatal(err)
			}
			rows, next, _, err := c.readPage(t.Context(), call, nil, "")
			if err != nil || len(rows) != want.rows || (next != "") != want.next || want.next && next != "%24skip=25" {
				t.Errorf("%d rows, want %d; next %q; %v", len(rows), want.rows, next, err)
			}
		})
	}
}

// TestRecordedValuesMakeSense: what a model makes of a record is looked at for each kind.
func TestRecordedValuesMakeSense(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	list := func(t *testing.T, route, name string) (*Client, parts) {
		t.Helper()
		c, w := connect(t, func(c *Config) { c.PracticeID = "0001" })
		w.routes["GET "+route] = recorded(t, name)
		w.routes["GET /master/locations"] = recorded(t, "master-locations-page1")
		return c, parts{c}
	}
	t.Run("events", func(t *testing.T) {
		t.Parallel()
		_, p := list(t, "/master/events", "master-events-page1")
		page, err := p.ListAppointmentTypes(t.Context(), "")
		if err != nil || len(page.Items) == 0 {
			t.Fatal(err)
		}
		for _, m := range page.Items {
			if !id.MatchString(string(m.ID)) || m.Name == "" || m.Length < 0 || m.Length.Hours() > 8 {
				t.Errorf("%+v", m)
			}
		}
	})
	t.Run("calendars", func(t *testing.T) {
		t.Parallel()
		c, w := connect(t, func(c *Config) { c.PracticeID = "0001" })
		w.routes["GET /resources"] = reply{body: strings.ReplaceAll(recorded(t, "resources").body, `"0006"`, `"0001"`)}
		all, err := c.Resources(t.Context())
		if err != nil || len(all) == 0 {
			t.Fatal(err)
		}
		for _, m := range all {
			if !id.MatchString(string(m.ID)) || m.Name == "" || m.Kind != "Person" && m.Kind != "Place" || m.Interval < 0 || m.Practitioner == zeroGUID {
				t.Errorf("%+v", m)
			}
		}
	})
	t.Run("practices", func(t *testing.T) {
		t.Parallel()
		c, _ := list(t, "/master/practices", "master-practices")
		all, err := c.Practices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if len(m.ID) != 4 || len(m.Enterprise) != 5 || m.Name == "" {
				t.Errorf("%+v", m)
			}
		}
	})
	t.Run("headers", func(t *testing.T) {
		t.Parallel()
		var all map[string]struct {
			Status  int
			Headers map[string]string
		}
		if err := json.Unmarshal(vendortest.Published(t, "nextgen/response-headers.json"), &all); err != nil || len(all) == 0 {
			t.Fatal(err)
		}
		for name, one := range all {
			h := http.Header{}
			for k, v := range one.Headers {
				if !strings.HasPrefix(strings.ToLower(k), "content-") {
					h.Set(k, v)
				}
			}
			c, _ := connect(t, nil, reply{status: one.Status, body: listed(), header: h})
			_ = types(t.Context(), c)
			if want := h.Get("Api-Version"); want != "" && !strings.Contains(c.versionNote(), want) {
				t.Errorf("%s: version %s is noted as %q", name, want, c.versionNote())
			}
		}
	})
}
