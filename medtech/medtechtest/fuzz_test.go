package medtechtest

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzRequests: whatever arrives is answered, and never by a mistake of the simulator's.
func FuzzRequests(f *testing.F) {
	type seed struct{ method, target, body string }
	for _, s := range []seed{
		{"GET", "/Patient?" + strings.Replace(byNHI(0), "patient.", "", 1), ""},
		{"GET", "/Patient?family=Roy&birthdate=1991-05-17&telecom=2065550142&_include=Patient:general-practitioner", ""},
		{"GET", slots(), ""},
		{"GET", "/Slot?_id=%25&start=g", ""},
		{"GET", "/Appointment?" + byNHI(1) + "&date=ge2026-03-01&date=leX", ""},
		{"GET", "/Patient/%2e%2e/$summary?identifier=|", ""},
		{"GET", "/Task?owner.identifier=x&_id=1", ""},
		{"POST", "/Patient", `{"resourceType":"Patient","name":{"family":"Roy"},"telecom":[1,{"system":"phone"}],"identifier":"x"}`},
		{"POST", "/Appointment", `{"resourceType":"Appointment","status":"booked","start":"2026-03-03T10:00:00+13:00","participant":[{"actor":{"reference":"/"}}],"slot":[{}]}`},
		{"PUT", "/Appointment?" + byNHI(0), `{"resourceType":"Appointment","status":"cancelled","participant":[null]}`},
		{"POST", "/Media", `{"resourceType":"Media","identifier":[{"value":"a"}],"subject":[],"content":{"data":1}}`},
		{"POST", "/DocumentReference", `{"resourceType":"DocumentReference","identifier":[{"value":"a"}],"content":[{"attachment":null}]}`},
		{"POST", "/Communication", `{"resourceType":"Communication","category":[{"coding":null}],"payload":[{}]}`},
		{"POST", "/Task", `{"resourceType":"Task","status":"x","intent":"y","description":"z","for":1,"owner":{"reference":"Practitioner/"}}`},
	} {
		f.Add(s.method, s.target, s.body)
	}
	plain := open(f, nil)
	odd := open(f, func(o *Options) {
		o.LongIDs, o.AbsoluteReferences, o.FullBundles, o.PageSize, o.PutByID = true, true, true, 2, true
	})
	f.Cleanup(func() { // the requests break rules on purpose
		for _, b := range []*bare{plain, odd} {
			for _, v := range b.sim.Violations() {
				b.sim.ExpectViolation(v)
			}
		}
	})
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
			req.Header.Set(facilityHeader, homeFacility)
			req.Header.Set("Content-Type", "application/fhir+json")
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
