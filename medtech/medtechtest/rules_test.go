package medtechtest

import (
	"net/http"
	"strings"
	"testing"
)

func TestEachRuleOfARequestIsKept(t *testing.T) {
	t.Parallel()
	header := func(name, value string) func(*bare) {
		return func(b *bare) { b.header.Set(name, value) }
	}
	without := func(name string) func(*bare) { return func(b *bare) { b.header.Del(name) } }
	text := func(v string) func(*bare) any { return func(*bare) any { return v } }
	booking := func(b *bare) any { return b.appointment(0, "booked") }
	byNumber := "/Patient?identifier=" + asked(nhiSystem, NHI(0))
	for _, tc := range []ruled{
		{name: "a plain call is fine", target: byNumber, status: 200, has: `"searchset"`},
		{name: "an application may name itself", target: byNumber, prepare: header("mt-appid", "app"), status: 200},
		{name: "tracing headers are fine", target: byNumber, prepare: header("Traceparent", "00-1-1-00"), status: 200},
		{name: "mt-roles", target: byNumber, prepare: header("mt-roles", "x"), status: 200, violation: "unknown header Mt-Roles"},
		{name: "mt-env", target: byNumber, prepare: header("mt-env", "x"), status: 200, violation: "unknown header Mt-Env"},
		{name: "mt-locationid", target: byNumber, prepare: header("mt-locationid", "x"), status: 200, violation: "unknown header Mt-Locationid"},
		{name: "Facility-Id", target: byNumber, prepare: header("Facility-Id", "x"), status: 200, violation: "unknown header Facility-Id"},
		{name: "Accept", target: byNumber, prepare: header("Accept", "text/html"), status: 200, violation: "Accept does not name"},
		{name: "no facility", target: byNumber, prepare: without(facilityHeaderName), status: 403, has: textNoFacility, violation: "no mt-facilityid header"},
		{name: "an unknown facility", target: byNumber, prepare: header(facilityHeader, "FZZ999-X"), status: 403, has: textNoFacility},
		{name: "a facility that is not mapped", target: byNumber, prepare: header(facilityHeader, beyondFacility), status: 403, has: "not-found"},
		{name: "the other facility", target: byNumber, prepare: header(facilityHeader, otherFacility), status: 200, has: NHI(0)},
		{name: "an id of the other facility", target: "/Patient/{person}", prepare: header(facilityHeader, otherFacility), status: 404, has: textNoID},
		{name: "no token", target: byNumber, prepare: func(b *bare) { b.token = "" }, status: 401, has: "statusCode", violation: "no Authorization header"},
		{name: "an unknown token", target: byNumber, prepare: func(b *bare) { b.token = "nonsense" }, status: 401},
		{name: "a correlation id that is no UUID v4", target: byNumber, prepare: header(correlationHeader, "5f0cab00-0000-1b00-8c00-9d00ab12cd34"), status: 200, violation: "not a UUID v4"},
		{name: "a body on a read", target: byNumber, body: text("{}"), status: 200, violation: "a body on a read"},
		{name: "plain JSON", method: "POST", target: "/Appointment", body: booking, prepare: header("Content-Type", "application/json"), status: 415, has: "statusCode", violation: "content type"},
		{name: "a charset", method: "POST", target: "/Appointment", body: booking, prepare: header("Content-Type", "application/fhir+json; charset=utf-8"), status: 201},
		{name: "no JSON", method: "POST", target: "/Appointment", body: text("{"), status: 400, has: textInvalid, violation: "not a JSON Appointment"},
		{name: "two documents", method: "POST", target: "/Appointment", body: text("{}{}"), status: 400, violation: "not a JSON Appointment"},
		{name: "another resource", method: "POST", target: "/Appointment", body: text(`{"resourceType":"Slot"}`), status: 400, violation: "not a JSON Appointment"},
		{name: "an unknown path", target: "/Group", status: 404, has: "Resource not found", violation: "no such path"},
		{name: "Encounter is not exposed", target: "/Encounter?" + byNHI(0), status: 404, has: `"statusCode":404`},
		{name: "no such method", method: "DELETE", target: "/Appointment/1", status: 405, violation: "no such path"},
		{name: "a base twice", target: "/FHIR/Patient", status: 404, violation: "no such path"},
		{name: "an unfiltered search", target: "/Patient", status: 403, has: textDenied, violation: "a search without one of"},
		{name: "patient=", target: "/Media?patient={person}", status: 403, has: "forbidden", violation: `"patient"`},
		{name: "subject=", target: "/DocumentReference?subject=Patient%2F{person}", status: 403, violation: `"subject"`},
		{name: "an unknown parameter", target: byNumber + "&_count=5", status: 403, violation: `"_count"`},
		{name: "a parameter twice", target: byNumber + "&family=a&family=b", status: 200, violation: "sent 2 times"},
		{name: "an NHI without its system", target: "/Patient?identifier=" + NHI(0), status: 200, has: NHI(0), violation: "not written system|value"},
		{name: "another system than the NHI's", target: "/Patient?identifier=" + asked("urn:oid:2.16.840.1.113883.2.18.2", NHI(0)), status: 200, has: textNoPatient, violation: "system of the NHI"},
		{name: "a bar that is not escaped", target: "/Patient?identifier=" + nhiSystem + "|" + NHI(0), status: 200, violation: "is not written %7C"},
		{name: "confidential records", target: "/Condition?" + byNHI(0) + "&_security=" + asked("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R"), status: 403, has: "not-supported"},
		{name: "clinical lists are empty", target: "/Condition?" + byNHI(0), status: 200, has: "No Condition records"},
		{name: "metadata", target: "/metadata", status: 200, has: `"fhirVersion":"4.0.1"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestTheCaseOfTheBaseDoesNotMatter(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	lower := b.sim.lowerBase() + "/Location"
	if r := b.do(http.MethodGet, lower, nil); r.status != 200 || !strings.Contains(lower, "/fhir/") {
		t.Errorf("%s: %d", lower, r.status)
	}
}

func TestAPracticeCanBeOfflineAndTheOthersAnswer(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for o, want := range map[Outage]struct {
		status int
		has    string
	}{
		OutageOffline: {503, "PMS unreachable or unavailable."}, OutageSlow: {504, "PMS did not respond to request or has timed out."},
		OutageGateway: {503, `"statusCode":503`},
	} {
		b.sim.SetOutage(homeFacility, o)
		if r := b.do(http.MethodGet, "/Location", nil); r.status != want.status || !strings.Contains(r.body, want.has) {
			t.Errorf("%s: %d %s", o, r.status, r.body)
		}
		b.get("/metadata")
		b.header.Set(facilityHeader, otherFacility)
		b.get("/Location")
		b.header.Set(facilityHeader, homeFacility)
	}
	b.sim.SetOutage(homeFacility, OutageNone)
	b.get("/Location")
}

func TestTheTextOfAnOutcomeStandsInAllPlacesByTurns(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.RotateTexts = true })
	for _, has := range []string{`"diagnostics":"Resource`, `"details":{"text":"Resource`, `"display":"Resource`, `"diagnostics":"Resource`} {
		if r := b.do(http.MethodGet, "/Patient/1", nil); !strings.Contains(r.body, has) {
			t.Errorf("%s, want %s", r.body, has)
		}
	}
}

func TestAnswersCanBeOrdered(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.AnswerNext(StepDirectory, 200, "error", "exception", "PMS unreachable or unavailable.")
	if r := b.do(http.MethodGet, "/Slot/1", nil); r.status != 404 {
		t.Errorf("another step: %d", r.status)
	}
	if r := b.do(http.MethodGet, "/Location", nil); r.status != 200 || !strings.Contains(r.body, `"exception"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	b.sim.AnswerNextWith(StepMedia, 502, "text/html", []byte("<h1>Bad Gateway</h1>"))
	if r := b.do(http.MethodGet, "/Media?"+byNHI(0), nil); r.status != 502 || r.header.Get("Content-Type") != "text/html" {
		t.Errorf("%d %s", r.status, r.body)
	}
}
