package nexhealth

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// TestASlotWithoutAnEndLastsAsLongAsWasAskedFor, as its type, or 15 minutes.
func TestASlotWithoutAnEndLastsAsLongAsWasAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit func(*emr.SlotQuery)
		want time.Duration
	}{
		"a practitioner":              {func(q *emr.SlotQuery) { q.Practitioners = []emr.PractitionerID{"501"} }, 15 * time.Minute},
		"a practitioner and a length": {func(q *emr.SlotQuery) { q.Practitioners, q.Length = []emr.PractitionerID{"501"}, 20*time.Minute }, 20 * time.Minute},
		"a type":                      {func(q *emr.SlotQuery) { q.Type = "77" }, 30 * time.Minute},
		"a type and another length":   {func(q *emr.SlotQuery) { q.Type, q.Length = "77", 50*time.Minute }, 50 * time.Minute},
		"a type nobody lists":         {func(q *emr.SlotQuery) { q.Type = "4711" }, 15 * time.Minute},
		"nothing":                     {func(*emr.SlotQuery) {}, 45 * time.Minute},
	} {
		nx, r := connect(t, nil)
		r.also("GET /locations", office).also("GET /appointment_types", someTypes).also("GET /available_slots", good(oneSlot))
		q := march(8, 9)
		c.edit(&q)
		page, err := parts{nx}.FindSlots(t.Context(), q, "")
		if err != nil || len(page.Items) != 1 || page.Items[0].Length() != c.want {
			t.Errorf("%s: %v, %v, want %v", name, page.Items, err, c.want)
		}
	}
}

// TestTheFirstTypeIsTakenUnlessALaterOneIsBookable.
func TestTheFirstTypeIsTakenUnlessALaterOneIsBookable(t *testing.T) {
	t.Parallel()
	row := func(id, online string) string {
		return `{"id":` + id + `,"name":"T","minutes":30,"bookable_online":` + online + `}`
	}
	for want, types := range map[string][]string{
		"1": {row("1", "false"), row("2", "false"), row("3", "false")}, "2": {row("1", "false"), row("2", "true"), row("3", "true")}, "5": {row("5", "true"), row("6", "false"), row("7", "true")},
	} {
		nx, r := connect(t, nil)
		r.also("GET /locations", office).also("GET /appointment_types", good("["+strings.Join(types, ",")+"]")).also("GET /available_slots", good(oneSlot))
		page, err := parts{nx}.FindSlots(t.Context(), march(8, 9), "")
		if err != nil || len(page.Items) != 1 || string(page.Items[0].Type) != want {
			t.Errorf("%v, %v; want type %s", page.Items, err, want)
		}
	}
}

// TestOthersAreAskedOnceAndTheirFailureIsOne: see TestATypeNobodyAskedForDoesNotHideOtherSlots.
func TestOthersAreAskedOnceAndTheirFailureIsOne(t *testing.T) {
	t.Parallel()
	empty := step{route: "GET /available_slots", body: good(`[{"lid":9001,"pid":501,"slots":[],"next_available_date":"2031-03-20"}]`)}
	down := step{status: http.StatusServiceUnavailable}
	nx, r := connect(t, nil, empty, down, down, down)
	r.also("GET /locations", office).also("GET /appointment_types", someTypes)
	_, err := parts{nx}.FindSlots(t.Context(), march(8, 9), "")
	wantKind(t, err, emr.KindUnavailable)

	// A later day of the type's own does not fill this window.
	nx, r = connect(t, nil, empty, step{route: "GET /available_slots", body: good(`[]`)})
	r.also("GET /locations", office).also("GET /appointment_types", good(`[{"id":79,"name":"Call"}]`)).also("GET /providers", listed(`{"id":501,"name":"Nora Quill"}`))
	page, err := parts{nx}.FindSlots(t.Context(), march(8, 9), "")
	if last := r.requests()[len(r.requests())-1]; err != nil || len(page.Items) != 0 || !strings.HasSuffix(last, "&lids%5B%5D=9001&pids%5B%5D=501") {
		t.Errorf("%v, %v after %s", page.Items, err, last)
	}
}

func TestOperatoriesAreNamedAsAskedForOrAsTheLocationListsThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit func(*emr.SlotQuery)
		want []string
		list bool // of the operatories
	}{
		"those asked for":            {func(q *emr.SlotQuery) { q.Resources = []emr.ResourceID{"77"} }, []string{"77"}, false},
		"without a type: all online": {func(*emr.SlotQuery) {}, []string{"33", "9007199254740993"}, true},
		"with a type: its own":       {func(q *emr.SlotQuery) { q.Type = "78" }, []string{"9007199254740993"}, true},
	} {
		nx, r := connect(t, nil)
		r.also("GET /locations", string(readFixture(t, "directory/locations.response.json"))).also("GET /appointment_types", someTypes).
			also("GET /operatories", string(readFixture(t, "directory/operatories.response.json"))).also("GET /available_slots", good(`[]`))
		q := march(8, 9)
		q.Practitioners, q.Locations = []emr.PractitionerID{"501"}, []emr.LocationID{"9002"}
		c.edit(&q)
		if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); err != nil {
			t.Fatal(err)
		}
		last := r.seen[len(r.seen)-1]
		if got := last.URL.Query()["operatory_ids[]"]; !slices.Equal(got, c.want) || strings.Contains(strings.Join(r.requests(), " "), "/operatories") != c.list {
			t.Errorf("%s: %q, %v", name, got, r.requests())
		}
	}
	// A URL has an end.
	var many []string
	for i := range 2 * mostProviders {
		many = append(many, `{"id":`+minutes(time.Duration(i+1)*time.Minute)+`,"location_id":9001,"active":true,"bookable_online":true}`)
	}
	nx, r := connect(t, nil)
	r.also("GET /locations", strings.Replace(office, `"map_by_operatory":false`, `"map_by_operatory":true`, 1)).also("GET /operatories", listed(many...)).also("GET /available_slots", good(`[]`))
	q := march(8, 9)
	q.Practitioners = []emr.PractitionerID{"501"}
	if _, err := (parts{nx}).FindSlots(t.Context(), q, ""); err != nil {
		t.Fatal(err)
	}
	if n := len(r.seen[len(r.seen)-1].URL.Query()["operatory_ids[]"]); n != mostProviders {
		t.Errorf("%d operatories in one URL", n)
	}
}

func TestASlotOfAnotherLocationHasNoNameOfThisOne(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil)
	r.also("GET /locations", office).also("GET /available_slots", good(strings.Replace(oneSlot, "9001", "9004", 1)))
	q := march(8, 9)
	q.Practitioners = []emr.PractitionerID{"501"}
	page, err := parts{nx}.FindSlots(t.Context(), q, "")
	if err != nil || len(page.Items) != 1 || page.Items[0].Location != "9004" || page.Items[0].LocationName != "" {
		t.Errorf("%+v, %v", page.Items, err)
	}
}

func TestCursorsOfASlotSearchCountItsLocations(t *testing.T) {
	t.Parallel()
	q := march(8, 9)
	q.Practitioners, q.Locations = []emr.PractitionerID{"501"}, []emr.LocationID{"9001", "9002"}
	for _, at := range []emr.Cursor{"2", "-1", "x", "0x1", "1:"} {
		nx, _ := connect(t, nil)
		_, err := parts{nx}.FindSlots(t.Context(), q, at)
		wantKind(t, err, emr.KindInvalid)
	}
}

// TestNextAvailableLooksFromTodayAtTheLocation: where it is still yesterday, that is the day.
func TestNextAvailableLooksFromTodayAtTheLocation(t *testing.T) {
	t.Parallel()
	for _, configured := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) { // 2000-01-01 00:00 UTC
			nx, r := connect(t, func(c *Config) {
				if configured {
					c.Zone = ny(t)
				}
			}, step{route: "GET /available_slots?subdomain=north-pier-dental&start_date=1999-12-31&days=1&", body: good(oneSlot)})
			r.also("GET /locations", office)
			day, ok, err := nx.NextAvailable(t.Context(), emr.SlotQuery{Practitioners: []emr.PractitionerID{"501"}})
			if err != nil || !ok || day.String() != "2031-03-08" {
				t.Errorf("%v %v %v", day, ok, err)
			}
			_ = nx.Close()
		})
	}
	nx, _ := connect(t, nil, step{status: http.StatusForbidden})
	_, _, err := nx.NextAvailable(t.Context(), emr.SlotQuery{})
	wantKind(t, err, emr.KindPermission)
}
