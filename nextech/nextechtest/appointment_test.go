package nextechtest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// booking asks for a time of practitioner 15 at location 7 as the product wants it.
func (b *bare) booking(start, end string) map[string]any {
	participant := func(ref string) object {
		p := object{"actor": object{"reference": ref}}
		if b.sim.d.plus() {
			p["status"] = "accepted"
		}
		return p
	}
	return map[string]any{
		"resourceType": "Appointment", "status": "proposed", "start": start, "end": end, "comment": "web booking",
		"extension": []object{
			ext(b.sim.d.scheduling("appointment-type"), "valueReference", reference("appointment-type/12", "Consult")),
			ext(b.sim.d.scheduling("appointment-purpose"), "valueReference", reference("appointment-purpose/9", "")),
			ext(b.sim.d.scheduling("appointment-schedule"), "valueString", "book"),
		},
		"participant": []object{participant("patient/" + b.person(0)), participant("location/7"), participant("practitioner/15")},
	}
}

const tenAM, halfPast = "2026-03-03T10:00:00-05:00", "2026-03-03T10:30:00-05:00"

func TestBookingKeepsTheProductsRules(t *testing.T) {
	t.Parallel()
	prospect := []object{{
		"resourceType": "Patient", "name": []object{{"family": "Stone", "given": []string{"Vera"}}},
		"telecom": []object{{"system": "phone", "use": "cell", "value": "(206) 555-0177"}, {"system": "email", "value": "vera@example.com"}},
	}}
	for _, tc := range []struct {
		name      string
		options   func(*Options)
		change    func(*bare, map[string]any)
		status    int
		has       string
		violation string
	}{
		{name: "Select", status: 201, has: `"booked"`},
		{name: "Practice+", options: onPlus, status: 201, has: `"booked"`},
		{name: "another status", change: put("status", "booked"), status: 400, has: "status"},
		{name: "no start", change: put("start", nil), status: 400, has: "start"},
		{name: "no offset", change: put("start", "2026-03-03T10:00:00"), status: 400, has: "start"},
		{name: "Z", change: both("2026-03-03T15:00:00Z", "2026-03-03T15:30:00Z"), status: 201, violation: "Z in place of the practice's offset"},
		{name: "the offset of summer", change: both("2026-03-03T11:00:00-04:00", "2026-03-03T11:30:00-04:00"), status: 201, violation: "does not have the offset of the location"},
		{name: "end before start", change: put("end", "2026-03-03T09:00:00-05:00"), status: 400, has: "end"},
		{name: "no participants", change: put("participant", nil), status: 400, has: "location, practitioner"},
		{name: "no patient", change: participants("location/7", "practitioner/15"), status: 400, has: "patient"},
		{name: "an unknown patient", change: participants("patient/5f", "location/7", "practitioner/15"), status: 400, has: "patient"},
		{name: "a practitioner without an account", change: participants("location/7", "practitioner/33"), status: 400, has: "practitioner"},
		{name: "any order and case", change: reversed, status: 201},
		{name: "no extensions", change: put("extension", nil), status: 400, has: "appointment-type, appointment-purpose"},
		{name: "no extensions where they are optional", options: func(o *Options) { o.PurposeOptional = true }, change: put("extension", nil), status: 201},
		{name: "Practice+ without purpose", options: onPlus, change: without("appointment-purpose"), status: 201},
		{name: "Practice+ without type", options: onPlus, change: without("appointment-type"), status: 409, has: "appointment-type"},
		{name: "Practice+ without participant status", options: onPlus, change: func(b *bare, a map[string]any) {
			delete(a["participant"].([]object)[0], "status")
		}, status: 409, has: "participant.status"},
		{name: "urls of the other product", change: func(_ *bare, a map[string]any) {
			a["extension"].([]object)[0]["url"] = "appointment-type"
		}, status: 400, has: "appointment-type", violation: "url of the other product"},
		{name: "a purpose that does not fit", change: func(_ *bare, a map[string]any) {
			a["extension"].([]object)[1]["valueReference"] = reference("appointment-purpose/202", "")
		}, status: 400, has: "appointment-purpose"},
		{name: "hold", change: schedule("hold"), status: 201, has: `"proposed"`},
		{name: "neither", change: schedule("maybe"), status: 400, has: "appointment-schedule"},
		{name: "left out, the practice books", change: without("appointment-schedule"), status: 201, has: `"booked"`},
		{name: "left out, the practice holds", options: func(o *Options) { o.OnlineScheduling = ScheduleHold }, change: without("appointment-schedule"), status: 201, has: `"proposed"`},
		{name: "the practice does not allow it", options: func(o *Options) { o.OnlineScheduling = ScheduleNotAllowed }, status: 409, has: "AppointmentResponse"},
		{name: "the practice has a status for bookings", options: func(o *Options) { o.BookingStatus = "6" }, status: 201, has: "Online Book"},
		{name: "outside of working hours", change: both("2026-03-03T20:00:00-05:00", "2026-03-03T20:30:00-05:00"), status: 409, has: "declined"},
		{name: "a prospect", change: func(b *bare, a map[string]any) {
			participants("location/7", "practitioner/15")(b, a)
			a["contained"] = prospect
		}, status: 201},
		{name: "a prospect without telecom", change: func(b *bare, a map[string]any) {
			participants("location/7", "practitioner/15")(b, a)
			a["contained"] = []object{{"resourceType": "Patient", "name": prospect[0]["name"]}}
		}, status: 400, has: "contained"},
		{name: "a prospect beside a patient", change: put("contained", prospect), status: 400, has: "patient"},
		{name: "a prospect on Practice+", options: onPlus, change: put("contained", prospect), status: 409, violation: "no contained patient"},
		{name: "a member the vendor does not have", change: put("slot", []object{}), status: 201, violation: `"slot"`},
		{name: "an answer without a body", options: func(o *Options) { o.EmptyAnswers = true }, status: 204},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, tc.options)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			a := b.booking(tenAM, halfPast)
			if tc.change != nil {
				tc.change(b, a)
			}
			r := b.do(http.MethodPost, "/Appointment/", a)
			if r.status != tc.status || !strings.Contains(r.body, tc.has) {
				t.Errorf("%d %s, want %d and %q", r.status, r.body, tc.status, tc.has)
			}
			booked := 0
			if tc.status < 300 {
				booked = 1
			}
			if b.sim.Appointments() != booked {
				t.Errorf("%d bookings", b.sim.Appointments())
			}
		})
	}
}

func put(name string, v any) func(*bare, map[string]any) {
	return func(_ *bare, a map[string]any) {
		if a[name] = v; v == nil {
			delete(a, name)
		}
	}
}

func both(start, end string) func(*bare, map[string]any) {
	return func(_ *bare, a map[string]any) { a["start"], a["end"] = start, end }
}

func participants(refs ...string) func(*bare, map[string]any) {
	return func(_ *bare, a map[string]any) {
		var all []object
		for _, ref := range refs {
			all = append(all, object{"actor": object{"reference": ref}})
		}
		a["participant"] = all
	}
}

func reversed(b *bare, a map[string]any) {
	participants("Practitioner/15", "LOCATION/7", "Patient/"+strings.ToUpper(b.person(0)))(b, a)
}

func without(extension string) func(*bare, map[string]any) {
	return func(_ *bare, a map[string]any) {
		var kept []object
		for _, e := range a["extension"].([]object) {
			if localName(e["url"].(string)) != extension {
				kept = append(kept, e)
			}
		}
		a["extension"] = kept
	}
}

func schedule(word string) func(*bare, map[string]any) {
	return func(_ *bare, a map[string]any) { a["extension"].([]object)[2]["valueString"] = word }
}

func TestATakenTimeIsDeclinedAndAProspectRemoved(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.do(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast))
	a := b.booking("2026-03-03T10:15:00-05:00", "2026-03-03T10:45:00-05:00")
	participants("location/7", "practitioner/15")(b, a)
	a["contained"] = []object{{
		"resourceType": "Patient", "name": []object{{"family": "Stone", "given": []string{"Vera"}}},
		"telecom": []object{{"system": "phone", "use": "home", "value": "(206) 555-0177"}, {"system": "email", "value": "vera@example.com"}},
	}}
	r := b.do(http.MethodPost, "/Appointment/", a)
	if r.status != http.StatusConflict || r.json["participantStatus"] != "declined" || r.json["comment"] != takenComment {
		t.Errorf("%d %s", r.status, r.body)
	}
	if got := b.get("/Patient?family=stone").ids(); got != "" {
		t.Error("the prospect stayed")
	}
	p := open(t, onPlus)
	p.do(http.MethodPost, "/Appointment/", p.booking(tenAM, halfPast))
	if r := p.do(http.MethodPost, "/Appointment/", p.booking(tenAM, halfPast)); r.status != http.StatusConflict || r.json["message"] != takenComment {
		t.Errorf("Practice+: %d %s", r.status, r.body)
	}
}

func TestAppointmentSearch(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	id := func(start, end string) string {
		return simserver.StringIn(b.do(http.MethodPost, "/Appointment/", b.booking(start, end)).json, "id")
	}
	one := id(tenAM, halfPast)
	two := id("2026-03-09T09:00:00-04:00", "2026-03-09T09:30:00-04:00")
	b.do(http.MethodPut, "/Appointment/"+two, object{"resourceType": "Appointment", "status": "cancelled"})
	chart := b.sim.clinic.Patients()[0].Chart
	for query, want := range map[string]string{
		"identifier=" + one: one, "identifier=0": "", "patient=" + b.person(0): one + " " + two, "patient=" + strings.ToUpper(b.person(0)): one + " " + two,
		"patient=" + chart: one + " " + two, "patient=" + b.person(1): "",
		"date=2026-03-03": one, "date=ge2026-03-04": two, "date=lt2026-03-09": one, "date=ge2026-03-03&date=lt2026-03-04": one,
		"status=booked": one, "status=cancelled": two, "status=booked,cancelled": one + " " + two, "status=noshow": "",
		"location.id=7": one + " " + two, "location.id=8": "", "location.name=west": one + " " + two, "practitioner.id=15": one + " " + two,
		"practitioner.name=okafor": one + " " + two, "practitioner.name=brandt": "", "created=2026-03-02": one + " " + two,
		"_lastUpdated=ge2026-03-02": one + " " + two, "_lastUpdated=ge2026-03-03": "",
	} {
		if got := b.get("/Appointment?" + query).ids(); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for query, violation := range map[string]string{"date=ne2026-03-03": "does not take ne", "status=proposed": "cannot be searched for"} {
		b.sim.ExpectViolation(violation)
		if r := b.do(http.MethodGet, "/Appointment?"+query, nil); r.status != http.StatusBadRequest {
			t.Errorf("%s: %d", query, r.status)
		}
	}
}

func TestWhatAnAppointmentLooksLike(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*Options){nil, onPlus} {
		b := open(t, change)
		r := b.do(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast))
		var ref string
		for _, p := range children(r.json, "participant") {
			if id, ok := refID(simserver.ObjectIn(p, "actor"), "patient"); ok {
				ref = id
			}
		}
		created, err := time.Parse(time.RFC3339, simserver.StringIn(r.json, "created"))
		if r.json["start"] != tenAM || ref != strings.ToUpper(b.person(0)) || err != nil || !created.Equal(b.sim.clinic.Appointments()[0].Created.Truncate(time.Millisecond)) ||
			strings.HasSuffix(simserver.StringIn(r.json, "created"), "Z") == b.sim.d.plus() {
			t.Errorf("%s", r.body)
		}
	}
	b := open(t, func(o *Options) { o.StableIDs = true })
	if r := b.do(http.MethodPost, "/Appointment/", b.booking(tenAM, halfPast)); !strings.Contains(r.body, "Patient/"+b.person(0)) {
		t.Error("ids in lower case on request")
	}
	special := open(t, func(o *Options) { o.Appointments = 1 }).all("/Appointment?date=ge2026-03-02")
	var blocks, rooms, untold int
	for _, e := range special {
		var patient, practitioner bool
		for _, p := range children(e, "participant") {
			_, is := refID(simserver.ObjectIn(p, "actor"), "patient")
			patient = patient || is
			_, is = refID(simserver.ObjectIn(p, "actor"), "practitioner")
			practitioner = practitioner || is
		}
		if !patient {
			blocks++
		}
		if !practitioner {
			rooms++
		}
		if e["status"] == nil {
			untold++
		}
	}
	if blocks != 1 || rooms != 1 || untold != 1 {
		t.Errorf("%d blocks, %d rooms, %d without a status", blocks, rooms, untold)
	}
}
