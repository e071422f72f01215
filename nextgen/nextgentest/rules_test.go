package nextgentest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestEachRuleOfARequestIsKept(t *testing.T) {
	t.Parallel()
	with := func(change func(*bare)) func(*bare) { return change }
	for _, tc := range []ruled{
		{name: "an unknown parameter", target: "/providers?active=true", status: 200, violation: "unknown query parameter"},
		{name: "a list parameter where there is no list", target: "/persons/{person}?$top=1", status: 200, violation: "unknown query parameter $top"},
		{name: "a parameter twice", target: "/providers?$top=1&$top=2", status: 200, violation: "$top was sent 2 times"},
		{name: "an encoded dollar", target: "/providers?%24top=1", status: 200, has: `"nextPageLink":"http`},
		{name: "a lookup with $filter", target: "/persons/lookup?lastName=Roy&$filter=x", status: 200, violation: "unknown query parameter $filter"},
		{name: "a flag that is none", target: "/persons/lookup?lastName=Roy&searchPatientsOnly=1", status: 400, violation: "is not written as it must be"},
		{name: "a birth date with a time", target: "/persons/lookup?dateOfBirth=1991-05-17T00:00:00", status: 400, violation: "is not written"},
		{name: "an expansion nobody has seen", target: "/persons/{person}?$expand=Everything", status: 200, violation: "$expand"},
		{name: "an expansion", target: "/persons/{person}?$expand=Chart", status: 200, has: `"medicalRecordNumber":"000000020001"`},
		{name: "no such path", target: "/patients", status: 404, has: "No HTTP resource was found", violation: "no such path"},
		{name: "no such method", method: "POST", target: "/providers", status: 405, has: "does not support http method 'POST'", violation: "no such path"},
		{name: "an id that is none", target: "/persons/17", status: 400, has: "The value '17' is not valid for Guid."},
		{name: "nobody", target: "/persons/" + homeSite, status: 404},
		{name: "the session of nobody", target: "/providers", prepare: with(func(b *bare) { b.session = "" }), status: 403, violation: "no X-NG-SessionId header"},
		{name: "a session made up", target: "/providers", prepare: with(func(b *bare) { b.session = "MDAwMDI=" }), status: 403, violation: "not given out for this site"},
		{name: "no session where none is needed", target: "/master/practices", prepare: with(func(b *bare) { b.session = "" }), status: 200, has: "0007"},
		{name: "no token", target: "/providers", prepare: with(func(b *bare) { b.token = "" }), status: 401, has: "invalid access token", violation: "no Authorization header"},
		{name: "another token", target: "/providers", prepare: with(func(b *bare) { b.token = "x" }), status: 401, has: "invalid access token"},
		{name: "a body on a read", target: "/providers", body: func(*bare) any { return object{} }, status: 200, violation: "a body on a read"},
		{name: "no good JSON", method: "POST", target: "/persons", body: func(*bare) any { return "[" }, status: 400, violation: "not a JSON object"},
		{name: "appointments without bounds", target: "/appointments", status: 200, violation: "no bounds for appointmentdate"},
		{name: "a person's appointments by filter, without bounds", target: "/appointments?" + where("personId eq guid'"+homeSite+"'"), status: 200, violation: "no bounds"},
		{name: "slots without bounds", target: "/appointments/slots", status: 200, violation: "no bounds for startdate"},
		{name: "changes without bounds", target: "/persons", status: 200, violation: "no bounds for modifytimestamp"},
		{name: "changes of an old version", change: func(o *Options) { o.Version = "6.0.0.767" }, target: "/persons", status: 405, has: "http method 'GET'"},
		{name: "a route that the version lacks", change: func(o *Options) { o.Without = []string{"POST /appointments/availability"} }, method: "POST",
			target: "/appointments/availability", body: func(b *bare) any { return b.search() }, status: 405},
		{name: "a version", change: func(o *Options) { o.Version = "6.1" }, target: "/core/version", status: 200, has: `"version":"6.1"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestFiltersHaveLiteralsTypedByField(t *testing.T) {
	t.Parallel()
	okafor := "startDate ge dateTime'2026-05-05T00:00:00' and startDate le datetime'2026-05-05T23:59:59' and resourceId eq guid'{okafor}'"
	for filter, want := range map[string]struct {
		path      string
		rows      int
		violation string
	}{
		okafor:                                {"/appointments/slots", 28, ""},
		okafor + " and appointmentCount eq 0": {"/appointments/slots", 28, ""},
		okafor + " and (beginTime eq '0900' or beginTime eq '1545')": {"/appointments/slots", 2, ""},
		okafor + " and substringof('row', locationName)":             {"/appointments/slots", 28, ""},
		okafor + " and duration gt 15":                               {"/appointments/slots", 0, ""},
		"resourceId eq '{okafor}'":                                   {"/appointments/slots", -1, "guid'...'"},
		"startDate ge '2026-05-05'":                                  {"/appointments/slots", -1, "dateTime'...'"},
		"startDate ge dateTime'2026-05-05T00:00:00Z'":                {"/appointments/slots", -1, "offset"},
		"startDate ge dateTime'2026-05-05T00:00:00-04:00'":           {"/appointments/slots", -1, "offset"},
		"startDate ge dateTime'2026-05-05'":                          {"/appointments/slots", -1, "dateTime'2006"},
		"appointmentCount eq '0'":                                    {"/appointments/slots", -1, "bare number"},
		"startDate is 5":                                             {"/appointments/slots", -1, "operator"},
		"fooDate ge dateTime'2026-05-05T00:00:00'":                   {"/appointments/slots", -1, "does not have"},
		"(startDate ge dateTime'2026-05-05T00:00:00'":                {"/appointments/slots", -1, "bracket"},
		"isDeleted eq false and isRenderingAtPractice eq true":       {"/providers", 4, ""},
		"isDeleted eq 'false'":                                       {"/providers", -1, "neither true nor false"},
		"lastName eq 'O''Hara'":                                      {"/providers", 0, ""},
		"lastName eq 'Okafor' or LastName eq 'brandt'":               {"/providers", 2, ""},
		"lastName eq guid'{okafor}'":                                 {"/providers", -1, "quoted text"},
		"lastName eq 'a' lastName":                                   {"/providers", -1, "goes on"},
		"lastName eq \"a\"":                                          {"/providers", -1, "cannot be read"},
		"providerId eq null":                                         {"/resources", 2, ""},
		"substringof('a', providerId)":                               {"/resources", -1, "no field of text"},
		"type eq 'as_cancel_reason' and isDeleted eq false":          {"/master/list-items", 2, ""},
	} {
		t.Run(filter, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			if want.violation != "" {
				b.sim.ExpectViolation(want.violation)
			}
			r := b.do(http.MethodGet, want.path+"?$top=100&"+where(strings.ReplaceAll(filter, "{okafor}", b.id("resource", "15"))), nil)
			if want.rows < 0 {
				if r.status != 400 {
					t.Errorf("%d %s", r.status, r.body)
				}
				return
			}
			if n := len(r.rows()); r.status != 200 || n != want.rows {
				t.Errorf("%d, %d rows, want %d: %.300s", r.status, n, want.rows, r.body)
			}
		})
	}
}

func TestEachRuleOfABookingIsKept(t *testing.T) {
	t.Parallel()
	with := func(change func(*bare, object)) func(*bare) any {
		return func(b *bare) any {
			o := b.booking(0)
			change(b, o)
			return o
		}
	}
	set := func(name string, v any) func(*bare) any { return with(func(_ *bare, o object) { o[name] = v }) }
	del := func(name string) func(*bare) any { return with(func(_ *bare, o object) { delete(o, name) }) }
	taken := func(b *bare) { b.book(1) }
	for _, tc := range []ruled{
		{name: "camelCase", body: with(func(_ *bare, o object) {
			for name, v := range o {
				delete(o, name)
				o[strings.ToLower(name[:1])+name[1:]] = v
			}
		}), status: 201},
		{name: "both cases", body: set("details", "x"), status: 201, violation: "in PascalCase and in camelCase"},
		{name: "an unknown member", body: set("CategoryId", "x"), status: 201, violation: "does not know"},
		{name: "an offset", body: set("AppointmentDate", tenAM+"-04:00"), status: 201, violation: "has an offset"},
		{name: "UTC", body: set("AppointmentDate", "2026-05-05T14:00:00Z"), status: 201, violation: "has an offset"},
		{name: "a date alone", body: set("AppointmentDate", "2026-05-05"), status: 400, violation: "is not written"},
		{name: "a time that never is", change: func(o *Options) { o.NightHours, o.Now = true, time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC) },
			body: set("AppointmentDate", "2026-03-08T02:30:00"), status: 400, violation: "never shows"},
		{name: "a time that is twice", change: func(o *Options) { o.NightHours, o.Now = true, time.Date(2026, 10, 26, 13, 0, 0, 0, time.UTC) },
			body: set("AppointmentDate", "2026-11-01T01:00:00"), status: 201},
		{name: "in the past", body: set("AppointmentDate", "2026-05-01T10:00:00"), status: 400, has: textPast},
		{name: "outside of the hours", body: set("AppointmentDate", "2026-05-05T20:00:00"), status: 400, has: textHours},
		{name: "over lunch", body: set("AppointmentDate", "2026-05-05T11:45:00"), status: 400, has: textHours},
		{name: "nobody", body: set("PersonId", homeSite), status: 400, has: "person"},
		{name: "no person", body: del("PersonId"), status: 400, violation: "without PersonId"},
		{name: "no event", body: del("EventId"), status: 400, violation: "no EventId"},
		{name: "no resource", body: del("ResourceIds"), status: 400, violation: "no ResourceIds"},
		{name: "a provider in place of a resource", body: with(func(b *bare, o object) { o["ResourceIds"] = []string{b.id("provider", "15")} }), status: 400, has: "resource"},
		{name: "a bad id", body: set("EventId", "12"), status: 400, has: "is not valid for Guid"},
		{name: "a location that is closed", body: with(func(b *bare, o object) { o["LocationId"] = b.id("location", "14") }), status: 400, has: "location"},
		{name: "a resource elsewhere", body: with(func(b *bare, o object) { o["LocationId"] = b.id("location", "10") }), status: 400, has: textHours},
		{name: "surgery in the office", body: with(func(b *bare, o object) { o["EventId"] = b.id("event", "9") }), status: 400, has: textEvent},
		{name: "surgery in the office, allowed", body: with(func(b *bare, o object) { o["EventId"], o["AllowEventLocationOverride"] = b.id("event", "9"), true }), status: 201},
		{name: "another category", body: with(func(b *bare, o object) {
			o["EventId"], o["LocationId"], o["ResourceIds"], o["AppointmentDate"] = b.id("event", "13"), b.id("location", "10"), []string{b.id("resource", "27")}, "2026-05-06T10:00:00"
		}), status: 400, has: textCategory},
		{name: "another category, allowed", body: with(func(b *bare, o object) {
			o["EventId"], o["LocationId"], o["ResourceIds"], o["AppointmentDate"] = b.id("event", "13"), b.id("location", "10"), []string{b.id("resource", "27")}, "2026-05-06T10:00:00"
			o["AllowCategoryConflictOverride"] = true
		}), status: 201},
		{name: "a taken time", prepare: taken, body: with(func(*bare, object) {}), status: 400, has: textTaken},
		{name: "a taken time, 409", change: func(o *Options) { o.Conflict = 409 }, prepare: taken, body: with(func(*bare, object) {}), status: 409, has: textTaken},
		{name: "a taken time, allowed", prepare: taken, body: set("AllowDoubleBooking", true), status: 201},
		{name: "a switch that is none", body: set("AllowDoubleBooking", "no"), status: 400, violation: "neither true nor false"},
		{name: "two resources", body: with(func(b *bare, o object) { o["ResourceIds"] = []string{b.id("resource", "15"), b.id("resource", "36")} }), status: 201},
		{name: "in the body", change: func(o *Options) { o.Created = CreatedBody }, body: with(func(*bare, object) {}), status: 200, has: `"beginTime":"1000"`},
		{name: "nowhere", change: func(o *Options) { o.Created = CreatedNowhere }, body: with(func(*bare, object) {}), status: 200, has: "{}"},
		{name: "without a body", change: func(o *Options) { o.Created = CreatedEmpty }, body: with(func(*bare, object) {}), status: 200},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.method, tc.target = http.MethodPost, "/appointments"
			tc.check(t)
		})
	}
}

func TestHeadersOfOtherSchemesBreakARule(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for header, violation := range map[string]string{"X-NG-Product": "unknown header X-Ng-Product", "x-nge-site-id": "unknown header", "Accept": "Accept"} {
		b.sim.ExpectViolation(violation)
		req := b.request(http.MethodGet, "/providers", nil)
		req.Header.Set(header, "text/plain")
		if r := b.sent(req); r.status != 200 {
			t.Errorf("%s: %d", header, r.status)
		}
	}
	b.sim.ExpectViolation("Basic authentication")
	req := b.request(http.MethodGet, "/providers", nil)
	req.SetBasicAuth(clientID, "x")
	b.sim.ExpectViolation("not sent with Bearer")
	if r := b.sent(req); r.status != 401 {
		t.Errorf("%d", r.status)
	}
}

func TestEachRuleOfATokenRequestIsKept(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change    func(url.Values)
		status    int
		code      string
		violation string
	}{
		"as documented":                     {func(url.Values) {}, 200, "", ""},
		"a scope":                           {func(f url.Values) { f.Set("scope", "x") }, 200, "", "knows no scope"},
		"no site":                           {func(f url.Values) { f.Del("site_id") }, 400, "invalid_request", "no site_id"},
		"an unknown site":                   {func(f url.Values) { f.Set("site_id", beyondSite) }, 400, "unauthorized_client", ""},
		"a wrong secret":                    {func(f url.Values) { f.Set("client_secret", "x") }, 401, "invalid_client", ""},
		"a wrong secret at an unknown site": {func(f url.Values) { f.Set("client_secret", "x"); f.Set("site_id", beyondSite) }, 401, "invalid_client", ""},
		"another grant":                     {func(f url.Values) { f.Set("grant_type", "password") }, 400, "unsupported_grant_type", ""},
		"an unknown field":                  {func(f url.Values) { f.Set("practice_id", "0006") }, 200, "", "unknown form field"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			if tc.violation != "" {
				b.sim.ExpectViolation(tc.violation)
			}
			form := b.form(homeSite)
			tc.change(form)
			if r := b.post(form); r.status != tc.status || str(r.json, "error") != tc.code || r.json["refresh_token"] != nil {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
	b := open(t, nil)
	b.sim.ExpectViolation("a token request has no query")
	b.sim.ExpectViolation("unknown header Authorization")
	b.sim.ExpectViolation("content type")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.sim.tokenURL()+"?"+b.form(homeSite).Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(clientID, b.sim.secret)
	b.sim.ExpectViolation("Basic authentication")
	b.sim.ExpectViolation("no site_id")
	if r := b.sent(req); r.status != 401 {
		t.Errorf("secrets in the query: %d %s", r.status, r.body)
	}
}
