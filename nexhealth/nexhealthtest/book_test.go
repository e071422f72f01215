package nexhealthtest

import (
	"net/http"
	"strconv"
	"time"
)

// Times of Tuesday, 3 March 2026, in New York, as clients send them.
const (
	tenAM    = "2026-03-03T15:00:00Z"
	halfPast = "2026-03-03T15:30:00Z"
	elevenAM = "2026-03-03T16:00:00Z"
)

const bookAt7 = "/appointments?" + sub + "&location_id=7"

// booking is one for person 0 with practitioner 15.
func (b *bare) booking(start, end string) object {
	return object{"appt": object{"patient_id": b.person(0), "provider_id": 15, "start_time": start, "end_time": end, "appointment_type_id": 12}}
}

// book books half an hour and returns the appointment's id.
func (b *bare) book(start string) int64 {
	b.t.Helper()
	from, _ := time.Parse(time.RFC3339, start)
	r := b.do(http.MethodPost, bookAt7, b.booking(start, from.Add(30*time.Minute).Format(time.RFC3339)))
	id, ok := r.data("appt")["id"].(float64)
	if !ok || r.status != http.StatusCreated {
		b.t.Fatalf("%d %s", r.status, r.body)
	}
	return int64(id)
}

// change sends a PATCH of an appointment.
func (b *bare) change(id int64, appt object) reply {
	b.t.Helper()
	return b.do(http.MethodPatch, "/appointments/"+strconv.FormatInt(id, 10)+"?"+sub, object{"appt": appt})
}

// read reads an appointment.
func (b *bare) read(id int64) map[string]any {
	b.t.Helper()
	return b.get("/appointments/" + strconv.FormatInt(id, 10) + "?" + sub).data()
}
