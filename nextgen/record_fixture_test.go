package nextgen

import (
	"cmp"
	"context"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestRequestsAndAnswersAreThoseOfTheFixtures: for each part the request to the letter, and
// what the answer comes to.
func TestRequestsAndAnswersAreThoseOfTheFixtures(t *testing.T) {
	t.Parallel()
	person, appointment := emr.NewPatientID(tessa), emr.NewAppointmentID(visit)
	since := march(1).Start(zone(t, "America/New_York"))
	born := tessaNew().Born
	cancelled, confirmed := visitRecord(t, `"isCancelled": false`, `"isCancelled": true`), visitRecord(t, `"appointmentConfirmed": false`, `"appointmentConfirmed": true`)
	items := func(t *testing.T, name string) func(any, error) {
		return func(got any, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			switch v := got.(type) {
			case []*emr.Patient:
				golden(t, name, v)
			case *emr.Patient:
				golden(t, name, v)
			case []*emr.Slot:
				golden(t, name, v)
			case []*emr.Appointment:
				golden(t, name, v)
			case *emr.Appointment:
				golden(t, name, v)
			case []*emr.Change:
				golden(t, name, v)
			}
		}
	}
	for name, c := range map[string]struct {
		golden  string // "" is the name; "-": none
		replies []reply
		do      func(context.Context, parts) (any, error)
	}{
		"patient/lookup": {replies: []reply{answered(t, "patient/lookup")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.FindPatients(ctx, emr.PatientQuery{Given: emr.NewPHI("Tess"), Family: emr.NewPHI("Marlow"), Born: born}, "")
			return page.Items, err
		}},
		"patient/lookup_phone": {golden: "-", replies: []reply{answered(t, "patient/lookup")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.FindPatients(ctx, emr.PatientQuery{Phone: emr.NewPHI("(207) 555-0142"), Born: born}, "")
			return page.Items, err
		}},
		"patient/get": {replies: []reply{answered(t, "patient/get")}, do: func(ctx context.Context, p parts) (any, error) { return p.GetPatient(ctx, person) }},
		"patient/create": {golden: "patient/get", replies: []reply{located("/persons", tessa), answered(t, "patient/get")}, do: func(ctx context.Context, p parts) (any, error) {
			return p.CreatePatient(ctx, tessaNew())
		}},
		"patient/update": {golden: "patient/get", replies: []reply{{}, answered(t, "patient/get")}, do: func(ctx context.Context, p parts) (any, error) {
			return p.UpdatePatient(ctx, &emr.PatientUpdate{ID: person, Phones: []emr.Phone{{Number: emr.NewPHI("+1 207 555 0143"), Use: "mobile"}}, Emails: tessaNew().Emails})
		}},
		"slot/availability": {replies: []reply{answered(t, "slot/availability")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.FindSlots(ctx, emr.SlotQuery{From: march(3), To: march(8), Type: followUp, Locations: []emr.LocationID{harbor}}, "")
			return page.Items, err
		}},
		"slot/template": {replies: []reply{answered(t, "slot/template")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.FindSlots(ctx, emr.SlotQuery{From: march(3), To: march(8), Practitioners: []emr.PractitionerID{drLee}, Locations: []emr.LocationID{harbor}}, "")
			return page.Items, err
		}},
		"appointment/list": {replies: []reply{answered(t, "appointment/list")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.ListAppointments(ctx, emr.AppointmentQuery{From: march(3), To: march(4), Patient: &emr.Patient{ID: person}}, "")
			return page.Items, err
		}},
		"appointment/get": {replies: []reply{answered(t, "appointment/get")}, do: func(ctx context.Context, p parts) (any, error) { return p.GetAppointment(ctx, appointment) }},
		"appointment/book": {golden: "appointment/get", replies: []reply{answered(t, "appointment/book"), answered(t, "appointment/list")}, do: func(ctx context.Context, p parts) (any, error) {
			return p.Book(ctx, visitBooking(t))
		}},
		"appointment/cancel": {golden: "-", replies: []reply{{}, {body: cancelled}}, do: func(ctx context.Context, p parts) (any, error) { return p.Cancel(ctx, liveVisit(t), nil) }},
		"appointment/confirm": {golden: "-", replies: []reply{{body: "{}"}, {body: confirmed}}, do: func(ctx context.Context, p parts) (any, error) {
			return p.Confirm(ctx, liveVisit(t))
		}},
		"appointment/arrive": {golden: "-", replies: []reply{{body: "{}"}, {body: visitRecord(t, `"isKept": false`, `"isKept": true`)}}, do: func(ctx context.Context, p parts) (any, error) {
			return p.Arrive(ctx, liveVisit(t))
		}},
		"appointment/reschedule": {golden: "-", replies: []reply{located("/appointments", movedVisit), {body: visitRecord(t, visit, movedVisit)}}, do: func(ctx context.Context, p parts) (any, error) {
			return p.Reschedule(ctx, liveVisit(t), &emr.Move{Appointment: appointment, To: morning(t)})
		}},
		"change/appointments": {replies: []reply{answered(t, "change/appointments")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.ListChanges(ctx, emr.ChangeQuery{Since: since}, "")
			return page.Items, err
		}},
		"change/persons": {replies: []reply{answered(t, "change/persons")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.ListChanges(ctx, emr.ChangeQuery{Since: since, Kinds: []emr.ChangeKind{emr.ChangePatient}}, "")
			if page.Next != "1:" {
				t.Errorf("after people come merges, not %q", page.Next)
			}
			return page.Items, err
		}},
		"change/merged": {replies: []reply{answered(t, "change/merged")}, do: func(ctx context.Context, p parts) (any, error) {
			page, err := p.ListChanges(ctx, emr.ChangeQuery{Since: since, Kinds: []emr.ChangeKind{emr.ChangePatient}}, "1:")
			return page.Items, err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, w := desk(t, nil, c.replies...)
			got, err := c.do(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			requested(t, w, 0, name)
			if n := len(w.asked()); n != len(c.replies) {
				t.Errorf("%d requests, want %d: %v", n, len(c.replies), w.asked())
			}
			if c.golden != "-" {
				items(t, cmp.Or(c.golden, name))(got, err)
			}
		})
	}
}
