package nexhealth

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

func weekHours() *WorkingHour {
	return &WorkingHour{
		Practitioner: "501", Resource: "33", Begin: Clock{9, 0}, End: Clock{17, 30}, Days: []time.Weekday{time.Monday, time.Wednesday},
		Types: []emr.AppointmentTypeID{"77"}, Active: true,
	}
}

func TestWorkingHoursAreMadeAsDocumented(t *testing.T) {
	t.Parallel()
	const name = "directory/working_hour_create"
	nx, _ := connect(t, nil, step{want: name, answer: name, status: 201})
	made, err := nx.CreateWorkingHour(t.Context(), "", weekHours())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, name, made)
}

// TestAbsentAndEmptyAreDifferentInAChange: an empty list of types clears them.
func TestAbsentAndEmptyAreDifferentInAChange(t *testing.T) {
	t.Parallel()
	answer := string(readFixture(t, "directory/working_hour_create.response.json"))
	nx, _ := connect(t, nil, step{want: "directory/working_hour_clear", body: answer})
	if _, err := nx.UpdateWorkingHour(t.Context(), "12", &WorkingHourUpdate{Types: &[]emr.AppointmentTypeID{}}); err != nil {
		t.Fatal(err)
	}
	begin, resource, active, day := Clock{8, 5}, emr.ResourceID("34"), false, emr.Date{Year: 2031, Month: 3, Day: 9}
	for want, u := range map[string]*WorkingHourUpdate{
		`{"working_hour":{"begin_time":"08:05"}}`:                                              {Begin: &begin},
		`{"working_hour":{"operatory_id":34}}`:                                                 {Resource: &resource},
		`{"working_hour":{"active":false}}`:                                                    {Active: &active},
		`{"working_hour":{"specific_date":"2031-03-09"}}`:                                      {Date: &day},
		`{"working_hour":{"appointment_type_ids":[77,78]}}`:                                    {Types: &[]emr.AppointmentTypeID{"77", "78"}},
		`{"working_hour":{"days":["Sunday"]}}`:                                                 {Days: []time.Weekday{time.Sunday}},
		`{"working_hour":{"custom_recurrence":{"num":2,"unit":"week","ref":"2031-03-09"}}}`:    {Every: &Recurrence{2, EveryWeek, day}},
		`{"working_hour":{"begin_time":"08:05","end_time":"24:00","appointment_type_ids":[]}}`: {Begin: &begin, End: &Clock{24, 0}, Types: &[]emr.AppointmentTypeID{}},
	} {
		nx, r := connect(t, nil, step{body: answer})
		if _, err := nx.UpdateWorkingHour(t.Context(), "12", u); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(vendortest.JSON(t, []byte(want)), vendortest.JSON(t, []byte(r.bodies[0]))); diff != "" {
			t.Errorf("body (-want +got)\n%s", diff)
		}
	}
}

func TestWorkingHoursThatCannotBeAreNotSent(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil)
	r.also("GET /locations", strings.Replace(office, `"map_by_operatory":false`, `"map_by_operatory":true`, 1))
	for name, edit := range map[string]func(*WorkingHour){
		"nobody":                      func(h *WorkingHour) { h.Practitioner = "" },
		"a practitioner in words":     func(h *WorkingHour) { h.Practitioner = "nora" },
		"no time":                     func(h *WorkingHour) { h.End = h.Begin },
		"the end first":               func(h *WorkingHour) { h.Begin, h.End = h.End, h.Begin },
		"no such time":                func(h *WorkingHour) { h.End = Clock{25, 0} },
		"after midnight":              func(h *WorkingHour) { h.End = Clock{24, 1} },
		"no day":                      func(h *WorkingHour) { h.Days = nil },
		"two ways to say the day":     func(h *WorkingHour) { h.Date = emr.Date{Year: 2031, Month: 3, Day: 9} },
		"an eighth day":               func(h *WorkingHour) { h.Days = []time.Weekday{7} },
		"a recurrence of nothing":     func(h *WorkingHour) { h.Days, h.Every = nil, &Recurrence{} },
		"a type in words":             func(h *WorkingHour) { h.Types = []emr.AppointmentTypeID{"exam"} },
		"no room where one is needed": func(h *WorkingHour) { h.Resource = "" },
	} {
		h := weekHours()
		edit(h)
		if _, err := nx.CreateWorkingHour(t.Context(), "", h); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err1 := nx.CreateWorkingHour(t.Context(), "", nil)
	_, err2 := nx.UpdateWorkingHour(t.Context(), "12", nil)
	_, err3 := nx.UpdateWorkingHour(t.Context(), "12", &WorkingHourUpdate{})
	_, err4 := nx.UpdateWorkingHour(t.Context(), "../12", &WorkingHourUpdate{Begin: &Clock{1, 1}})
	_, err5 := nx.WorkingHours(t.Context(), WorkingHourQuery{Source: "guessed"})
	_, err6 := nx.WorkingHours(t.Context(), WorkingHourQuery{Label: "new"})
	empty := emr.PractitionerID("")
	_, err7 := nx.UpdateWorkingHour(t.Context(), "12", &WorkingHourUpdate{Practitioner: &empty})
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, nx.DeleteWorkingHour(t.Context(), "")} {
		if emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%d: %v", i, err)
		}
	}
	for _, line := range r.requests() {
		if !strings.HasPrefix(line, "GET /locations?") {
			t.Errorf("sent %s", line)
		}
	}
}

func TestALookBeforeTheWriteThatFailsIsNoLostWrite(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{body: "null"})
	h := weekHours()
	h.Resource = ""
	_, err := nx.CreateWorkingHour(t.Context(), "", h)
	if emr.KindOf(err) != emr.KindProtocol {
		t.Errorf("got %v", err)
	}
}

func TestWorkingHoursAreListedWithTheirFilters(t *testing.T) {
	t.Parallel()
	const row = `{"id":%,"provider_id":501,"location_id":9001,"operatory_id":null,"begin_time":"10:30:00","end_time":"24:00","days":null,"specific_date":"2031-11-03",` +
		`"custom_recurrence":null,"tz_offset":"-0500","active":true,"source":"synced","label":null,"appointment_types":[]}`
	nx, r := connect(t, nil, step{body: listed(strings.Replace(row, "%", "12", 1))})
	all, err := nx.WorkingHours(t.Context(), WorkingHourQuery{Practitioner: "501", Resource: "33", Label: "113", Source: Synced, Inactive: true, FutureOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []*WorkingHour{{
		ID: "12", Practitioner: "501", Location: "9001", Begin: Clock{10, 30}, End: Clock{24, 0}, Date: emr.Date{Year: 2031, Month: 11, Day: 3},
		Offset: "-0500", Active: true, Source: Synced,
	}}
	if diff := cmp.Diff(want, all, vendortest.Models()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	const line = "GET /working_hours?subdomain=north-pier-dental&location_id=9001&provider_id=501&operatory_id=33&label_id=113&source=synced&active=false&include%5B%5D=appointment_types&ignore_past_dates=true&per_page=100"
	if got := r.requests()[0]; got != line {
		t.Errorf("got  %s\nwant %s", got, line)
	}
	nx, _ = connect(t, nil, step{route: "GET /working_hours/12?subdomain=north-pier-dental&include%5B%5D=appointment_types", body: good(strings.Replace(row, "%", "12", 1))})
	if h, err := nx.GetWorkingHour(t.Context(), "12"); err != nil || h.ID != "12" {
		t.Errorf("%+v, %v", h, err)
	}
	for _, broken := range []string{strings.Replace(row, "10:30:00", "half past", 1), strings.Replace(row, `"days":null`, `"days":["Someday"]`, 1)} {
		nx, _ = connect(t, nil, step{body: good(strings.Replace(broken, "%", "12", 1))})
		_, err = nx.GetWorkingHour(t.Context(), "12")
		wantKind(t, err, emr.KindProtocol)
	}
}

func TestALostAnswerToAWorkingHourIsAmbiguousAndSentOnce(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil, step{status: 502})
	_, err := nx.CreateWorkingHour(t.Context(), "", weekHours())
	wantKind(t, err, emr.KindAmbiguous)
	if n := len(r.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}
