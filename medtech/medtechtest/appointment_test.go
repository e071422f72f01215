package medtechtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestEachRuleOfABookingIsKept(t *testing.T) {
	t.Parallel()
	with := func(change func(*bare, object)) func(*bare) any {
		return func(b *bare) any {
			o := b.appointment(0, "booked")
			change(b, o)
			return o
		}
	}
	set := func(name string, v any) func(*bare) any { return with(func(_ *bare, o object) { o[name] = v }) }
	del := func(name string) func(*bare) any { return with(func(_ *bare, o object) { delete(o, name) }) }
	actor := func(at int, ref string) func(*bare) any {
		return with(func(_ *bare, o object) { o["participant"].([]object)[at]["actor"] = object{"reference": ref} })
	}
	for _, tc := range []ruled{
		{name: "the least", body: set("comment", "Repeat visit"), status: 201, has: "Repeat visit"},
		{name: "its slot", body: with(func(b *bare, o object) {
			o["slot"] = []object{{"reference": "Slot/" + simserver.StringIn(b.get(slots()).entries()[4], "id")}}
		}), status: 201, has: "Slot/"},
		{name: "another slot", body: with(func(b *bare, o object) {
			o["slot"] = []object{{"reference": "Slot/" + simserver.StringIn(b.get(slots()).entries()[5], "id")}}
		}), status: 422, has: textNoBooking},
		{name: "the location", body: with(func(b *bare, o object) {
			o["participant"] = append(o["participant"].([]object), object{"actor": object{"reference": "Location/" + b.home().wire("Location", theLocation)}, "status": "accepted"})
		}), status: 201},
		{name: "the type of a participant", body: with(func(_ *bare, o object) {
			child(o["participant"].([]object)[0], "actor")["type"] = "Patient"
		}), status: 201},
		{name: "absolute references", body: with(func(b *bare, o object) {
			o["participant"].([]object)[0]["actor"] = object{"reference": b.sim.lowerBase() + "/Patient/" + b.person(0)}
		}), status: 201},
		{name: "another server's patient", body: actor(0, "https://elsewhere.example/fhir/Patient/1"), status: 422, violation: "patient"},
		{name: "an unknown patient", body: actor(0, "Patient/999999999"), status: 404, has: textNoPatient},
		{name: "an unknown practitioner", body: actor(1, "Practitioner/999999999"), status: 404, has: textNoProvider},
		{name: "no participants", body: del("participant"), status: 422, violation: "without a good patient, practitioner"},
		{name: "no start", body: del("start"), status: 422, violation: "without a good start"},
		{name: "no end", body: del("end"), status: 201, has: quarter, violation: "without end"},
		{name: "an end before the start", body: set("end", "2026-03-03T09:00:00+13:00"), status: 422, violation: "without a good end"},
		{name: "no zone", body: set("start", "2026-03-03T10:00:00"), status: 422, violation: "without a good start"},
		{name: "another offset", body: set("start", "2026-03-02T21:00:00Z"), status: 201, violation: "does not have the offset"},
		{name: "proposed", body: set("status", "proposed"), status: 400, violation: "status of a booking"},
		{name: "an id of the client's", body: set("id", "1"), status: 201, violation: "the member id"},
		{name: "a forbidden member", body: set("appointmentType", object{}), status: 201, violation: "the member appointmentType"},
		{name: "a participant without status", body: with(func(_ *bare, o object) { delete(o["participant"].([]object)[0], "status") }), status: 201, violation: "without status"},
		{name: "outside of the hours", body: with(func(_ *bare, o object) {
			o["start"], o["end"] = "2026-03-03T20:00:00+13:00", "2026-03-03T20:15:00+13:00"
		}), status: 422, has: textNoBooking},
		{name: "in the past", body: with(func(_ *bare, o object) {
			o["start"], o["end"] = "2026-02-24T10:00:00+13:00", "2026-02-24T10:15:00+13:00"
		}), status: 422, has: textNoBooking},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.method, tc.target = http.MethodPost, "/Appointment"
			tc.check(t)
		})
	}
}

func TestEachRuleOfAChangeIsKept(t *testing.T) {
	t.Parallel()
	booked := func(b *bare) { b.do(http.MethodPost, "/Appointment", b.appointment(0, "booked")) }
	cancel := func(n int) func(*bare) any { return func(b *bare) any { return b.appointment(n, "cancelled") } }
	target := func(n int) string { return "/Appointment?" + byNHI(n) }
	for _, tc := range []ruled{
		{name: "without an id", target: target(0), body: cancel(0), status: 200, has: "cancelled"},
		{name: "another patient in the query", target: target(1), body: cancel(0), status: 422, has: textOtherOwner},
		{name: "another patient in the body", target: target(0), body: cancel(1), status: 422, has: textOtherOwner},
		{name: "nobody in the query", target: target(90_000), body: cancel(0), status: 404, has: textNoPatient},
		{name: "no query", target: "/Appointment", body: cancel(0), status: 403, violation: "a search without one of"},
		{name: "the id in the path", target: "/Appointment/1", body: cancel(0), status: 403, violation: "appointment's id in the path"},
		{name: "no id in the path", target: target(0), body: cancel(0), change: func(o *Options) { o.PutByID = true }, status: 403, violation: "without the appointment's id"},
		{name: "an unknown id", target: target(0), body: func(b *bare) any {
			o := b.appointment(0, "cancelled")
			o["id"] = "999999999"
			return o
		}, status: 404, has: textNoCancel},
		{name: "another time", target: target(0), body: func(b *bare) any {
			o := b.appointment(0, "cancelled")
			o["id"], o["start"] = b.home().wire("Appointment", b.home().clinic.Appointments()[0].ID), "2026-03-03T10:05:00+13:00"
			return o
		}, status: 404, has: textNoCancel},
		{name: "another status", target: target(0), body: func(b *bare) any { return b.appointment(0, "fulfilled") }, status: 400, has: textUnable, violation: "neither arrived nor cancelled"},
		{name: "no status", target: target(0), body: func(b *bare) any { return b.appointment(0, "") }, status: 422, violation: "without a good status"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.method, tc.prepare = http.MethodPut, booked
			tc.check(t)
		})
	}
	b := open(t, nil)
	booked(b)
	for _, want := range []int{200, 404} { // what is cancelled is found no more
		if r := b.do(http.MethodPut, target(0), b.appointment(0, "cancelled")); r.status != want {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
}

func TestAppointmentsAreListedByPatientPractitionerOrSlot(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Appointments = 45 })
	made := b.do(http.MethodPost, "/Appointment", b.appointment(0, "booked")).json
	id, slot := simserver.StringIn(made, "id"), strings.TrimPrefix(simserver.StringIn(children(made, "slot")[0], "reference"), "Slot/")
	from, to := "&date=ge"+url.QueryEscape(tenAM), "&date=le"+url.QueryEscape(tenAM)
	for target, want := range map[string]int{
		byNHI(0): 1, byNHI(0) + "&status=booked": 1, byNHI(0) + "&status=cancelled": -1, byNHI(0) + from + to: 1, byNHI(0) + "&date=ge2026-03-04": -1,
		"slot._id=" + slot: 1, "slot._id=" + slot + "&" + byNHI(1): -1, "_id=" + id: 1, byNHI(90_000): -1,
		"practitioner.identifier=" + asked(nzmcSystem, "90015") + "&date=ge2026-03-03&date=le2026-03-03": 0,
		"practitioner.identifier=" + asked(cpnSystem, "99ZZZZ"):                                          -1,
	} {
		r := b.get("/Appointment?" + target)
		n := len(r.entries())
		if want < 0 { // an outcome in place of what was looked for
			if n != 1 || r.entries()[0]["resourceType"] != "OperationOutcome" {
				t.Errorf("%s: %.300s", target, r.body)
			}
			continue
		}
		if want > 0 && n != want || n == 0 || r.entries()[0]["resourceType"] != "Appointment" {
			t.Errorf("%s: %d, %.300s", target, n, r.body)
		}
	}
	all := b.get("/Appointment?practitioner.identifier=" + asked(cpnSystem, okaforCPN)).entries()
	states := map[string]bool{}
	for _, a := range all {
		states[simserver.StringIn(a, "status")] = true
	}
	for _, want := range []string{"booked", "cancelled", "fulfilled", "noshow"} {
		if !states[want] {
			t.Errorf("no appointment is %s: %v", want, states)
		}
	}
}
