package nexhealth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func FuzzWebhookBody(f *testing.F) {
	for _, body := range []string{
		vectorBody, appointmentEvent(1, "a"), "", "{}", "[]", "null", `{"data":[[]]}`,
		`{"event_name":"patient_updated","data":{"patients":[{"id":1,"first_name":"Ada"}]}}`,
		`{"event_name":"sync_status_read_change","data":{"read_status":"green","locations":[{"id":1}]}}`,
		`{"event_name":"onboarding_updated","data":{"id":"ab","booking_params":{"location_id":"7"}}}`,
		`{"event_name":7,"resource_type":{},"event_time":"x","data":{"appointment":[{"id":[]},null,7]},"institution_id":1.5}`,
		`{"resource_type":"appointment","data":{"appointment":{"id":1,"previous_attributes":{"x":1}}}}`,
	} {
		f.Add([]byte(body))
	}
	b := &inbox{}
	w := newTestWebhook(f, b, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := delivery(string(body), secretA, sentNow)
		before := b.count()
		code := deliver(t, w, r)
		if code != http.StatusOK && code != http.StatusBadRequest && code != http.StatusRequestEntityTooLarge {
			t.Fatalf("a signed body was answered with %d", code)
		}
		if b.count() > before {
			for _, c := range b.events[len(b.events)-1].Changes() {
				if c.Appointment == nil && c.Patient == nil {
					t.Fatal("a change of nothing")
				}
			}
		}
		b.events = nil
		altered := append([]byte("x"), body...)
		r = delivery(string(body), secretA, sentNow)
		r.Body, r.ContentLength = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(altered))).Body, int64(len(altered))
		if code := deliver(t, w, r); code != http.StatusUnauthorized && code != http.StatusRequestEntityTooLarge {
			t.Fatalf("an altered body was answered with %d", code)
		}
	})
}

func FuzzWebhookHeaders(f *testing.F) {
	stamp := sentNow.Format(time.RFC3339)
	f.Add(stamp, Sign(secretA, stamp, []byte("{}")))
	f.Add("2026-03-02T15:04:05+0000", "00")
	f.Add("", "")
	f.Add("2026-03-02 15:04:05", strings.Repeat("f", 64))
	f.Add("99999-01-01T00:00:00Z", strings.Repeat("g", 64))
	w := newTestWebhook(f, &inbox{}, nil)
	f.Fuzz(func(t *testing.T, timestamp, sig string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		r.Header = http.Header{"Timestamp": {timestamp}, "Signature": {sig}}
		want := http.StatusUnauthorized
		if at, ok := sentAt(timestamp); ok && at.Sub(sentNow).Abs() <= 5*time.Minute && strings.EqualFold(sig, Sign(secretA, timestamp, []byte("{}"))) {
			want = http.StatusOK
		}
		if code := deliver(t, w, r); code != want {
			t.Fatalf("answered %d, want %d", code, want)
		}
	})
}
