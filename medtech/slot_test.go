package medtech

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// starts reads the bounds of the slot searches sent.
func starts(t *testing.T, w *wire) (all [][2]time.Time) {
	t.Helper()
	for _, r := range w.seen {
		q, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil || strings.Contains(r.URL.RawQuery, "+") {
			t.Fatalf("query %s", r.URL.RawQuery)
		}
		var pair [2]time.Time
		for i, v := range q["start"] {
			if pair[i], err = time.Parse(time.RFC3339, v[2:]); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, pair)
	}
	return all
}

// TestSlots_DSTDaysInAuckland: on 7 April 2030 clocks go back at three, on 29 September
// 2030 they go forward.
func TestSlots_DSTDaysInAuckland(t *testing.T) {
	t.Parallel()
	slot := func(id, start, end string) string {
		return `{"resourceType":"Slot","id":"` + id + `","schedule":{"reference":"Schedule/x"},"status":"free","start":"` + start + `","end":"` + end + `"}`
	}
	for _, tt := range []struct {
		from     emr.Date
		slots    string
		want     []string
		searches int
	}{
		{emr.Date{Year: 2030, Month: 4, Day: 1}, bundle(
			slot("a", "2030-04-07T02:30:00+13:00", "2030-04-07T02:45:00+13:00"),
			slot("b", "2030-04-07T02:30:00+12:00", "2030-04-07T02:45:00+12:00"),
			slot("c", "2030-04-07T23:45:00+12:00", "2030-04-08T00:00:00+12:00"),
			slot("d", "2030-04-08T00:00:00+12:00", "2030-04-08T00:15:00+12:00"),
		), []string{"2030-04-07T02:30:00+13:00", "2030-04-07T02:30:00+12:00", "2030-04-07T23:45:00+12:00"}, 2},
		{emr.Date{Year: 2030, Month: 9, Day: 23}, bundle(
			slot("a", "2030-09-28T13:45:00Z", "2030-09-28T14:00:00Z"),
			slot("b", "2030-09-28T14:00:00.5+00:00", "2030-09-28T14:15:00Z"),
			slot("c", "2030-09-29T10:59:00Z", "2030-09-29T11:10:00Z"),
			slot("d", "2030-09-29T11:00:00Z", "2030-09-29T11:15:00Z"),
		), []string{"2030-09-29T01:45:00+12:00", "2030-09-29T03:00:00+13:00", "2030-09-29T23:59:00+13:00"}, 1},
	} {
		c, w := connect(t, nil, reply{body: tt.slots})
		w.routes["GET /Practitioner"] = reply{body: bundle(doctors)}
		w.routes["GET /Location"] = reply{body: bundle()}
		found, err := emr.Collect(emr.NewClient(c, nil).FindSlots(t.Context(), emr.SlotQuery{From: tt.from, To: tt.from.AddDays(7)}))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range found {
			got = append(got, s.Start.Format(time.RFC3339))
		}
		if strings.Join(got, " ") != strings.Join(tt.want, " ") {
			t.Errorf("slots start %v, want %v", got, tt.want)
		}
		bounds := starts(t, w)
		if len(bounds) != tt.searches {
			t.Errorf("%d searches", len(bounds))
		}
		for i, b := range bounds {
			if b[1].Sub(b[0]) > 7*24*time.Hour {
				t.Errorf("a search over %v", b[1].Sub(b[0]))
			}
			if i > 0 && !b[0].Equal(bounds[i-1][1].Add(time.Second)) {
				t.Error("the searches leave a gap")
			}
		}
		zone := c.cfg.Zone
		if !bounds[0][0].Equal(tt.from.Start(zone)) || !bounds[len(bounds)-1][1].Equal(tt.from.AddDays(7).Start(zone).Add(-time.Second)) {
			t.Errorf("bounds %v", bounds)
		}
	}
}

func TestSlots_practitionersWithoutNumberAreLeftOutOrRefused(t *testing.T) {
	t.Parallel()
	council := `{"resourceType":"Practitioner","id":"p2","identifier":[{"system":"http://standards.digital.health.nz/ns/medical-council-id","value":"48211"}]}`
	nurse := `{"resourceType":"Practitioner","id":"p3","telecom":[{"system":"phone","value":"090000000"}]}`
	c, w := connect(t, nil, reply{body: bundle()})
	w.routes["GET /Practitioner"] = reply{body: bundle(doctors, council, nurse, outcome("information", "informational", "Request processed successfully."))}
	w.routes["GET /Location"] = reply{body: bundle()}
	day := emr.Date{Year: 2030, Month: 3, Day: 4}
	if _, err := emr.Collect(emr.NewClient(c, nil).FindSlots(t.Context(), emr.SlotQuery{From: day, To: day.AddDays(1)})); err != nil || len(w.seen) != 2 {
		t.Fatalf("%v, %d searches", err, len(w.seen))
	}
	for i, want := range []string{PersonSystem + "|99ZZZS", CouncilSystem + "|48211"} {
		if got := w.seen[i].URL.Query().Get("schedule.actor.identifier"); got != want {
			t.Errorf("asked for %s", got)
		}
	}
	for id, kind := range map[emr.PractitionerID]emr.Kind{"p3": emr.KindInvalid, "p9": emr.KindNotFound} {
		_, err := emr.Collect(emr.NewClient(c, nil).FindSlots(t.Context(), emr.SlotQuery{From: day, To: day.AddDays(1), Practitioners: []emr.PractitionerID{id}}))
		if emr.KindOf(err) != kind || len(w.seen) != 2 {
			t.Errorf("%s: %v, %d searches", id, err, len(w.seen))
		}
	}
}

func TestSlots_aSlotOfAnotherTimeIsNotNamed(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{status: 201, body: appointmentBody})
	b := booking()
	b.Slot.Start, b.Slot.End = b.Slot.Start.Add(time.Hour), b.Slot.End.Add(time.Hour)
	if _, err := (parts{c}).Book(t.Context(), b); err != nil || strings.Contains(w.bodies[0], "Slot/") {
		t.Errorf("%v: %s", err, w.bodies[0])
	}
	if _, err := (parts{c}).Book(t.Context(), booking()); err != nil || !strings.Contains(w.bodies[1], `"slot":[{"reference":"Slot/s1"}]`) {
		t.Errorf("%v: %s", err, w.bodies[1])
	}
}

func TestAPractitionerWhoIsNewInTheDirectoryIsFound(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: bundle()})
	p := parts{c}
	ask := func(id emr.PractitionerID) error {
		_, err := p.scheduled(t.Context(), opFindSlots, []emr.PractitionerID{id})
		return err
	}
	w.routes["GET /Practitioner"] = reply{body: bundle(doctors)}
	if err := ask("p1"); err != nil {
		t.Fatal(err)
	}
	wantError(t, ask("p2"), emr.KindNotFound)
	w.routes["GET /Practitioner"] = reply{body: bundle(doctors, strings.Replace(doctors, `"p1"`, `"p2"`, 1))}
	if err := ask("p2"); err != nil {
		t.Error(err)
	}
}
