package nextgen

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// The records of the fixtures in testdata/nextgen; all invented.
const (
	tessa      = "3f6a0c51-7c1d-4e0b-8b52-5d0a9e4c1a01"
	followUp   = "8b1d2e3f-0a4c-4d5e-9f60-1a2b3c4d5e01"
	harbor     = "c0ffee01-1111-4222-8333-444455556601"
	leeColumn  = "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c01"
	laserRoom  = "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c02"
	drLee      = "6c04aa10-2b3c-4d5e-8f90-0a1b2c3d4e01"
	visit      = "97450e2b-3c4d-4e5f-8a6b-7c8d9e0f1a01"
	movedVisit = "97450e2b-3c4d-4e5f-8a6b-7c8d9e0f1a02"
	clinicTime = "9a60aaaa-0000-4000-8000-000000000001"
	lunch      = "9a60aaaa-0000-4000-8000-000000000002"
	reasonID   = "5e5e5e5e-0000-4000-8000-000000000001"
	moveReason = "5e5e5e5e-0000-4000-8000-000000000002"
)

// canaries are what must not be in a text that leaves the package.
var canaries = []string{"Marlow", "Tessa", "1988-02", "5550142", "555-0142", "tessa.marlow", "Harbour", "Called by phone", tessa, visit, movedVisit, "000000000185", testSecret, testSession, "127.0.0.1", "$filter", "quickSearch"}

func leak(text string) string {
	for _, c := range canaries {
		if strings.Contains(text, c) {
			return c
		}
	}
	return ""
}

// practice answers the reference data of the fixtures' practice aside.
func practice(w *wire) *wire {
	w.routes["GET /master/events"] = reply{body: listed(`{"practiceId":"0006","id":"`+followUp+`","name":"Follow-Up","isDeleted":false,"duration":15}`,
		`{"practiceId":"0001","id":"8b1d2e3f-0a4c-4d5e-9f60-1a2b3c4d5e09","name":"Elsewhere","duration":5}`)}
	w.routes["GET /resources"] = reply{body: listed(`{"id":"`+leeColumn+`","practiceId":"0006","isDeleted":false,"resourceDisplayName":"Lee MD","providerId":"`+drLee+`","resourceType":"Person","interval":15}`,
		`{"id":"`+laserRoom+`","practiceId":"0006","resourceDisplayName":"Laser room","providerId":null,"resourceType":"Place","interval":15}`)}
	w.routes["GET /master/appointments/categories"] = reply{body: listed(`{"id":"`+clinicTime+`","name":"Clinic Hours","practiceId":"0006","excludeSlotsInSearch":false}`,
		`{"id":"`+lunch+`","name":"Lunch","practiceId":"0006","excludeSlotsInSearch":true}`)}
	w.routes["GET /master/appointments/categories/"+clinicTime+"/events"] = reply{body: listed(`{"practiceId":"0006","id":"` + followUp + `","name":"Follow-Up","duration":15}`)}
	w.routes["GET /master/list-items"] = reply{body: listed(`{"id":"5e5e5e5e-0000-4000-8000-000000000009","type":"as_cancel_reason","name":"Old","isDeleted":true}`,
		`{"id":"`+reasonID+`","type":"as_cancel_reason","name":"Patient Called","isDeleted":false}`, `{"id":"`+moveReason+`","type":"as_resched_reason","name":"Patient Asked","isDeleted":false}`)}
	return w
}

// desk is a connection to that practice.
func desk(t testing.TB, edit func(*Config), replies ...reply) (parts, *wire) {
	t.Helper()
	c, w := connect(t, edit, replies...)
	practice(w)
	t.Cleanup(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if c := leak(w.log.String()); c != "" {
			t.Errorf("the log holds %q", c)
		}
	})
	return parts{c}, w
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	return string(vendortest.Fixture(t, "nextgen/"+name))
}

// answered is the answer of a fixture.
func answered(t testing.TB, name string) reply {
	t.Helper()
	return reply{body: fixture(t, name+".response.json")}
}

// requested compares the nth request that was not answered aside with a fixture.
func requested(t *testing.T, w *wire, n int, name string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.seen) <= n {
		t.Fatalf("%d requests, want number %d", len(w.seen), n+1)
	}
	vendortest.CheckRequest(t, []byte(fixture(t, name+".request.http")), w.seen[n], []byte(w.bodies[n]))
}

// golden compares a model with {name}.golden.json.
func golden[T any](t *testing.T, name string, got T, opts ...cmp.Option) {
	t.Helper()
	vendortest.Golden(t, "nextgen/"+name, got, opts...)
}

// clean fails when an error says too much.
func clean(t testing.TB, err error) {
	t.Helper()
	vendortest.CheckError(t, err, leak)
}

// morning is the slot of the fixtures' appointment.
func morning(t testing.TB) *emr.Slot {
	start := time.Date(2031, time.March, 3, 9, 15, 0, 0, zone(t, "America/New_York"))
	return &emr.Slot{Start: start, End: start.Add(15 * time.Minute), Location: harbor, Practitioner: drLee, Resources: []emr.ResourceID{leeColumn}, Type: followUp}
}

func visitBooking(t testing.TB) *emr.Booking {
	return &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID(tessa)}, Slot: morning(t), Note: emr.NewPHI("Called by phone")}
}

// located is an answer without a body whose Location leads to id on the internal host.
func located(route, id string) reply {
	return reply{status: 201, header: http.Header{"Location": {"http://127.0.0.1:889/HOST01.Db/NextGen.Api.Edge/6.0.0.1752/api" + route + "/" + id}}}
}

// visitRecord is the fixture's appointment with some members replaced: old, new, old, new.
func visitRecord(t testing.TB, replace ...string) string {
	t.Helper()
	text := fixture(t, "appointment/get.response.json")
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("the fixture has no %s", replace[i])
		}
	}
	return strings.NewReplacer(replace...).Replace(text)
}

// tessaNew is the person of the fixtures before anybody knew her.
func tessaNew() *emr.NewPatient {
	return &emr.NewPatient{
		Given: emr.NewPHI("Tessa"), Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(1988, time.February, 29), Sex: emr.SexFemale,
		Phones: []emr.Phone{{Number: emr.NewPHI("(207) 555-0143"), Use: "mobile"}, {Number: emr.NewPHI("207-555-0142"), Use: "home"}},
		Emails: []emr.PHI{emr.NewPHI("tessa.marlow@example.com")},
		Address: emr.Address{
			Lines: []emr.PHI{emr.NewPHI("4 Harbour Street"), emr.NewPHI("Flat 2")}, City: emr.NewPHI("Portland"), State: emr.NewPHI("ME"),
			PostalCode: emr.NewPHI("04101-1234"), Country: emr.NewPHI("US"),
		},
	}
}

// liveVisit is the fixtures' appointment as the Client hands it over.
func liveVisit(t testing.TB) *emr.Appointment {
	s := morning(t)
	return &emr.Appointment{ID: emr.NewAppointmentID(visit), Patient: emr.NewPatientID(tessa), Status: emr.StatusBooked, Start: s.Start, End: s.End, Location: harbor, Type: followUp, Resources: s.Resources}
}

func march(day int) emr.Date { return emr.Date{Year: 2031, Month: time.March, Day: day} }
