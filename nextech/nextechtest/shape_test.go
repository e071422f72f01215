package nextechtest

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

// shape lists the paths of all members in v: lists count as one element, extensions by
// their name.
func shape(into map[string]bool, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if u, ok := v["url"].(string); ok && strings.HasSuffix(path, "extension") {
			path += "[" + localName(u) + "]"
		}
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

// resources takes bundles apart.
func resources(doc map[string]any) []map[string]any {
	if doc["resourceType"] != "Bundle" {
		return []map[string]any{doc}
	}
	return reply{json: doc}.entries()
}

// TestAnswersHaveThePublishedShape holds each answer against the vendor's own sample: a
// member that no sample has must stand in the row, with its reason in the comment.
func TestAnswersHaveThePublishedShape(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("EMRKIT_FIXTURES")
	if dir == "" {
		t.Skip("EMRKIT_FIXTURES is not set: no published samples to compare with")
	}
	patients := func(b *bare) []map[string]any { return b.all("/Patient") }
	list := func(target string) func(*bare) []map[string]any {
		return func(b *bare) []map[string]any { return b.all(target) }
	}
	one := func(target string) func(*bare) []map[string]any {
		return func(b *bare) []map[string]any { return []map[string]any{b.get(target).json} }
	}
	slots := list("/Slot?start=2026-03-03&schedule.actor=location/7&appointment-type=appointment-type/12")
	appointments := func(b *bare) []map[string]any {
		id := simserver.StringIn(b.do(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast)).json, "id")
		if b.sim.d.plus() {
			b.do(http.MethodPatch, "/Appointment/"+id, object{"resourceType": "Appointment", "status": "arrived", "participant": []object{{"status": "accepted"}}})
		}
		return b.all("/Appointment")
	}
	upload := func(b *bare) []map[string]any {
		return []map[string]any{b.do(http.MethodPost, "/Patient/"+b.person(0)+"/DocumentReference", b.file("image/jpeg", []byte("x"))).json}
	}
	chart := func(name string) func(*bare) []map[string]any {
		return func(b *bare) []map[string]any { return b.get("/Patient/" + b.person(0) + "/" + name).entries() }
	}
	for _, tc := range []struct {
		file    string
		options func(*Options)
		ask     func(*bare) []map[string]any
		beside  []string // members the sample does not have
	}{
		{"select_patient.json", nil, patients, nil},
		{"select_slot_bundle.json", nil, slots, nil},
		{"practiceplus_slot_bundle.json", onPlus, slots, nil},
		{"select_appointment_bundle.json", nil, appointments, nil},
		{"practiceplus_appointment_bundle.json", onPlus, appointments, nil},
		{"select_appointment_type.json", nil, list("/appointment-type"), nil},
		{"practiceplus_appointment_type.json", onPlus, list("/appointment-type"), nil},
		{"select_appointment_purpose.json", nil, list("/appointment-purpose"), nil},
		{"practiceplus_appointment_purpose.json", onPlus, list("/appointment-purpose"), nil},
		{"select_appointment_status_bundle.json", nil, list("/appointment-status"), nil},
		{"select_patient_type_bundle.json", nil, list("/patient-type"), nil},
		{"practiceplus_patient_type_bundle.json", onPlus, list("/patient-type"), nil},
		{"select_location.json", nil, list("/Location"), nil},
		{"practiceplus_location.json", onPlus, list("/Location"), nil},
		{"select_practitioner.json", func(o *Options) { o.PublishedPractitioners = true }, list("/Practitioner"), nil},
		// R4's sample and Appointment's contained resources have the id and the system.
		{"practiceplus_practitioner.json", onPlus, list("/Practitioner"), []string{"id", "identifier.system"}},
		// A recorded answer has the id.
		{"select_patient_recall_bundle.json", nil, list("/patient-recall"), []string{"id"}},
		{"practiceplus_patient_recall_bundle.json", onPlus, list("/patient-recall"), nil},
		{"select_account.json", nil, list("/Account"), nil},
		{"practiceplus_payer.json", onPlus, list("/Payer"), nil},
		{"select_encounter_bundle.json", nil, chart("Encounter"), nil},
		{"practiceplus_encounter.json", onPlus, chart("Encounter"), nil},
		{"select_documentreference.json", nil, upload, nil},
		{"practiceplus_documentreference.json", onPlus, upload, nil},
		{"select_allergyintolerance_bundle.json", nil, chart("AllergyIntolerance"), nil},
		{"select_condition_bundle.json", nil, chart("Condition"), nil},
		{"select_paged_bundle_first_page.json", nil, one("/Patient"), []string{"*"}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(dir, "nextech", tc.file))
			if err != nil {
				t.Fatal(err)
			}
			var published map[string]any
			if err := json.Unmarshal(data, &published); err != nil {
				t.Fatal(err)
			}
			answers := tc.ask(open(t, tc.options))
			if len(answers) == 0 {
				t.Fatal("no answer to compare")
			}
			if slices.Contains(tc.beside, "*") { // the frame alone
				delete(answers[0], "entry")
				compare(t, []map[string]any{published}, answers, nil)
				return
			}
			compare(t, resources(published), answers, tc.beside)
		})
	}
	t.Run("tokens", func(t *testing.T) {
		t.Parallel()
		for file, secret := range map[string]string{"aad_v1_token_response.json": "", "aad_v1_token_error_400.json": "wrong"} {
			data, err := os.ReadFile(filepath.Join(dir, "nextech", file))
			if err != nil {
				t.Fatal(err)
			}
			var published map[string]any
			if err := json.Unmarshal(data, &published); err != nil {
				t.Fatal(err)
			}
			b := open(t, func(o *Options) { o.Auth = AzurePassword })
			r := b.post(b.sim.tokenAt, url.Values{
				"grant_type": {"password"}, "client_id": {clientID}, "username": {b.sim.user}, "password": {b.sim.pass + secret}, "resource": {selectResource},
			})
			compare(t, []map[string]any{published}, []map[string]any{r.json}, nil)
		}
	})
}

func compare(t *testing.T, published, answers []map[string]any, beside []string) {
	t.Helper()
	known, have := map[string]bool{}, map[string]bool{}
	for _, p := range published {
		shape(known, "", p)
	}
	for _, a := range answers {
		shape(have, "", a)
	}
	for _, path := range slices.Sorted(maps.Keys(have)) {
		if !known[path] && !slices.Contains(beside, path) {
			t.Errorf("no sample has %s", path)
		}
	}
	for _, path := range beside {
		if !have[path] {
			t.Errorf("%s is listed and not sent", path)
		}
	}
}

// TestThePublishedRequestsAreUnderstood sends the vendor's own examples, with ids of the
// seeded practice where they name one.
func TestThePublishedRequestsAreUnderstood(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("EMRKIT_FIXTURES")
	if dir == "" {
		t.Skip("EMRKIT_FIXTURES is not set: no published samples to send")
	}
	ids := strings.NewReplacer( // of the examples, to ids of ours
		"appointment-type/25", "appointment-type/12", "appointment-type/1\"", "appointment-type/12\"",
		"appointment-purpose/202", "appointment-purpose/9", "appointment-purpose/31", "appointment-purpose/9",
		"location/1\"", "location/7\"", "Location/6\"", "Location/7\"", "Location/1\"", "Location/7\"",
		"practitioner/9323", "practitioner/15", "Practitioner/1\"", "Practitioner/15\"", "practitioner/1\"", "practitioner/15\"",
		"2017-04-13T09:10:00-04:00", tenAM, "2017-04-13T09:40:00-04:00", halfPast,
		"2017-04-12T08:10:00-04:00", tenAM, "2017-04-12T08:40:00-04:00", halfPast,
		"2022-02-09T08:00:00-05:00", tenAM, "2022-02-09T08:45:00-05:00", halfPast,
		"2020-12-07T09:00:00-08:00", tenAM, "2020-12-07T10:00:00-08:00", halfPast,
	)
	for _, tc := range []struct {
		file    string
		options func(*Options)
		method  string
		path    string
		status  int
	}{
		{"select_patient_create_min_request.json", nil, "POST", "/Patient/", 201},
		{"select_patient_create_full_request.json", nil, "POST", "/Patient/", 201},
		{"practiceplus_patient_create_min_request.json", onPlus, "POST", "/Patient/", 201},
		{"select_appointment_book_existing_request.json", nil, "POST", "/Appointment/", 201},
		{"select_appointment_hold_prospect_request.json", nil, "POST", "/Appointment/", 201},
		{"select_appointment_preference_prospect_request.json", nil, "POST", "/Appointment/", 201},
		{"practiceplus_appointment_create_full_request.json", onPlus, "POST", "/Appointment/", 201},
		{"practiceplus_appointment_create_min_request.json", onPlus, "POST", "/Appointment/", 201},
		{"select_appointment_confirm_request.json", nil, "PUT", "/Appointment/{id}", 200},
		{"select_appointment_arrived_request.json", nil, "PUT", "/Appointment/{id}", 200},
		{"select_appointment_custom_status_request.json", nil, "PUT", "/Appointment/{id}", 200},
		{"select_appointment_cancel_request.json", nil, "PUT", "/Appointment/{id}", 200},
		{"select_appointment_cancel_queue_request.json", nil, "PUT", "/Appointment/{id}", 200},
		{"practiceplus_appointment_confirm_request.json", onPlus, "PATCH", "/Appointment/{id}", 204},
		{"practiceplus_appointment_arrived_request.json", onPlus, "PATCH", "/Appointment/{id}", 204},
		{"practiceplus_appointment_patch_modifiedby_request.json", onPlus, "PATCH", "/Appointment/{id}", 204},
		{"select_documentreference_create_request.json", nil, "POST", "/Patient/{uid}/DocumentReference", 201},
		{"select_composition_create_request.json", nil, "POST", "/Patient/{uid}/Composition", 201},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(filepath.Join(dir, "nextech", tc.file))
			if err != nil {
				t.Fatal(err)
			}
			b := open(t, tc.options)
			body := ids.Replace(string(data))
			for _, other := range []string{"EEA9EC85-849E-4B88-9859-9F30CF309446", "43dfe97c-deb7-45df-b343-e95192dc058a"} {
				body = strings.ReplaceAll(body, other, b.person(0))
			}
			body = strings.ReplaceAll(body, `"Patient/1"`, `"Patient/`+b.person(0)+`"`)
			path := strings.ReplaceAll(tc.path, "{uid}", b.person(0))
			if strings.Contains(path, "{id}") {
				id := simserver.StringIn(b.do(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast)).json, "id")
				path = strings.ReplaceAll(path, "{id}", id)
			}
			if r := b.do(tc.method, path, body); r.status != tc.status {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
}
