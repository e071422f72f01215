package nextech

import (
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func booked() *emr.Appointment {
	return &emr.Appointment{ID: emr.NewAppointmentID("31115"), Status: emr.StatusBooked, Start: at("2031-03-03T14:00:00-05:00"), Patient: emr.NewPatientID(ines)}
}

func appointmentWith(status string) string {
	return `{"resourceType":"Appointment","id":"31115","status":"` + status + `","start":"2031-03-03T14:00:00-05:00","end":"2031-03-03T14:30:00-05:00"}`
}

func TestFault_B6_cancellingACancelledAppointmentIsASuccess(t *testing.T) {
	t.Parallel()
	body := errorFixture(t, "422_already_cancelled.json")
	nx, r := connect(t, Select, nil, step{status: 422, body: body}, step{want: "appointment_get", body: bundleOf(appointmentWith("cancelled"))})
	a, err := parts{nx}.Cancel(t.Context(), booked(), nil)
	if err != nil || a.Status != emr.StatusCancelled || countWrites(r) != 1 {
		t.Errorf("%v, %v", a, err)
	}
	known := booked()
	known.Status = emr.StatusCancelled
	nx, r = connect(t, Select, nil)
	if a, err = (parts{nx}).Cancel(t.Context(), known, nil); err != nil || a.Status != emr.StatusCancelled || len(r.seen) != 0 {
		t.Errorf("known to be cancelled: %v, %v after %d requests", a, err, len(r.seen))
	}
}

func TestARefusedCancellationGivesNextechsReasonAndTheKnownOnes(t *testing.T) {
	t.Parallel()
	reason := `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"business-rule","diagnostics":"The appointment is tied to a superbill."}]}`
	nx, _ := connect(t, Select, nil, step{status: 422, body: reason}, step{answer: "appointment_get"})
	_, err := parts{nx}.Cancel(t.Context(), booked(), nil)
	var e *emr.Error
	if !errors.As(err, &e) || e.Kind != emr.KindInvalid || e.Status != 422 || e.Code != "business-rule" {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(e.Detail(), "superbill") || !strings.Contains(e.Hint, "AskStaff") || strings.Contains(err.Error(), "superbill") {
		t.Errorf("detail %q, text %s", e.Detail(), err)
	}
}

func TestCancellingAnUnknownAppointmentIsNotFound(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{status: 404, body: `{}`})
	if _, err := (parts{nx}).Cancel(t.Context(), booked(), nil); emr.KindOf(err) != emr.KindNotFound {
		t.Errorf("got %v", err)
	}
}

func TestAChangeAcceptedInSilenceIsCheckedByReading(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer step
		then   []step
		kind   emr.Kind
		want   emr.Status
	}{
		{"204 and done", step{status: 204}, []step{{body: bundleOf(appointmentWith("arrived"))}}, "", emr.StatusArrived},
		{"200 with an unrelated body", step{body: `{"ok":true}`}, []step{{body: bundleOf(appointmentWith("arrived"))}}, "", emr.StatusArrived},
		{"200 with a fragment", step{body: `{"resourceType":"Appointment","id":"31115","status":"arrived"}`}, []step{{body: bundleOf(appointmentWith("arrived"))}}, "", emr.StatusArrived},
		{"200 with another appointment", step{body: strings.Replace(appointmentWith("arrived"), "31115", "31116", 1)}, []step{{body: bundleOf(appointmentWith("fulfilled"))}}, emr.KindConflict, emr.StatusFulfilled},
		{"200 with the old state and done a moment later", step{body: appointmentWith("booked")}, []step{{body: bundleOf(appointmentWith("arrived"))}}, "", emr.StatusArrived},
		{"200 with the old state and nothing changed", step{body: appointmentWith("booked")}, []step{{body: bundleOf(appointmentWith("booked"))}}, emr.KindConflict, emr.StatusBooked},
		{"204 and nothing changed", step{status: 204}, []step{{body: bundleOf(appointmentWith("fulfilled"))}}, emr.KindConflict, emr.StatusFulfilled},
		{"204 and the look fails", step{status: 204}, []step{{status: 400}}, emr.KindAmbiguous, ""},
		{"204 and the look finds nothing", step{status: 204}, []step{{body: empty}}, emr.KindAmbiguous, ""},
		{"204 and the look shows no status", step{status: 204}, []step{{body: bundleOf(appointmentWith(""))}}, emr.KindAmbiguous, ""},
		{"200 with the whole appointment needs no look", step{body: appointmentWith("arrived")}, nil, "", emr.StatusArrived},
		{"an error in a success", step{body: errorFixture(t, "400_operationoutcome.json")}, nil, emr.KindInvalid, ""},
		{"500", step{status: 500}, nil, emr.KindAmbiguous, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nx, r := connect(t, Select, nil, append([]step{c.answer}, c.then...)...)
			a, err := parts{nx}.Arrive(t.Context(), booked())
			if emr.KindOf(err) != c.kind || countWrites(r) != 1 {
				t.Errorf("%v after %d writes, want %q", err, countWrites(r), c.kind)
			}
			if c.want != "" && (a == nil || a.Status != c.want) {
				t.Errorf("got %v", a)
			}
		})
	}
}

func TestFault_N3_aCancellationThatCannotBeSeenIsAmbiguousWithTheReadsError(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{status: 204}, step{status: 403})
	_, err := emr.NewClient(nx, &emr.ClientOptions{Lost: emr.Report}).Cancel(t.Context(), booked().ID, nil)
	if emr.KindOf(err) != emr.KindAmbiguous || !errors.Is(err, emr.ErrPermission) || countWrites(r) != 1 {
		t.Errorf("reported: %v", err)
	}
	nx, r = connect(t, Select, nil, step{status: 204}, step{status: 403}, step{body: bundleOf(appointmentWith("cancelled"))})
	a, err := emr.NewClient(nx, nil).Cancel(t.Context(), booked().ID, nil)
	if err != nil || a.Status != emr.StatusCancelled || countWrites(r) != 1 {
		t.Errorf("settled by the core: %v, %v", a, err)
	}
}

func TestPracticePlusHasNoPracticeStatusesAndNoStaffRequests(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, PracticePlus, plusConfig)
	_, err1 := nx.PracticeStatuses(t.Context())
	_, err2 := nx.SetPracticeStatus(t.Context(), emr.NewAppointmentID("7"), "6")
	_, err3 := parts{nx}.Cancel(t.Context(), booked(), &emr.Cancellation{Vendor: CancelOptions{AskStaff: true}})
	for _, err := range []error{err1, err2, err3} {
		if emr.KindOf(err) != emr.KindUnsupported {
			t.Errorf("got %v", err)
		}
	}
	if len(r.seen) != 0 {
		t.Errorf("%d requests", len(r.seen))
	}
}

func TestReadingOneAppointmentTakesNoOther(t *testing.T) {
	t.Parallel()
	other := strings.Replace(appointmentWith("booked"), "31115", "31116", 1)
	for _, c := range []struct {
		name, body string
		kind       emr.Kind
	}{
		{"none", empty, emr.KindNotFound},
		{"one", bundleOf(appointmentWith("booked")), ""},
		{"the filter was ignored", bundleOf(other), emr.KindProtocol},
		{"two", bundleOf(appointmentWith("booked"), other), emr.KindProtocol},
		{"twice", bundleOf(appointmentWith("booked"), appointmentWith("cancelled")), emr.KindProtocol},
		{"included entries do not count", `{"resourceType":"Bundle","entry":[{"search":{"mode":"include"},"resource":` + other + `},{"resource":` + appointmentWith("booked") + `}]}`, ""},
		{"T6 a start without an offset", bundleOf(strings.Replace(appointmentWith("booked"), ":00-05:00", ":00", 1)), emr.KindProtocol},
	} {
		nx, _ := connect(t, Select, nil, step{want: "appointment_get", body: c.body})
		if _, err := (parts{nx}).GetAppointment(t.Context(), emr.NewAppointmentID("31115")); emr.KindOf(err) != c.kind {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestAnAppointmentIsItselfInBothCasesOfLetters(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{body: bundleOf(strings.Replace(appointmentWith("booked"), "31115", "3C0F-A", 1))})
	if _, err := (parts{nx}).GetAppointment(t.Context(), emr.NewAppointmentID("3c0f-a")); err != nil {
		t.Error(err)
	}
}

func TestAppointmentsOfOtherDaysAreLeftOut(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{body: bundleOf(appointmentWith("booked"))}, step{body: bundleOf(appointmentWith("booked"))})
	for first, want := range map[int]int{3: 1, 4: 0} { // it is on the third
		q := emr.AppointmentQuery{From: day(2031, 3, first), To: day(2031, 3, 5)}
		if page, err := (parts{nx}).ListAppointments(t.Context(), q, ""); err != nil || len(page.Items) != want {
			t.Errorf("from the %d: %d appointments, %v", first, len(page.Items), err)
		}
	}
}

func TestFault_F14_anAppointmentSearchForNobodysIdIsNotSent(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil)
	for _, id := range []string{"", "..", "a,b", "a&b", "../Practitioner/1"} {
		if _, err := (parts{nx}).ListAppointments(t.Context(), emr.AppointmentQuery{Patient: &emr.Patient{ID: emr.NewPatientID(id)}}, ""); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestHeldAppointmentsAreFilteredHereBecauseNextechCannotBeAsked(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{answer: "appointment_list"}, step{body: empty})
	page, err := parts{nx}.ListAppointments(t.Context(), emr.AppointmentQuery{Statuses: []emr.Status{emr.StatusHeld, emr.StatusCancelled}}, "")
	if err != nil || len(page.Items) != 2 || strings.Contains(r.seen[0].URL.RawQuery, "status") {
		t.Errorf("%d items, %v, %s", len(page.Items), err, r.seen[0].URL.RawQuery)
	}
	if _, err = (parts{nx}).ListAppointments(t.Context(), emr.AppointmentQuery{Statuses: []emr.Status{emr.StatusBooked, emr.StatusNoShow}}, ""); err != nil {
		t.Fatal(err)
	}
	if got := r.seen[1].URL.Query().Get("status"); got != "booked,noshow" {
		t.Errorf("status=%s", got)
	}
}

func TestFault_F12_appointmentsOfAnotherPatientAreAProtocolError(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{answer: "appointment_list"})
	if _, err := (parts{nx}).ListAppointments(t.Context(), emr.AppointmentQuery{Patient: &emr.Patient{ID: emr.NewPatientID(tomas)}}, ""); emr.KindOf(err) != emr.KindProtocol {
		t.Errorf("got %v", err)
	}
}
