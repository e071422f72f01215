package nextgen

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// openRow is an element of the site's own search in JSON: a quarter past nine at the
// harbor, with Dr Lee.
func openRow(replace ...string) string {
	return strings.NewReplacer(replace...).Replace(fmt.Sprintf(`{"appointmentDateTime":"2031-03-03T09:15:00","locationId":%q,"locationName":"Harbor Clinic","resourceIds":[%q],"eventId":%q,"appointmentCount":0,"timeSlotCount":1}`, harbor, leeColumn, followUp))
}

func TestWhatLiesOutsideASearchIsNotOffered(t *testing.T) {
	t.Parallel()
	q := emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Locations: []emr.LocationID{harbor}, Resources: []emr.ResourceID{leeColumn}}
	for name, c := range map[string]struct {
		row  string
		want string
	}{
		"as asked for":                 {openRow(), "09:15-05+15"},
		"in other letters":             {openRow(harbor, strings.ToUpper(harbor), leeColumn, strings.ToUpper(leeColumn), followUp, strings.ToUpper(followUp)), "09:15-05+15"},
		"the day before":               {openRow("03-03", "03-02"), ""},
		"the day after":                {openRow("03-03", "03-04"), ""},
		"at another place":             {openRow(harbor, tessa), ""},
		"at a place that is not told":  {openRow(harbor, ""), "09:15-05+15"},
		"another calendar":             {openRow(leeColumn, laserRoom), ""},
		"a calendar that is not told":  {openRow(`"`+leeColumn+`"`, ""), "09:15-05+15"},
		"another event":                {openRow(followUp, tessa), ""},
		"an event that is not told":    {openRow(followUp, ""), "09:15-05+15"},
		"something is booked":          {openRow(`"appointmentCount":0`, `"appointmentCount":1`), ""},
		"in the hour that clocks skip": {openRow("03-03T09:15", "03-09T02:30"), ""},
	} {
		p, _ := desk(t, nil, reply{body: "[" + c.row + "]"})
		page, err := p.FindSlots(t.Context(), q, "")
		if err != nil || starts(page.Items) != c.want {
			t.Errorf("%s: %s, %v", name, starts(page.Items), err)
		}
		for _, s := range page.Items {
			if s.Key == "" || s.Key != s.MakeKey() || s.Type != followUp || s.TypeName != "Follow-Up" || !slices.ContainsFunc(s.Resources, func(r emr.ResourceID) bool { return sameID(r, leeColumn) }) || s.Practitioner != drLee || s.PractitionerName != "Lee MD" {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
	for _, bad := range []string{`"soon"`, `""`, `null`, `"0001-01-01T00:00:00"`} {
		p, _ := desk(t, nil, reply{body: "[" + openRow(`"2031-03-03T09:15:00"`, bad) + "]"})
		_, err := p.FindSlots(t.Context(), q, "")
		wantError(t, err, emr.KindProtocol)
	}
}

func TestASearchIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for field, edits := range map[string][]func(*emr.SlotQuery){
		"from":   {func(q *emr.SlotQuery) { q.From = emr.Date{} }, func(q *emr.SlotQuery) { q.To = q.From }, func(q *emr.SlotQuery) { q.From, q.To = q.To, q.From }},
		"length": {func(q *emr.SlotQuery) { q.Length = -time.Minute }, func(q *emr.SlotQuery) { q.Length = time.Second }, func(q *emr.SlotQuery) { q.Length = 24*time.Hour + time.Minute }},
		"type":   {func(q *emr.SlotQuery) { q.Type = "x" }}, "locations": {func(q *emr.SlotQuery) { q.Locations = []emr.LocationID{"x"} }},
		"practitioners": {func(q *emr.SlotQuery) { q.Practitioners = []emr.PractitionerID{"x"} }}, "resources": {func(q *emr.SlotQuery) { q.Resources = []emr.ResourceID{"x"} }},
		"category": {func(q *emr.SlotQuery) { q.Vendor = SlotOptions{Category: "x"} }}, "class": {func(q *emr.SlotQuery) { q.Vendor = SlotOptions{Class: "x"} }},
		"source": {func(q *emr.SlotQuery) { q.Vendor = SlotOptions{Source: "x"} }}, "purposes": {func(q *emr.SlotQuery) { q.Purposes = []emr.PurposeID{"x"} }},
	} {
		for i, edit := range edits {
			p, w := desk(t, nil)
			q := emr.SlotQuery{From: march(3), To: march(4)}
			edit(&q)
			_, err := p.FindSlots(t.Context(), q, "")
			if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) || len(w.asked()) != 0 {
				t.Errorf("%s %d: %v after %v", field, i, e.Fields, w.asked())
			}
		}
	}
	p, _ := desk(t, nil, reply{body: "[" + openRow() + "]"}) // a whole day is a length
	if page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Length: 24 * time.Hour}, ""); err != nil || len(page.Items) != 1 || page.Items[0].Length() != 24*time.Hour {
		t.Errorf("%v", err)
	}
}

// TestTheLengthIsThatOfTheQueryOfTheTypeOrOfTheCalendars, and asked of the caller where
// none of them says one.
func TestTheLengthIsThatOfTheQueryOfTheTypeOrOfTheCalendars(t *testing.T) {
	t.Parallel()
	column := func(id string, minutes int) string {
		return fmt.Sprintf(`{"id":%q,"practiceId":"0006","resourceDisplayName":"x","resourceType":"Person","interval":%d}`, id, minutes)
	}
	for name, c := range map[string]struct {
		length    time.Duration
		duration  int // of the type
		columns   []string
		resources []emr.ResourceID
		want      time.Duration // 0: kind invalid
	}{
		"the query":             {20 * time.Minute, 15, []string{column(leeColumn, 10)}, nil, 20 * time.Minute},
		"the type":              {0, 15, []string{column(leeColumn, 10)}, nil, 15 * time.Minute},
		"the calendars":         {0, 0, []string{column(leeColumn, 10), column(laserRoom, 10)}, nil, 10 * time.Minute},
		"they do not agree":     {0, 0, []string{column(leeColumn, 10), column(laserRoom, 20)}, nil, 0},
		"the one asked for":     {0, 0, []string{column(laserRoom, 20), column(strings.ToUpper(leeColumn), 10)}, []emr.ResourceID{leeColumn}, 10 * time.Minute},
		"no calendar tells one": {0, 0, []string{column(leeColumn, 0)}, nil, 0},
	} {
		p, w := desk(t, nil, reply{body: "[" + openRow() + "]"})
		w.routes["GET /master/events"] = reply{body: listed(fmt.Sprintf(`{"practiceId":"0006","id":%q,"name":"Follow-Up","duration":%d}`, followUp, c.duration))}
		w.routes["GET /resources"] = reply{body: listed(c.columns...)}
		page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Length: c.length, Resources: c.resources}, "")
		if c.want == 0 {
			if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{"length"}) || len(w.asked()) != 0 {
				t.Errorf("%s: %v", name, e.Fields)
			}
			continue
		}
		if err != nil || len(page.Items) != 1 || page.Items[0].Length() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWhereTheDirectoryMayNotBeReadASearchGoesOnAsFarAsItCan.
func TestWhereTheDirectoryMayNotBeReadASearchGoesOnAsFarAsItCan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		route  string
		status int
		q      emr.SlotQuery
		want   emr.Kind
	}{
		"calendars refused":                       {"GET /resources", 403, emr.SlotQuery{Type: followUp}, ""},
		"calendars refused, and needed":           {"GET /resources", 403, emr.SlotQuery{Type: followUp, Practitioners: []emr.PractitionerID{drLee}}, emr.KindPermission},
		"calendars not to be had just now":        {"GET /resources", 500, emr.SlotQuery{Type: followUp}, emr.KindUnavailable},
		"types refused":                           {"GET /master/events", 403, emr.SlotQuery{Type: followUp, Length: 15 * time.Minute}, ""},
		"types not to be had just now":            {"GET /master/events", 500, emr.SlotQuery{Type: followUp}, emr.KindUnavailable},
		"the search that was chosen is not there": {"POST /appointments/availability", 405, emr.SlotQuery{Type: followUp, Vendor: SlotOptions{Source: SlotsAvailability}}, emr.KindUnsupported},
	} {
		c.q.From, c.q.To = march(3), march(4)
		p, w := desk(t, nil, reply{body: "[" + openRow() + "]"})
		w.routes[c.route] = reply{status: c.status}
		page, err := p.FindSlots(t.Context(), c.q, "")
		if emr.KindOf(err) != c.want || err == nil && (len(page.Items) != 1 || page.Items[0].Type != followUp) {
			t.Errorf("%s: %d, %v", name, len(page.Items), err)
		}
	}
	// A resource that is named counts before the practitioner's own.
	p, w := desk(t, nil, reply{body: "[" + openRow(leeColumn, laserRoom) + "]"})
	page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Practitioners: []emr.PractitionerID{drLee}, Resources: []emr.ResourceID{laserRoom}}, "")
	if err != nil || len(page.Items) != 1 || !strings.Contains(w.bodies[0], `"ResourceIds":["`+laserRoom+`"]`) {
		t.Errorf("%v, %v", err, w.bodies)
	}
	// A type that the list does not have is asked for by its id.
	p, w = desk(t, nil, reply{body: "[]"})
	if _, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Type: tessa, Length: 15 * time.Minute}, ""); err != nil || !strings.Contains(w.bodies[0], `"EventId":"`+tessa+`"`) {
		t.Errorf("%v, %v", err, w.bodies)
	}
}
