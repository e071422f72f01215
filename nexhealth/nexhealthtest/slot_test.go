package nexhealthtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

const slotsAt = "/available_slots?" + sub

// times lists the starts of each group: provider, operatory, then hours.
func (b *bare) times(query string) string {
	b.t.Helper()
	var groups []string
	for _, g := range b.get(slotsAt + query).list() {
		line := []string{idText(g["pid"]), idText(g["operatory_id"])}
		for _, e := range g["slots"].([]any) {
			line = append(line, e.(map[string]any)["time"].(string)[11:16])
		}
		groups = append(groups, strings.Join(line, " "))
	}
	return strings.Join(groups, "; ")
}

func TestSlotsAreWorkingHoursMinusAppointments(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	const day = "&start_date=2026-03-03&days=1"
	for query, want := range map[string]string{
		"&lids[]=7&pids[]=15&slot_length=60" + day:                                   "15  09:00 10:00 11:00 13:00 14:00 15:00",
		"&lids[]=7&appointment_type_id=25" + day:                                     "15  09:00 10:00 11:00 13:00 14:00 15:00; 21 ",
		"&lids[]=7&pids[]=15&slot_length=90&slot_interval=60" + day:                  "15  09:00 10:00 13:00 14:00",
		"&lids[]=10&pids[]=21&slot_length=90" + day:                                  "21 1001 09:00 10:30 13:00 14:30",
		"&lids[]=10&pids[]=21&slot_length=90&operatory_ids[]=1002" + day:             "21 1002 09:00 10:30 13:00 14:30",
		"&lids[]=10&pids[]=21&slot_length=90&overlapping_operatory_slots=true" + day: "21 1001 09:00 10:30 13:00 14:30; 21 1002 09:00 10:30 13:00 14:30",
		"&lids[]=7&lids[]=8&pids[]=24&slot_length=180" + day:                         "24 ; 24 801 09:00 13:00",
		"&lids[]=7&pids[]=30" + day:                                                  "30 ",
		"&lids[]=7&pids[]=15&working_hour_source=manual" + day:                       "15 ",
		"&lids[]=7&appointment_type_id=9" + day:                                      "15 ; 21 ",
	} {
		if got := b.times(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	b.book("2026-03-03T14:00:00Z")
	if got := b.times("&lids[]=7&pids[]=15&slot_length=60" + day); got != "15  10:00 11:00 13:00 14:00 15:00" {
		t.Errorf("after a booking: %s", got)
	}
	b.sim.Advance(26 * hour)
	b.signIn()
	if got := b.times("&lids[]=7&pids[]=15&slot_length=60" + day); got != "15  11:00 13:00 14:00 15:00" {
		t.Errorf("what has begun: %s", got)
	}
}

func TestSlotsHaveTheLocationsOffsetAndAFallbackInTheGroup(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.BareSlots = true })
	g := b.get(slotsAt + "&lids[]=8&pids[]=24&start_date=2026-03-06&days=4").list()[0]
	slots := g["slots"].([]any)
	first, last := slots[0].(map[string]any), slots[len(slots)-1].(map[string]any)
	if first["time"] != "2026-03-06T09:00:00.000-08:00" || last["end_time"] != "2026-03-09T16:00:00.000-07:00" || len(slots) != 48 {
		t.Errorf("%d: %v %v", len(slots), first, last)
	}
	if _, has := first["provider_id"]; has || g["pid"] != 24.0 || g["operatory_id"] != 801.0 || g["lid"] != 8.0 {
		t.Errorf("%v", first)
	}
}

func TestAnEmptyGroupNamesTheNextDay(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	g := b.get(slotsAt + "&lids[]=7&pids[]=21&start_date=2026-03-07&days=2").list()[0] // a weekend
	if g["next_available_date"] != "2026-03-09" || len(g["slots"].([]any)) != 0 {
		t.Errorf("%v", g)
	}
	if g = b.get(slotsAt + "&lids[]=8&pids[]=15&start_date=2026-03-03&days=2").list()[0]; g["next_available_date"] != nil {
		t.Errorf("never: %v", g)
	}
}

func TestASearchForSlotsKeepsItsRules(t *testing.T) {
	t.Parallel()
	const day = "&start_date=2026-03-03&days=1"
	for _, tc := range []ruled{
		{name: "no provider and no type", target: slotsAt + "&lids[]=7" + day, status: 400, violation: "neither pids[]"},
		{name: "no location", target: slotsAt + "&pids[]=15" + day, status: 400, has: "Missing parameter lids[]", violation: "lids[]"},
		{name: "location_id", target: slotsAt + "&location_id=7&lids[]=7&pids[]=15" + day, status: 200, has: "ignored: location_id.", violation: "location_id"},
		{name: "no days", target: slotsAt + "&lids[]=7&pids[]=15&start_date=2026-03-03", status: 400, has: "Missing parameter days", violation: "days"},
		{name: "too many days", target: slotsAt + "&lids[]=7&pids[]=15&start_date=2026-03-03&days=15", status: 200, violation: "more than 14 days"},
		{name: "no day at all", target: slotsAt + "&lids[]=7&pids[]=15&start_date=2026-03-03&days=0", status: 400, violation: "days"},
		{name: "a foreign location", target: slotsAt + "&lids[]=41&pids[]=15" + day, status: 403},
		{name: "an unknown type", target: slotsAt + "&lids[]=7&appointment_type_id=99" + day, status: 404},
		{name: "a length that is none", target: slotsAt + "&lids[]=7&pids[]=15&slot_length=0" + day, status: 400},
		{name: "an instant for the day", target: slotsAt + "&lids[]=7&pids[]=15&days=1&start_date=2026-03-03T00:00:00Z", status: 400, violation: "start_date"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestWorkingHoursMakeSlotsAndTakeThemAway(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	const at7 = "/working_hours?" + sub + "&location_id=7"
	evening := "&lids[]=7&pids[]=15&start_date=2026-03-03&days=7&slot_length=60&working_hour_source=manual"
	hour := func(o object) reply {
		o["provider_id"], o["begin_time"], o["end_time"] = 15, "18:00", "19:00"
		return b.do(http.MethodPost, at7, object{"working_hour": o})
	}
	made := hour(object{"days": []string{"Tuesday", "Thursday"}, "appointment_type_ids": []int{12}})
	if got := b.times(evening); got != "15  18:00 18:00" {
		t.Errorf("two days of the week: %s %s", got, made.body)
	}
	one := "/working_hours/" + idText(made.data()["id"]) + "?" + sub
	for _, tc := range []struct {
		change object
		want   string
	}{
		{object{"specific_date": "2026-03-07"}, "15  18:00"},
		{object{"custom_recurrence": object{"num": 2, "unit": "day", "ref": "2026-03-03"}}, "15  18:00 18:00 18:00 18:00"},
		{object{"custom_recurrence": object{"num": 1, "unit": "week", "ref": "2026-02-25"}}, "15  18:00"},
		{object{"custom_recurrence": object{"num": 1, "unit": "month", "ref": "2026-01-05"}}, "15  18:00"},
		{object{"end_time": "20:00"}, "15  18:00 19:00"},
		{object{"active": false}, "15 "},
		{object{"active": true, "appointment_type_ids": []int{}}, "15  18:00 19:00"},
	} {
		if r := b.do(http.MethodPatch, one, object{"working_hour": tc.change}); r.status != http.StatusOK {
			t.Errorf("%v: %s", tc.change, r.body)
		}
		if got := b.times(evening); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.change, got, tc.want)
		}
	}
	if types := b.get(one + "&include[]=appointment_types").data()["appointment_types"]; len(types.([]any)) != 0 {
		t.Errorf("an empty list clears: %v", types)
	}
	if r := b.do(http.MethodDelete, one, nil); r.status != http.StatusNoContent || b.times(evening) != "15 " {
		t.Errorf("%d", r.status)
	}
	b.sim.ExpectViolation("exactly one of days")
	b.sim.ExpectViolation("a synced working hour")
	if r := hour(object{"days": []string{"Monday"}, "specific_date": "2026-03-07"}); r.status != http.StatusBadRequest {
		t.Errorf("two ways: %d", r.status)
	}
	if r := b.do(http.MethodPatch, "/working_hours/2101?"+sub, object{"working_hour": object{"active": false}}); r.status != http.StatusBadRequest {
		t.Errorf("a synced one: %d", r.status)
	}
	b.sim.ExpectViolation("mapped by operatory")
	if r := b.do(http.MethodPost, "/working_hours?"+sub+"&location_id=10", object{"working_hour": object{
		"provider_id": 27, "begin_time": "18:00", "end_time": "19:00", "days": []string{"Monday"}}}); r.status != http.StatusBadRequest {
		t.Errorf("without an operatory: %d", r.status)
	}
}

func TestSomebodyElseCanTakeASlot(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	slot := &emr.Slot{Location: "10", Practitioner: "27", Type: "12", Resources: []emr.ResourceID{"1002"}, Start: monday.Add(hour), End: monday.Add(hour + hour/2)}
	if err := b.sim.TakeSlot(slot); err != nil {
		t.Fatal(err)
	}
	if b.sim.TakeSlot(slot) == nil || b.sim.Appointments() != 0 {
		t.Error("taken twice, or counted as the API's")
	}
	if got := b.times("&lids[]=10&pids[]=27&slot_length=60&start_date=2026-03-02&days=1"); !strings.HasPrefix(got, "27 1001 10:00") {
		t.Errorf("%s", got)
	}
	if b.sim.TakeSlot(&emr.Slot{Location: "99"}) == nil {
		t.Error("no such location")
	}
}
