package nexhealthtest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestABookingKeepsItsRules(t *testing.T) {
	t.Parallel()
	// what changes the booking of person 0 at ten
	type edit func(*bare, object)
	for _, tc := range []struct {
		name, location, has, violation string
		change                         func(*Options)
		edit                           edit
		status                         int
	}{
		{name: "as it should be", edit: func(*bare, object) {}, status: 201},
		{name: "the end comes from the type", edit: func(_ *bare, a object) { delete(a, "end_time") }, status: 201, has: "2026-03-03T15:30:00.000Z"},
		{name: "no end and no type", edit: func(_ *bare, a object) { delete(a, "end_time"); delete(a, "appointment_type_id") }, status: 400, has: "end_time", violation: "end_time"},
		{name: "no patient", edit: func(_ *bare, a object) { delete(a, "patient_id") }, status: 400, has: "patient_id", violation: "patient_id"},
		{name: "a block needs none", edit: func(_ *bare, a object) { delete(a, "patient_id"); a["unavailable"] = true }, status: 201, has: `"unavailable":true`},
		{name: "an unknown patient", edit: func(_ *bare, a object) { a["patient_id"] = 1 }, status: 404},
		{name: "an unknown provider", edit: func(_ *bare, a object) { a["provider_id"] = 99 }, status: 404},
		{name: "an unknown type", edit: func(_ *bare, a object) { a["appointment_type_id"] = 99 }, status: 404},
		{name: "a type of the wrong kind", edit: func(_ *bare, a object) { a["appointment_type_id"] = "12" }, status: 201, violation: "text in place of an integer"},
		{name: "the past", edit: func(_ *bare, a object) {
			a["start_time"], a["end_time"] = "2026-03-02T12:00:00Z", "2026-03-02T12:30:00Z"
		}, status: 400, has: "in the future"},
		{name: "an end before its start", edit: func(_ *bare, a object) { a["end_time"] = "2026-03-03T14:30:00Z" }, status: 400},
		{name: "local time with its offset", edit: func(_ *bare, a object) { a["start_time"] = "2026-03-03T10:00:00-05:00" }, status: 201, violation: "start_time is not sent as UTC"},
		{name: "a time without a zone", edit: func(_ *bare, a object) { a["start_time"] = "2026-03-03T10:00:00" }, status: 400},
		{name: "no operatory where one is needed", location: "10", edit: func(_ *bare, a object) { a["provider_id"] = 21 }, status: 400, has: "Missing parameter operatory_id", violation: "operatory_id"},
		{name: "an operatory", location: "10", edit: func(_ *bare, a object) { a["provider_id"], a["operatory_id"] = 21, 1002 }, status: 201, has: `"operatory_id":1002`},
		{name: "an operatory elsewhere", edit: func(_ *bare, a object) { a["operatory_id"] = 1002 }, status: 400},
		{name: "an inactive operatory", location: "10", edit: func(_ *bare, a object) { a["provider_id"], a["operatory_id"] = 21, 1003 }, status: 400},
		{name: "an inactive location", location: "11", edit: func(*bare, object) {}, status: 400},
		{name: "a note", edit: func(_ *bare, a object) { a["note"] = strings.Repeat("ä", 128) }, status: 201, has: "ääää"},
		{name: "a note too long", edit: func(_ *bare, a object) { a["note"] = strings.Repeat("ä", 129) }, status: 400, violation: "a note"},
		{name: "an unknown member", edit: func(_ *bare, a object) { a["location_id"] = 7 }, status: 201, violation: `unknown member "location_id"`},
		{name: "for a child", edit: func(_ *bare, a object) {
			a["is_guardian"], a["patient"] = true, object{"first_name": "Pip", "last_name": "Roy", "bio": object{"date_of_birth": "2019-01-01", "gender": "Other"}}
		}, status: 201, has: `"is_guardian":true`},
		{name: "for a child nobody names", edit: func(_ *bare, a object) { a["is_guardian"] = true }, status: 400, violation: "is_guardian"},
		{name: "a taken time is booked", edit: func(b *bare, _ object) { b.book(tenAM) }, status: 201},
		{name: "or refused", change: func(o *Options) { o.RefuseTaken = true }, edit: func(b *bare, _ object) { b.book(tenAM) }, status: 400, has: takenText},
		{name: "or refused with 422", change: func(o *Options) { o.RefuseTaken, o.Unprocessable = true, true }, edit: func(b *bare, _ object) { b.book(tenAM) }, status: 422},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, tc.change)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			body := b.booking(tenAM, halfPast)
			tc.edit(b, body["appt"].(object))
			location := tc.location
			if location == "" {
				location = "7"
			}
			r := b.do(http.MethodPost, "/appointments?"+sub+"&notify_patient=false&location_id="+location, body)
			if r.status != tc.status || !strings.Contains(r.body, tc.has) {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
}

func TestAChangeKeepsItsRules(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		before    []object
		change    object
		options   func(*Options)
		status    int
		has       string
		violation string
	}{
		{name: "cancel", change: object{"cancelled": true}, status: 200, has: `"cancelled":true`},
		{name: "cancel twice", before: []object{{"cancelled": true}}, change: object{"cancelled": true}, status: 400, has: "already cancelled"},
		{name: "cancel twice, 422", before: []object{{"cancelled": true}}, change: object{"cancelled": true}, options: func(o *Options) { o.Unprocessable = true }, status: 422},
		{name: "take a cancellation back", before: []object{{"cancelled": true}}, change: object{"cancelled": false}, status: 200, has: `"cancelled_at":"2026-`},
		{name: "confirm", change: object{"confirmed": true}, status: 200, has: `"confirmed":true`},
		{name: "confirm twice", before: []object{{"confirmed": true}}, change: object{"confirmed": true}, status: 400, has: "already confirmed"},
		{name: "take a confirmation back", before: []object{{"confirmed": true}}, change: object{"confirmed": false}, status: 400},
		{name: "confirm what is off", before: []object{{"cancelled": true}}, change: object{"confirmed": true}, status: 400},
		{name: "arrive", change: object{"checkin_at": "2026-03-02T13:00:00Z"}, status: 200, has: `"checkin_at":"2026-03-02T13:00:00.000Z"`},
		{name: "arrive twice", before: []object{{"checkin_at": "2026-03-02T13:00:00Z"}}, change: object{"checkin_at": "2026-03-02T13:01:00Z"}, status: 400},
		{name: "arrive some time", change: object{"checkin_at": "soon"}, status: 400},
		{name: "move", change: object{"start_time": elevenAM, "end_time": "2026-03-03T16:30:00Z"}, status: 200, has: "2026-03-03T16:00:00.000Z"},
		{name: "move where the practice cannot", options: func(o *Options) { o.NoMoves = true }, change: object{"start_time": elevenAM, "end_time": "2026-03-03T16:30:00Z"}, status: 400, has: "not supported"},
		{name: "move into the past", change: object{"start_time": "2026-03-01T16:00:00Z", "end_time": "2026-03-03T16:30:00Z"}, status: 400},
		{name: "the end before the start", change: object{"start_time": elevenAM}, status: 400},
		{name: "a note", change: object{"note": "brings forms"}, status: 200, has: "brings forms"},
		{name: "another patient", change: object{"patient_id": 70001}, status: 200, violation: `unknown member "patient_id"`},
		{name: "nothing", change: object{}, status: 200},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, tc.options)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			id := b.book(tenAM)
			for _, c := range tc.before {
				if r := b.change(id, c); r.status != http.StatusOK {
					t.Fatalf("%d %s", r.status, r.body)
				}
			}
			before := b.read(id)
			r := b.change(id, tc.change)
			if r.status != tc.status || !strings.Contains(r.body, tc.has) {
				t.Errorf("%d %s", r.status, r.body)
			}
			if after := b.read(id); r.status != http.StatusOK && after["start_time"] != before["start_time"] {
				t.Error("a refused change was done")
			}
		})
	}
}

func TestAnAppointmentThatIsTiedIsNotCancelled(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Appointments = 1 })
	for _, a := range b.sim.clinic.Appointments() {
		if a.Tied == "" {
			continue
		}
		if r := b.change(wireID(a), object{"cancelled": true}); r.status != http.StatusBadRequest {
			t.Errorf("%d", r.status)
		}
		return
	}
	t.Error("there is none")
}

func TestAppointmentsAreListedByWindowAndFilters(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	first, second := strconv.FormatInt(b.book(tenAM), 10), b.book(elevenAM)
	b.change(second, object{"cancelled": true})
	both := first + " " + strconv.FormatInt(second, 10)
	const list = "/appointments?" + sub + "&per_page=50"
	const march = "&location_id=7&start=2026-03-03T00:00:00Z&end=2026-03-04T00:00:00Z"
	for query, want := range map[string]string{
		march:                      both,
		march + "&cancelled=false": first,
		march + "&nex_only=true&patient_ids[]=" + strconv.Itoa(b.person(0)):  both,
		march + "&patient_ids[]=" + strconv.Itoa(b.person(1)):                "",
		march + "&provider_ids[]=21&provider_ids[]=15":                       both,
		march + "&provider_ids[]=21":                                         "",
		march + "&appointment_type_id=12&sort=-updated_at":                   strconv.FormatInt(second, 10) + " " + first,
		march + "&unavailable=true":                                          "",
		"&location_id=8&start=2026-03-01&end=2026-03-30":                     "",
		"&location_id=7&start=2026-03-03T15:00:00Z&end=2026-03-03T15:00:00Z": first,
		"&location_id=7&start=2026-03-03T15:00:01Z&end=2026-03-03T15:59:59Z": "",
	} {
		if got := b.get(list + query).ids(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	b.sim.ExpectViolation("neither location_id nor foreign_id")
	b.sim.ExpectViolation("without the required parameter start, end")
	b.sim.ExpectViolation("has more than 25 values")
	for query, has := range map[string]string{
		"&start=2026-03-03&end=2026-03-04":             "Missing parameter location_id",
		"&location_id=7":                               `["Missing parameter start","Missing parameter end"]`,
		march + strings.Repeat("&patient_ids[]=1", 26): "patient_ids[]",
	} {
		if r := b.do(http.MethodGet, list+query, nil); r.status != http.StatusBadRequest || !strings.Contains(r.body, has) {
			t.Errorf("%s: %d %s", query, r.status, r.body)
		}
	}
	if r := b.do(http.MethodGet, "/appointments/31043?"+sub, nil); r.status != http.StatusNotFound {
		t.Errorf("%d", r.status)
	}
}

func TestSeededAppointmentsShowWhatRealOnesDo(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Appointments = 40 })
	kinds := map[string]int{}
	for _, at := range []string{"7", "8", "10"} {
		for _, a := range b.get("/appointments?" + sub + "&per_page=1000&start=2026-01-01&end=2026-05-01&location_id=" + at).list() {
			for name, is := range map[string]bool{
				"block": a["unavailable"] == true && a["patient_id"] == nil, "missed": a["patient_missed"] == true, "cancelled": a["cancelled"] == true,
				"out": a["checked_out"] == true, "nobody": a["provider_id"] == nil, "type 0": a["appointment_type_id"] == 0.0, "in UTC": strings.HasSuffix(a["start_time"].(string), "Z"),
				"written": a["foreign_id"] != nil,
			} {
				if is {
					kinds[name]++
				}
			}
		}
	}
	for _, name := range []string{"block", "missed", "cancelled", "out", "nobody", "in UTC", "written"} {
		if kinds[name] == 0 {
			t.Errorf("none is %s: %v", name, kinds)
		}
	}
}

func TestAcceptedWritesStayAcceptedWhereNothingIsInserted(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.NoInsert, o.WriteDelay = []string{"7"}, time.Millisecond })
	id := b.book(tenAM)
	b.sim.SettleWrites()
	b.sim.Advance(time.Minute)
	if a := b.read(id); a["foreign_id"] != nil || a["last_sync_time"] != nil || a["foreign_id_type"] != "nex" {
		t.Errorf("%v", a)
	}
}
