package nextechtest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/simserver"
)

func TestEachRuleOfASlotSearchIsKept(t *testing.T) {
	t.Parallel()
	const at, kind = "schedule.actor=location/7", "appointment-type=appointment-type/12"
	for _, tc := range []ruled{
		{name: "a whole search", target: "/Slot?start=ge2026-03-02&start=lt2026-03-16&" + at + "&" + kind, status: 200},
		{name: "no start", target: "/Slot?" + at + "&" + kind, status: 400, violation: "start is required"},
		{name: "no start on Practice+", change: onPlus, target: "/Slot?" + at + "&" + kind, status: 200},
		{name: "no location", target: "/Slot?start=ge2026-03-02&" + kind, status: 400, violation: "at least one location"},
		{name: "a practitioner alone", target: "/Slot?start=ge2026-03-02&schedule.actor=practitioner/15&" + kind, status: 400, violation: "at least one location"},
		{name: "no type and no length", target: "/Slot?start=ge2026-03-02&" + at, status: 400, violation: "appointment-type or slot-length"},
		{name: "length alone", target: "/Slot?start=ge2026-03-02&slot-length=20&" + at, status: 200},
		{name: "no type on Practice+", change: onPlus, target: "/Slot?start=ge2026-03-02&" + at, status: 400, violation: "appointment-type is required"},
		{name: "length on Practice+", change: onPlus, target: "/Slot?start=ge2026-03-02&slot-length=20&" + at + "&" + kind, status: 400, violation: "unknown query parameter"},
		{name: "purpose on Practice+", change: onPlus, target: "/Slot?appointment-purpose=appointment-purpose/9&" + at + "&" + kind, status: 400, violation: "unknown query parameter"},
		{name: "practice on Practice+", change: onPlus, target: "/Slot?practice-id=1&" + at + "&" + kind, status: 200},
		{name: "sixty days", target: "/Slot?start=ge2026-03-02&start=lt2026-05-01&" + at + "&" + kind, status: 200},
		{name: "sixty-one days", target: "/Slot?start=ge2026-03-02&start=le2026-05-01&" + at + "&" + kind, status: 400, violation: "more than 60 days"},
		{name: "a year on Practice+", change: onPlus, target: "/Slot?start=ge2026-03-02&start=lt2027-03-02&" + at + "&" + kind, status: 200},
		{name: "ne", target: "/Slot?start=ne2026-03-02&" + at + "&" + kind, status: 400, violation: "ne excepted"},
		{name: "a time of day", target: "/Slot?start=ge2026-03-02T08:00:00&" + at + "&" + kind, status: 400, violation: "yyyy-MM-dd"},
		{name: "a type without its prefix", target: "/Slot?start=ge2026-03-02&appointment-type=12&" + at, status: 400, violation: "appointment-type/{id}"},
		{name: "two types", target: "/Slot?start=ge2026-03-02&appointment-type=appointment-type/12,appointment-type/13&" + at, status: 400, violation: "one appointment-type"},
		{name: "an actor in upper case", target: "/Slot?start=ge2026-03-02&schedule.actor=Location/7&" + kind, status: 200, violation: "lower case"},
		{name: "an actor of another kind", target: "/Slot?start=ge2026-03-02&" + at + "&schedule.actor=room/7&" + kind, status: 400, violation: "schedule.actor is written"},
		{name: "a length that is none", target: "/Slot?start=ge2026-03-02&slot-length=half&" + at, status: 400, violation: "number of minutes"},
		{name: "status", target: "/Slot?start=ge2026-03-02&status=free&" + at + "&" + kind, status: 400, violation: `"status"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

// summary counts slots by location and practitioner.
func (b *bare) slots(query string) map[string]int {
	b.t.Helper()
	count := map[string]int{}
	for _, e := range b.all("/Slot?" + query) {
		in := children(e, "contained")
		count[simserver.StringIn(in[0], "id")+"/"+simserver.StringIn(in[1], "id")]++
	}
	return count
}

func TestActorsAreCombinedAsTheDocumentationSays(t *testing.T) {
	t.Parallel()
	const day = "start=2026-03-02&appointment-type=appointment-type/12&schedule.actor=location/7"
	b, p := open(t, nil), open(t, onPlus)
	// Everybody at 7 that Monday has twelve half hours; 15 loses the first, 21 the last two.
	for _, b := range []*bare{b, p} {
		for _, take := range []struct {
			who  string
			hour time.Duration
		}{{"15", 9 * hour}, {"21", 15 * hour}, {"21", 15*hour + hour/2}} {
			start := monday.Truncate(24 * hour).Add(5*hour + take.hour) // New York is UTC-5
			if err := b.sim.clinic.TakeSlot("7", take.who, "12", start, start.Add(hour/2)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		name, query string
		b           *bare
		want        map[string]int
	}{
		{"no practitioner: everybody", day, b, map[string]int{"7/15": 11, "7/21": 10}},
		{"one", day + "&schedule.actor=practitioner/15", b, map[string]int{"7/15": 11}},
		{"comma: any of them", day + "&schedule.actor=practitioner/15,practitioner/21", b, map[string]int{"7/15": 11, "7/21": 10}},
		{"repeated: all of them, a slot each", day + "&schedule.actor=practitioner/15&schedule.actor=practitioner/21", b, map[string]int{"7/15": 9, "7/21": 9}},
		{"mixed: any", day + "&schedule.actor=practitioner/15,practitioner/24&schedule.actor=practitioner/21", b, map[string]int{"7/15": 11, "7/21": 10}},
		{"Practice+, repeated: any", day + "&schedule.actor=practitioner/15&schedule.actor=practitioner/21", p, map[string]int{"7/15": 11, "7/21": 10}},
		{"two locations", day + "&schedule.actor=location/8", b, map[string]int{"7/15": 11, "7/21": 10, "8/24": 12}},
		{"without a user account", day + "&schedule.actor=practitioner/33", b, map[string]int{}},
		{"inactive", day + "&schedule.actor=practitioner/30", b, map[string]int{}},
		{"an hour each", "start=2026-03-02&slot-length=60&schedule.actor=location/7&schedule.actor=practitioner/21", b, map[string]int{"7/21": 5}},
		{"a type without a length", "start=2026-03-02&appointment-type=appointment-type/9&schedule.actor=location/7", b, map[string]int{}},
		{"such a type with a length asked for", "start=2026-03-02&slot-length=180&appointment-type=appointment-type/9&schedule.actor=location/7&schedule.actor=practitioner/21", b, map[string]int{"7/21": 1}},
		{"a purpose that fits", day + "&appointment-purpose=appointment-purpose/9&schedule.actor=practitioner/15", b, map[string]int{"7/15": 11}},
		{"a purpose that does not", day + "&appointment-purpose=appointment-purpose/202", b, map[string]int{}},
		{"an unknown type", "start=2026-03-02&appointment-type=appointment-type/77&schedule.actor=location/7", b, map[string]int{}},
	} {
		got := tc.b.slots(tc.query)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
		for pair, n := range tc.want {
			if got[pair] != n {
				t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
			}
		}
	}
}

func TestWithoutAnUpperBoundTheProductsWindowIsSearched(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		change func(*Options)
		query  string
		last   string
	}{
		{nil, "start=ge2026-03-02&", "2026-04-15"},    // 45 days
		{onPlus, "", "2026-04-10"},                    // 40 days
		{onPlus, "start=gt2026-03-02&", "2026-04-10"}, // 40 days from the 3rd end on a weekend
	} {
		b := open(t, tc.change)
		all := b.all("/Slot?" + tc.query + "schedule.actor=location/7&schedule.actor=practitioner/15&appointment-type=appointment-type/12")
		if got := simserver.StringIn(all[len(all)-1], "start"); !strings.HasPrefix(got, tc.last) {
			t.Errorf("%q ends on %s, want %s", tc.query, got, tc.last)
		}
	}
}

func TestWhatASlotLooksLike(t *testing.T) {
	t.Parallel()
	const query = "/Slot?start=ge2026-03-06&start=lt2026-03-10&schedule.actor=location/7&schedule.actor=practitioner/15&appointment-type=appointment-type/12&_count=50"
	s, p := open(t, nil).get(query).entries(), open(t, onPlus).get(query).entries()
	for _, all := range [][]map[string]any{s, p} {
		if all[0]["id"] != nil || all[0]["status"] != "free" {
			t.Errorf("%v", all[0])
		}
		if first, last := simserver.StringIn(all[0], "start"), simserver.StringIn(all[23], "end"); first != "2026-03-06T09:00:00-05:00" || last != "2026-03-09T16:00:00-04:00" {
			t.Errorf("from %s to %s: the offsets differ across the change of time", first, last)
		}
	}
	if simserver.StringIn(simserver.ObjectIn(s[0], "schedule"), "reference") != "schedule/location_7_practitioner_15" || p[0]["schedule"] != nil {
		t.Error("only Select names a schedule")
	}
	if url := simserver.StringIn(children(s[0], "extension")[0], "url"); url != "https://select.nextech-api.com/api/structuredefinition/appointment-type" {
		t.Errorf("Select: %s", url)
	}
	if e := children(p[0], "extension"); simserver.StringIn(e[0], "url") != "appointment-type" || simserver.StringIn(e[1], "url") != "practice-id" {
		t.Errorf("Practice+: %v", e)
	}
	who := children(p[0], "contained")[1]
	if simserver.StringIn(children(who, "identifier")[0], "value") != "Ada Okafor" || simserver.StringIn(who, "id") != "15" {
		t.Errorf("the identifier of Practice+ is a name: %v", who)
	}
}

func TestABookedSlotDisappearsAndTakeSlotBooksForSomebodyElse(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	const query = "start=2026-03-03&appointment-type=appointment-type/12&schedule.actor=location/7&schedule.actor=practitioner/15"
	start := time.Date(2026, 3, 3, 14, 0, 0, 0, time.UTC)
	taken := &emr.Slot{Location: "7", Practitioner: "15", Type: "12", Start: start, End: start.Add(hour / 2)}
	if err := b.sim.TakeSlot(taken); err != nil {
		t.Fatal(err)
	}
	if err := b.sim.TakeSlot(taken); err == nil {
		t.Error("taken twice")
	}
	if got := b.slots(query); got["7/15"] != 11 {
		t.Errorf("%v", got)
	}
	made := b.do(http.MethodPost, "/Appointment/", b.booking("2026-03-03T09:30:00-05:00", "2026-03-03T10:00:00-05:00"))
	if made.status != http.StatusCreated || b.sim.Appointments() != 1 {
		t.Fatalf("%d %s", made.status, made.body)
	}
	if got := b.slots(query); got["7/15"] != 10 {
		t.Errorf("%v", got)
	}
	b.do(http.MethodPut, "/Appointment/"+simserver.StringIn(made.json, "id"), object{"resourceType": "Appointment", "status": "cancelled"})
	if got := b.slots(query); got["7/15"] != 11 || b.sim.Appointments() != 0 {
		t.Errorf("after cancelling: %v", got)
	}
}

func TestSlotsAreNotInOrderOfTime(t *testing.T) {
	t.Parallel()
	var all []string
	for _, e := range open(t, nil).all("/Slot?start=ge2026-03-02&start=lt2026-03-05&appointment-type=appointment-type/12&schedule.actor=location/7") {
		all = append(all, simserver.StringIn(e, "start"))
	}
	if slices.IsSorted(all) {
		t.Error("a client that forgets to sort would not notice")
	}
}
