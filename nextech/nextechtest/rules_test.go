package nextechtest

import (
	"net/http"
	"testing"
)

func TestEachRuleOfARequestIsKept(t *testing.T) {
	t.Parallel()
	header := func(name, value string) func(*bare) {
		return func(b *bare) { b.header.Set(name, value) }
	}
	azure := func(o *Options) { o.Auth = AzurePassword }
	for _, tc := range []ruled{
		{name: "a plain call is fine", target: "/Patient?family=Roy", status: 200, has: `"Bundle"`},
		{name: "correlation headers are fine", target: "/Patient", prepare: func(b *bare) {
			b.header.Set("X-Request-Id", "1")
			b.header.Set("Traceparent", "00-1-1-00")
		}, status: 200},
		{name: "an unknown header", target: "/Patient", prepare: header("X-Practice", "1"), status: 200, violation: "unknown header X-Practice"},
		{name: "a header sent twice", target: "/Patient", prepare: func(b *bare) { b.header["X-Request-Id"] = []string{"1", "2"} }, status: 200, violation: "sent 2 times"},
		{name: "no token", target: "/Patient", prepare: func(b *bare) { b.token = "" }, status: 401, violation: "no Authorization header"},
		{name: "an unknown token", target: "/Patient", prepare: func(b *bare) { b.token = "nonsense" }, status: 401},
		{name: "a token that is over", target: "/Patient", prepare: func(b *bare) { b.sim.Advance(hour) }, status: 401},
		{name: "a practice header where none is needed", target: "/Patient", prepare: header("nx-practice-id", practiceID), status: 200},
		{name: "another practice", target: "/Patient", prepare: header("nx-practice-id", "1"), status: 403, has: "not linked"},
		{name: "no practice at Azure", change: azure, target: "/Patient", prepare: func(b *bare) { b.header.Del("nx-practice-id") }, status: 403, violation: "no nx-practice-id"},
		{name: "another practice at Azure", change: azure, target: "/Patient", prepare: header("nx-practice-id", "1"), status: 403},
		{name: "the practice at Azure", change: azure, target: "/Patient", status: 200},
		{name: "another path case", target: "/patient?family=Roy", status: 200, violation: "not written as in the vendor's table"},
		{name: "a slash too many", target: "/Patient/?family=Roy", status: 200, violation: "not written as in the vendor's table"},
		{name: "a slash too few", method: "POST", target: "/Patient", body: "{}", status: 400, violation: "not written as in the vendor's table"},
		{name: "an unknown path", target: "/Schedule", status: 404, has: "Cannot GET /api/Schedule", violation: "no such path"},
		{name: "a method of the other product", method: "PATCH", target: "/Appointment/1", body: "{}", status: 404, has: "Cannot PATCH", violation: "no such path"},
		{name: "an appointment by its path is not documented", target: "/Appointment/1", status: 404, violation: "no such path"},
		{name: "an unknown parameter", target: "/Patient?telecom=1", status: 400, has: "telecom", violation: `unknown query parameter "telecom"`},
		{name: "a parameter in another case", target: "/Patient?Family=Roy", status: 400, violation: "unknown query parameter"},
		{name: "a modifier", target: "/Patient?family:exact=Roy", status: 200},
		{name: "an unknown modifier", target: "/Patient?family:text=Roy", status: 400, violation: "unknown modifier"},
		{name: "a modifier on a date", target: "/Patient?birthdate:exact=2000-01-01", status: 400, violation: "unknown modifier"},
		{name: "a comma in a date", target: "/Patient?birthdate=2000-01-01,2001-01-01", status: 400, violation: "a comma in date parameter"},
		{name: "an American date", target: "/Patient?birthdate=12-01-2020", status: 400, violation: "yyyy-MM-dd"},
		{name: "a plus that is not escaped", target: "/Patient?_lastUpdated=ge2026-03-01T00:00:00+01:00", status: 400, violation: "must be sent as %2B"},
		{name: "a plus that is", target: "/Patient?_lastUpdated=ge2026-03-01T00:00:00%2B01:00", status: 200},
		{name: "a page too large", target: "/Patient?_count=51", status: 200, violation: "_count is not 1 to 50"},
		{name: "a count that is no number", target: "/Patient?_count=many", status: 400, violation: "not one number"},
		{name: "paging where there is no list", target: "/Patient/ID?_count=1", status: 400, violation: "unknown query parameter"},
		{name: "a form in place of JSON", method: "POST", target: "/Patient/", body: "a=b", prepare: header("Content-Type", "application/x-www-form-urlencoded"), status: 415, violation: "content type"},
		{name: "FHIR's media type", method: "POST", target: "/Patient/", body: "{}", prepare: header("Content-Type", "application/fhir+json"), status: 400},
		{name: "a body that is no JSON", method: "POST", target: "/Patient/", body: "{", status: 400, violation: "not a JSON object"},
		{name: "two documents in a body", method: "POST", target: "/Patient/", body: "{}{}", status: 400, violation: "not a JSON object"},
		{name: "a body on a read", target: "/Patient", body: "{}", status: 200, violation: "a body on a read"},
		{name: "what is not simulated says so", change: onPlus, method: "POST", target: "/Coverage", body: "{}", status: 501},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestAWrongBaseURLSaysWhatTheRegistrationGuideSays(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.do(http.MethodGet, "http://"+b.sim.base.Host+"/Patient", nil)
	if r.status != http.StatusNotFound || r.body != "Cannot GET /Patient" || r.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %q %v", r.status, r.body, r.header)
	}
}

func TestAMissingScopeIsInsufficient(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]int{
		"patient/*.read": 200, "patient:read": 403, "patient/*.write": 403, "*/*.read": 200, "": 200, // none asked for: all granted
	} {
		b := open(t, nil)
		form := map[string][]string{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {b.sim.secret}}
		if scope != "" {
			form["scope"] = []string{scope}
		}
		b.token = b.post(b.sim.tokenAt, form).json["access_token"].(string)
		r := b.do(http.MethodGet, "/Patient", nil)
		if r.status != want || want == 403 && r.json["error"] != "insufficient_scope" {
			t.Errorf("%q: %d %s", scope, r.status, r.body)
		}
	}
}

func TestTheRateLimitIsPerEndpointAndWithoutRetryAfter(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		b := open(t, nil)
		b.sim.perSecond = perSecond
		b.sim.ExpectViolation("more than 20 requests in a rolling second to location")
		for range 20 {
			b.get("/Location")
		}
		r := b.do(http.MethodGet, "/Location", nil)
		if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") != "" {
			t.Errorf("%d %v", r.status, r.header)
		}
		b.get("/Practitioner")
	})
}
