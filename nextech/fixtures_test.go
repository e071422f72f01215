package nextech

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// officialSample is one of the vendor's published samples.
func officialSample(t *testing.T, name string) []byte {
	t.Helper()
	return vendortest.Published(t, "nextech/"+name)
}

func TestOfficialSamplesAreRead(t *testing.T) {
	t.Parallel()
	year := emr.AppointmentQuery{}
	slots := func(from, to emr.Date, location emr.LocationID) func(context.Context, parts) (int, error) {
		return func(ctx context.Context, p parts) (int, error) {
			page, err := p.FindSlots(ctx, emr.SlotQuery{From: from, To: to, Locations: []emr.LocationID{location}, Type: "3"}, "")
			return len(page.Items), err
		}
	}
	patient := func(ctx context.Context, p parts) (int, error) {
		page, err := p.ListChanges(ctx, emr.ChangeQuery{Since: at("2026-01-01T00:00:00Z"), Kinds: []emr.ChangeKind{emr.ChangePatient}}, "")
		for _, c := range page.Items {
			m := c.Patient
			if m.ID.IsZero() || m.Family.IsZero() || m.Given.IsZero() || m.Born.IsZero() || len(m.Phones) == 0 || len(m.Emails) == 0 || m.Practitioner == "" || m.Status == "" {
				t.Error("something of the patient was not read")
			}
		}
		return len(page.Items), err
	}
	list := func(do func(parts, context.Context) (int, error)) func(context.Context, parts) (int, error) {
		return func(ctx context.Context, p parts) (int, error) { return do(p, ctx) }
	}
	appointments := func(ctx context.Context, p parts) (int, error) {
		page, err := p.ListAppointments(ctx, year, "")
		for _, a := range page.Items {
			if a.Start.IsZero() || a.Patient.IsZero() || a.Practitioner == "" || a.Location == "" || a.Type == "" || a.Status == emr.StatusUnknown {
				t.Errorf("something was not read of %+v", a.Status)
			}
		}
		return len(page.Items), err
	}
	encounters := func(ctx context.Context, p parts) (int, error) {
		page, err := p.ListEncounters(ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: emr.NewPatientID("1")}}, "")
		return len(page.Items), err
	}
	types := list(func(p parts, ctx context.Context) (int, error) {
		page, err := p.ListAppointmentTypes(ctx, "")
		return len(page.Items), err
	})
	purposes := list(func(p parts, ctx context.Context) (int, error) { all, err := p.Purposes(ctx); return len(all), err })
	statuses := list(func(p parts, ctx context.Context) (int, error) {
		all, err := p.PracticeStatuses(ctx)
		return len(all), err
	})
	locations := list(func(p parts, ctx context.Context) (int, error) {
		page, err := p.ListLocations(ctx, "")
		return len(page.Items), err
	})
	practitioners := list(func(p parts, ctx context.Context) (int, error) {
		page, err := p.ListPractitioners(ctx, "")
		if err == nil && (page.Items[0].ID != "9219" || page.Items[0].NPI == "") {
			t.Errorf("practitioner %+v", page.Items[0])
		}
		return len(page.Items), err
	})
	for _, c := range []struct {
		file    string
		product Product
		wrap    bool // put it into a Bundle
		want    int
		do      func(context.Context, parts) (int, error)
	}{
		{"select_patient.json", Select, true, 1, patient},
		{"practiceplus_patient_update_request.json", PracticePlus, true, 1, patient},
		{"select_slot_bundle.json", Select, false, 1, slots(day(2018, 2, 1), day(2018, 3, 1), "1")},
		{"practiceplus_slot_bundle.json", PracticePlus, false, 10, slots(day(2020, 11, 1), day(2020, 12, 31), "1")},
		{"select_appointment_bundle.json", Select, false, 1, appointments},
		{"practiceplus_appointment_bundle.json", PracticePlus, false, 3, appointments},
		{"select_appointment_type.json", Select, true, 1, types},
		{"practiceplus_appointment_type.json", PracticePlus, true, 1, types},
		{"select_appointment_purpose.json", Select, true, 1, purposes},
		{"practiceplus_appointment_purpose.json", PracticePlus, true, 1, purposes},
		{"select_appointment_status.json", Select, true, 1, statuses},
		{"select_appointment_status_bundle.json", Select, false, 2, statuses},
		{"select_location.json", Select, true, 1, locations},
		{"practiceplus_location.json", PracticePlus, true, 1, locations},
		{"select_practitioner.json", Select, true, 1, practitioners},
		{"practiceplus_practitioner.json", PracticePlus, true, 1, practitioners},
		{"select_encounter_bundle.json", Select, false, 1, encounters},
		{"practiceplus_encounter.json", PracticePlus, true, 1, encounters},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			body := string(officialSample(t, c.file))
			if c.wrap {
				body = bundleOf(body)
			}
			nx, _ := connect(t, c.product, nil, step{body: body})
			n, err := c.do(t.Context(), parts{nx})
			if err != nil || n != c.want {
				t.Errorf("%d records, want %d: %v", n, c.want, err)
			}
		})
	}
}

func TestOfficialUploadAnswersAreRead(t *testing.T) {
	t.Parallel()
	for file, product := range map[string]Product{"select_documentreference.json": Select, "practiceplus_documentreference.json": PracticePlus} {
		nx, _ := connect(t, product, nil, step{status: 201, body: string(officialSample(t, file))})
		d, err := parts{nx}.UploadDocument(t.Context(), &emr.NewDocument{Patient: &emr.Patient{ID: emr.NewPatientID(ines)}, Title: emr.NewPHI("x"), ContentType: "image/png", Content: strings.NewReader("png")})
		if err != nil || d.ID.IsZero() || d.Created.IsZero() {
			t.Errorf("%s: %v, %v", file, d, err)
		}
	}
}

func TestOfficialPagesEndWhereTheyShould(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]emr.Cursor{
		"select_paged_bundle_first_page.json":               "_count=10&_getpagesoffset=10",
		"select_r4_paged_bundle_single_page_careteam.json":  "",
		"select_r4_paged_bundle_single_page_condition.json": "",
	} {
		nx, _ := connect(t, Select, nil, step{body: string(officialSample(t, file))})
		_, next, _, err := nx.page(t.Context(), call("list recalls", http.MethodGet, "/patient-recall", "/patient-recall"), new(fhir.Query), "")
		if err != nil || next != want {
			t.Errorf("%s: next %q, want %q, %v", file, next, want, err)
		}
	}
}

// TestWhatIsSentHasTheOfficialShape compares requests with the published ones, but for
// the names of people and places, which need not be sent.
func TestWhatIsSentHasTheOfficialShape(t *testing.T) {
	t.Parallel()
	slot := func(start, end string, location emr.LocationID, practitioner emr.PractitionerID, kind emr.AppointmentTypeID, purposes ...emr.PurposeID) *emr.Slot {
		return &emr.Slot{Start: at(start), End: at(end), Location: location, Practitioner: practitioner, Type: kind, Purposes: purposes}
	}
	book := func(id, note string, s *emr.Slot) func(context.Context, parts) error {
		return func(ctx context.Context, p parts) error {
			_, err := p.Book(ctx, &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID(id)}, Slot: s, Note: emr.NewPHI(note)})
			return err
		}
	}
	n := inesNew()
	n.Phones[0].Use, n.Address = "home", emr.Address{PostalCode: emr.NewPHI("98101")}
	n.Sex = ""
	stranger := &emr.Patient{Given: n.Given, Middle: emr.NewPHI("L"), Family: n.Family, Born: n.Born, Emails: n.Emails, Phones: n.Phones, Address: n.Address}
	prospect := slot("2017-04-12T08:10:00-04:00", "2017-04-12T08:40:00-04:00", "1", "9323", "25", "202")
	a := &emr.Appointment{ID: emr.NewAppointmentID("7")}
	for _, c := range []struct {
		file    string
		product Product
		edit    func(*Config)
		do      func(context.Context, parts) error
	}{
		{"select_appointment_book_existing_request.json", Select, nil,
			book(ines, "test note", slot("2017-04-13T09:10:00-04:00", "2017-04-13T09:40:00-04:00", "1", "9323", "25", "202"))},
		{"select_appointment_hold_prospect_request.json", Select, nil, func(ctx context.Context, p parts) error {
			_, err := p.Hold(ctx, &emr.Booking{Patient: stranger, Slot: prospect, Note: emr.NewPHI("test note"), Vendor: BookingOptions{Prospect: true}})
			return err
		}},
		{"select_appointment_preference_prospect_request.json", Select, nil, func(ctx context.Context, p parts) error {
			_, err := p.Book(ctx, &emr.Booking{Patient: stranger, Slot: prospect, Note: emr.NewPHI("test note"), Vendor: BookingOptions{Prospect: true, PracticeDecides: true}})
			return err
		}},
		{"practiceplus_appointment_create_full_request.json", PracticePlus, nil,
			book(tomas, "test note", slot("2022-02-09T08:00:00-05:00", "2022-02-09T08:45:00-05:00", "6", "1", "1", "31"))},
		{"select_appointment_confirm_request.json", Select, nil, func(ctx context.Context, p parts) error { _, err := p.Confirm(ctx, a); return err }},
		{"select_appointment_arrived_request.json", Select, nil, func(ctx context.Context, p parts) error { _, err := p.Arrive(ctx, a); return err }},
		{"select_appointment_cancel_request.json", Select, nil, func(ctx context.Context, p parts) error { _, err := p.Cancel(ctx, a, nil); return err }},
		{"select_appointment_cancel_queue_request.json", Select, nil, func(ctx context.Context, p parts) error {
			_, err := p.Cancel(ctx, a, &emr.Cancellation{Vendor: CancelOptions{AskStaff: true}})
			return err
		}},
		{"select_appointment_custom_status_request.json", Select, nil, func(ctx context.Context, p parts) error { _, err := p.SetPracticeStatus(ctx, a.ID, "8"); return err }},
		{"practiceplus_appointment_confirm_request.json", PracticePlus, nil, func(ctx context.Context, p parts) error { _, err := p.Confirm(ctx, a); return err }},
		{"practiceplus_appointment_arrived_request.json", PracticePlus, nil, func(ctx context.Context, p parts) error { _, err := p.Arrive(ctx, a); return err }},
		{"practiceplus_appointment_patch_modifiedby_request.json", PracticePlus, func(c *Config) { c.Author = "Practice+ Partner" },
			func(ctx context.Context, p parts) error { _, err := p.Confirm(ctx, a); return err }},
		{"select_patient_create_min_request.json", Select, nil, func(ctx context.Context, p parts) error { _, err := p.CreatePatient(ctx, n); return err }},
		{"practiceplus_patient_create_min_request.json", PracticePlus, func(c *Config) { c.ReferralSource, c.Practitioner = "2", "1" },
			func(ctx context.Context, p parts) error { _, err := p.CreatePatient(ctx, tomasNew()); return err }},
		{"select_patient_update_request.json", Select, nil, func(ctx context.Context, p parts) error {
			_, err := p.UpdatePatient(ctx, &emr.PatientUpdate{ID: emr.NewPatientID(ines), Phones: n.Phones})
			return err
		}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			want := shape(vendortest.JSON(t, officialSample(t, c.file)))
			nx, r := connect(t, c.product, c.edit, step{status: 400})
			if err := c.do(t.Context(), parts{nx}); emr.KindOf(err) != emr.KindInvalid || len(r.bodies) != 1 {
				t.Fatalf("%v after %d requests", err, len(r.bodies))
			}
			if diff := cmp.Diff(want, shape(vendortest.JSON(t, []byte(r.bodies[0])))); diff != "" {
				t.Errorf("(-official +ours)\n%s", diff)
			}
		})
	}
}

// shape puts x in the place of everything about a person, takes out names for people to
// read, and puts lists into one order.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "display")
		if _, person := v["family"]; person {
			delete(v, "text")
		}
		if _, participant := v["actor"]; participant {
			delete(v, "status") // STU3 demands it, Select's samples leave it out: see participant
		}
		for k := range v {
			switch k {
			case "family", "given", "birthDate", "line", "city", "state", "postalCode", "value":
				v[k] = "x"
			case "reference":
				if kind, _, _ := strings.Cut(v[k].(string), "/"); strings.EqualFold(kind, "patient") {
					v[k] = kind + "/x"
				}
			default:
				v[k] = shape(v[k])
			}
		}
	case []any:
		for i := range v {
			v[i] = shape(v[i])
		}
		sortJSON(v)
	}
	return v
}

func sortJSON(all []any) {
	text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
	for i := range all {
		for j := i; j > 0 && text(all[j]) < text(all[j-1]); j-- {
			all[j], all[j-1] = all[j-1], all[j]
		}
	}
}
