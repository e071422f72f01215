package nextgen

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// documented is a route of the vendor's Postman collection.
type documented struct {
	Method, Path string
	Query        []string
	Body         json.RawMessage
}

// collection is what the vendor documents of appointments and persons, by method and path
// with ":id" for each id.
func collection(t *testing.T) map[string]documented {
	t.Helper()
	all := map[string]documented{}
	for _, name := range []string{"postman-appointments", "postman-persons"} {
		var routes []documented
		if err := json.Unmarshal(vendortest.Published(t, "nextgen/"+name+".json"), &routes); err != nil || len(routes) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		for _, r := range routes {
			all[r.Method+" "+shape(r.Path)] = r
		}
	}
	return all
}

// shape writes :id for what is an id.
func shape(path string) string {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		if isGUID(p) || strings.HasPrefix(p, ":") {
			parts[i] = ":id"
		}
	}
	return "/" + strings.Join(parts, "/")
}

// undocumented are the routes that the collection does not hold: from recordings and the
// vendor's wiki.
var undocumented = []string{"GET /core/version", "GET /master/", "GET /providers", "GET /resources", "GET /persons/:id/chart", "POST /persons/:id/chart"}

// TestRequestsHaveNoMemberThatTheCollectionLacks: whatever is asked for or written uses the
// names of the vendor's collection and no others, spelled as there.
func TestRequestsHaveNoMemberThatTheCollectionLacks(t *testing.T) {
	t.Parallel()
	known := collection(t)
	fuller := map[string]func(parts) error{
		"a full booking": func(p parts) error {
			b := visitBooking(t)
			b.Vendor = BookingOptions{AllowDoubleBooking: true, Description: emr.NewPHI("New"), ReferringProvider: drLee}
			_, err := p.Book(t.Context(), b)
			return err
		},
		"a full move": func(p parts) error {
			_, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: emr.NewAppointmentID(visit), To: afternoon(t), Note: emr.NewPHI("later"), Vendor: BookingOptions{AllowDoubleBooking: true, Reason: "patient asked", Description: emr.NewPHI("New"), ReferringProvider: drLee}})
			return err
		},
		"a full person": func(p parts) error {
			n := tessaNew()
			n.Practitioner = drLee
			_, err := p.CreatePatient(t.Context(), n)
			return err
		},
		"a full search": func(p parts) error {
			_, err := p.FindPatients(t.Context(), emr.PatientQuery{Identifier: emr.Identifier{System: ExternalNumber, Value: emr.NewPHI("1")}, Vendor: PatientFilter{PatientsOnly: true, ExternalSystem: 7}}, "")
			return err
		},
	}
	for op, do := range operations(t) {
		fuller[op] = func(p parts) error { return do(t.Context(), p) }
	}
	for name, do := range fuller {
		p, w := desk(t, nil, located("/appointments", movedVisit), reply{body: strings.ReplaceAll(fixture(t, "appointment/get.response.json"), visit, movedVisit)}, reply{body: listed()})
		_ = do(p)
		for i, r := range w.seen {
			route := r.Method + " " + shape(strings.TrimPrefix(r.URL.Path, apiPath))
			d, ok := known[route]
			if !ok {
				if !slices.ContainsFunc(undocumented, func(prefix string) bool { return strings.HasPrefix(route, prefix) }) {
					t.Errorf("%s: %s is documented nowhere", name, route)
				}
				continue
			}
			for param := range r.URL.Query() {
				if !slices.Contains(d.Query, param) {
					t.Errorf("%s: %s takes no %s", name, route, param)
				}
			}
			if r.Method == http.MethodGet || w.bodies[i] == "" || w.bodies[i] == "{}" {
				continue
			}
			var sent, takes map[string]json.RawMessage
			if err := json.Unmarshal([]byte(w.bodies[i]), &sent); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(d.Body, &takes); err != nil {
				t.Fatalf("%s: %v", route, err)
			}
			for member := range sent {
				if _, ok := takes[member]; !ok {
					t.Errorf("%s: %s takes no member %s", name, route, member)
				}
			}
		}
		if len(w.seen) == 0 && !strings.Contains(opResources+opReasons+opCategories+opTypes+"events of a category", name) {
			t.Errorf("%s sent nothing", name)
		}
	}
}
