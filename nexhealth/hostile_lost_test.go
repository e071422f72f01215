package nexhealth

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emrkit/emrkit/emr"
)

// inCalendar is an appointment as GET /appointments lists it.
func inCalendar(id, patient, provider int, start string, cancelled bool) string {
	return fmt.Sprintf(`{"id":%d,"patient_id":%d,"provider_id":%d,"location_id":9001,"start_time":"2099-03-02T%s:00Z","end_time":"2099-03-02T23:00:00Z","timezone":"America/New_York","cancelled":%v}`,
		id, patient, provider, start, cancelled)
}

// TestFault_N3_whatALostBookingIsTakenForIsTheBookingAndNothingElse: the calendar that is
// read after the reply was lost is as hostile as the reply.
func TestFault_N3_whatALostBookingIsTakenForIsTheBookingAndNothingElse(t *testing.T) {
	t.Parallel()
	its := inCalendar(5, 70011, 501, "14:00", false)
	ignored := func(list string) string {
		return strings.Replace(list, `"description":null`, `"description":"Note that following parameters are ignored: patient_ids."`, 1)
	}
	paged := strings.Replace(strings.Replace(listed(inCalendar(4, 70011, 501, "15:00", false)), `"has_next_page":false`, `"has_next_page":true`, 1), `"end_cursor":"c2"`, `"end_cursor":"next"`, 1)
	for name, c := range map[string]struct {
		pages []string // of each look
		want  emr.Kind // "": found
	}{
		"alone":                             {[]string{listed(its)}, ""},
		"on the second page":                {[]string{paged, listed(its)}, ""},
		"twice on two pages":                {[]string{strings.Replace(paged, inCalendar(4, 70011, 501, "15:00", false), its, 1), listed(its)}, ""},
		"beside a cancelled one":            {[]string{listed(inCalendar(4, 70011, 501, "14:00", true), its)}, ""},
		"beside one of another provider":    {[]string{listed(inCalendar(4, 70011, 502, "14:00", false), its)}, ""},
		"beside a block":                    {[]string{listed(strings.Replace(inCalendar(4, 70011, 501, "14:00", false), "70011", "null", 1), its)}, ""},
		"only cancelled":                    {[]string{listed(inCalendar(4, 70011, 501, "14:00", true))}, emr.KindAmbiguous},
		"only another provider's":           {[]string{listed(inCalendar(4, 70011, 502, "14:00", false))}, emr.KindAmbiguous},
		"only at another time":              {[]string{listed(inCalendar(4, 70011, 501, "14:01", false))}, emr.KindAmbiguous},
		"two of it":                         {[]string{listed(its, inCalendar(6, 70011, 501, "14:00", false))}, emr.KindAmbiguous},
		"nothing":                           {[]string{listed()}, emr.KindAmbiguous},
		"another patient's: unfiltered":     {[]string{listed(inCalendar(4, 70012, 501, "14:00", false), its)}, emr.KindAmbiguous},
		"the patient was ignored":           {[]string{ignored(listed(its))}, emr.KindAmbiguous},
		"a list that does not end":          {[]string{paged, paged}, emr.KindAmbiguous},
		"one that cannot be read beside it": {[]string{listed(`{"id":9}`, its)}, emr.KindAmbiguous},
		"a failure inside a success":        {[]string{`{"code":false,"error":["not found"],"data":null}`}, emr.KindAmbiguous},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				steps := []step{{route: "POST /appointments", status: 500, body: "lost"}}
				for look := range 2 {
					for _, page := range c.pages {
						if look == 0 || c.want != "" && !strings.HasPrefix(name, "two") {
							steps = append(steps, step{route: "GET /appointments?", body: page})
						}
					}
				}
				nx, r := connect(t, nil, steps...)
				r.also("GET /locations", offices).also("GET /sync_status", good(`[]`))
				client := emr.NewClient(nx, &emr.ClientOptions{Overlap: emr.Allow})
				a, err := client.Book(t.Context(), &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID("70011")}, Slot: hostileSlot("9001")})
				if emr.KindOf(err) != c.want || err == nil && a.ID.Reveal() != "5" {
					t.Errorf("%v, %v", a, err)
				}
				posts := 0
				for _, line := range r.requests() {
					if strings.HasPrefix(line, "POST ") {
						posts++
					}
				}
				if posts != 1 {
					t.Errorf("sent %d times", posts)
				}
			})
		})
	}
}

// TestFault_N3_aChangeOfUnknownOutcomeIsSentOnceAndReadBack, whatever the answers are.
func TestFault_N3_aChangeOfUnknownOutcomeIsSentOnceAndReadBack(t *testing.T) {
	t.Parallel()
	visit := func(cancelled bool) string { return good(inCalendar(5, 70011, 501, "14:00", cancelled)) }
	for name, c := range map[string]struct {
		patch step
		reads []string
		want  emr.Kind
	}{
		"500, and done":                 {step{status: 500}, []string{visit(true)}, ""},
		"500, and not done":             {step{status: 500}, []string{visit(false), visit(false)}, emr.KindAmbiguous},
		"204, and done":                 {step{status: 204}, []string{visit(true)}, ""},
		"trouble in a 200, and done":    {step{body: `{"code":false,"error":["Request timed out"],"data":null}`}, []string{visit(true)}, ""},
		"another one's answer":          {step{body: good(`{"appt":` + inCalendar(6, 70011, 501, "14:00", true) + `}`)}, []string{visit(true)}, ""},
		"another one's, and not done":   {step{body: good(`{"appt":` + inCalendar(6, 70011, 501, "14:00", true) + `}`)}, []string{visit(false)}, emr.KindConflict},
		"data null, and cannot be read": {step{body: good(`null`)}, []string{good(`{}`), good(`{}`), good(`{}`)}, emr.KindAmbiguous},
		"html, and done":                {step{body: "<html>"}, []string{visit(true)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c.patch.route = "PATCH /appointments/5?"
				steps := []step{c.patch}
				for _, body := range c.reads {
					steps = append(steps, step{route: "GET /appointments/5?", body: body})
				}
				nx, r := connect(t, nil, steps...)
				r.also("GET /locations", offices)
				a, err := emr.NewClient(nx, nil).Cancel(t.Context(), emr.NewAppointmentID("5"), nil)
				if emr.KindOf(err) != c.want || err == nil && a.Status != emr.StatusCancelled {
					t.Errorf("%v, %v", a, err)
				}
				if n := strings.Count(strings.Join(r.requests(), " "), "PATCH "); n != 1 {
					t.Errorf("sent %d times", n)
				}
			})
		})
	}
}
