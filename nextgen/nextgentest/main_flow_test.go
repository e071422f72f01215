package nextgentest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestTheMainJobFromTokenToCancellation(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	given, family, born := someone(0)
	found := b.get("/persons/lookup?" + url.Values{"lastName": {family}, "firstName": {given}, "dateOfBirth": {born}, "searchPatientsOnly": {"true"}}.Encode()).rows()
	if len(found) != 4 || str(found[0], "id") != b.person(0) || str(found[0], "emailAddress") == "" { // namesakes, and two whose names begin so
		t.Fatalf("lookup: %v", found)
	}
	if one := b.get("/persons/" + b.person(0)).json; str(one, "dateOfBirth") != born+"T00:00:00" || str(one, "email") == "" || str(one, "cellPhone") != "2065550142" {
		t.Fatalf("person: %v", one)
	}
	rows := b.get(b.slots()).rows()
	if len(rows) != 28 || str(rows[4], "beginTime") != "1000" || str(rows[4], "startDate") != "2026-05-05T00:00:00" {
		t.Fatalf("%d increments, %v", len(rows), rows[4])
	}
	free := b.do(http.MethodPost, "/appointments/availability", b.search()).rows()
	if len(free) != 22 || str(free[4], "appointmentDateTime") != tenAM {
		t.Fatalf("%d open times, %v", len(free), free)
	}
	id := b.book(0)
	if n := len(b.do(http.MethodPost, "/appointments/availability", b.search()).rows()); n != 19 || b.sim.Appointments() != 1 {
		t.Errorf("%d open times, %d appointments", n, b.sim.Appointments())
	}
	if r := b.do(http.MethodPost, "/appointments", b.booking(1)); r.status != 400 || !strings.Contains(r.body, textTaken) {
		t.Errorf("the same time again: %d %s", r.status, r.body)
	}
	one := b.get("/appointments/" + id).json
	if str(one, "appointmentDate") != "2026-05-05T00:00:00" || str(one, "beginTime") != "1000" || str(one, "endTime") != "1030" || one["duration"] != 30.0 || str(one, "personId") != b.person(0) {
		t.Errorf("detail: %v", one)
	}
	thin := b.get("/persons/" + b.person(0) + "/appointments").rows()
	if len(thin) != 1 || str(thin[0], "appointmentId") != id || thin[0]["beginTime"] != nil {
		t.Errorf("thin rows: %v", thin)
	}
	if r := b.do(http.MethodPatch, "/appointments/"+id, object{"AppointmentConfirmed": true}); r.status != 200 || b.get("/appointments/" + id).json["appointmentConfirmed"] != true {
		t.Errorf("confirm: %d %s", r.status, r.body)
	}
	reason := str(b.get("/master/list-items?" + where("type eq 'as_cancel_reason' and isDeleted eq false")).rows()[0], "id")
	r := b.do(http.MethodPost, "/appointments/"+id+"/cancel", object{"CancelReasonId": reason})
	if r.status != 200 || r.body != "" || b.sim.Appointments() != 0 {
		t.Errorf("cancel: %d %q, %d live", r.status, r.body, b.sim.Appointments())
	}
	if one := b.get("/appointments/" + id).json; one["isCancelled"] != true || str(one, "cancelReasonId") != reason {
		t.Errorf("cancelled: %v", one)
	}
	if b.sim.TokenRequests() != 1 || b.sim.SessionRequests() != 1 {
		t.Errorf("%d tokens, %d sessions", b.sim.TokenRequests(), b.sim.SessionRequests())
	}
}

func TestAMoveMakesANewAppointmentAndFlagsTheOld(t *testing.T) {
	t.Parallel()
	for pointer, want := range map[Pointer][2]bool{PointerBack: {true, false}, PointerForward: {false, true}, PointerNone: {}} {
		b := open(t, func(o *Options) { o.Pointer = pointer })
		id := b.book(0)
		body := b.booking(0)
		delete(body, "PersonId")
		body["AppointmentDate"], body["RescheduleReasonId"] = "2026-05-05T10:15:00", b.id("item", "112")
		r := b.do(http.MethodPost, "/appointments/"+id+"/reschedule", body)
		at := r.header.Get("Location")
		next := at[strings.LastIndex(at, "/")+1:]
		if r.status != 201 || next == id || b.sim.Appointments() != 1 {
			t.Fatalf("%d %s %v", r.status, r.body, at)
		}
		old, moved := b.get("/appointments/"+id).json, b.get("/appointments/"+next).json
		if old["isRescheduled"] != true || old["isCancelled"] != false || str(moved, "beginTime") != "1015" || moved["isRescheduled"] != false {
			t.Errorf("old %v, new %v", old, moved)
		}
		if (str(moved, "rescheduledAppointmentId") == id) != want[0] || (str(old, "rescheduledAppointmentId") == next) != want[1] {
			t.Errorf("%s: %v %v", pointer, moved["rescheduledAppointmentId"], old["rescheduledAppointmentId"])
		}
		if r := b.do(http.MethodPost, "/appointments/"+id+"/cancel", object{"CancelReasonId": b.id("item", "102")}); r.status != 400 {
			t.Errorf("cancel the old one: %d", r.status)
		}
	}
}
