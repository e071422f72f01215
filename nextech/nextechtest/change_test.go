package nextechtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestChangingAnAppointment(t *testing.T) {
	t.Parallel()
	status := func(s string) object { return object{"resourceType": "Appointment", "status": s} }
	const base = "https://select.nextech-api.com/api/structuredefinition/"
	queue := object{"resourceType": "Appointment", "status": "cancelled", "extension": []object{ext(base+"request-type", "valueString", "queue")}}
	custom := func(id string) object {
		return object{"resourceType": "Appointment", "extension": []object{ext(base+"appointment-status", "valueReference", reference("appointment-status/"+id, ""))}}
	}
	accepted := func(s string) object {
		o := status(s)
		o["participant"] = []object{{"status": "accepted"}}
		return o
	}
	enter := func(change func(*simserver.Appointment)) func(*bare, string) {
		return func(b *bare, id string) {
			_, _ = b.sim.clinic.Change(id, func(a *simserver.Appointment) error { change(a); return nil })
		}
	}
	for _, tc := range []struct {
		name      string
		options   func(*Options)
		before    func(*bare, string)
		bodies    []object // the last is checked
		status    int
		has       string
		state     simserver.Status
		violation string
	}{
		{name: "confirm", bodies: []object{status("booked")}, status: 200, has: "Confirmed", state: simserver.Booked},
		{name: "arrive", bodies: []object{status("arrived")}, status: 200, has: `"arrived"`, state: simserver.Arrived},
		{name: "arrive a second time", bodies: []object{status("arrived"), status("fulfilled"), status("arrived")}, status: 422, state: simserver.Fulfilled},
		{name: "a status the API does not set", bodies: []object{status("noshow")}, status: 400, state: simserver.Booked},
		{name: "a status of the practice's own", bodies: []object{custom("8")}, status: 200, has: "Waiting List", state: simserver.Booked},
		{name: "an unknown one", bodies: []object{custom("99")}, status: 400, state: simserver.Booked},
		{name: "nothing", bodies: []object{{"resourceType": "Appointment"}}, status: 400, state: simserver.Booked},
		{name: "a whole resource", bodies: []object{{"resourceType": "Appointment", "status": "booked", "start": tenAM}}, status: 200, state: simserver.Booked, violation: `"start"`},
		{name: "cancel", bodies: []object{status("cancelled")}, status: 200, has: `"cancelled"`, state: simserver.Cancelled},
		{name: "cancel twice", bodies: []object{status("cancelled"), status("cancelled")}, status: 422, has: "already cancelled", state: simserver.Cancelled},
		{name: "confirm what is cancelled", bodies: []object{status("cancelled"), status("booked")}, status: 422, state: simserver.Cancelled},
		{name: "ask the staff", bodies: []object{queue}, status: 200, has: `"booked"`, state: simserver.Booked},
		{name: "cancel while the staff is asked", bodies: []object{queue, status("cancelled")}, status: 422, has: "already pending", state: simserver.Booked},
		{name: "cancel a block", before: enter(func(a *simserver.Appointment) { a.Patient = "" }), bodies: []object{status("cancelled")}, status: 422, has: "no patient", state: simserver.Booked},
		{name: "cancel what is tied", before: enter(func(a *simserver.Appointment) { a.Tied = "tied to a superbill" }), bodies: []object{status("cancelled")}, status: 422, has: "superbill", state: simserver.Booked},
		{name: "cancel without a reason", options: func(o *Options) { o.CancelReasonRequired = true }, bodies: []object{status("cancelled")}, status: 422, has: "reason", state: simserver.Booked},
		{name: "Practice+ confirm", options: onPlus, bodies: []object{accepted("booked")}, status: 204, state: simserver.Booked},
		{name: "Practice+ arrive", options: onPlus, bodies: []object{accepted("arrived")}, status: 204, state: simserver.Arrived},
		{name: "Practice+ without the participant", options: onPlus, bodies: []object{status("booked")}, status: 400, state: simserver.Booked},
		{name: "Practice+ cancel", options: onPlus, bodies: []object{accepted("cancelled")}, status: 400, state: simserver.Booked},
		{name: "Practice+ undocumented cancel", options: func(o *Options) { onPlus(o); o.UndocumentedCancel = true }, bodies: []object{accepted("cancelled")}, status: 204, state: simserver.Cancelled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, tc.options)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			id := simserver.StringIn(b.do(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast)).json, "id")
			if tc.before != nil {
				tc.before(b, id)
			}
			method := http.MethodPut
			if b.sim.d.plus() {
				method = http.MethodPatch
			}
			var r reply
			for _, body := range tc.bodies {
				r = b.do(method, "/Appointment/"+id, body)
			}
			if r.status != tc.status || !strings.Contains(r.body, tc.has) {
				t.Errorf("%d %s, want %d and %q", r.status, r.body, tc.status, tc.has)
			}
			if a, _ := b.sim.clinic.Appointment(id); a.Status != tc.state {
				t.Errorf("the state is %s, want %s", a.Status, tc.state)
			}
			if r := b.do(method, "/Appointment/0", tc.bodies[0]); r.status != http.StatusNotFound && r.status != http.StatusBadRequest {
				t.Errorf("an unknown id: %d", r.status)
			}
		})
	}
}

func TestPracticePlusKeepsWhoChangedIt(t *testing.T) {
	t.Parallel()
	b := open(t, onPlus)
	id := simserver.StringIn(b.do(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast)).json, "id")
	b.do(http.MethodPatch, "/Appointment/"+id, object{
		"resourceType": "Appointment", "status": "arrived", "participant": []object{{"status": "accepted"}},
		"extension": []object{ext("modifiedBy", "valueIdentifier", object{"id": "modifiedBy", "value": "a partner"})},
	})
	body := b.get("/Appointment?identifier=" + id).body
	if !strings.Contains(body, "a partner") || !strings.Contains(body, "arrival-time") {
		t.Errorf("%s", body)
	}
}
