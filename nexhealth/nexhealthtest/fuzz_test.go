package nexhealthtest

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzRequests: whatever arrives is answered, and never by a mistake of the simulator's.
func FuzzRequests(f *testing.F) {
	const at = "?subdomain=lantern-row-dental&location_id=7"
	for _, s := range [][4]string{
		{"GET", "/patients" + at + "&name=Roy&date_of_birth=1991-05-17&per_page=5&end_cursor=QUFBOjE=", "", ""},
		{"GET", "/available_slots?subdomain=lantern-row-dental&lids[]=7&pids[]=15&start_date=2026-03-03&days=14&slot_length=15&slot_interval=1", "", ""},
		{"GET", "/appointments" + at + "&start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00%2B0000&sort=-updated_at&per_page=1000", "", ""},
		{"GET", "/nex_staff?subdomain=lantern-row-dental&page=-9223372036854775808&per_page=300", "", ""},
		{"GET", "/patients/%2e%2e/documents?subdomain=lantern-row-dental", "", ""},
		{"POST", "/patients" + at, "", `{"provider":{"provider_id":15},"patient":{"first_name":"A","last_name":"B","email":"a@example.com","bio":{"date_of_birth":"2000-02-30","phone_number":"äöü5550142"}}}`},
		{"POST", "/appointments" + at, "", `{"appt":{"patient_id":70001,"provider_id":15,"start_time":"2026-03-03T15:00:00Z","appointment_type_id":12,"descriptor_ids":[1,null,"x"],"patient":[]}}`},
		{"PATCH", "/appointments/5000031043?subdomain=lantern-row-dental", "", `{"appt":{"start_time":"9999-12-31T23:59:59Z","operatory_id":1e99,"note":null}}`},
		{"POST", "/working_hours" + at, "", `{"working_hour":{"provider_id":15,"begin_time":"09:00","end_time":"10:00","custom_recurrence":{"num":1,"unit":"month","ref":"2026-01-31"}}}`},
		{"PATCH", "/appointment_types/12?subdomain=lantern-row-dental", "", `{"appointment_type":{"minutes":99999999999,"parent_id":-1}}`},
		{"POST", "/webhook_endpoints", "", `{"target_url":"https://[::1"}`},
		{"POST", "/onboardings", "", `{"onboarding":{"institution_name":""}}`},
		{"POST", "/patients/70001/documents" + at, "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-\r\n--x--\r\n"},
		{"POST", "/authenticates", "", ""},
	} {
		f.Add(s[0], s[1], s[2], s[3])
	}
	b := open(f, func(o *Options) { o.RotateTexts = true })
	f.Cleanup(func() { // the requests break rules on purpose
		for _, v := range b.sim.Violations() {
			b.sim.ExpectViolation(v)
		}
	})
	f.Fuzz(func(t *testing.T, method, target, contentType, body string) {
		if !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
		req, err := http.NewRequestWithContext(t.Context(), method, b.sim.base.String()+target, strings.NewReader(body))
		if err != nil {
			t.Skip()
		}
		req.Header.Set("Authorization", "Bearer "+b.token)
		req.Header.Set(versionHeader, "v3.0.0")
		req.Header.Set("Content-Type", "application/json")
		if contentType != "" {
			req.Header.Set("Content-Type", contentType)
		}
		r, err := b.send(req)
		if err != nil {
			t.Skip() // the client refuses to send it
		}
		if strings.Contains(r.body, "the simulator has a mistake") {
			t.Errorf("%d %s", r.status, r.body)
		}
	})
}
