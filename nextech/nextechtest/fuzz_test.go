package nextechtest

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzRequests: whatever arrives is answered, and never by a mistake of the simulator's.
func FuzzRequests(f *testing.F) {
	type seed struct{ method, target, body string }
	for _, s := range []seed{
		{"GET", "/Patient?family=Roy&birthdate=ge1991-05-17&_count=5", ""},
		{"GET", "/Slot?start=ge2026-03-02&schedule.actor=location/7,practitioner/15&slot-length=30", ""},
		{"GET", "/Appointment?date=lt2026-03-09&_lastUpdated=ge2026-03-01T00:00:00Z", ""},
		{"GET", "/Patient/%2e%2e/Binary/$autogen-ccd-if?start=2026-01-01", ""},
		{"GET", "/Account?balance=gt0", ""},
		{"POST", "/Patient/", `{"resourceType":"Patient","name":{"family":"Roy"},"telecom":[1,{"system":"phone"}],"extension":"x"}`},
		{"PUT", "/Patient/", `{"resourceType":"Patient","identifier":[{"use":"official","value":"20001"}],"address":[{"line":[null]}]}`},
		{"POST", "/Appointment/", `{"resourceType":"Appointment","status":"proposed","participant":[{"actor":{"reference":"location/7"}}],"contained":[{}]}`},
		{"PUT", "/Appointment/31043", `{"resourceType":"Appointment","status":"cancelled","extension":[{"url":"request-type"}]}`},
		{"POST", "/Patient/20001/DocumentReference", `{"resourceType":"DocumentReference","content":[{"attachment":null}]}`},
		{"POST", "/connect/token", "grant_type=client_credentials"},
	} {
		f.Add(s.method, s.target, s.body)
	}
	select1 := open(f, nil)
	plus1 := open(f, onPlus)
	f.Cleanup(func() { // the requests break rules on purpose
		for _, b := range []*bare{select1, plus1} {
			for _, v := range b.sim.Violations() {
				b.sim.ExpectViolation(v)
			}
		}
	})
	f.Fuzz(func(t *testing.T, method, target, body string) {
		if !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
		for _, b := range []*bare{select1, plus1} {
			req, err := http.NewRequestWithContext(t.Context(), method, b.sim.base.String()+target, strings.NewReader(body))
			if err != nil {
				t.Skip()
			}
			req.Header.Set("Authorization", "Bearer "+b.token)
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
