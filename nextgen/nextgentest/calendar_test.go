package nextgentest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/simserver"
)

func TestTheTemplateShowsTakenTimesAndLunch(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.book(0)
	taken, lunches := []string{}, 0
	for _, row := range b.get(b.slots()).rows() {
		if row["appointmentCount"] == 1.0 {
			taken = append(taken, str(row, "beginTime"))
		}
		if str(row, "categoryId") == b.id("category", lunch) {
			lunches++
		}
	}
	if !slices.Equal(taken, []string{"1000", "1015"}) || lunches != 4 {
		t.Errorf("taken %v, %d at lunch", taken, lunches)
	}
	if r := b.get(b.slots() + "&$expand=Resource").rows(); r[0]["resource"].(map[string]any)["interval"] != 15.0 {
		t.Errorf("%v", r[0])
	}
	passed := b.get("/appointments/slots?$top=400&" + where("startDate eq dateTime'2026-05-04T00:00:00' and beginTime lt '0800'"))
	if len(passed.rows()) != 0 {
		t.Errorf("%s", passed.body)
	}
	b.sim.Advance(3 * time.Hour) // 11:00
	b.enter(b.sim.Practices()[0])
	if n := len(b.get("/appointments/slots?$top=400&" + where("startDate eq dateTime'2026-05-04T00:00:00' and beginTime lt '1100'")).rows()); n == 0 {
		t.Error("what has passed is not in the template any more")
	}
}

func TestAvailabilityKeepsToTheSearch(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	count := func(change func(object)) int {
		o := b.search()
		change(o)
		r := b.do(http.MethodPost, "/appointments/availability", o)
		if r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		return len(r.rows())
	}
	for name, tc := range map[string]struct {
		want   int
		change func(object)
	}{
		"as it is":    {22, func(object) {}},
		"a quarter":   {24, func(o object) { o["DurationMinutes"] = 15 }},
		"an hour":     {18, func(o object) { o["EventId"] = b.id("event", "25") }},
		"the morning": {11, func(o object) { o["TimeRangeStart"], o["TimeRangeEnd"] = "0900", "1200" }},
		"all resources": {22 + 22 + 22, func(o object) {
			delete(o, "ResourceIds")
			o["DateRangeStart"], o["DateRangeEnd"] = "2026-05-06T00:00:00", "2026-05-06T00:00:00"
		}},
		"two days":  {44, func(o object) { o["DateRangeEnd"] = "2026-05-06T00:00:00" }},
		"no event":  {24, func(o object) { delete(o, "EventId") }},
		"elsewhere": {0, func(o object) { o["LocationIds"] = []string{b.id("location", "10")} }},
		"another category": {0, func(o object) {
			o["EventId"], o["LocationIds"], o["ResourceIds"], o["DateRangeEnd"] = b.id("event", "13"), []string{}, []string{b.id("resource", "27")}, "2026-05-09T00:00:00"
		}},
		"surgery in a place": {0, func(o object) { o["EventId"] = b.id("event", "9") }},
	} {
		if n := count(tc.change); n != tc.want {
			t.Errorf("%s: %d, want %d", name, n, tc.want)
		}
	}
	for member, v := range map[string]any{"EventId": homeSite, "DateRangeStart": "2026-05-05", "TimeRangeStart": "9 am", "DurationMinutes": 0, "LocationIds": []string{"7"}} {
		o := b.search()
		o[member] = v
		switch member {
		case "DateRangeStart", "TimeRangeStart", "DurationMinutes":
			b.sim.ExpectViolation(member)
		}
		if r := b.do(http.MethodPost, "/appointments/availability", o); r.status != 400 {
			t.Errorf("%s: %d %s", member, r.status, r.body)
		}
	}
	b.sim.ExpectViolation("without DateRangeEnd")
	b.sim.ExpectViolation("DaysOfWeek")
	o := b.search()
	delete(o, "DateRangeEnd")
	o["DaysOfWeek"] = []int{1}
	if r := b.do(http.MethodPost, "/appointments/availability", o); r.status != 200 {
		t.Errorf("%d", r.status)
	}
}

func TestSomebodyElseTakesASlot(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	start, err := time.ParseInLocation(localTime, tenAM, b.home().zone)
	if err != nil {
		t.Fatal(err)
	}
	slot := emr.Slot{Start: start, End: start.Add(30 * time.Minute), Location: emr.LocationID(b.id("location", "7")), Practitioner: emr.PractitionerID(strings.ToUpper(b.id("provider", "15")))}
	if err := b.sim.TakeSlot(&slot); err != nil {
		t.Fatal(err)
	}
	nurse := slot
	nurse.Practitioner, nurse.Resources = "", []emr.ResourceID{emr.ResourceID(b.id("resource", "36"))}
	if err := b.sim.TakeSlot(&nurse); err != nil {
		t.Fatal(err)
	}
	beyond, nobody := slot, slot
	beyond.Location, nobody.Practitioner = "x", "x"
	for _, again := range []*emr.Slot{&slot, &nurse, &beyond, &nobody} {
		if err := b.sim.TakeSlot(again); err == nil {
			t.Error("taken twice, or where nothing is")
		}
	}
	if r := b.do(http.MethodPost, "/appointments", b.booking(0)); r.status != 400 || !strings.Contains(r.body, textTaken) || b.sim.Appointments() != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestAppointmentsAreListedWithAllTheirFlags(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Appointments = 45 })
	all := b.get("/appointments?$top=400&" + where("appointmentDate gt datetime'1900-01-01T00:00:00'")).rows()
	flags := map[string]int{}
	for _, row := range all {
		for _, name := range []string{"isCancelled", "isRescheduled", "isDeleted", "isKept", "isNoShow"} {
			if row[name] == true {
				flags[name]++
			}
		}
		if row["personId"] == nil {
			flags["block"]++
		}
		if !strings.HasSuffix(str(row, "appointmentDate"), "T00:00:00") || len(str(row, "beginTime")) != 4 {
			t.Errorf("%v", row)
		}
	}
	for _, name := range []string{"isCancelled", "isRescheduled", "isDeleted", "isKept", "isNoShow", "block"} {
		if flags[name] == 0 {
			t.Errorf("no appointment is %s: %v", name, flags)
		}
	}
	b.sim.ExpectViolation("no bounds")
	week := b.get("/appointments?$top=400").rows()
	if len(week) == 0 || len(week) >= len(all) {
		t.Errorf("%d of %d in a week", len(week), len(all))
	}
	okafor := b.get("/resources/" + b.id("resource", "15") + "/appointments?$top=400&" + where("appointmentDate gt datetime'1900-01-01T00:00:00'")).rows()
	if len(okafor) == 0 || len(okafor) >= len(all) {
		t.Errorf("%d of %d are Okafor's", len(okafor), len(all))
	}
	for _, row := range all {
		status := 200
		if row["isDeleted"] == true {
			status = 404
		}
		if r := b.do(http.MethodGet, "/appointments/"+str(row, "id"), nil); r.status != status {
			t.Errorf("%v: %d", row, r.status)
		}
	}
}

func TestEachRuleOfAChangeIsKept(t *testing.T) {
	t.Parallel()
	of := func(o object) func(*bare) any { return func(*bare) any { return o } }
	cancelled := func(b *bare) {
		b.do(http.MethodPost, "/appointments/"+b.book(0)+"/cancel", object{"CancelReasonId": b.id("item", "102")})
	}
	booked := func(b *bare) { b.book(0) }
	move := func(change func(*bare, object)) func(*bare) any {
		return func(b *bare) any {
			o := b.booking(0)
			delete(o, "PersonId")
			o["RescheduleReasonId"], o["AppointmentDate"] = b.id("item", "112"), "2026-05-05T14:00:00"
			change(b, o)
			return o
		}
	}
	reason := func(n string) func(*bare) any {
		return func(b *bare) any { return object{"CancelReasonId": b.id("item", n)} }
	}
	for _, tc := range []ruled{
		{name: "cancel without a reason", method: "POST", target: "/cancel", body: of(object{}), status: 400, violation: "no CancelReasonId"},
		{name: "cancel without a body", method: "POST", target: "/cancel", status: 400, violation: "without a body"},
		{name: "cancel with a reason that is deleted", method: "POST", target: "/cancel", body: reason("101"), status: 400, has: "CancelReasonId"},
		{name: "cancel with a reason to move", method: "POST", target: "/cancel", body: reason("112"), status: 400, has: "CancelReasonId"},
		{name: "cancel again", prepare: cancelled, method: "POST", target: "/cancel", body: reason("102"), status: 400, has: "already cancelled"},
		{name: "move", method: "POST", target: "/reschedule", body: move(func(*bare, object) {}), status: 201},
		{name: "move to where it overlaps itself", method: "POST", target: "/reschedule", body: move(func(_ *bare, o object) { o["AppointmentDate"] = "2026-05-05T10:15:00" }), status: 201},
		{name: "move without a reason", method: "POST", target: "/reschedule", body: move(func(_ *bare, o object) { delete(o, "RescheduleReasonId") }), status: 400, violation: "no RescheduleReasonId"},
		{name: "move over lunch", method: "POST", target: "/reschedule", body: move(func(_ *bare, o object) { o["AppointmentDate"] = "2026-05-05T12:00:00" }), status: 400, has: textHours},
		{name: "move what is cancelled", prepare: cancelled, method: "POST", target: "/reschedule", body: move(func(*bare, object) {}), status: 400, has: "already cancelled"},
		{name: "details", method: "PATCH", body: of(object{"Details": "Call first", "UserDefined1": "x", "VirtualVisitLink": "https://example.com/v"}), status: 200},
		{name: "a date", method: "PATCH", body: of(object{"AppointmentDate": "2026-05-05T14:00:00"}), status: 200, violation: "cannot be changed this way"},
		{name: "a date, refused", change: func(o *Options) { o.RefuseDates = true }, method: "PATCH", body: of(object{"AppointmentDate": "2026-05-05T14:00:00"}), status: 400, violation: "cannot be changed this way"},
		{name: "a member that is none", method: "PATCH", body: of(object{"Status": "x"}), status: 200, violation: "does not know"},
		{name: "an unknown provider", method: "PATCH", body: of(object{"RenderingProviderId": homeSite}), status: 400, has: "rendering provider"},
		{name: "delete", method: "DELETE", status: 200, violation: "never deleted"},
		{name: "kept", method: "PUT", target: "/kept", status: 200},
		{name: "kept with its encounter", method: "POST", target: "/kept/workflow", body: of(object{"MarkAsKept": true, "CreateEncounter": true}), status: 200},
		{name: "kept and cancelled", prepare: cancelled, method: "PUT", target: "/kept", status: 400, has: "cancelled"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, tc.change)
			if tc.prepare == nil {
				tc.prepare = booked
			}
			tc.prepare(b)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			if tc.name == "cancel without a body" {
				b.sim.ExpectViolation("no CancelReasonId")
			}
			var content any
			if tc.body != nil {
				content = tc.body(b)
			}
			list := b.home().clinic.Appointments()
			id := b.id("appointment", list[len(list)-1].ID)
			if r := b.do(tc.method, "/appointments/"+id+tc.target, content); r.status != tc.status || !strings.Contains(r.body, tc.has) {
				t.Errorf("%d %s", r.status, r.body)
			}
			switch a, _ := b.home().clinic.Appointment(list[len(list)-1].ID); {
			case tc.method == "PATCH" && tc.has == "" && b.get("/appointments/" + id).json["beginTime"] != "1000":
				t.Error("a PATCH moved it")
			case tc.name == "kept with its encounter" && (a.Status != simserver.Arrived || str(b.get("/appointments/"+id).json, "encounterId") == ""):
				t.Errorf("%+v", a)
			}
		})
	}
}
