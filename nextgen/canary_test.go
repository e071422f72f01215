package nextgen

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// operations are all calls of the driver, for tests that are about all of them.
func operations(t testing.TB) map[string]func(context.Context, parts) error {
	who := &emr.Patient{ID: emr.NewPatientID(tessa)}
	days := emr.SlotQuery{From: march(3), To: march(5)}
	typed := days
	typed.Type = followUp
	email := emr.NewPHI("tessa.marlow@example.com")
	all := map[string]func(context.Context, parts) error{
		opFindPatients: func(ctx context.Context, p parts) error {
			_, err := p.FindPatients(ctx, emr.PatientQuery{Family: emr.NewPHI("Marlow"), Born: emr.NewBirthDate(1988, 2, 29)}, "")
			return err
		},
		"find by telephone": func(ctx context.Context, p parts) error {
			_, err := p.FindPatients(ctx, emr.PatientQuery{Phone: emr.NewPHI("(207) 555-0142")}, "")
			return err
		},
		opGetPatient:    func(ctx context.Context, p parts) error { _, err := p.GetPatient(ctx, who.ID); return err },
		opCreatePatient: func(ctx context.Context, p parts) error { _, err := p.CreatePatient(ctx, tessaNew()); return err },
		opUpdatePatient: func(ctx context.Context, p parts) error {
			_, err := p.UpdatePatient(ctx, &emr.PatientUpdate{ID: who.ID, Emails: []emr.PHI{email}})
			return err
		},
		opFindSlots:          func(ctx context.Context, p parts) error { _, err := p.FindSlots(ctx, days, ""); return err },
		"find slots by type": func(ctx context.Context, p parts) error { _, err := p.FindSlots(ctx, typed, ""); return err },
		opGetAppointment: func(ctx context.Context, p parts) error {
			_, err := p.GetAppointment(ctx, emr.NewAppointmentID(visit))
			return err
		},
		opListAppointments: func(ctx context.Context, p parts) error {
			_, err := p.ListAppointments(ctx, emr.AppointmentQuery{Patient: who}, "")
			return err
		},
		opBook:    func(ctx context.Context, p parts) error { _, err := p.Book(ctx, visitBooking(t)); return err },
		opConfirm: func(ctx context.Context, p parts) error { _, err := p.Confirm(ctx, liveVisit(t)); return err },
		opArrive:  func(ctx context.Context, p parts) error { _, err := p.Arrive(ctx, liveVisit(t)); return err },
		opCancel:  func(ctx context.Context, p parts) error { _, err := p.Cancel(ctx, liveVisit(t), nil); return err },
		opReschedule: func(ctx context.Context, p parts) error {
			_, err := p.Reschedule(ctx, liveVisit(t), &emr.Move{Appointment: emr.NewAppointmentID(visit), To: morning(t)})
			return err
		},
		opListChanges: func(ctx context.Context, p parts) error {
			_, err := p.ListChanges(ctx, emr.ChangeQuery{Since: time.Now().Add(-time.Hour)}, "")
			return err
		},
	}
	maps.Copy(all, directoryOperations())
	return all
}

// TestCanary runs every operation into every kind of answer and looks through all that is
// said about it.
func TestCanary_nothingPersonalInErrorsLogsSpansAndAudits(t *testing.T) {
	t.Parallel()
	const text = "Tessa Marlow 1988-02-29 2075550142 tessa.marlow@example.com Called by phone " + tessa + " http://127.0.0.1:889/HOST01/api/persons/" + tessa
	said := `{"message":"` + text + `","messageDetail":"` + text + `"}`
	for i, a := range []reply{
		{status: 400, body: said}, {status: 400, body: `{"message":"Double booking: ` + text + `"}`}, {status: 401, body: text, kind: "text/plain"}, {status: 403, body: said},
		{status: 404, body: said}, {status: 404, body: noRoute}, {status: 405, body: said}, {status: 409, body: text, kind: "text/plain"}, {status: 422, body: said}, {status: 500, body: "<html>" + text, kind: "text/html"},
		{status: 429, header: http.Header{"Retry-After": {"86400"}}, body: said}, {}, {body: said}, {body: "[" + said + "]"}, {body: listed(said)}, {body: said[:60]},
		{body: listed(`{"id":"Tessa Marlow","personId":"` + tessa + `","appointmentDate":"Marlow","beginTime":"Tessa"}`)}, {status: 201, header: http.Header{"Location": {"/persons/Marlow"}}},
		{body: `{"items":[],"nextPageLink":"http://127.0.0.1:889/persons?lastName=Marlow"}`}, {body: "<html>" + text, kind: "text/html"},
		{status: 302, header: http.Header{"Location": {"https://evil.example.com/?name=Marlow"}}}, {cut: true},
	} {
		t.Run(fmt.Sprintf("%d %d", i, a.status), func(t *testing.T) {
			t.Parallel()
			for name, do := range operations(t) {
				w := practice(&wire{t: t, replies: []reply{a}, routes: map[string]reply{}})
				said := new(vendortest.Outputs)
				o := said.Watch(&emr.Options{HTTPClient: &http.Client{Transport: w}, Retry: &emr.Retry{BaseDelay: time.Millisecond}})
				c, err := New(testConfig(t), o)
				if err != nil {
					t.Fatal(err)
				}
				if vendortest.CheckError(t, do(t.Context(), parts{c}), leak); t.Failed() {
					t.Fatalf("in %s", name)
				}
				_ = c.Close()
				said.Check(t, 1, leak)
				for _, r := range w.seen {
					if r.URL.Host != "nativeapi.nextgen.com" {
						t.Errorf("%s: a request to %s", name, r.URL.Host)
					}
				}
			}
		})
	}
}
