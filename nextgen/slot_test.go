package nextgen

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// piece is an increment of the template in JSON: 15 minutes of Dr Lee at the harbor.
func piece(day, begin string, replace ...string) string {
	row := fmt.Sprintf(`{"categoryId":%q,"locationId":%q,"locationName":"Harbor Clinic","resourceId":%q,"startDate":"%sT00:00:00","beginTime":%q,"duration":15,"appointmentCount":0,"timeslotCount":2}`, clinicTime, harbor, leeColumn, day, begin)
	return strings.NewReplacer(replace...).Replace(row)
}

// starts are the slots as the practice's clock shows them.
func starts(slots []*emr.Slot) string {
	var all []string
	for _, s := range slots {
		all = append(all, s.Start.Format("15:04Z07")+"+"+fmt.Sprint(int(s.Length()/time.Minute)))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func template(t *testing.T, edit func(*Config), q emr.SlotQuery, rows ...string) string {
	t.Helper()
	p, w := desk(t, func(c *Config) {
		c.SlotSource = SlotsTemplate
		if edit != nil {
			edit(c)
		}
	}, reply{body: listed(rows...)})
	page, err := p.FindSlots(t.Context(), q, "")
	if err != nil || len(w.asked()) != 1 {
		t.Fatalf("%v after %v", err, w.asked())
	}
	return starts(page.Items)
}

// TestIncrementsAreJoinedIntoVisits of the length asked for, never over a gap, a booked
// one, another calendar, place or category.
func TestIncrementsAreJoinedIntoVisits(t *testing.T) {
	t.Parallel()
	const d = "2031-03-03"
	row := func(begin string) string { return piece(d, begin) }
	half := emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Length: 30 * time.Minute}
	booked := func(begin string) string { return piece(d, begin, `"appointmentCount":0`, `"appointmentCount":1`) }
	for name, c := range map[string]struct {
		q    emr.SlotQuery
		rows []string
		want string
	}{
		"three in a row":         {half, []string{row("0930"), row("0915"), row("945")}, "09:15-05+30 09:30-05+30"},
		"a gap":                  {half, []string{row("0915"), row("0945")}, ""},
		"a booked one":           {half, []string{row("0915"), booked("0930"), row("0945"), row("1000")}, "09:45-05+30"},
		"another calendar":       {half, []string{row("0915"), piece(d, "0930", leeColumn, laserRoom)}, ""},
		"another location":       {half, []string{row("0915"), piece(d, "0930", harbor, tessa)}, ""},
		"a hidden category":      {half, []string{piece(d, "0915", clinicTime, lunch), piece(d, "0930", clinicTime, lunch)}, ""},
		"two templates":          {half, []string{row("0915"), row("0915"), row("0930"), piece(d, "0915", `"duration":15`, `"duration":45`)}, "09:15-05+30"},
		"the type's length":      {emr.SlotQuery{From: march(3), To: march(4), Type: followUp}, []string{row("0915"), row("0930")}, "09:15-05+15 09:30-05+15"},
		"overlap":                {emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Vendor: SlotOptions{Overlap: true}}, []string{booked("0915"), piece(d, "0930", `"appointmentCount":0`, `"appointmentCount":2`)}, "09:15-05+15"},
		"another day":            {half, []string{piece("2031-03-04", "0915"), piece("2031-03-04", "0930")}, ""},
		"nothing in it":          {half, []string{piece(d, "0915", `"duration":15`, `"duration":0`)}, ""},
		"no type: the first one": {emr.SlotQuery{From: march(3), To: march(4)}, []string{row("0915")}, "09:15-05+15"},
	} {
		if got := template(t, nil, c.q, c.rows...); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestTheTemplateIsReadToItsEnd before increments are joined: a visit may lie across two
// pages, whose next link names a machine inside the clinic.
func TestTheTemplateIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	first := strings.Replace(listed(piece("2031-03-03", "0915")), `"nextPageLink":null`, `"nextPageLink":"http://127.0.0.1:889/HOST/api/appointments/slots?$skip=1"`, 1)
	p, w := desk(t, nil, reply{body: first}, reply{body: listed(piece("2031-03-03", "0930"))})
	page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Length: 30 * time.Minute}, "")
	if err != nil || starts(page.Items) != "09:15-05+30" || len(w.asked()) != 2 || !strings.Contains(w.asked()[1], "$skip=1") || w.seen[1].URL.Host != "nativeapi.nextgen.com" {
		t.Fatalf("%v, %v, %v", starts(page.Items), err, w.asked())
	}
	p, w = desk(t, nil, reply{body: first}, reply{})
	_, err = p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4)}, "")
	if wantError(t, err, emr.KindQuota); len(w.asked()) != 2 {
		t.Error(w.asked())
	}
}

// TestACategoryIsAskedForItsEventsOnce, and offers the first type that it takes, or the one
// asked for, or nothing.
func TestACategoryIsAskedForItsEventsOnce(t *testing.T) {
	t.Parallel()
	p, w := desk(t, nil, reply{body: listed(piece("2031-03-03", "0915"), piece("2031-03-03", "0930"))})
	events := "GET /master/appointments/categories/" + clinicTime + "/events"
	delete(w.routes, events)
	other := "8b1d2e3f-0a4c-4d5e-9f60-1a2b3c4d5e02"
	w.routes["GET /master/events"] = reply{body: listed(`{"practiceId":"0006","id":"`+followUp+`","name":"Follow-Up","duration":15}`, `{"practiceId":"0006","id":"`+other+`","name":"New","duration":30}`)}
	w.replies = append(w.replies, reply{body: listed(`{"id":"` + strings.ToUpper(other) + `"}`)}, w.replies[0])
	for n, c := range []struct {
		kind  emr.AppointmentTypeID
		slots string
		asked int
	}{{"", "09:15-05+30", 2}, {"", "09:15-05+30", 3}, {followUp, "", 4}} {
		page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Type: c.kind, Vendor: SlotOptions{Source: SlotsTemplate}}, "")
		if err != nil || starts(page.Items) != c.slots || len(w.asked()) != c.asked {
			t.Errorf("search %d: %q, %v, %v", n, starts(page.Items), err, w.asked())
		}
		for _, s := range page.Items {
			if s.Type != emr.AppointmentTypeID(other) || s.TypeName != "New" {
				t.Errorf("%+v", s)
			}
		}
	}
}

// TestASiteWithoutOneRouteIsAskedByTheOther, and where the Config says which, it is not.
func TestASiteWithoutOneRouteIsAskedByTheOther(t *testing.T) {
	t.Parallel()
	gone := reply{status: 405, body: `{"message":"The requested resource does not support http method 'POST'."}`, header: map[string][]string{"Api-Version": {"6.0.0.767"}}}
	q := emr.SlotQuery{From: march(3), To: march(4), Type: followUp}
	p, w := desk(t, nil, gone, reply{body: listed(piece("2031-03-03", "0915"))})
	if page, err := p.FindSlots(t.Context(), q, ""); err != nil || len(page.Items) != 1 || page.Items[0].Type != followUp || len(w.asked()) != 2 {
		t.Errorf("%v, %v", err, w.asked())
	}
	p, w = desk(t, nil, gone, answered(t, "slot/availability"))
	if page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(5)}, ""); err != nil || len(page.Items) != 2 || len(w.asked()) != 2 {
		t.Errorf("%v, %v", err, w.asked())
	}
	// The search may have pages, as nobody has seen: they are its own, also where the template was asked first.
	paged := reply{body: `{"items":` + answered(t, "slot/availability").body + `,"nextPageLink":"http://127.0.0.1:889/x/appointments/availability?$skip=25"}`}
	p, w = desk(t, nil, gone, paged, reply{body: "[]"})
	page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(5)}, "")
	if err != nil || len(page.Items) != 2 || page.Next == "" {
		t.Fatalf("%v, %v", err, w.asked())
	}
	if page, err = p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(5)}, page.Next); err != nil || page.Next != "" || w.asked()[2] != "POST /appointments/availability?$skip=25" || w.bodies[1] != w.bodies[2] {
		t.Errorf("%v, %v", err, w.asked())
	}
	if _, err = p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(5)}, "7"); emr.KindOf(err) != emr.KindInvalid {
		t.Error(err)
	}
	p, w = desk(t, func(c *Config) { c.SlotSource = SlotsAvailability }, gone)
	_, err = p.FindSlots(t.Context(), q, "")
	if e := wantError(t, err, emr.KindUnsupported); !strings.Contains(e.Hint, "6.0.0.767") || len(w.asked()) != 1 {
		t.Errorf("%v, %v", err, w.asked())
	}
}

// TestAvailabilityIsASearchThatMayBeRepeated although it is a POST, and its empty answer is
// the quota.
func TestAvailabilityIsASearchThatMayBeRepeated(t *testing.T) {
	t.Parallel()
	q := emr.SlotQuery{From: march(3), To: march(8), Type: followUp, Locations: []emr.LocationID{harbor}}
	for name, first := range map[string]reply{"cut": {cut: true}, "503": {status: 503}, "a page of a proxy": {status: 502, body: "<html>", kind: "text/html"}} {
		p, w := desk(t, nil, first, answered(t, "slot/availability"))
		if page, err := p.FindSlots(t.Context(), q, ""); err != nil || len(page.Items) != 2 || len(w.asked()) != 2 || w.bodies[0] != w.bodies[1] {
			t.Errorf("%s: %v, %v", name, err, w.asked())
		}
	}
	p, w := desk(t, nil, reply{})
	_, err := p.FindSlots(t.Context(), q, "")
	if wantError(t, err, emr.KindQuota); len(w.asked()) != 1 {
		t.Error(w.asked())
	}
	for _, body := range []string{`{}`, `null`, `[{"appointmentDateTime":"soon"}]`, `[{"appointmentDateTime":null}]`, `[7]`, `{"items":null}`} {
		p, _ := desk(t, nil, reply{body: body})
		_, err := p.FindSlots(t.Context(), q, "")
		wantError(t, err, emr.KindProtocol)
	}
	p, _ = desk(t, nil, reply{body: `{"Items":` + answered(t, "slot/availability").body + `,"NextPageLink":""}`})
	if page, err := p.FindSlots(t.Context(), q, ""); err != nil || len(page.Items) != 2 {
		t.Errorf("in an envelope: %v", err)
	}
}

func TestWhatOnlyNextGenCanBeAskedGoesOut(t *testing.T) {
	t.Parallel()
	two := 2
	p, w := desk(t, nil, reply{body: "[]"})
	q := emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Length: 20 * time.Minute, Resources: []emr.ResourceID{laserRoom},
		Vendor: &SlotOptions{Category: clinicTime, Class: lunch, DaysOfWeek: []int{1, 2}, RestrictResultsBy: &two, GroupResources: true}}
	if _, err := p.FindSlots(t.Context(), q, ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"CategoryId":"` + clinicTime, `"ClassId":"` + lunch, `"DaysOfWeek":[1,2]`, `"RestrictResultsBy":2`, `"GroupResourcesBySlot":true`, `"DurationMinutes":20`, `"ResourceIds":["` + laserRoom + `"]`} {
		if !strings.Contains(w.bodies[0], want) {
			t.Errorf("%s is not in %s", want, w.bodies[0])
		}
	}
	for field, q := range map[string]emr.SlotQuery{
		"vendor": {Vendor: BookingOptions{}}, "purposes": {Purposes: []emr.PurposeID{"1"}}, "length": {Length: time.Second}, "type": {Type: "x"}, "locations": {Locations: []emr.LocationID{"x"}},
		"practitioners": {Practitioners: []emr.PractitionerID{"x"}}, "resources": {Resources: []emr.ResourceID{"x"}}, "category": {Vendor: SlotOptions{Category: "x"}}, "class": {Vendor: SlotOptions{Class: "x"}}, "source": {Vendor: SlotOptions{Source: "x"}},
	} {
		q.From, q.To = march(3), march(4)
		p, w := desk(t, nil)
		_, err := p.FindSlots(t.Context(), q, "")
		if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) || len(w.asked()) != 0 {
			t.Errorf("%s: %v", field, e.Fields)
		}
	}
	p, w = desk(t, nil) // somebody without a calendar has no free time, and that is known
	if page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Practitioners: []emr.PractitionerID{tessa}}, ""); err != nil || len(page.Items) != 0 || len(w.asked()) != 0 {
		t.Errorf("%v, %v", err, w.asked())
	}
}

// TestFault_T1_T2_theNightsWhenClocksChange in New York: what clocks skip is no time, what
// they show twice is offered and booked only where Config.Fold says which is meant.
func TestFault_T1_T2_theNightsWhenClocksChange(t *testing.T) {
	t.Parallel()
	spring := []string{piece("2031-03-09", "0145"), piece("2031-03-09", "0200"), piece("2031-03-09", "0230"), piece("2031-03-09", "0300")}
	autumn := []string{piece("2031-11-02", "0045"), piece("2031-11-02", "0100"), piece("2031-11-02", "0145"), piece("2031-11-02", "0200")}
	november := emr.SlotQuery{From: emr.Date{Year: 2031, Month: 11, Day: 2}, To: emr.Date{Year: 2031, Month: 11, Day: 3}, Type: followUp}
	if got := template(t, nil, emr.SlotQuery{From: march(9), To: march(10), Type: followUp}, spring...); got != "01:45-05+15 03:00-04+15" {
		t.Errorf("spring: %q", got)
	}
	for fold, want := range map[Fold]string{
		FoldRefuse: "00:45-04+15 02:00-05+15", FoldEarlier: "00:45-04+15 01:00-04+15 01:45-04+15 02:00-05+15", FoldLater: "00:45-04+15 01:00-05+15 01:45-05+15 02:00-05+15",
	} {
		if got := template(t, func(c *Config) { c.Fold = fold }, november, autumn...); got != want {
			t.Errorf("autumn, %s: %q", fold, got)
		}
	}
	// Two increments with the skipped hour between them are a quarter of an hour apart.
	q := emr.SlotQuery{From: march(9), To: march(10), Type: followUp, Length: 30 * time.Minute}
	if got := template(t, nil, q, piece("2031-03-09", "0145"), piece("2031-03-09", "0300")); got != "01:45-05+30" {
		t.Errorf("over the gap: %q", got)
	}
	early := time.Date(2031, 11, 2, 1, 30, 0, 0, zone(t, "America/New_York"))
	for fold, at := range map[Fold][]time.Time{FoldRefuse: nil, FoldEarlier: {early}, FoldLater: {early.Add(time.Hour)}} {
		for _, start := range []time.Time{early, early.Add(time.Hour)} {
			record := visitRecord(t, "2031-03-03T00:00:00", "2031-11-02T00:00:00", `"0915"`, `"0130"`, `"0930"`, `"0145"`)
			p, w := desk(t, func(c *Config) { c.Fold = fold }, reply{body: record})
			b := visitBooking(t)
			b.Slot.Start, b.Slot.End = start, start.Add(15*time.Minute)
			a, err := p.Book(t.Context(), b)
			if slices.ContainsFunc(at, start.Equal) {
				if err != nil || !a.Start.Equal(start) || !strings.Contains(w.bodies[0], `"AppointmentDate":"2031-11-02T01:30:00"`) {
					t.Errorf("%s: %v, %v", fold, a, err)
				}
				continue
			}
			if wantError(t, err, emr.KindInvalid); len(w.asked()) != 0 {
				t.Errorf("%s: %v was sent", fold, start)
			}
		}
	}
	p, _ := desk(t, nil, reply{body: visitRecord(t, "2031-03-03T00:00:00", "2031-03-09T00:00:00", `"0915"`, `"0230"`)})
	_, err := p.GetAppointment(t.Context(), emr.NewAppointmentID(visit))
	if e := wantError(t, err, emr.KindProtocol); !slices.Contains(e.Fields, "beginTime") {
		t.Errorf("an appointment in the gap: %v", err)
	}
}
