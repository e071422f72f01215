package nextech

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

const (
	ines  = "0b6f2c1e-0000-4000-8000-000000000001"
	tomas = "386244db-0000-4000-8000-000000000005"
)

func phis(texts ...string) []emr.PHI {
	var all []emr.PHI
	for _, s := range texts {
		all = append(all, emr.NewPHI(s))
	}
	return all
}

func inesNew() *emr.NewPatient {
	return &emr.NewPatient{
		Given: emr.NewPHI("Ines"), Family: emr.NewPHI("Roy"), Born: emr.NewBirthDate(1991, 5, 17), Sex: emr.SexFemale,
		Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0142")}}, Emails: phis("ines@example.com"),
		Address: emr.Address{Lines: phis("42 Lantern Row"), City: emr.NewPHI("Seattle"), State: emr.NewPHI("WA"), PostalCode: emr.NewPHI("98101")},
	}
}

func tomasNew() *emr.NewPatient {
	return &emr.NewPatient{
		Given: emr.NewPHI("Tomas"), Middle: emr.NewPHI("T"), Family: emr.NewPHI("Lindqvist"), Born: emr.NewBirthDate(1955, 7, 4),
		Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0151"), Use: "home"}}, Emails: phis("tomas@example.com"),
		Address: emr.Address{Lines: phis("51 Lantern Row"), City: emr.NewPHI("Seattle"), State: emr.NewPHI("WA"), PostalCode: emr.NewPHI("98101")},
	}
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func selectSlot() *emr.Slot {
	return &emr.Slot{
		Start: at("2031-03-03T14:00:00-05:00"), End: at("2031-03-03T14:30:00-05:00"), Location: "7", Practitioner: "15",
		Type: "12", Purposes: []emr.PurposeID{"9"}, LocationName: "West Office", PractitionerName: "Okafor, Ada", TypeName: "Consult",
	}
}

func plusSlot() *emr.Slot {
	return &emr.Slot{
		Start: at("2031-03-03T10:00:00-05:00"), End: at("2031-03-03T10:15:00-05:00"), Location: "1", Practitioner: "1",
		Type: "3", LocationName: "Basic Office", PractitionerName: "Basic Smith", TypeName: "Follow Up",
	}
}

func day(y int, m time.Month, d int) emr.Date { return emr.Date{Year: y, Month: m, Day: d} }

func booking(patient string, s *emr.Slot) *emr.Booking {
	return &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID(patient)}, Slot: s, Note: emr.NewPHI("web booking")}
}

func plusConfig(c *Config) {
	c.Practitioner, c.ReferralSource, c.Author, c.AllowUndocumentedCancel = "1", "3", "emrkit test", true
}

// mapping is one operation against recorded exchanges.
type mapping struct {
	name    string // of the golden file
	product Product
	steps   []step
	do      func(context.Context, parts) (any, error)
}

func items[T any](p emr.Page[T], err error) (any, error) { return p.Items, err }

func one[T any](m *T, err error) (any, error) { return m, err }

func TestEachOperationAsksAndReadsAsRecorded(t *testing.T) {
	t.Parallel()
	same := func(name string) []step { return []step{{want: name, answer: name}} }
	for _, m := range append(selectMappings(same), plusMappings(same)...) {
		t.Run(string(m.product)+" "+m.name, func(t *testing.T) {
			t.Parallel()
			edit := func(*Config) {}
			if m.product == PracticePlus {
				edit = plusConfig
			}
			c, _ := connect(t, m.product, edit, m.steps...)
			got, err := m.do(t.Context(), parts{c})
			if err != nil {
				t.Fatal(err)
			}
			switch got := got.(type) {
			case []*emr.Patient:
				golden(t, m.product, m.name, got)
			case *emr.Patient:
				golden(t, m.product, m.name, got)
			case []*emr.Slot:
				golden(t, m.product, m.name, got)
			case []*emr.Appointment:
				golden(t, m.product, m.name, got)
			case *emr.Appointment:
				golden(t, m.product, m.name, got)
			case []*emr.Location:
				golden(t, m.product, m.name, got)
			case []*emr.Practitioner:
				golden(t, m.product, m.name, got)
			case []*emr.AppointmentType:
				golden(t, m.product, m.name, got)
			case []*emr.Purpose:
				golden(t, m.product, m.name, got)
			case []*PracticeStatus:
				golden(t, m.product, m.name, got)
			case []*emr.Encounter:
				golden(t, m.product, m.name, got)
			case []*emr.Change:
				golden(t, m.product, m.name, got)
			case *emr.Document:
				golden(t, m.product, m.name, got)
			case *emr.Content:
				text, err := io.ReadAll(got.Body)
				if err != nil || got.Size != -1 || got.Body.Close() != nil {
					t.Fatal(err)
				}
				golden(t, m.product, m.name, struct{ ContentType, Content string }{got.ContentType, string(text)})
			default:
				t.Fatalf("no golden for %T", got)
			}
		})
	}
}

func selectMappings(same func(string) []step) []mapping {
	patient := emr.NewPatientID(ines)
	booked := &emr.Appointment{ID: emr.NewAppointmentID("31115"), Status: emr.StatusBooked}
	return []mapping{
		{"patient_search", Select, same("patient_search"), func(ctx context.Context, p parts) (any, error) {
			return items(p.FindPatients(ctx, emr.PatientQuery{Given: emr.NewPHI("Ines"), Family: emr.NewPHI("Roy"), Born: emr.NewBirthDate(1991, 5, 17)}, ""))
		}},
		{"patient_get", Select, same("patient_get"), func(ctx context.Context, p parts) (any, error) {
			return one(p.GetPatient(ctx, patient))
		}},
		{"patient_create", Select, []step{{want: "patient_create", answer: "patient_create", status: 201}}, func(ctx context.Context, p parts) (any, error) {
			return one(p.CreatePatient(ctx, inesNew()))
		}},
		{"patient_update", Select, []step{{want: "patient_update"}, {want: "patient_get", answer: "patient_get"}}, func(ctx context.Context, p parts) (any, error) {
			return one(p.UpdatePatient(ctx, &emr.PatientUpdate{ID: patient, Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0142"), Use: "home"}}}))
		}},
		{"slot_search", Select, same("slot_search"), func(ctx context.Context, p parts) (any, error) {
			return items(p.FindSlots(ctx, emr.SlotQuery{
				From: day(2031, 3, 2), To: day(2031, 3, 16), Locations: []emr.LocationID{"7"}, Practitioners: []emr.PractitionerID{"15", "21"},
				Type: "12", Purposes: []emr.PurposeID{"9"}, Length: 30 * time.Minute,
			}, ""))
		}},
		{"appointment_get", Select, same("appointment_get"), func(ctx context.Context, p parts) (any, error) {
			return one(p.GetAppointment(ctx, booked.ID))
		}},
		{"appointment_list", Select, same("appointment_list"), func(ctx context.Context, p parts) (any, error) {
			return items(p.ListAppointments(ctx, emr.AppointmentQuery{
				From: day(2031, 3, 1), To: day(2031, 4, 1), Patient: &emr.Patient{ID: patient}, Locations: []emr.LocationID{"7", "8"}, Practitioners: []emr.PractitionerID{"15"},
			}, ""))
		}},
		{"appointment_book", Select, []step{{want: "appointment_book", answer: "appointment_book", status: 201}}, func(ctx context.Context, p parts) (any, error) {
			return one(p.Book(ctx, booking(ines, selectSlot())))
		}},
		{"appointment_hold", Select, []step{{want: "appointment_hold", answer: "appointment_hold", status: 201}}, func(ctx context.Context, p parts) (any, error) {
			return one(p.Hold(ctx, booking(ines, selectSlot())))
		}},
		{"appointment_book_prospect", Select, []step{{want: "appointment_book_prospect", answer: "appointment_book_prospect", status: 201}}, func(ctx context.Context, p parts) (any, error) {
			n := inesNew()
			b := booking("", selectSlot())
			b.Patient = &emr.Patient{Given: n.Given, Family: n.Family, Born: n.Born, Phones: n.Phones, Emails: n.Emails, Address: n.Address}
			b.Vendor = &BookingOptions{Prospect: true, PracticeDecides: true}
			return one(p.Book(ctx, b))
		}},
		{"appointment_confirm", Select, same("appointment_confirm"), func(ctx context.Context, p parts) (any, error) {
			return one(p.Confirm(ctx, booked))
		}},
		{"appointment_arrive", Select, same("appointment_arrive"), func(ctx context.Context, p parts) (any, error) {
			return one(p.Arrive(ctx, booked))
		}},
		{"appointment_cancel", Select, same("appointment_cancel"), func(ctx context.Context, p parts) (any, error) {
			return one(p.Cancel(ctx, booked, nil))
		}},
		{"appointment_cancel_queue", Select, same("appointment_cancel_queue"), func(ctx context.Context, p parts) (any, error) {
			return one(p.Cancel(ctx, booked, &emr.Cancellation{Vendor: CancelOptions{AskStaff: true}}))
		}},
		{"appointment_practice_status", Select, same("appointment_practice_status"), func(ctx context.Context, p parts) (any, error) {
			return one(p.SetPracticeStatus(ctx, booked.ID, "6"))
		}},
		{"location_list", Select, same("location_list"), func(ctx context.Context, p parts) (any, error) { return items(p.ListLocations(ctx, "")) }},
		{"practitioner_list", Select, same("practitioner_list"), func(ctx context.Context, p parts) (any, error) { return items(p.ListPractitioners(ctx, "")) }},
		{"appointment_type_list", Select, same("appointment_type_list"), func(ctx context.Context, p parts) (any, error) { return items(p.ListAppointmentTypes(ctx, "")) }},
		{"appointment_purpose_list", Select, same("appointment_purpose_list"), func(ctx context.Context, p parts) (any, error) { return p.Purposes(ctx) }},
		{"appointment_status_list", Select, same("appointment_status_list"), func(ctx context.Context, p parts) (any, error) { return p.PracticeStatuses(ctx) }},
		{"document_upload", Select, []step{{want: "document_upload", answer: "document_upload", status: 201}}, func(ctx context.Context, p parts) (any, error) {
			return one(p.UploadDocument(ctx, &emr.NewDocument{
				Patient: &emr.Patient{ID: patient}, Title: emr.NewPHI("Sample Document"), Description: emr.NewPHI("A description"), ContentType: "text/plain",
				Category: "Past Medical History", Content: strings.NewReader("sample document"), Vendor: DocumentOptions{Publish: true, Indexed: at("2031-02-24T16:54:26.127Z").In(time.FixedZone("", 0))},
			}))
		}},
		{"encounter_list", Select, same("encounter_list"), func(ctx context.Context, p parts) (any, error) {
			return items(p.ListEncounters(ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: patient}, From: day(2026, 1, 1), To: day(2026, 4, 1)}, ""))
		}},
		{"summary_open", Select, same("summary_open"), func(ctx context.Context, p parts) (any, error) {
			return one(p.OpenSummary(ctx, emr.SummaryQuery{Patient: &emr.Patient{ID: patient}, From: day(2026, 1, 1), To: day(2026, 4, 1)}))
		}},
		{"change_list", Select, same("change_list"), func(ctx context.Context, p parts) (any, error) {
			return items(p.ListChanges(ctx, emr.ChangeQuery{Since: at("2031-02-25T18:53:00+05:30")}, ""))
		}},
		{"change_list_patients", Select, same("change_list_patients"), func(ctx context.Context, p parts) (any, error) {
			return items(p.ListChanges(ctx, emr.ChangeQuery{Since: at("2026-01-20T00:00:00Z"), Kinds: []emr.ChangeKind{emr.ChangePatient}}, ""))
		}},
	}
}

func plusMappings(same func(string) []step) []mapping {
	patient := emr.NewPatientID(tomas)
	booked := &emr.Appointment{ID: emr.NewAppointmentID("31115"), Status: emr.StatusBooked}
	location := http.Header{"Location": {"https://api.pm.nextech.com/api/Appointment/31115"}}
	return []mapping{
		{"patient_get", PracticePlus, same("patient_get"), func(ctx context.Context, p parts) (any, error) { return one(p.GetPatient(ctx, patient)) }},
		{"patient_create", PracticePlus, same("patient_create"), func(ctx context.Context, p parts) (any, error) { return one(p.CreatePatient(ctx, tomasNew())) }},
		{"patient_update", PracticePlus, []step{{want: "patient_update", status: 204}, {want: "patient_get", answer: "patient_get"}}, func(ctx context.Context, p parts) (any, error) {
			family, born := emr.NewPHI("Lindqvist"), emr.NewBirthDate(1955, 7, 4)
			return one(p.UpdatePatient(ctx, &emr.PatientUpdate{ID: patient, Family: &family, Born: &born}))
		}},
		{"slot_search", PracticePlus, same("slot_search"), func(ctx context.Context, p parts) (any, error) {
			return items(p.FindSlots(ctx, emr.SlotQuery{From: day(2031, 3, 2), To: day(2031, 3, 16), Locations: []emr.LocationID{"1"}, Type: "3", Length: time.Hour}, ""))
		}},
		{"appointment_get", PracticePlus, same("appointment_get"), func(ctx context.Context, p parts) (any, error) {
			return one(p.GetAppointment(ctx, booked.ID))
		}},
		{"appointment_book", PracticePlus, []step{{want: "appointment_book", status: 201, header: location}, {want: "appointment_get", answer: "appointment_get"}}, func(ctx context.Context, p parts) (any, error) {
			b := booking(tomas, plusSlot())
			b.Note = emr.NewPHI("This is an appointment note")
			return one(p.Book(ctx, b))
		}},
		{"appointment_confirm", PracticePlus, []step{{want: "appointment_confirm", status: 204}, {want: "appointment_get", answer: "appointment_get"}}, func(ctx context.Context, p parts) (any, error) {
			return one(p.Confirm(ctx, booked))
		}},
		{"appointment_arrive", PracticePlus, same("appointment_arrive"), func(ctx context.Context, p parts) (any, error) { return one(p.Arrive(ctx, booked)) }},
		{"appointment_cancel", PracticePlus, same("appointment_cancel"), func(ctx context.Context, p parts) (any, error) { return one(p.Cancel(ctx, booked, nil)) }},
		{"appointment_type_list", PracticePlus, same("appointment_type_list"), func(ctx context.Context, p parts) (any, error) { return items(p.ListAppointmentTypes(ctx, "")) }},
		{"appointment_purpose_list", PracticePlus, same("appointment_purpose_list"), func(ctx context.Context, p parts) (any, error) { return p.Purposes(ctx) }},
		{"location_list", PracticePlus, same("location_list"), func(ctx context.Context, p parts) (any, error) { return items(p.ListLocations(ctx, "")) }},
		{"document_upload", PracticePlus, []step{{want: "document_upload", status: 200, header: http.Header{"Location": {"Patient/x/DocumentReference/24227"}}}}, func(ctx context.Context, p parts) (any, error) {
			return one(p.UploadDocument(ctx, &emr.NewDocument{
				Patient: &emr.Patient{ID: patient}, Title: emr.NewPHI("drivers-license.jpg"), Description: emr.NewPHI("Drivers License"), ContentType: "image/jpeg",
				Category: "Identification", Content: strings.NewReader("sample document"),
				Vendor: DocumentOptions{ProfilePhoto: true, Indexed: at("2031-02-24T16:54:26.127Z").In(time.FixedZone("", 0))},
			}))
		}},
	}
}
