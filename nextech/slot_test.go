package nextech

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

const empty = `{"resourceType":"Bundle","total":0}`

func slotBundle(slots ...string) string {
	var entries []string
	for _, s := range slots {
		entries = append(entries, `{"resource":`+s+`}`)
	}
	return `{"resourceType":"Bundle","entry":[` + strings.Join(entries, ",") + `]}`
}

func week(locations ...emr.LocationID) emr.SlotQuery {
	return emr.SlotQuery{From: day(2031, 3, 2), To: day(2031, 3, 9), Locations: locations, Type: "12"}
}

func TestASlotSearchFillsLocationAndTypeFromTheDirectoryOnce(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil,
		step{want: "location_list", answer: "location_list"},
		step{want: "appointment_type_list", answer: "appointment_type_list"},
		step{answer: "slot_search"}, step{answer: "slot_search"})
	q := emr.SlotQuery{From: day(2031, 3, 2), To: day(2031, 3, 16)}
	for range 2 {
		page, err := parts{nx}.FindSlots(t.Context(), q, "")
		if err != nil || len(page.Items) != 3 {
			t.Fatalf("%d slots, %v", len(page.Items), err)
		}
	}
	// Type 9 is listed first, but has no default length: it would never yield a slot.
	want := "start=ge2031-03-02&start=lt2031-03-16&schedule.actor=location/7&appointment-type=appointment-type/12&_count=50"
	for _, i := range []int{2, 3} {
		if got := r.seen[i].URL.RawQuery; got != want {
			t.Errorf("query %s, want %s", got, want)
		}
	}
}

func TestSelectSearchesByLengthInsteadOfType(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{body: empty})
	q := week("7")
	q.Type, q.Length = "", 20*time.Minute
	if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); err != nil {
		t.Fatal(err)
	}
	if got := r.seen[0].URL.RawQuery; !strings.Contains(got, "slot-length=20") || strings.Contains(got, "appointment-type") {
		t.Errorf("query %s", got)
	}
}

func TestATypeWithoutDefaultLengthIsExplainedNotAnsweredWithNothing(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{body: empty}, step{answer: "appointment_type_list"})
	q := week("7")
	q.Type = "9"
	_, err := parts{nx}.FindSlots(t.Context(), q, "")
	var e *emr.Error
	if !errors.As(err, &e) || e.Kind != emr.KindInvalid || len(e.Fields) != 1 || e.Fields[0] != "length" {
		t.Errorf("got %v", err)
	}
}

func TestSeveralLocationsAreSearchedOneByOne(t *testing.T) {
	t.Parallel()
	slot := func(location, start string) string {
		return `{"resourceType":"Slot","schedule":{"reference":"schedule/location_` + location + `_practitioner_15"},"start":"` + start + `","end":"2031-03-03T23:00:00-05:00"}`
	}
	var steps []step
	for range 6 { // more empty places than the core takes empty pages
		steps = append(steps, step{body: empty})
	}
	steps = append(steps, step{body: slotBundle(slot("9", "2031-03-03T10:00:00-05:00"))}, step{body: slotBundle(slot("10", "2031-03-03T09:00:00-05:00"))})
	nx, r := connect(t, Select, nil, steps...)
	slots, err := emr.Collect(emr.NewClient(nx, nil).FindSlots(t.Context(), week("1", "2", "3", "4", "5", "6", "9", "10")))
	if err != nil || len(slots) != 2 || slots[0].Location != "10" || slots[1].Location != "9" {
		t.Fatalf("%v, %v", slots, err)
	}
	for _, req := range r.seen {
		if n := strings.Count(req.URL.RawQuery, "location/"); n != 1 {
			t.Errorf("%d locations in one search: %s", n, req.URL.RawQuery)
		}
	}
}

func TestASlotSearchOfMoreThanSixtyDaysIsSplit(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil, step{body: empty}, step{answer: "appointment_type_list"}, step{body: empty})
	q := week("7")
	q.To = q.From.AddDays(100)
	if _, err := emr.Collect(emr.NewClient(nx, nil).FindSlots(t.Context(), q)); err != nil {
		t.Fatal(err)
	}
	if len(r.seen) != 3 {
		t.Fatalf("%d requests", len(r.seen))
	}
	for i, want := range map[int]string{0: "ge2031-03-02 lt2031-05-01", 2: "ge2031-05-01 lt2031-06-10"} {
		if got := strings.Join(r.seen[i].URL.Query()["start"], " "); got != want {
			t.Errorf("window %s, want %s", got, want)
		}
	}
	if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("a window of 100 days: %v", err)
	}
}

func TestSlotsWithGapsAreReadOrReportedNeverDropped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, slot string
		want       emr.Slot
		kind       emr.Kind
	}{
		{"no contained resources: the schedule reference tells", `{"resourceType":"Slot","schedule":{"reference":"Schedule/Practitioner_21_Location_7"},"start":"2031-03-03T10:00:00-05:00","end":"2031-03-03T10:30:00-05:00"}`,
			emr.Slot{Location: "7", Practitioner: "21", Type: "12"}, ""},
		{"no place at all: the one asked for", `{"resourceType":"Slot","start":"2031-03-03T10:00:00-05:00","end":"2031-03-03T10:30:00-05:00"}`,
			emr.Slot{Location: "7", Type: "12"}, ""},
		{"no end: the default length of the type", `{"resourceType":"Slot","start":"2031-03-03T10:00:00-05:00"}`,
			emr.Slot{Location: "7", Type: "12"}, ""},
		{"T6 a start without an offset", `{"resourceType":"Slot","start":"2031-03-03T10:00:00","end":"2031-03-03T10:30:00-05:00"}`, emr.Slot{}, emr.KindProtocol},
		{"no start", `{"resourceType":"Slot","end":"2031-03-03T10:30:00-05:00"}`, emr.Slot{}, emr.KindProtocol},
		{"an end before the start", `{"resourceType":"Slot","start":"2031-03-03T10:00:00-05:00","end":"2031-03-03T09:30:00-05:00"}`, emr.Slot{}, emr.KindProtocol},
		{"another resource among the slots", `{"resourceType":"Schedule","id":"7"}`, emr.Slot{}, emr.KindProtocol},
		{"not a resource", `[]`, emr.Slot{}, emr.KindProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			steps := []step{{body: slotBundle(c.slot)}}
			if strings.Contains(c.name, "no end") {
				steps = append(steps, step{answer: "appointment_type_list"})
			}
			nx, _ := connect(t, Select, nil, steps...)
			page, err := parts{nx}.FindSlots(t.Context(), week("7"), "")
			if c.kind != "" {
				if emr.KindOf(err) != c.kind {
					t.Errorf("got %v, want %s", err, c.kind)
				}
				return
			}
			if err != nil || len(page.Items) != 1 {
				t.Fatalf("%d slots, %v", len(page.Items), err)
			}
			s := page.Items[0]
			if s.Location != c.want.Location || s.Practitioner != c.want.Practitioner || s.Type != c.want.Type || s.Length() != 30*time.Minute {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func TestASlotSurvivesItsKey(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{answer: "slot_search"})
	page, err := parts{nx}.FindSlots(t.Context(), emr.SlotQuery{From: day(2031, 3, 2), To: day(2031, 3, 16), Locations: []emr.LocationID{"7"}, Type: "12"}, "")
	if err != nil {
		t.Fatal(err)
	}
	back, err := emr.ParseSlotKey(page.Items[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	if !back.Start.Equal(page.Items[0].Start) || back.Practitioner != "15" || back.Location != "7" || back.Type != "12" {
		t.Errorf("got %+v", back)
	}
	if nx.offset(back.Start) != nx.offset(page.Items[0].Start) {
		t.Errorf("the key changes the offset: %s", nx.offset(back.Start))
	}
}

// offset writes a start the way a booking does.
func (c *Client) offset(t time.Time) string { return string(parts{c}.offsetTime(t)) }

func TestFault_F14_idsOfASlotSearchCannotBeSmuggled(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil)
	for _, q := range []emr.SlotQuery{week("7,practitioner/1"), week("../7"), week("7&x=1"), week("")} {
		if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%v: got %v", q.Locations, err)
		}
	}
}

func TestFault_P4_aSlotSearchStopsAfterAFewPagesWithoutSlots(t *testing.T) {
	t.Parallel()
	early := `{"resourceType":"Slot","schedule":{"reference":"schedule/location_7_practitioner_15"},"start":"2031-03-03T08:00:00-05:00","end":"2031-03-03T08:30:00-05:00"}`
	for _, c := range []struct {
		name, slot string
		notBefore  time.Time
		requests   int
	}{
		{"empty pages", "", time.Time{}, 5},
		{"empty pages, a time of day", "", at("2031-03-03T09:00:00-05:00"), 5},
		{"pages of slots too early", early, at("2031-03-03T09:00:00-05:00"), 5 * slotPagesAtOnce},
		{"pages of another place's slots", strings.Replace(early, "location_7", "location_8", 1), time.Time{}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var steps []step
			for n := range c.requests {
				steps = append(steps, step{body: fmt.Sprintf(`{"resourceType":"Bundle","link":[{"relation":"next","url":"?_getpagesoffset=%d&_count=1"}],"total":9999,"entry":[%s]}`, n+1, entryOf(c.slot))})
			}
			nx, r := connect(t, Select, nil, steps...)
			q := week("7")
			q.NotBefore = c.notBefore
			slots, err := emr.Collect(emr.NewClient(nx, nil).FindSlots(t.Context(), q))
			if emr.KindOf(err) != emr.KindTooLarge || len(slots) != 0 || len(r.seen) != c.requests {
				t.Errorf("%d slots, %v after %d requests", len(slots), err, len(r.seen))
			}
		})
	}
}

func entryOf(resource string) string {
	if resource == "" {
		return ""
	}
	return `{"resource":` + resource + `}`
}

func TestSlotSearchesThatNextechCannotAnswerAreNotSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*emr.SlotQuery)
		sent   bool
	}{
		"60 days":             {func(q *emr.SlotQuery) { q.To = q.From.AddDays(60) }, true},
		"61 days":             {func(q *emr.SlotQuery) { q.To = q.From.AddDays(61) }, false},
		"whole minutes":       {func(q *emr.SlotQuery) { q.Length = 90 * time.Minute }, true},
		"a part of a minute":  {func(q *emr.SlotQuery) { q.Length = 90 * time.Second }, false},
		"a length below zero": {func(q *emr.SlotQuery) { q.Length = -time.Minute }, false},
		"no day":              {func(q *emr.SlotQuery) { q.To = q.From }, false},
		"a room":              {func(q *emr.SlotQuery) { q.Resources = []emr.ResourceID{"1"} }, false},
	} {
		var steps []step
		want := emr.KindInvalid
		if c.sent {
			steps, want = []step{{body: empty}}, ""
			if name != "whole minutes" {
				steps = append(steps, step{answer: "appointment_type_list"}) // why is there nothing?
			}
		}
		nx, _ := connect(t, Select, nil, steps...)
		q := week("7")
		c.change(&q)
		if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); emr.KindOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASlotSearchIsNoAccessToAPatient(t *testing.T) {
	t.Parallel()
	s := &tokenServer{answer: func(int, url.Values) (int, string) { return 200, azureToken("a", "") }}
	var audited []string
	nx := s.connectWith(t, Config{StaticToken: auth.NewSecret("tok"), PracticeID: "7"}, emr.Options{
		Audit: func(_ context.Context, e emr.AuditEvent) { audited = append(audited, e.Op) },
	})
	_, _ = parts{nx}.FindSlots(t.Context(), week("7"), "")
	_, _ = parts{nx}.GetPatient(t.Context(), emr.NewPatientID(ines))
	if len(s.data) != 2 || len(audited) != 1 || audited[0] != opGetPatient {
		t.Errorf("%d requests, audited %v", len(s.data), audited)
	}
}

func TestAPlaceOutOfUseIsNotSearchedByDefault(t *testing.T) {
	t.Parallel()
	places := bundleOf(`{"resourceType":"Location","id":"6","status":"inactive","name":"Old Office"}`, `{"resourceType":"Location","id":"7","status":"active","name":"West Office"}`)
	nx, _ := connect(t, Select, nil, step{body: places})
	if id, err := (parts{nx}).firstLocation(t.Context()); err != nil || id != "7" {
		t.Errorf("%s, %v", id, err)
	}
}
