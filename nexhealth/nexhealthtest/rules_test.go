package nexhealthtest

import (
	"net/http"
	"strings"
	"testing"
)

func TestEachRuleOfARequestIsKept(t *testing.T) {
	t.Parallel()
	const patients = "/patients?" + sub + "&location_id=7&per_page=5"
	header := func(name, value string) func(*bare) {
		return func(b *bare) { b.header.Set(name, value) }
	}
	without := func(name string) func(*bare) { return func(b *bare) { b.header.Del(name) } }
	for _, tc := range []ruled{
		{name: "a plain call is fine", target: patients, status: 200, has: `"page_info"`},
		{name: "correlation headers are fine", target: patients, prepare: header("X-Request-Id", "1"), status: 200},
		{name: "the version's other name", target: patients, prepare: header(versionHeader, "v20240412"), status: 200},
		{name: "no version where it is required", target: patients, prepare: without(versionHeader), status: 404, violation: "no Nex-Api-Version header"},
		{name: "no version where it is not", target: "/locations?" + sub, prepare: without(versionHeader), status: 200, violation: "no Nex-Api-Version header"},
		{name: "version 2", target: "/locations?" + sub, prepare: header(versionHeader, "v2.2.2"), status: 404, violation: "version 2"},
		{name: "an unknown version", target: patients, prepare: header(versionHeader, "v4"), status: 404, violation: "is not v3.0.0"},
		{name: "another media type", target: patients, prepare: header("Accept", "text/html"), status: 200, violation: "Accept"},
		{name: "an unknown header", target: patients, prepare: header("X-Practice", "1"), status: 200, violation: "unknown header X-Practice"},
		{name: "no token", target: patients, prepare: func(b *bare) { b.token = "" }, status: 401, violation: "no Authorization header"},
		{name: "a token without Bearer", target: patients, prepare: func(b *bare) { b.header.Set("Authorization", b.token) }, status: 401, violation: "with Bearer"},
		{name: "the key as a token", target: patients, prepare: func(b *bare) { b.token = b.sim.keys.production }, status: 401},
		{name: "an unknown path", target: "/availabilities", status: 404, violation: "no such path"},
		{name: "another case", target: "/Patients", status: 404, violation: "no such path"},
		{name: "a slash too many", target: "/locations/?" + sub, status: 200, violation: "not written as"},
		{name: "no subdomain", target: "/patients?location_id=7&per_page=5", status: 400, has: "Missing parameter subdomain", violation: "subdomain"},
		{name: "no location", target: "/patients?" + sub + "&per_page=5", status: 400, has: "Missing parameter location_id", violation: "location_id"},
		{name: "another subdomain", target: "/patients?subdomain=nobodys&location_id=7&per_page=5", status: 403, has: noAccess},
		{name: "a subdomain of the other key", target: "/patients?subdomain=" + sandboxSubdomain + "&location_id=42&per_page=5", status: 403},
		{name: "a location of another institution", target: "/patients?" + sub + "&location_id=41&per_page=5", status: 403},
		{name: "a location nobody has", target: "/patients?" + sub + "&location_id=99&per_page=5", status: 403},
		{name: "an institution without data", target: "/patients?subdomain=" + otherSubdomain + "&location_id=41&per_page=5", status: 200, has: `"data":[]`},
		{name: "a parameter too many", target: patients + "&page=2", status: 200, has: "Note that following parameters are ignored: page.", violation: `unknown query parameter "page"`},
		{name: "a location where none is taken", target: "/providers/15?" + sub + "&location_id=7", status: 200, has: "ignored: location_id.", violation: `"location_id"`},
		{name: "a list without brackets", target: "/providers?" + sub + "&per_page=5&ids=15", status: 200, has: "ignored: ids.", violation: `"ids"`},
		{name: "an option ignores a filter", change: func(o *Options) { o.IgnoreParameters = []string{"name"} }, target: patients + "&name=nobody", status: 200, has: "ignored: name."},
		{name: "a parameter twice", target: patients + "&name=a&name=b", status: 200, violation: "sent 2 times"},
		{name: "no per_page", target: "/patients?" + sub + "&location_id=7", status: 200, violation: "without per_page"},
		{name: "per_page too large", target: "/patients?" + sub + "&location_id=7&per_page=1001", status: 400, violation: "per_page"},
		{name: "an id that is none", target: patients + "&location_strict=perhaps", status: 400, violation: "cannot be read"},
		{name: "a word that is none", target: "/sync_status?" + sub + "&read_status=yellow", status: 400, violation: "cannot be read"},
		{name: "an American date", target: patients + "&date_of_birth=05/17/1991", status: 400, violation: "cannot be read"},
		{name: "a plus that is not escaped", target: patients + "&updated_since=2026-03-01T00:00:00+00:00", status: 400, violation: "%2B"},
		{name: "a plus that is", target: patients + "&updated_since=2026-03-01T00:00:00%2B0000", status: 200},
		{name: "a time without a zone", target: patients + "&updated_since=2026-03-01T00:00:00", status: 400, violation: "cannot be read"},
		{name: "sorting by what cannot be", target: patients + "&sort=-name", status: 400, violation: "cannot be read"},
		{name: "sorting", target: patients + "&sort=-updated_at", status: 200},
		{name: "a form in place of JSON", method: "POST", target: "/patients?" + sub + "&location_id=7", body: "a=b", prepare: header("Content-Type", "application/x-www-form-urlencoded"), status: 415, violation: "content type"},
		{name: "a body that is no JSON", method: "POST", target: "/patients?" + sub + "&location_id=7", body: "{", status: 400, violation: "not a JSON object"},
		{name: "a body that is not wrapped", method: "POST", target: "/appointments?" + sub + "&location_id=7", body: "{}", status: 400, has: "Missing parameter appt", violation: "not wrapped"},
		{name: "a body on a read", target: patients, body: "{}", status: 200, violation: "a body"},
		{name: "a foreign cursor", target: patients + "&end_cursor=AAAA", status: 400, violation: "never given out"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestTheMediaTypeIsThatOfTheTable(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for target, want := range map[string]string{
		"/locations?" + sub: vendoredJSON, "/providers/15?" + sub: plainJSON, "/operatories/801?" + sub: vendoredJSON,
	} {
		if got := b.get(target).header.Get("Content-Type"); got != want {
			t.Errorf("%s: %s", target, got)
		}
	}
}

func TestTheRateLimitsCountInRollingWindows(t *testing.T) {
	t.Parallel()
	slots := "/available_slots?" + sub + "&lids[]=7&pids[]=15&start_date=2026-03-03&days=1"
	list := "/appointments?" + sub + "&location_id=7&per_page=5&start=2026-03-01&end=2026-03-02"
	for _, tc := range []struct {
		targets []string
		most    int
		name    string
	}{
		{[]string{slots, list}, 10, "appointments and slots"},
		{[]string{"/locations?" + sub}, 100, "all endpoints"},
	} {
		bubble(t, func(t *testing.T) {
			b := open(t, func(o *Options) { o.Unlimited = false })
			b.sim.Advance(0)
			sleep(t, 2)
			b.sim.ExpectViolation("to " + tc.name)
			for n := range tc.most {
				b.get(tc.targets[n%len(tc.targets)])
			}
			r := b.do(http.MethodGet, tc.targets[0], nil)
			if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") != "" || r.json["code"] != false {
				t.Errorf("%d %v", r.status, r.header)
			}
			sleep(t, 1)
			b.get(tc.targets[0])
		})
	}
	bubble(t, func(t *testing.T) {
		b := open(t, func(o *Options) { o.Unlimited = false })
		b.sim.ExpectViolation("more than 1000 requests in a rolling minute to patients and appointments")
		for n := range 1000 {
			if n%90 == 0 {
				sleep(t, 1)
			}
			b.get("/patients/70003?" + sub)
		}
		if r := b.do(http.MethodGet, "/patients/70003?"+sub, nil); r.status != http.StatusTooManyRequests {
			t.Errorf("%d", r.status)
		}
		b.get("/locations?" + sub)
	})
}

func TestAnswerNextIsAFailureInsideOfASuccess(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.AnswerNext("book", http.StatusCreated, "Something went wrong")
	b.get("/locations?" + sub) // of no step: the answer waits
	r := b.do(http.MethodPost, bookAt7, b.booking(tenAM, halfPast))
	if r.status != http.StatusCreated || r.json["code"] != false || r.json["data"] != nil || !strings.Contains(r.body, `"error":["Something went wrong"]`) || b.sim.Appointments() != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
	b.book(tenAM)
}

func TestTextsTakeEveryFormThatWasSeen(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.RotateTexts, o.IgnoreParameters = true, []string{"name"} })
	seen := map[string]bool{}
	note := func(r reply) {
		for _, name := range []string{"description", "error"} {
			switch v := r.json[name].(type) {
			case nil:
				seen[name+" null"] = true
			case string:
				seen[name+" text"] = true
			case []any:
				if len(v) == 0 {
					continue
				}
				seen[name+" list"] = true
				if _, nested := v[0].([]any); nested {
					seen[name+" nested"] = true
				}
			}
		}
	}
	for range 30 {
		note(b.get("/patients?" + sub + "&location_id=7&per_page=5&name=x"))
		note(b.do(http.MethodGet, "/patients/1?"+sub, nil))
	}
	for _, name := range []string{"description", "error"} {
		for _, form := range []string{"null", "text", "list", "nested"} {
			if !seen[name+" "+form] {
				t.Errorf("%s never came as %s", name, form)
			}
		}
	}
}
