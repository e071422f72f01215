package nexhealthtest

import (
	"net/http"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestLocationsComeInsideOfTheirInstitutions(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.NoInsert = []string{"8"} })
	all := b.get("/locations").list()
	if len(all) != 2 || all[0]["subdomain"] != practiceSubdomain || all[1]["subdomain"] != otherSubdomain {
		t.Fatalf("%v", all)
	}
	flags := map[string][3]bool{}
	for _, e := range all[0]["locations"].([]any) {
		l := e.(map[string]any)
		flags[idText(l["id"])] = [3]bool{l["inactive"] == true, l["insert_appt_client"] == true, l["map_by_operatory"] == true}
	}
	want := map[string][3]bool{"7": {false, true, false}, "8": {false, false, false}, "10": {false, true, true}, "11": {true, true, false}}
	if len(flags) != len(want) {
		t.Errorf("%v", flags)
	}
	for id, f := range want {
		if flags[id] != f {
			t.Errorf("location %s: %v, want %v", id, flags[id], f)
		}
	}
	if l := b.get("/locations/8").data(); l["tz"] != "America/Los_Angeles" || l["institution_id"] != 101.0 {
		t.Errorf("%v", l)
	}
	if err := b.sim.SetInsert("8", true); err != nil || b.get("/locations/8").data()["insert_appt_client"] != true {
		t.Error(err)
	}
	if b.sim.SetInsert("14", true) == nil {
		t.Error("another organisation's location")
	}
	if r := b.do(http.MethodGet, "/institutions/900", nil); r.status != http.StatusNotFound {
		t.Errorf("an institution of the other key: %d", r.status)
	}
}

func TestDirectoryFilters(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for target, want := range map[string]string{
		"/institutions":                                                           "101 102",
		"/providers?" + sub + "&per_page=9":                                       "15 21 24 27 33",
		"/providers?" + sub + "&per_page=9&inactive=true":                         "30",
		"/providers?" + sub + "&per_page=9&location_id=7":                         "15 21 33",
		"/providers?" + sub + "&per_page=9&location_id=7&requestable=true":        "15 21",
		"/providers?" + sub + "&per_page=9&ids[]=15&ids[]=27":                     "15 27",
		"/operatories?" + sub + "&per_page=9&location_id=10":                      "1001 1002 1003",
		"/operatories?" + sub + "&per_page=9&location_id=7":                       "",
		"/operatories?" + sub + "&per_page=9&location_id=10&search_name=b":        "1002",
		"/appointment_types?" + sub:                                               "12 13 25 9",
		"/locations/7/appointment_descriptors":                                    "1800 1801 1802 1803 1810",
		"/locations/7/appointment_descriptors?descriptor_type=Appointment%20Type": "1810",
		"/appointment_types/12/appointment_descriptors?" + sub:                    "1800",
		"/document_types?" + sub + "&location_id=7":                               "61 62",
		"/recall_types?" + sub + "&location_id=7":                                 "71 72",
		"/insurance_plans?" + sub + "&per_page=9":                                 "91 92",
		"/working_hour_labels?" + sub + "&per_page=9":                             "113",
	} {
		if got := b.get(target).ids(); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	if p := b.get("/providers/27?" + sub + "&include[]=availabilities").data(); p["locations"] != nil || len(p["availabilities"].([]any)) != 4 {
		t.Errorf("%v", p)
	}
}

func TestAppointmentTypesKeepTheirRules(t *testing.T) {
	t.Parallel()
	const types = "/appointment_types?" + sub
	wrap := func(o object) object { return object{"appointment_type": o} }
	for _, tc := range []ruled{
		{name: "a new one", method: "POST", target: types, body: wrap(object{"name": "Cleaning", "minutes": 45}), status: 201, has: `"minutes":45`},
		{name: "a name twice", method: "POST", target: types, body: wrap(object{"name": "Consult", "minutes": 45}), status: 400, has: "taken"},
		{name: "without minutes", method: "POST", target: types, body: wrap(object{"name": "Cleaning"}), status: 400, has: "Missing parameter minutes"},
		{name: "not wrapped", method: "POST", target: types, body: object{}, status: 400, has: "Missing parameter appointment_type", violation: "not wrapped"},
		{name: "a parent that is none", method: "POST", target: types, body: wrap(object{"name": "Cleaning", "minutes": 45, "parent_type": "Room"}), status: 400},
		{name: "a change", method: "PATCH", target: "/appointment_types/12?" + sub, body: wrap(object{"minutes": 20}), status: 200, has: `"name":"Consult"`},
		{name: "DELETE answers with the type", method: "DELETE", target: "/appointment_types/12?" + sub, status: 200, has: `"name":"Consult"`},
		{name: "an unknown one", target: "/appointment_types/99?" + sub, status: 404},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestSyncStatusIsWhatWasSet(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	if n := len(b.get("/sync_status?" + sub).list()); n != 2 {
		t.Errorf("%d syncs", n)
	}
	if n := len(b.get("/sync_status").list()); n != 3 {
		t.Errorf("%d syncs of the key", n)
	}
	if err := b.sim.SetSync("8", SyncState{WriteRed: true, Age: 3600e9}); err != nil {
		t.Fatal(err)
	}
	red := b.get("/sync_status?" + sub + "&write_status=red").list()
	if len(red) != 1 || red[0]["read_status"] != "green" || red[0]["write_status_at"] != "2026-03-02T12:00:00.000Z" || simserver.ObjectIn(red[0], "emr")["type"] != "cloud" {
		t.Errorf("%v", red)
	}
	if by := b.get("/sync_status?" + sub + "&location_ids[]=7").list(); len(by) != 1 || by[0]["write_status"] != "green" {
		t.Errorf("%v", by)
	}
	if b.sim.SetSync("99", SyncState{}) == nil {
		t.Error("no such location")
	}
}
