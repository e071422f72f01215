package nexhealthtest

import (
	"net/http"

	"github.com/emrkit/emrkit/internal/simserver"
)

// staff are who uses NexHealth at the practice; the last has left.
var staff = []struct {
	id                   int
	given, family, email string
	inactive             bool
}{
	{4101, "Api", "User", "api.user@example.com", false}, {4102, "Petra", "Lund", "lund@example.com", false},
	{4103, "Omar", "Vale", "vale@example.com", false}, {4104, "Ivy", "Marsh", "marsh@example.com", false},
	{4105, "Rosa", "Quill", "quill@example.com", false}, {4106, "Tariq", "Dale", "dale@example.com", false},
	{4107, "June", "Archer", "archer@example.com", true},
}

const mostStaff = 300 // a page, documented

// staffRoutes has the one list of v3 with page numbers.
func (s *Sim) staffRoutes() []route {
	return []route{{method: http.MethodGet, path: "/nex_staff", sub: required, paged: byNumber, handle: s.listStaff,
		params: params(of(flag, "inactive"), of(id, "location_ids[]"))}}
}

func (s *Sim) listStaff(q *query) *simserver.Reply {
	var all []object
	for _, m := range staff {
		if !q.home() || !q.is("inactive", m.inactive) || !q.among("location_ids[]", "7") {
			continue
		}
		all = append(all, object{
			"id": m.id, "email": m.email, "first_name": m.given, "last_name": m.family, "created_at": stamp(s.seeded), "updated_at": stamp(s.seeded),
			"patientable": false, "inst_ids": []int{q.inst.id}, "unsubscribe_emails": false, "inactive": m.inactive, "unsubscribe_sms": false,
			"location_ids": []int{7},
		})
	}
	return numberedPage(q, all, mostStaff, func(o object) object { return o })
}

// lastVisit is a patient's latest appointment that took place, in short.
func (s *Sim) lastVisit(p simserver.Patient) any {
	var last simserver.Appointment
	for _, a := range s.clinic.Appointments() {
		if a.Patient == p.ID && a.Status == simserver.Fulfilled && a.Start.After(last.Start) {
			last = a
		}
	}
	if last.ID == "" {
		return nil
	}
	o := s.appointmentObject(last)
	return object{
		"id": o["id"], "provider_id": o["provider_id"], "provider_name": o["provider_name"], "start_time": o["start_time"],
		"end_time": o["end_time"], "location_id": o["location_id"], "confirmed": o["confirmed"],
	}
}
