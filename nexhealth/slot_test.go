package nexhealth

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

func march(from, to int) emr.SlotQuery {
	return emr.SlotQuery{From: emr.Date{Year: 2031, Month: 3, Day: from}, To: emr.Date{Year: 2031, Month: 3, Day: to}}
}

// types is GET /appointment_types for tests that are about something else.
const someTypes = `{"code":true,"data":[{"id":77,"name":"Exam","minutes":30,"bookable_online":false},{"id":78,"name":"Cleaning","minutes":45,"bookable_online":true}]}`

func TestSlotsAreAskedForAndReadAsDocumented(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil, step{answer: "directory/locations"}, step{body: someTypes}, step{want: "slot/available_slots", answer: "slot/available_slots"})
	q := march(8, 11)
	q.Practitioners, q.Type, q.Length = []emr.PractitionerID{"501", "502"}, "77", 40*time.Minute
	q.Vendor = SlotOptions{Interval: 10 * time.Minute, AllOperatories: true, Source: "manual", Label: "113", PerTimeslot: 2}
	page, err := parts{nx}.FindSlots(t.Context(), q, "")
	if err != nil || page.Next != "" {
		t.Fatal(err)
	}
	golden(t, "slot/available_slots", page.Items)
	for _, s := range page.Items {
		if s.Start.Location().String() != "America/New_York" {
			t.Errorf("a slot in zone %s", s.Start.Location())
		}
		back, err := emr.ParseSlotKey(s.Key)
		if err != nil || cmp.Diff(s.Resources, back.Resources) != "" || !back.Start.Equal(s.Start) || back.Practitioner != s.Practitioner {
			t.Errorf("the key does not lead back: %+v, %v", back, err)
		}
	}
	if n := len(r.requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
}

// TestBlanksOfASearchAreFilledFromTheDirectory: NexHealth demands a practitioner or a type.
func TestBlanksOfASearchAreFilledFromTheDirectory(t *testing.T) {
	t.Parallel()
	const base = "GET /available_slots?subdomain=north-pier-dental&start_date=2031-03-08&days=1&lids%5B%5D="
	for name, c := range map[string]struct {
		edit  func(*emr.SlotQuery)
		types string
		want  string
	}{
		"nothing named: a bookable type":          {func(*emr.SlotQuery) {}, someTypes, "9001&appointment_type_id=78"},
		"a length: the type of that length":       {func(q *emr.SlotQuery) { q.Length = 30 * time.Minute }, someTypes, "9001&appointment_type_id=77"},
		"a length no type has: all practitioners": {func(q *emr.SlotQuery) { q.Length = 20 * time.Minute }, someTypes, "9001&pids%5B%5D=501&pids%5B%5D=502&slot_length=20"},
		"no types: all practitioners":             {func(*emr.SlotQuery) {}, good(`[]`), "9001&pids%5B%5D=501&pids%5B%5D=502"},
		"a practitioner":                          {func(q *emr.SlotQuery) { q.Practitioners = []emr.PractitionerID{"7"} }, someTypes, "9001&pids%5B%5D=7"},
		"a practitioner and a length":             {func(q *emr.SlotQuery) { q.Practitioners, q.Length = []emr.PractitionerID{"7"}, time.Hour }, someTypes, "9001&pids%5B%5D=7&slot_length=60"},
		"a type and its own length":               {func(q *emr.SlotQuery) { q.Type, q.Length = "77", 30*time.Minute }, someTypes, "9001&appointment_type_id=77"},
		"operatories":                             {func(q *emr.SlotQuery) { q.Type, q.Resources = "77", []emr.ResourceID{"33", "34"} }, someTypes, "9001&appointment_type_id=77&operatory_ids%5B%5D=33&operatory_ids%5B%5D=34"},
		"another location, which books by operatory": {func(q *emr.SlotQuery) { q.Type, q.Locations = "78", []emr.LocationID{"9002"} }, someTypes,
			"9002&appointment_type_id=78&operatory_ids%5B%5D=9007199254740993"},
		"a type that two operatories take": {func(q *emr.SlotQuery) { q.Type, q.Locations = "77", []emr.LocationID{"9002"} }, someTypes,
			"9002&appointment_type_id=77&operatory_ids%5B%5D=33&operatory_ids%5B%5D=9007199254740993"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nx, r := connect(t, nil)
			r.also("GET /locations", string(readFixture(t, "directory/locations.response.json"))).also("GET /appointment_types", c.types).
				also("GET /providers", listed(`{"id":501,"name":"Nora Quill"}`, `{"id":502,"name":"Ben Sorrel"}`)).
				also("GET /operatories", string(readFixture(t, "directory/operatories.response.json"))).also("GET /available_slots", good(`[]`))
			q := march(8, 9)
			c.edit(&q)
			for range 2 {
				if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); err != nil {
					t.Fatal(err)
				}
			}
			times := map[string]int{}
			for _, line := range r.requests() {
				times[line]++
			}
			if times[base+c.want] != 2 {
				t.Errorf("requests %s\nwant twice %s", strings.Join(r.requests(), "\n"), base+c.want)
			}
			for line, n := range times { // the directory is kept; an empty list of it is not
				if !strings.Contains(line, "/available_slots") && n > 1 && c.types == someTypes {
					t.Errorf("%d times %s", n, line)
				}
			}
		})
	}
}

func TestASearchThatCannotBeMadeSendsNothing(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*emr.SlotQuery){
		"no day":                  func(q *emr.SlotQuery) { q.To = q.From },
		"a location that is none": func(q *emr.SlotQuery) { q.Locations = []emr.LocationID{"main"} },
		"a practitioner":          func(q *emr.SlotQuery) { q.Practitioners = []emr.PractitionerID{"7 or 8"} },
		"a room":                  func(q *emr.SlotQuery) { q.Resources = []emr.ResourceID{"../7"} },
		"a type":                  func(q *emr.SlotQuery) { q.Type = "exam" },
		"a purpose":               func(q *emr.SlotQuery) { q.Purposes = []emr.PurposeID{"9"} },
		"half a minute":           func(q *emr.SlotQuery) { q.Length = 30 * time.Second },
		"somebody else's options": func(q *emr.SlotQuery) { q.Vendor = 7 },
		"six in a slot":           func(q *emr.SlotQuery) { q.Vendor = &SlotOptions{PerTimeslot: 6} },
		"an unknown source":       func(q *emr.SlotQuery) { q.Vendor = &SlotOptions{Source: "guessed"} },
		"a label that is none":    func(q *emr.SlotQuery) { q.Vendor = &SlotOptions{Label: "x"} },
		"an odd interval":         func(q *emr.SlotQuery) { q.Vendor = &SlotOptions{Interval: time.Second} },
		"less than nothing":       func(q *emr.SlotQuery) { q.Length = -time.Minute },
		"more than a day":         func(q *emr.SlotQuery) { q.Length = 24*time.Hour + time.Minute },
		"an interval backwards":   func(q *emr.SlotQuery) { q.Vendor = &SlotOptions{Interval: -time.Minute} },
		"nobody in a slot":        func(q *emr.SlotQuery) { q.Vendor = &SlotOptions{PerTimeslot: -1} },
	} {
		nx, _ := connect(t, nil)
		q := march(8, 9)
		edit(&q)
		_, err := parts{nx}.FindSlots(t.Context(), q, "")
		if emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	nx, r := connect(t, nil) // as much as there can be
	r.also("GET /locations", office).also("GET /available_slots", good(`[]`))
	q := march(8, 9)
	q.Practitioners, q.Length, q.Vendor = []emr.PractitionerID{"501"}, 24*time.Hour, &SlotOptions{PerTimeslot: 5}
	if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); err != nil {
		t.Error(err)
	}
}

func TestAClinicWithoutTypesAndPractitionersIsToldWhatToName(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil)
	r.also("GET /appointment_types", good(`[]`)).also("GET /providers", listed())
	_, err := parts{nx}.FindSlots(t.Context(), march(8, 9), "")
	wantKind(t, err, emr.KindInvalid)
}

func TestASlotIsReadWhateverItLeavesToItsGroup(t *testing.T) {
	t.Parallel()
	query := march(8, 9)
	query.Practitioners = []emr.PractitionerID{"501"}
	for name, c := range map[string]struct {
		group string
		want  string // practitioner/rooms/minutes; "" for an error of kind protocol
	}{
		"all in the slot":          {`{"slots":[{"time":"2031-03-08T09:00:00-05:00","end_time":"2031-03-08T09:20:00-05:00","provider_id":501,"operatory_id":33}]}`, "501/33/20"},
		"all in the group":         {`{"lid":9001,"pid":501,"operatory_id":33,"slots":[{"time":"2031-03-08T09:00:00-05:00"}]}`, "501/33/15"},
		"the slot counts":          {`{"lid":9001,"pid":1,"operatory_id":2,"slots":[{"time":"2031-03-08T09:00:00-05:00","provider_id":501,"operatory_id":33}]}`, "501/33/15"},
		"zero is none":             {`{"lid":9001,"pid":501,"operatory_id":0,"slots":[{"time":"2031-03-08T09:00:00-05:00","provider_id":0,"operatory_id":0}]}`, "501//15"},
		"nobody":                   {`{"lid":9001,"slots":[{"time":"2031-03-08T09:00:00-05:00"}]}`, "//15"},
		"without a colon":          {`{"pid":501,"slots":[{"time":"2031-03-08T09:00:00-0500"}]}`, "501//15"},
		"texts for numbers":        {`{"lid":"9001","pid":"501","slots":[{"time":"2031-03-08T09:00:00-05:00"}]}`, "501//15"},
		"without an offset":        {`{"pid":501,"slots":[{"time":"2031-03-08T09:00:00"}]}`, ""},
		"an end without an offset": {`{"pid":501,"slots":[{"time":"2031-03-08T09:00:00-05:00","end_time":"2031-03-08T09:20:00"}]}`, ""},
		"no start":                 {`{"pid":501,"slots":[{"end_time":"2031-03-08T09:20:00-05:00"}]}`, ""},
		"an end before its start":  {`{"pid":501,"slots":[{"time":"2031-03-08T09:00:00-05:00","end_time":"2031-03-08T08:20:00-05:00"}]}`, ""},
		"a start in words":         {`{"pid":501,"slots":[{"time":"tomorrow"}]}`, ""},
		"an id with a fraction":    {`{"pid":501.5,"slots":[{"time":"2031-03-08T09:00:00-05:00"}]}`, ""},
	} {
		nx, r := connect(t, nil, step{body: good("[" + c.group + "]")})
		r.also("GET /locations", office)
		page, err := parts{nx}.FindSlots(t.Context(), query, "")
		if c.want == "" {
			if emr.KindOf(err) != emr.KindProtocol {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(page.Items) != 1 {
			t.Errorf("%s: %d slots, %v", name, len(page.Items), err)
			continue
		}
		s := page.Items[0]
		got := string(s.Practitioner) + "/"
		for _, r := range s.Resources {
			got += string(r)
		}
		if got += "/" + minutes(s.Length()); got != c.want || s.Location != "9001" {
			t.Errorf("%s: %s at %s, want %s", name, got, s.Location, c.want)
		}
	}
}

func TestSlotsOfOtherRoomsAreLeftOut(t *testing.T) {
	t.Parallel()
	body := good(`[{"lid":9001,"pid":501,"slots":[{"time":"2031-03-08T09:00:00-05:00","operatory_id":33},{"time":"2031-03-08T10:00:00-05:00","operatory_id":34},{"time":"2031-03-08T11:00:00-05:00"}]}]`)
	for rooms, want := range map[string]int{"33": 2, "33 34": 2, "35": 1, "": 3} { // one asked for: a slot that names none is its
		nx, r := connect(t, nil, step{body: body})
		r.also("GET /locations", office)
		q := march(8, 9)
		q.Practitioners = []emr.PractitionerID{"501"}
		for _, id := range strings.Fields(rooms) {
			q.Resources = append(q.Resources, emr.ResourceID(id))
		}
		page, err := parts{nx}.FindSlots(t.Context(), q, "")
		if err != nil || len(page.Items) != want {
			t.Errorf("%q: %d slots, %v; want %d", rooms, len(page.Items), err, want)
		}
	}
}

func TestSeveralLocationsAreAskedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	slots := func(id string) string {
		return good(`[{"lid":` + id + `,"pid":501,"slots":[{"time":"2031-03-08T09:00:00-05:00","end_time":"2031-03-08T09:30:00-05:00"}]}]`)
	}
	nx, r := connect(t, nil, step{answer: "directory/locations"}, step{body: slots("9001")}, step{body: good(`[]`)}, step{body: slots("9004")})
	client := emr.NewClient(nx, nil)
	q := march(8, 9)
	q.Practitioners, q.Locations, q.NotBefore = []emr.PractitionerID{"501"}, []emr.LocationID{"9001", "9003", "9004"}, time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC)
	all, err := emr.Collect(client.FindSlots(t.Context(), q))
	if err != nil || len(all) != 2 || len(r.requests()) != 4 {
		t.Fatalf("%d slots, %d requests, %v", len(all), len(r.requests()), err)
	}
	if zone := all[0].Start.Location().String(); all[0].Location != "9001" || zone != "America/New_York" {
		t.Errorf("%s in %q", all[0].Location, zone)
	}
	if _, offset := all[1].Start.Zone(); all[1].Location != "9004" || offset != -5*60*60 {
		t.Errorf("%s at %v", all[1].Location, all[1].Start)
	}
	_, err = parts{nx}.FindSlots(t.Context(), q, "17")
	wantKind(t, err, emr.KindInvalid)
}

func TestARangeIsReadInWindowsOfTwoWeeks(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil)
	r.also("GET /locations", office).also("GET /available_slots", good(`[]`))
	q := march(1, 31)
	q.Practitioners, q.NotBefore = []emr.PractitionerID{"501"}, time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC)
	if _, err := emr.Collect(emr.NewClient(nx, nil).FindSlots(t.Context(), q)); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, line := range r.requests() {
		if _, rest, ok := strings.Cut(line, "start_date="); ok {
			days, _, _ := strings.Cut(rest, "&lids")
			got[days] = true
		}
	}
	want := map[string]bool{"2031-03-01&days=14": true, "2031-03-15&days=14": true, "2031-03-29&days=2": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("windows (-want +got)\n%s", diff)
	}
}

func TestNextAvailableIsTheFirstDayWithASlot(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`[]`: "", `[{"lid":9001,"pid":1,"slots":[],"next_available_date":null}]`: "",
		`[{"lid":9001,"pid":1,"slots":[],"next_available_date":"2031-03-17"},{"lid":9001,"pid":2,"slots":[],"next_available_date":"2031-03-12"}]`:                        "2031-03-12",
		`[{"lid":9001,"pid":1,"slots":[{"time":"2031-03-09T03:30:00Z"}],"next_available_date":null},{"lid":9001,"pid":2,"slots":[],"next_available_date":"2031-03-12"}]`: "2031-03-08",
		`[{"lid":9001,"pid":1,"slots":[],"next_available_date":"soon"}]`:                                                                                                 "",
	} {
		nx, r := connect(t, nil, step{route: "GET /available_slots?subdomain=north-pier-dental&start_date=2031-03-08&days=1&", body: good(body)})
		r.also("GET /locations", office)
		q := march(8, 20)
		q.Practitioners = []emr.PractitionerID{"1", "2"}
		day, ok, err := nx.NextAvailable(t.Context(), q)
		if err != nil || ok != (want != "") || ok && day.String() != want {
			t.Errorf("%s: %v %v %v, want %q", body, day, ok, err, want)
		}
	}
}
