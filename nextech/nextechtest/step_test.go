package nextechtest

import (
	"net/http"
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestEachCallOfTheMainJobIsOfItsStep(t *testing.T) {
	t.Parallel()
	change := func(status string) object { return object{"resourceType": "Appointment", "status": status} }
	for _, tc := range []struct {
		method, target string
		body           any
		want           emrtest.Step
		violation      string
	}{
		{http.MethodGet, "/Patient?family=roy", nil, emrtest.StepPatient, ""},
		{http.MethodGet, "/Patient/ID?family=roy", nil, emrtest.StepPatient, ""},
		{http.MethodGet, "/Patient/5f0c", nil, emrtest.StepPatient, ""},
		{http.MethodPost, "/Patient/", newcomer(), emrtest.StepPatient, ""},
		{http.MethodPut, "/Patient/", object{}, emrtest.StepPatient, ""},
		{http.MethodGet, "/Patient/5f0c/Encounter", nil, "", ""},
		{http.MethodGet, "/Slot?start=2026-03-03&schedule.actor=location/7&appointment-type=appointment-type/12", nil, emrtest.StepSlots, ""},
		{http.MethodPost, "/Appointment/", object{}, emrtest.StepBook, ""},
		{http.MethodGet, "/Appointment", nil, "", ""},
		{http.MethodPut, "/Appointment/1", change("cancelled"), emrtest.StepCancel, ""},
		{http.MethodPut, "/Appointment/1", change("arrived"), "", ""},
		{http.MethodPut, "/Appointment/1", "{", "", "not a JSON object"},
		{http.MethodGet, "/Location", nil, "", ""},
		{http.MethodGet, "/nowhere", nil, "", "no such path"},
	} {
		t.Run(tc.method+" "+tc.target, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			b.do(tc.method, tc.target, tc.body)
			all := b.sim.Requests()
			if first, last := all[0], all[len(all)-1]; first.Step != emrtest.StepToken || last.Step != tc.want {
				t.Errorf("%q after %q", last.Step, first.Step)
			}
		})
	}
}

func TestPracticePlusCancellationsAreOfTheirStep(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Product = plus })
	b.do(http.MethodPatch, "/Appointment/1", object{"resourceType": "Appointment", "status": "cancelled"})
	if all := b.sim.Requests(); all[len(all)-1].Step != emrtest.StepCancel {
		t.Errorf("%q", all[len(all)-1].Step)
	}
}

func TestAFaultForTheBookingWaitsForTheBooking(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.FailNextOn(emrtest.StepBook, emrtest.FaultLostReply, 1)
	if r := b.do(http.MethodPost, "/Patient/", newcomer()); r.status != http.StatusCreated {
		t.Errorf("the patient: %d", r.status)
	}
	if _, err := b.try(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast)); err == nil || b.sim.Appointments() != 1 {
		t.Errorf("the booking: %v, %d in the calendar", err, b.sim.Appointments())
	}
}
