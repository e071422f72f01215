package nexhealth

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// The people and times of the fixtures.
var (
	tessaID = emr.NewPatientID("70011")
	visitID = emr.NewAppointmentID("88001")
)

func ny(t testing.TB) *time.Location {
	t.Helper()
	zone, err := emr.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// tessaNew is the invented person of the fixtures, as a caller knows her.
func tessaNew() *emr.NewPatient {
	return &emr.NewPatient{
		Given: emr.NewPHI("Tessa"), Middle: emr.NewPHI("June"), Family: emr.NewPHI("Marlow"),
		Born: emr.NewBirthDate(1988, time.November, 23), Sex: emr.SexFemale, Practitioner: "501",
		Phones: []emr.Phone{{Number: emr.NewPHI("+1 (207) 555-0142"), Use: "mobile"}, {Number: emr.NewPHI("207.555.0187"), Use: "work"}},
		Emails: []emr.PHI{{}, emr.NewPHI("tessa@example.com")},
		Address: emr.Address{
			Lines: []emr.PHI{emr.NewPHI("7 Kestrel Lane"), emr.NewPHI("Floor 2"), emr.NewPHI("rear")},
			City:  emr.NewPHI("Portland"), State: emr.NewPHI("ME"), PostalCode: emr.NewPHI("04101"), Country: emr.NewPHI("USA"),
		},
	}
}

// visitSlot is the slot of the fixtures' appointment, in the office's zone.
func visitSlot(t testing.TB) *emr.Slot {
	return &emr.Slot{
		Start: instant(t, "2031-03-03T14:00:00Z").In(ny(t)), End: instant(t, "2031-03-03T14:30:00Z").In(ny(t)),
		Location: "9001", Practitioner: "501", Resources: []emr.ResourceID{"33"}, Type: "77",
	}
}

func visitBooking(t testing.TB) *emr.Booking {
	return &emr.Booking{Patient: &emr.Patient{ID: tessaID}, Slot: visitSlot(t), Note: emr.NewPHI("canary text")}
}

// quiet makes the client believe that it knows how the location stands, so that bookings
// make one request.
func quiet(c *Client, locations ...emr.LocationID) parts {
	for _, id := range append(locations, testLocation) {
		c.standings.put(id, standing{at: time.Now(), known: true})
	}
	return parts{c}
}

func only1[T any](t *testing.T, page emr.Page[T], err error) []*T {
	t.Helper()
	if err != nil || page.Next != "" {
		t.Fatalf("%v, next %q", err, page.Next)
	}
	return page.Items
}

func listOf[T any](t *testing.T, seq func(func(*T, error) bool)) []*T {
	t.Helper()
	var all []*T
	for r, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// TestRecordsAreAskedForAndReadAsDocumented replays each exchange: the request to the
// letter, and what is read of the answer.
func TestRecordsAreAskedForAndReadAsDocumented(t *testing.T) {
	t.Parallel()
	visit := &emr.Appointment{ID: visitID, Patient: tessaID, Practitioner: "501", Location: "9001", Type: "77"}
	since := time.Date(2031, time.January, 1, 0, 0, 0, 999, ny(t))
	february := emr.Date{Year: 2031, Month: time.February, Day: 1}
	statuses := map[string]int{"patient/create": 201, "appointment/book": 201, "appointment/book_dependent": 201, "appointment/book_block": 201}
	for name, do := range map[string]func(*testing.T, parts) any{
		"patient/find": func(t *testing.T, p parts) any {
			page, err := p.FindPatients(t.Context(), emr.PatientQuery{Given: emr.NewPHI("Tessa"), Family: emr.NewPHI("Marlow"), Born: tessaNew().Born}, "")
			return only1(t, page, err)
		},
		"patient/get":    func(t *testing.T, p parts) any { return got(t)(p.GetPatient(t.Context(), tessaID)) },
		"patient/create": func(t *testing.T, p parts) any { return got(t)(p.CreatePatient(t.Context(), tessaNew())) },
		"patient/alerts": func(t *testing.T, p parts) any { return got(t)(p.PatientAlerts(t.Context(), tessaID, true)) },
		"appointment/get": func(t *testing.T, p parts) any {
			return got(t)(p.GetAppointment(t.Context(), visitID))
		},
		"appointment/list": func(t *testing.T, p parts) any {
			page, err := p.ListAppointments(t.Context(), emr.AppointmentQuery{
				From: emr.Date{Year: 2031, Month: 3, Day: 3}, To: emr.Date{Year: 2031, Month: 3, Day: 10}, Practitioners: []emr.PractitionerID{"501", "502"},
			}, "")
			return only1(t, page, err)
		},
		"appointment/book": func(t *testing.T, p parts) any { return got(t)(p.Book(t.Context(), visitBooking(t))) },
		"appointment/book_dependent": func(t *testing.T, p parts) any {
			b := visitBooking(t)
			b.Note, b.Slot.Location, b.Slot.Resources, b.Slot.Type = emr.PHI{}, "9002", nil, ""
			b.Vendor = &BookingOptions{
				NotifyPatient: true, Descriptors: []string{"12", "13"}, PerTimeslot: 2, NewPatient: true, Referrer: emr.NewPHI("https://book.example.com/"),
				Dependent: &Dependent{Given: emr.NewPHI("Nell"), Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(1995, time.April, 30)},
			}
			return got(t)(p.Book(t.Context(), b))
		},
		"appointment/book_block": func(t *testing.T, p parts) any {
			b := visitBooking(t)
			b.Patient, b.Note, b.Slot.Resources, b.Slot.Type = &emr.Patient{}, emr.PHI{}, nil, ""
			b.Vendor = BookingOptions{Block: true}
			return got(t)(p.Book(t.Context(), b))
		},
		"appointment/confirm": func(t *testing.T, p parts) any { return got(t)(p.Confirm(t.Context(), visit)) },
		"appointment/arrive":  func(t *testing.T, p parts) any { return got(t)(p.Arrive(t.Context(), visit)) },
		"appointment/cancel":  func(t *testing.T, p parts) any { return got(t)(p.Cancel(t.Context(), visit, nil)) },
		"appointment/move": func(t *testing.T, p parts) any {
			to := visitSlot(t)
			to.Start, to.End, to.Resources = instant(t, "2031-03-04T15:00:00Z"), instant(t, "2031-03-04T15:30:00Z"), []emr.ResourceID{"34"}
			return got(t)(p.Reschedule(t.Context(), visit, &emr.Move{Appointment: visitID, To: to}))
		},
		"document/list": func(t *testing.T, p parts) any {
			page, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: &emr.Patient{ID: tessaID}}, "")
			return only1(t, page, err)
		},
		"document/types": func(t *testing.T, p parts) any { return got(t)(p.DocumentTypes(t.Context())) },
		"recall/list": func(t *testing.T, p parts) any {
			return listOf(t, p.Recalls(t.Context(), RecallQuery{Patient: tessaID, Type: "5", DueFrom: february, UpdatedSince: since}))
		},
		"recall/types": func(t *testing.T, p parts) any { return got(t)(p.RecallTypes(t.Context(), "")) },
		"procedure/list": func(t *testing.T, p parts) any {
			return listOf(t, p.Procedures(t.Context(), ProcedureQuery{
				Patient: tessaID, Location: "9001", UpdatedSince: since, StartFrom: february.AddDays(-31), StartTo: february,
			}))
		},
		"insurance/plans": func(t *testing.T, p parts) any {
			return listOf(t, p.InsurancePlans(t.Context(), InsurancePlanQuery{Payer: "87726", Group: "12345", UpdatedSince: since, Deleted: true}))
		},
		"insurance/coverages": func(t *testing.T, p parts) any {
			return listOf(t, p.InsuranceCoverages(t.Context(), InsuranceCoverageQuery{Patient: tessaID}))
		},
		"insurance/coverage": func(t *testing.T, p parts) any { return got(t)(p.InsuranceCoverage(t.Context(), "18")) },
		"change/appointments": func(t *testing.T, p parts) any {
			page, err := p.ListChanges(t.Context(), emr.ChangeQuery{Since: time.Date(1999, 12, 31, 23, 30, 5, 7, time.UTC)}, "")
			return only1(t, page, err)
		},
		"change/patients": func(t *testing.T, p parts) any {
			page, err := p.ListChanges(t.Context(), emr.ChangeQuery{Since: time.Date(1999, 12, 31, 23, 30, 5, 7, time.UTC), Kinds: []emr.ChangeKind{emr.ChangePatient}}, "")
			return only1(t, page, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // time begins in 2000
				c, r := connect(t, nil, step{want: name, answer: name, status: statuses[name]})
				r.also("GET /locations", office)
				checkGolden(t, name, do(t, quiet(c, "9002")))
			})
		})
	}
}

// got is a result without an error.
func got(t *testing.T) func(v any, err error) any {
	return func(v any, err error) any {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// checkGolden compares v, of whatever type, with its golden file.
func checkGolden(t *testing.T, name string, v any) {
	t.Helper()
	switch v := v.(type) {
	case *emr.Patient:
		golden(t, name, v)
	case []*emr.Patient:
		golden(t, name, v)
	case *emr.Appointment:
		golden(t, name, v)
	case []*emr.Appointment:
		golden(t, name, v)
	case []*emr.Document:
		golden(t, name, v)
	case *emr.Document:
		golden(t, name, v)
	case []*emr.Change:
		golden(t, name, v)
	case []*PatientAlert:
		golden(t, name, v)
	case []*DocumentType:
		golden(t, name, v)
	case []*Recall:
		golden(t, name, v)
	case []*RecallType:
		golden(t, name, v)
	case []*Procedure:
		golden(t, name, v)
	case []*InsurancePlan:
		golden(t, name, v)
	case []*InsuranceCoverage:
		golden(t, name, v)
	case *InsuranceCoverage:
		golden(t, name, v)
	default:
		t.Fatalf("no golden for %T", v)
	}
}
