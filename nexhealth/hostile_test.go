package nexhealth

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// hostileAnswer is the answer to a booking of hostileSlot for patient 70011, as documented.
const hostileAnswer = `{"code":true,"description":null,"error":[],"data":{"appt":{"id":88001,"patient_id":70011,"provider_id":501,"location_id":9001,"operatory_id":null,"start_time":"2099-03-02T14:00:00.000Z","end_time":"2099-03-02T14:30:00.000Z","confirmed":false,"cancelled":false,"foreign_id":null,"foreign_id_type":"nex","timezone":"America/New_York"}}}`

// offices are two locations of the institution.
const offices = `{"code":true,"description":null,"error":[],"data":[{"id":31,"name":"North Pier Dental","subdomain":"north-pier-dental","locations":[
	{"id":9001,"name":"Harbour Street","institution_id":31,"tz":"America/New_York","insert_appt_client":true,"map_by_operatory":false,"inactive":false},
	{"id":9002,"name":"Mill Lane","institution_id":31,"tz":"America/New_York","insert_appt_client":true,"map_by_operatory":false,"inactive":false}]}],"count":1}`

func hostileSlot(location emr.LocationID) *emr.Slot {
	start := time.Date(2099, 3, 2, 14, 0, 0, 0, time.UTC)
	return &emr.Slot{Start: start, End: start.Add(30 * time.Minute), Practitioner: "501", Location: location}
}

// bookOnce books where the vendor answers body; the answer comes as it is, without a look
// before or after. posts counts the bookings that were sent.
func bookOnce(t *testing.T, status int, body string) (a *emr.Appointment, posts int, err error) {
	t.Helper()
	nx, r := connect(t, nil, step{route: "POST /appointments", body: body, status: status})
	r.also("GET /locations", offices).also("GET /sync_status", good(`[]`))
	c := emr.NewClient(nx, &emr.ClientOptions{Overlap: emr.Allow, Lost: emr.Report})
	a, err = c.Book(t.Context(), &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID("70011")}, Slot: hostileSlot("9001")})
	for _, line := range r.requests() {
		if strings.HasPrefix(line, "POST ") {
			posts++
		}
	}
	return a, posts, err
}

func TestFault_B5_aBookingAnswerCutAnywhereIsAmbiguousAndSentOnce(t *testing.T) {
	t.Parallel()
	for i := range len(hostileAnswer) {
		if _, posts, err := bookOnce(t, 201, hostileAnswer[:i]); emr.KindOf(err) != emr.KindAmbiguous || posts != 1 {
			t.Fatalf("cut at %d: %v, sent %d times", i, err, posts)
		}
	}
	if _, _, err := bookOnce(t, 201, hostileAnswer); err != nil {
		t.Fatal(err)
	}
}

func TestABookingAnswerThatIsNotTheBookingIsAmbiguous(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string][2]string{
		"an id that is a text":           {`"id":88001`, `"id":"a/b"`},
		"an id below zero":               {`"id":88001`, `"id":-1`},
		"an id that fits no 64 bits":     {`"id":88001`, `"id":99999999999999999999`},
		"an id in another spelling":      {`"id":88001`, `"id":"0088001"`},
		"no id":                          {`"id":88001,`, ``},
		"no start":                       {`"start_time":"2099-03-02T14:00:00.000Z",`, ``},
		"a start without an offset":      {`T14:00:00.000Z`, `T14:00:00.000`},
		"another start":                  {`T14:00:00.000Z`, `T15:00:00.000Z`},
		"another patient":                {`70011`, `70012`},
		"another location":               {`"location_id":9001`, `"location_id":9002`},
		"cancelled":                      {`"cancelled":false`, `"cancelled":true`},
		"a list":                         {`{"appt":`, `[{"appt":`},
		"under a wrapper nobody knows":   {`"appt"`, `"booking"`},
		"a member twice":                 {`"id":88001`, `"id":88001,"id":88002`},
		"a member twice in another case": {`"id":88001`, `"id":88001,"ID":88002`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := strings.Replace(hostileAnswer, edit[0], edit[1], 1)
			if strings.Contains(body, "[{") {
				body = strings.TrimSuffix(body, "}") + "]}"
			}
			if a, posts, err := bookOnce(t, 201, body); emr.KindOf(err) != emr.KindAmbiguous || posts != 1 {
				t.Errorf("%v, %v, sent %d times", a, err, posts)
			}
		})
	}
}

// TestAFailureOfNexHealthsOwnInsideASuccessIsAmbiguousForAWrite: a 200 with code false that
// tells of trouble at NexHealth says as little about the write as a 500 does.
func TestAFailureOfNexHealthsOwnInsideASuccessIsAmbiguousForAWrite(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Internal server error", "Request timed out", "Timeout waiting for the EHR", "The EHR did not respond in time",
		"Something went wrong", "An unexpected error occurred", "Service temporarily unavailable", "Please try again later",
	} {
		body := `{"code":false,"description":null,"error":["` + text + `"],"data":null}`
		if _, posts, err := bookOnce(t, 200, body); emr.KindOf(err) != emr.KindAmbiguous || posts != 1 {
			t.Errorf("%s: %v, sent %d times", text, err, posts)
		}
		nx, _ := connect(t, nil, step{body: body})
		_, err := emr.NewClient(nx, nil).GetPatient(t.Context(), emr.NewPatientID("7"))
		if emr.KindOf(err) != emr.KindUnavailable {
			t.Errorf("%s, of a read: %v", text, err)
		}
	}
}

// TestTrap_anAppointmentThatNamesAnotherZoneIsNotLost: what an appointment says of its zone
// does not move it out of the days of its location.
func TestTrap_anAppointmentThatNamesAnotherZoneIsNotLost(t *testing.T) {
	t.Parallel()
	zone, err := emr.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, named := range []string{"Asia/Tokyo", "UTC", "Pacific/Honolulu", "America/New_York", "Mars/Base", ""} {
		// Eight in the evening and eight in the morning of March 2 in New York.
		for _, start := range []string{"2099-03-03T01:00:00Z", "2099-03-02T13:00:00Z", "2099-03-02T05:00:00Z"} {
			nx, r := connect(t, func(c *Config) { c.Zone = zone }, step{body: listed(`{"id":5,"patient_id":7,"provider_id":501,"location_id":9001,"start_time":"` + start + `","end_time":"` + start + `","timezone":"` + named + `","cancelled":false}`)})
			r.also("GET /locations", offices)
			day, _ := emr.ParseDate("2099-03-02")
			all, err := emr.Collect(emr.NewClient(nx, nil).Appointments(t.Context(), emr.AppointmentQuery{From: day, To: day.AddDays(1)}))
			if err != nil || len(all) != 1 || emr.DateOf(all[0].Start) != day {
				t.Errorf("%q at %s: %d appointments, %v", named, start, len(all), err)
			}
		}
	}
}

// TestTrap_theCalendarOfTheSlotsOwnLocationIsLookedAt: NexHealth takes a booking of a taken
// time, and lists appointments by location.
func TestTrap_theCalendarOfTheSlotsOwnLocationIsLookedAt(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"9002", "null"} {
		taken := listed(`{"id":5,"patient_id":7,"provider_id":501,"location_id":` + at + `,"start_time":"2099-03-02T14:00:00Z","end_time":"2099-03-02T14:30:00Z","timezone":"America/New_York","cancelled":false}`)
		nx, r := connect(t, nil, step{route: "GET /appointments?subdomain=north-pier-dental&location_id=9002&", body: taken})
		r.also("GET /locations", offices)
		_, err := emr.NewClient(nx, nil).Book(t.Context(), &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID("70011")}, Slot: hostileSlot("9002")})
		if wantKind(t, err, emr.KindConflict); !errors.Is(err, emr.ErrSlotTaken) {
			t.Error(err)
		}
	}
}

// TestFault_P3_aListThatComesAtOnceAndSaysThatMoreFollowsIsAnError: endpoints without pages
// may get some.
func TestFault_P3_aListThatComesAtOnceAndSaysThatMoreFollowsIsAnError(t *testing.T) {
	t.Parallel()
	more := func(data string) string {
		return strings.TrimSuffix(good(data), "}") + `,"page_info":{"has_previous_page":false,"has_next_page":true,"start_cursor":"a","end_cursor":"b"}}`
	}
	for name, read := range map[string]func(*Client) error{
		"types":     func(c *Client) error { _, err := parts{c}.ListAppointmentTypes(t.Context(), ""); return err },
		"locations": func(c *Client) error { _, err := parts{c}.ListLocations(t.Context(), ""); return err },
		"syncs":     func(c *Client) error { _, err := c.SyncStatuses(t.Context(), SyncQuery{}); return err },
		"endpoints": func(c *Client) error { _, err := c.WebhookEndpoints(t.Context()); return err },
		"recalls":   func(c *Client) error { _, err := c.RecallTypes(t.Context(), ""); return err },
	} {
		c, _ := connect(t, nil, step{body: more(`[]`)})
		if err := read(c); emr.KindOf(err) != emr.KindProtocol {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestElementsThatSayNothingDoNotVanish: they are no record of any kind.
func TestElementsThatSayNothingDoNotVanish(t *testing.T) {
	t.Parallel()
	day, _ := emr.ParseDate("2099-03-02")
	for _, data := range []string{`[null]`, `[{}]`, `[{"id":7}]`} {
		c, r := connect(t, nil, step{body: good(data)})
		r.also("GET /locations", office).also("GET /appointment_types", good(`[{"id":77,"name":"Exam","minutes":30}]`))
		q := emr.SlotQuery{From: day, To: day.AddDays(1), Type: "77", Practitioners: []emr.PractitionerID{"501"}}
		_, err := emr.Collect(emr.NewClient(c, nil).FindSlots(t.Context(), q))
		wantKind(t, err, emr.KindProtocol)
		c, _ = connect(t, nil, step{body: good(data)})
		_, err = c.SyncStatuses(t.Context(), SyncQuery{})
		wantKind(t, err, emr.KindProtocol)
	}
}
