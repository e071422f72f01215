package nexhealth

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// officialSample is one of the vendor's published samples.
func officialSample(t *testing.T, name string) string {
	t.Helper()
	return string(vendortest.Published(t, "nexhealth/"+name+".json"))
}

func TestOfficialSamplesOfTheDirectoryAreRead(t *testing.T) {
	t.Parallel()
	pacific, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	edit := func(c *Config) { c.Subdomain, c.Location = "example-subdomain", "7" }
	t.Run("locations", func(t *testing.T) {
		t.Parallel()
		nx, _ := connect(t, edit, step{body: officialSample(t, "spec_get_locations")})
		page, err := parts{nx}.ListLocations(t.Context(), "")
		want := []*emr.Location{{ID: "7", Name: "Default", Active: true, Phone: "8888750851", Address: "123 Law St, 85335, North East, New York, NY 54700", Zone: pacific}}
		if diff := cmp.Diff(want, page.Items, vendortest.Models()); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		nx, _ = connect(t, edit, step{body: officialSample(t, "spec_get_locations")})
		if l, err := nx.place(t.Context(), ""); err != nil || !l.inserts || !l.byOperatory {
			t.Errorf("%+v, %v", l, err)
		}
	})
	t.Run("one location", func(t *testing.T) {
		t.Parallel()
		var w struct{ Data locationWire }
		if err := json.Unmarshal([]byte(officialSample(t, "spec_get_locations_id")), &w); err != nil {
			t.Fatal(err)
		}
		nx, _ := connect(t, edit)
		if l := nx.placeOf(&w.Data); l.ID != "7" || l.Zone.String() != pacific.String() || w.Data.LastSync.At.IsZero() {
			t.Errorf("%+v", l)
		}
	})
	t.Run("providers", func(t *testing.T) {
		t.Parallel()
		nx, _ := connect(t, edit, step{body: officialSample(t, "spec_get_providers")})
		page, err := parts{nx}.ListPractitioners(t.Context(), "")
		want := []*emr.Practitioner{{ID: "415", Name: "John Smith", Given: "John Anthony", Family: "Smith", NPI: "1912507500", Active: true, Locations: []emr.LocationID{"4", "7"}}}
		if diff := cmp.Diff(want, page.Items); err != nil || page.Next != "" || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	})
	t.Run("operatories", func(t *testing.T) {
		t.Parallel()
		nx, _ := connect(t, edit, step{body: officialSample(t, "spec_get_operatories")})
		all, err := nx.Operatories(t.Context(), "4")
		want := []*Operatory{{ID: "1", Name: "op1", Location: "4", Active: true, BookableOnline: true, Types: []emr.AppointmentTypeID{"1"}}}
		if diff := cmp.Diff(want, all); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	})
	t.Run("appointment types", func(t *testing.T) {
		t.Parallel()
		nx, _ := connect(t, edit, step{body: officialSample(t, "spec_get_appointment_types")})
		page, err := parts{nx}.ListAppointmentTypes(t.Context(), "")
		want := []*emr.AppointmentType{{ID: "1", Name: "Medical", Length: 15 * time.Minute}}
		if diff := cmp.Diff(want, page.Items); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		e, bad := readEnvelope([]byte(officialSample(t, "spec_post_appointment_types")))
		var one typeWire
		if bad != nil || json.Unmarshal(e.Data, &one) != nil || typeOf(&one).Length != 15*time.Minute {
			t.Errorf("%+v, %v", one, bad)
		}
	})
	t.Run("descriptors", func(t *testing.T) {
		t.Parallel()
		nx, _ := connect(t, edit, step{body: officialSample(t, "spec_get_locations_id_appointment_descriptors")})
		all, err := nx.Descriptors(t.Context(), "13", "")
		want := []*Descriptor{{ID: "1822", Kind: "Procedure Code", Name: "EHR Descriptor Name", Code: "EHR Descriptor Code", Location: "13", Active: true}}
		if diff := cmp.Diff(want, all); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	})
	t.Run("working hours", func(t *testing.T) {
		t.Parallel()
		day := emr.Date{Year: 2022, Month: 11, Day: 3}
		want := &WorkingHour{
			ID: "12", Practitioner: "7", Location: "3", Resource: "149", Begin: Clock{10, 30}, End: Clock{17, 0}, Date: day, Every: &Recurrence{3, EveryDay, day},
			Days:  []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
			Types: []emr.AppointmentTypeID{"1"}, Active: true, Offset: "-0700", Source: Synced, Label: &Label{ID: "113", Name: "New patient appointments", Location: "115"},
		}
		nx, _ := connect(t, edit, step{body: officialSample(t, "spec_get_working_hours")})
		all, err := nx.WorkingHours(t.Context(), WorkingHourQuery{Location: "3"})
		if diff := cmp.Diff([]*WorkingHour{want}, all); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		want.Types = nil
		nx, _ = connect(t, edit, step{status: 201, body: officialSample(t, "spec_post_working_hours")})
		made, err := nx.CreateWorkingHour(t.Context(), "3", weekHours())
		if diff := cmp.Diff(want, made); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
	})
	t.Run("slots", func(t *testing.T) {
		t.Parallel()
		nx, r := connect(t, func(c *Config) { c.Subdomain, c.Location = "example-subdomain", "1" }, step{body: officialSample(t, "spec_get_available_slots")})
		r.also("GET /locations", good(`[{"id":1,"subdomain":"example-subdomain","locations":[{"id":1,"tz":"America/New_York"}]}]`))
		q := emr.SlotQuery{From: emr.Date{Year: 2017, Month: 10, Day: 9}, To: emr.Date{Year: 2017, Month: 10, Day: 10}, Practitioners: []emr.PractitionerID{"83"}}
		page, err := parts{nx}.FindSlots(t.Context(), q, "")
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%d slots, %v", len(page.Items), err)
		}
		s := page.Items[0]
		if s.Start.Format(time.RFC3339) != "2017-10-09T07:00:00-04:00" || s.Length() != 30*time.Minute || s.Location != "1" || s.Practitioner != "83" || len(s.Resources) != 1 || s.Resources[0] != "54" {
			t.Errorf("%+v", s)
		}
	})
}

func TestOfficialSamplesOfTokensAndErrorsAreRead(t *testing.T) {
	t.Parallel()
	got, err := granted(201, []byte(officialSample(t, "docs_post_authenticates")), time.Minute)
	if err != nil || got.Life != time.Hour || environmentOf(got.Access) != Production {
		t.Errorf("life %v, %v", got.Life, err)
	}
	for name, status := range map[string]int{"docs_error_403": 403, "wild_400_missing_start_end": 400, "wild_400_missing_wrapper": 400} {
		want := emr.KindInvalid
		if status == 403 {
			want = emr.KindPermission
		}
		nx, _ := connect(t, nil, step{status: status, body: officialSample(t, name)})
		e := wantKind(t, attempt(t.Context(), nx, opListAppointments, "GET"), want)
		if e.Detail() == "" || strings.Contains(e.Error(), e.Detail()) {
			t.Errorf("%s: %v", name, e)
		}
	}
	// The samples of version 2 show code false with data: a placeholder of the pages, and an
	// error of a live answer.
	for _, name := range []string{"docs_v2_get_appointment_slots", "docs_v2_get_sync_status"} {
		body := officialSample(t, name)
		e, err := readEnvelope([]byte(body))
		if err != nil || len(e.Error) != 1 || e.Error[0] != "Error" || len(e.Description) != 1 || elements(e.Data) != 1 {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
		nx, _ := connect(t, nil, step{body: body})
		_, err = nx.readTypes(t.Context())
		wantKind(t, err, emr.KindInvalid)
	}
}

// TestNoOfficialSampleHasAnEnvelopeThatCannotBeRead: lists, records and failures alike.
func TestNoOfficialSampleHasAnEnvelopeThatCannotBeRead(t *testing.T) {
	t.Parallel()
	_ = officialSample(t, "docs_error_403")
	all, err := filepath.Glob(filepath.Join(os.Getenv("EMRKIT_FIXTURES"), "nexhealth", "*.json"))
	if err != nil || len(all) < 30 {
		t.Fatalf("%d samples, %v", len(all), err)
	}
	for _, name := range all {
		base := strings.TrimSuffix(filepath.Base(name), ".json")
		if base == "openapi" || strings.HasPrefix(base, "spec_req_") || strings.Contains(base, "webhook_appointment") {
			continue
		}
		e, err := readEnvelope([]byte(officialSample(t, base)))
		if err != nil {
			t.Errorf("%s: %v", base, err)
			continue
		}
		if _, known := e.good(); !known && !strings.HasPrefix(base, "wild_") {
			t.Errorf("%s: no code", base)
		}
	}
}
