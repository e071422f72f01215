package nexhealth

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// visitRecord is an appointment as NexHealth sends one; edits are "old→new" texts.
func visitRecord(edits ...string) string {
	r := `{"id":88001,"patient_id":70011,"provider_id":501,"location_id":9001,"operatory_id":33,"appointment_type_id":77,"start_time":"2031-03-03T14:00:00.000Z","end_time":"2031-03-03T14:30:00.000Z",` +
		`"timezone":"America/New_York","cancelled":false,"confirmed":false,"foreign_id":"94","foreign_id_type":"msg-1","updated_at":"2031-02-01T08:05:00Z"}`
	for i := 0; i < len(edits); i += 2 {
		r = strings.Replace(r, edits[i], edits[i+1], 1)
	}
	return r
}

// TestTheStateIsDerivedFromFlagsTheLaterOneFirst: NexHealth has no status.
func TestTheStateIsDerivedFromFlagsTheLaterOneFirst(t *testing.T) {
	t.Parallel()
	const in = `"cancelled":false,"confirmed":false,"foreign_id":"94","foreign_id_type":"msg-1"`
	const written = `"foreign_id":"94","foreign_id_type":"msg-1"`
	for _, c := range []struct {
		members   string
		status    emr.Status
		word      string
		confirmed bool
		write     emr.WriteState
	}{
		{written, emr.StatusBooked, "", false, emr.WriteDone},
		{written + `,"confirmed":true`, emr.StatusBooked, "confirmed", true, emr.WriteDone},
		{written + `,"patient_confirmed":true`, emr.StatusBooked, "patient_confirmed", true, emr.WriteDone},
		{written + `,"confirmed":true,"checkin_at":"2031-03-03T14:00:00Z"`, emr.StatusArrived, "checkin_at", true, emr.WriteDone},
		{written + `,"checkin_at":"at nine"`, emr.StatusArrived, "checkin_at", false, emr.WriteDone},
		{written + `,"checkin_at":"2031-03-03T14:00:00Z","checked_out":true`, emr.StatusFulfilled, "checked_out", false, emr.WriteDone},
		{written + `,"patient_missed":true,"checked_out":true`, emr.StatusNoShow, "patient_missed", false, emr.WriteDone},
		{written + `,"cancelled":true,"patient_missed":true,"confirmed":true`, emr.StatusCancelled, "cancelled", true, emr.WriteDone},
		{written + `,"canceled":true`, emr.StatusCancelled, "cancelled", false, emr.WriteDone},
		{written + `,"cancelled":"true"`, emr.StatusCancelled, "cancelled", false, emr.WriteDone},
		{`"foreign_id":null,"foreign_id_type":"nex"`, emr.StatusPending, "", false, emr.WriteAccepted},
		{`"foreign_id":"94","foreign_id_type":"NexHealth"`, emr.StatusPending, "", false, emr.WriteAccepted},
		{`"foreign_id":"","foreign_id_type":"msg-1"`, emr.StatusPending, "", false, emr.WriteAccepted},
		{`"foreign_id":0`, emr.StatusPending, "", false, emr.WriteAccepted},
		{`"foreign_id":94,"foreign_id_type":"Next-1"`, emr.StatusPending, "", false, emr.WriteAccepted},
		{`"foreign_id":94,"foreign_id_type":"ne"`, emr.StatusBooked, "", false, emr.WriteDone},
		{`"foreign_id":null,"confirmed":true`, emr.StatusBooked, "confirmed", true, emr.WriteAccepted},
		{`"foreign_id":null,"cancelled":true`, emr.StatusCancelled, "cancelled", false, emr.WriteAccepted},
	} {
		a, err := appointmentFrom([]byte(visitRecord(in, c.members)), nil, nil)
		if err != nil || a.Status != c.status || a.VendorStatus != c.word || a.Confirmed != c.confirmed || a.Write != c.write {
			t.Errorf("%s: %s %q %v %s, %v", c.members, a.Status, a.VendorStatus, a.Confirmed, a.Write, err)
		}
	}
}

func TestTimesAreInTheZoneOfTheAppointment(t *testing.T) {
	t.Parallel()
	denver, err := emr.LoadZone("America/Denver")
	if err != nil {
		t.Fatal(err)
	}
	const zone = `"timezone":"America/New_York"`
	for _, c := range []struct {
		members  string
		fallback *time.Location
		want     string
	}{
		{zone, denver, "2031-03-03 09:00 -0500"}, {`"timezone":null`, denver, "2031-03-03 07:00 -0700"}, {`"timezone":"Local"`, denver, "2031-03-03 07:00 -0700"},
		{`"timezone":"Mars/Base"`, nil, "2031-03-03 14:00 +0000"}, {`"timezone":"../../etc/passwd"`, denver, "2031-03-03 07:00 -0700"},
		{`"timezone":"","timezone_offset":"-4:00"`, nil, "2031-03-03 10:00 -0400"}, {`"timezone_offset":"+05:30"`, nil, "2031-03-03 19:30 +0530"},
		{`"timezone_offset":"-0330"`, nil, "2031-03-03 10:30 -0330"}, {`"timezone_offset":"4:00"`, nil, "2031-03-03 14:00 +0000"}, {`"timezone_offset":"-99:00"`, nil, "2031-03-03 14:00 +0000"},
	} {
		a, err := appointmentFrom([]byte(visitRecord(zone, c.members)), c.fallback, nil)
		if err != nil || a.Start.Format("2006-01-02 15:04 -0700") != c.want {
			t.Errorf("%s: %v, %v", c.members, a.Start, err)
		}
	}
	// Slots' times have offsets; so may appointments'.
	a, err := appointmentFrom([]byte(visitRecord(zone, `"x":1`, "2031-03-03T14:00:00.000Z", "2031-03-03T09:00:00.000-05:00")), nil, nil)
	if err != nil || a.Start.Format(time.RFC3339) != "2031-03-03T09:00:00-05:00" {
		t.Errorf("%v, %v", a.Start, err)
	}
	for _, bad := range []string{`"2031-03-03 09:00"`, `"soon"`, `{}`} {
		for _, member := range []string{`"2031-03-03T14:00:00.000Z"`, `"2031-03-03T14:30:00.000Z"`} { // start and end
			if _, err := appointmentFrom([]byte(visitRecord(member, bad)), nil, nil); err == nil {
				t.Errorf("%s is taken for an instant", bad)
			}
		}
	}
}

func TestAnOffsetIsReadOrNotGuessed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"-4:00": -14400, "+05:30": 19800, "-0400": -14400, "+14:00": 50400, " -04:00 ": -14400, "+0:59": 3540, "+1345": 49500, "-5:00": -18000,
		"": -1, "4:00": -1, "Z": -1, "+": -1, "-": -1, "+15:00": -1, "+5:60": -1, "+99:00": -1, "+123": -1, "+12345": -1, "+1:2:3": -1, "+5": -1, "--4:00": -1, "+-4:00": -1,
	} {
		if got, ok := offsetSeconds(text); ok != (want != -1) || ok && got != want {
			t.Errorf("%q: %d %v", text, got, ok)
		}
	}
}

func TestAZoneIsLoadedOnceAPage(t *testing.T) {
	t.Parallel()
	zones := zoneMemo{}
	first, nowhere := zones.load(" America/Denver "), zones.load("Mars/Base")
	if first == nil || nowhere != nil || len(zones) != 2 || zones.load("America/Denver") != first {
		t.Errorf("%v, %v, %v", first, nowhere, zones)
	}
	for _, name := range []string{"", " ", "Local", strings.Repeat("A", 65)} {
		if zone := zones.load(name); zone != nil {
			t.Errorf("%q is %v", name, zone)
		}
	}
	if _, kept := zones[strings.Repeat("A", 65)]; kept {
		t.Error("any text is remembered")
	}
	if zone := zoneMemo(nil).load("America/Denver"); zone == nil {
		t.Error("without a memory no zone is found")
	}
}

func TestAnAppointmentWithoutAZoneTakesThatOfItsLocation(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{body: good(visitRecord(`"timezone":"America/New_York",`, ""))})
	r.also("GET /locations", office)
	a, err := parts{c}.GetAppointment(t.Context(), visitID)
	if err != nil || a.Start.Format(time.RFC3339) != "2031-03-03T09:00:00-05:00" {
		t.Errorf("%v, %v", a, err)
	}
	c, _ = connect(t, nil, step{body: good(visitRecord(`"timezone":"America/New_York",`, ""))}, step{status: 403}) // and lives without
	if a, err = (parts{c}).GetAppointment(t.Context(), visitID); err != nil || !a.Start.Equal(instant(t, "2031-03-03T14:00:00Z")) {
		t.Errorf("%v, %v", a, err)
	}
}

func TestAnAppointmentIsReadFromEachShape(t *testing.T) {
	t.Parallel()
	for _, data := range []string{visitRecord(), `{"appt":` + visitRecord() + `}`, `{"appointment":` + visitRecord() + `}`} {
		c, _ := connect(t, nil, step{body: good(data)})
		a, err := parts{c}.GetAppointment(t.Context(), visitID)
		if err != nil || a.Patient != tessaID {
			t.Fatalf("%v, %v", a, err)
		}
		if string(a.Source.Reveal()) != visitRecord() {
			t.Errorf("the record as it came is lost: %s", a.Source.Reveal())
		}
	}
	for _, data := range []string{"null", "[]", visitRecord("88001", "88002"), visitRecord("88001", "null"), visitRecord(`"2031-03-03T14:00:00.000Z"`, "null"), visitRecord(`"2031-03-03T14:00:00.000Z"`, `"soon"`)} {
		c, _ := connect(t, nil, step{body: good(data)})
		_, err := parts{c}.GetAppointment(t.Context(), visitID)
		wantKind(t, err, emr.KindProtocol)
	}
}

func TestAListOfSeveralLocationsAndPagesIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	more := strings.Replace(listed(visitRecord()), `"has_next_page":false`, `"has_next_page":true`, 1)
	c, r := connect(t, func(c *Config) { c.Zone = ny(t) },
		step{body: more}, step{body: listed(visitRecord("88001", "88002"))}, step{body: listed(visitRecord("88001", "88003", "9001", "9002"))})
	r.also("GET /locations", office)
	q := emr.AppointmentQuery{
		From: emr.Date{Year: 2031, Month: 3, Day: 3}, To: emr.Date{Year: 2031, Month: 3, Day: 4},
		Locations: []emr.LocationID{"9001", "9002"}, Patient: &emr.Patient{ID: tessaID},
	}
	r.also("GET /locations", strings.Replace(office, `"id":9001,`, `"id":9002,`, 1)) // the other one is configured
	all, err := emr.Collect(emr.NewClient(c, nil).Appointments(t.Context(), q))
	if err != nil || len(all) != 3 {
		t.Fatalf("%d, %v", len(all), err)
	}
	got := slices.DeleteFunc(r.requests(), func(line string) bool { return strings.HasPrefix(line, "GET /locations") })
	const window = "&start=2031-03-03T05%3A00%3A00Z&end=2031-03-04T05%3A00%3A00Z&patient_ids%5B%5D=70011&per_page=100"
	want := []string{
		"GET /appointments?subdomain=north-pier-dental&location_id=9001" + window, "GET /appointments?subdomain=north-pier-dental&location_id=9001" + window + "&end_cursor=c2",
		"GET /appointments?subdomain=north-pier-dental&location_id=9002" + window,
	}
	if !slices.Equal(got, want) {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestFault_F12_anotherPatientsAppointmentIsNeverShown(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, func(c *Config) { c.Zone = ny(t) }, step{body: listed(visitRecord("70011", "70012"))})
	_, err := parts{c}.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: &emr.Patient{ID: tessaID}, From: emr.Date{Year: 2031, Month: 3, Day: 3}, To: emr.Date{Year: 2031, Month: 3, Day: 4}}, "")
	wantKind(t, err, emr.KindProtocol)
	for _, ignored := range []string{"start", "end", "location_id", "patient_ids"} {
		body := strings.Replace(listed(), `"description":null`, `"description":"Note that following parameters are ignored: `+ignored+`."`, 1)
		c, _ := connect(t, func(c *Config) { c.Zone = ny(t) }, step{body: body})
		_, err := parts{c}.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: &emr.Patient{ID: tessaID}}, "")
		if e := wantKind(t, err, emr.KindProtocol); !slices.Equal(e.Fields, []string{ignored}) {
			t.Errorf("%s: %v", ignored, e.Fields)
		}
	}
}

// TestFault_T4_aWindowIsTheLocalDay also where that has 23 hours, and where the zone is
// not known.
func TestFault_T4_aWindowIsTheLocalDay(t *testing.T) {
	t.Parallel()
	day := emr.Date{Year: 2031, Month: 3, Day: 9} // clocks go forward
	santiago, err := emr.LoadZone("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	unknown := strings.Replace(office, "America/New_York", "", 1)
	for _, c := range []struct {
		zone   *time.Location
		office string
		day    emr.Date
		want   string
	}{
		{ny(t), "", day, "&start=2031-03-09T05%3A00%3A00Z&end=2031-03-10T04%3A00%3A00Z"},
		{nil, office, day, "&start=2031-03-09T05%3A00%3A00Z&end=2031-03-10T04%3A00%3A00Z"},
		{santiago, "", emr.Date{Year: 2031, Month: 9, Day: 7}, "&start=2031-09-07T04%3A00%3A00Z&end=2031-09-08T03%3A00%3A00Z"},
		{nil, unknown, day, "&start=2031-03-08T10%3A00%3A00Z&end=2031-03-10T14%3A00%3A00Z"},
	} {
		client, r := connect(t, func(f *Config) { f.Zone = c.zone }, step{body: listed()})
		r.also("GET /locations", c.office)
		_, err := parts{client}.ListAppointments(t.Context(), emr.AppointmentQuery{From: c.day, To: c.day.AddDays(1)}, "")
		last := r.requests()[len(r.requests())-1]
		if err != nil || !strings.Contains(last, c.want) {
			t.Errorf("%v: %s, %v", c.zone, last, err)
		}
	}
}

func TestWithoutDaysTheConfiguredWindowIsRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		today := emr.Date{Year: 2000, Month: 1, Day: 1}
		for _, c := range []struct {
			w                  Window
			from, to           emr.Date
			wantFrom, wantTill emr.Date
		}{
			{Window{}, emr.Date{}, emr.Date{}, today.AddDays(-366), today.AddDays(731)},
			{Window{PastDays: 10, AheadDays: 20}, emr.Date{}, emr.Date{}, today.AddDays(-10), today.AddDays(20)},
			{Window{PastDays: 10, AheadDays: 20}, today.AddDays(5), emr.Date{}, today.AddDays(5), today.AddDays(25)},
			{Window{PastDays: 10, AheadDays: 20}, today.AddDays(100), emr.Date{}, today.AddDays(100), today.AddDays(120)},
			{Window{PastDays: 10, AheadDays: 20}, emr.Date{}, today.AddDays(-100), today.AddDays(-110), today.AddDays(-100)},
			{Window{PastDays: 10, AheadDays: 20}, today, today.AddDays(1), today, today.AddDays(1)},
			{Window{PastDays: 10, AheadDays: 20}, emr.Date{}, today.AddDays(100), today.AddDays(-10), today.AddDays(100)},
			{Window{PastDays: 10, AheadDays: 20}, today.AddDays(-100), emr.Date{}, today.AddDays(-100), today.AddDays(20)},
		} {
			if from, to := c.w.days(c.from, c.to, time.UTC); from != c.wantFrom || to != c.wantTill {
				t.Errorf("%+v %s %s: %s to %s, want %s to %s", c.w, c.from, c.to, from, to, c.wantFrom, c.wantTill)
			}
		}
	})
	for w, ok := range map[Window]bool{
		{PastDays: -1}: false, {AheadDays: -1}: false, {PastDays: mostWindowDays + 1}: false, {AheadDays: mostWindowDays + 1}: false,
		{PastDays: mostWindowDays, AheadDays: mostWindowDays}: true, {PastDays: 1, AheadDays: 1}: true,
	} {
		cfg := testConfig()
		cfg.Window = w
		if _, err := cfg.resolve(); (err == nil) != ok {
			t.Errorf("%+v: %v", w, err)
		}
	}
}

func TestStatesAskedForAreCompared(t *testing.T) {
	t.Parallel()
	for status, want := range map[emr.Status]int{emr.StatusBooked: 1, emr.StatusCancelled: 1, emr.StatusPending: 1, emr.StatusNoShow: 0} {
		c, _ := connect(t, func(c *Config) { c.Zone = ny(t) }, step{body: listed(visitRecord(), visitRecord("88001", "88002", `"cancelled":false`, `"cancelled":true`), visitRecord("88001", "88003", `"94"`, "null"))})
		page, err := parts{c}.ListAppointments(t.Context(), emr.AppointmentQuery{Statuses: []emr.Status{status}, From: emr.Date{Year: 2031, Month: 3, Day: 1}, To: emr.Date{Year: 2031, Month: 3, Day: 9}}, "")
		if err != nil || len(page.Items) != want {
			t.Errorf("%s: %d, %v", status, len(page.Items), err)
		}
	}
	for name, q := range map[string]emr.AppointmentQuery{
		"location": {Locations: []emr.LocationID{"x"}}, "practitioner": {Practitioners: []emr.PractitionerID{"7.5"}}, "options": {Vendor: 1},
	} {
		c, _ := connect(t, nil)
		if _, err := (parts{c}).ListAppointments(t.Context(), q, ""); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s: %v", name, fmt.Sprint(err))
		}
	}
}
