package nextgentest

import (
	"net/http"
	"strings"
	"testing"
)

// announce lets a fuzzed simulator have its violations: the requests break rules on purpose.
func announce(all ...*bare) func() {
	return func() {
		for _, b := range all {
			for _, v := range b.sim.Violations() {
				b.sim.ExpectViolation(v)
			}
		}
	}
}

// FuzzRequests: whatever arrives is answered, and never by a mistake of the simulator's.
func FuzzRequests(f *testing.F) {
	plain := open(f, nil)
	odd := open(f, func(o *Options) {
		o.Pascal, o.RotateAbsent, o.Envelope, o.InternalLinks, o.RefuseDates = true, true, true, true, true
		o.Created, o.Pointer, o.Conflict, o.Version = CreatedBody, PointerForward, 409, "6.0.0.767"
	})
	id := plain.book(0)
	for _, s := range []struct{ method, target, body string }{
		{"GET", "/persons/lookup?lastName=Roy&dateOfBirth=1991-05-17&searchPatientsOnly=true", ""},
		{"GET", "/persons/lookup?quickSearchId=PhoneNumber&quickSearchInput=2065550142", ""},
		{"GET", plain.slots(), ""},
		{"GET", "/appointments/slots?$filter=startDate%20ge%20dateTime'9999-12-31T00:00:00'", ""},
		{"GET", "/appointments?$filter=((((a&$orderby=,x y z&$top=-1&$skip=9e9", ""},
		{"GET", "/master/events?$filter=name eq '''", ""},
		{"GET", "/persons/%2e%2e/chart", ""},
		{"GET", "/persons/" + plain.person(0) + "/chart/documents?$top=1", ""},
		{"PUT", "/users/me/login-defaults", `{"enterpriseId":2,"practiceId":["0006"]}`},
		{"POST", "/persons", `{"LastName":"x","firstname":"y","DateOfBirth":"0000-00-00T00:00:00","Sex":"F","CellPhone":1}`},
		{"PATCH", "/persons/" + plain.person(1), `{"Zip":"1","EmailAddress":null}`},
		{"POST", "/appointments", `{"PersonId":"` + plain.person(0) + `","EventId":"` + plain.id("event", "12") + `","ResourceIds":[null,1],"AppointmentDate":"2026-05-05T10:00:00","DurationMinutes":1e9}`},
		{"POST", "/appointments/" + id + "/reschedule", `{"ResourceIds":{},"DurationMinutes":-1,"RescheduleReasonId":"` + plain.id("item", "112") + `"}`},
		{"POST", "/appointments/" + id + "/cancel", `{"CancelReasonId":"` + plain.id("item", "102") + `"}`},
		{"POST", "/appointments/availability", `{"DateRangeStart":"0001-01-01T00:00:00","DateRangeEnd":"9999-01-01T00:00:00","TimeRangeEnd":"2460"}`},
		{"PUT", "/appointments/" + id + "/kept", ""},
		{"POST", "/appointments/" + id + "/kept/workflow", `{"CreateEncounter":true}`},
		{"POST", "/persons/" + plain.person(8) + "/chart", `{}`},
	} {
		f.Add(s.method, s.target, s.body)
	}
	f.Cleanup(announce(plain, odd))
	f.Fuzz(func(t *testing.T, method, target, body string) {
		if !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
		for _, b := range []*bare{plain, odd} {
			req, err := http.NewRequestWithContext(t.Context(), method, b.sim.base.String()+target, strings.NewReader(body))
			if err != nil {
				t.Skip()
			}
			req.Header.Set("Authorization", "Bearer "+b.token)
			req.Header.Set(sessionHeader, b.session)
			req.Header.Set("Content-Type", "application/json")
			r, err := b.send(req)
			if err != nil {
				t.Skip() // the client refuses to send it
			}
			if strings.Contains(r.body, "the simulator has a mistake") {
				t.Errorf("%d %s", r.status, r.body)
			}
		}
	})
}

// FuzzFilter: a filter is read or refused, and what was read can be asked.
func FuzzFilter(f *testing.F) {
	for _, s := range []string{
		"startDate ge dateTime'2026-05-05T00:00:00' and resourceId eq guid'5f0cab00-51fe-4b00-8c00-9d00ab12cd34'", "substringof('a', name)", "((((", "a eq null",
		"name eq 'O''Hara' or isDeleted eq true", "duration lt -1.5", "name eq 'ü'", "''''", "name eq null and",
	} {
		f.Add(s)
	}
	known := fields{"startdate": aDate, "resourceid": aGUID, "name": aText, "isdeleted": aFlag, "duration": aNumber}
	rows := []object{{}, {"startDate": "2026-05-05T00:00:00", "resourceId": homeSite, "name": "O'Hara", "isDeleted": true, "duration": 5}, {"name": nil}}
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := readFilter(text, known, "startdate")
		if err != nil {
			if len(text) > 12 && strings.Contains(err.Error(), text) {
				t.Errorf("the error repeats the filter: %v", err)
			}
			return
		}
		for _, row := range rows {
			filter.holds(row)
		}
	})
}
