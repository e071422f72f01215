package nexhealthtest

import (
	"strconv"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// booking is what only NexHealth knows of an appointment of the clinic.
type booking struct {
	foreign     string // "" until it is in the practice system
	lastSync    time.Time
	confirmedAt time.Time
	cancelledAt time.Time
	descriptors []string
	block       bool // unavailable
	guardian    bool
	newClient   bool
	referrer    string
	dependent   string // name of the child it is for
}

// firstAppointment is added to the clinic's ids: appointment ids are int64 on the wire
// and do not fit 32 bits.
const firstAppointment = 5_000_000_000

// appointmentID is the clinic's id of the appointment in the path, "" for none.
func (q *query) appointmentID() string { return clinicID(q.vars["id"]) }

func clinicID(wire string) string {
	n, err := strconv.ParseInt(wire, 10, 64)
	if err != nil || n <= firstAppointment {
		return ""
	}
	return strconv.FormatInt(n-firstAppointment, 10)
}

func wireID(a simserver.Appointment) int64 {
	n, _ := strconv.ParseInt(a.ID, 10, 64)
	return firstAppointment + n
}

// bookingOf is the record beside a; those of the seed are in the practice system.
func (s *Sim) bookingOf(a simserver.Appointment) *booking {
	b := s.bookings[a.ID]
	if b == nil {
		b = &booking{foreign: "A" + a.ID, lastSync: s.seeded, block: a.Patient == ""}
		if a.Status == simserver.Cancelled {
			b.cancelledAt = a.Updated
		}
		s.bookings[a.ID] = b
	}
	return b
}

// appointmentObject is an appointment as every answer has it. There is no status; times
// are UTC, with the location's zone beside them (documented).
func (s *Sim) appointmentObject(a simserver.Appointment) object {
	b, l := s.bookingOf(a), s.siteOf(a.Location)
	kind := l.sync.foreignType()
	if b.foreign == "" {
		kind = "nex"
	}
	o := object{
		"id": wireID(a), "patient_id": nil, "provider_id": number(a.Practitioner), "provider_name": nil,
		"start_time": stamp(a.Start), "end_time": stamp(a.End), "confirmed": a.Confirmed || a.Status == simserver.Arrived || a.Status == simserver.Fulfilled,
		"patient_missed": a.Status == simserver.NoShow, "created_at": stamp(a.Created), "updated_at": stamp(a.Updated), "note": orNull(a.Note),
		"unavailable": b.block, "cancelled": a.Status == simserver.Cancelled, "timezone": zoneName(l.Zone), "institution_id": l.inst.id,
		"appointment_type_id": s.typeNumber(a), "checkin_at": stamp(a.ArrivedAt), "location_id": l.number(), "foreign_id": orNull(b.foreign),
		"foreign_id_type": kind, "misc": object{"is_booked_on_nexhealth": a.ViaAPI}, "last_sync_time": stamp(b.lastSync),
		"patient_confirmed": false, "created_by_user_id": nil, "is_guardian": b.guardian, "patient_confirmed_at": nil,
		"cancelled_at": stamp(b.cancelledAt), "is_new_clients_patient": b.newClient, "confirmed_at": stamp(b.confirmedAt),
		"sooner_if_possible": false, "operatory_id": number(a.Room), "checked_out": a.Status == simserver.Fulfilled,
		"checked_out_at": nil, "referrer": orNull(b.referrer), "is_past_patient": false, "timezone_offset": shortOffset(a.Start),
	}
	if a.ViaAPI {
		o["created_by_user_id"] = apiUser
	}
	if a.Status == simserver.Fulfilled {
		o["checkin_at"], o["checked_out_at"], o["is_past_patient"] = stamp(a.Start), stamp(a.End), true
	}
	if p, ok := s.clinic.Patient(a.Patient, false); ok {
		o["patient_id"] = patientID(p)
	}
	if p, ok := s.clinic.Practitioner(a.Practitioner); ok {
		o["provider_name"] = "Dr. " + p.Given + " " + p.Family
	}
	return o
}

// apiUser is who the API's own appointments are by.
const apiUser = 4101

// typeNumber is 0 or null where there is none: both are seen.
func (s *Sim) typeNumber(a simserver.Appointment) any {
	if a.Type != "" {
		return number(a.Type)
	}
	if n := wireID(a); n%2 == 0 {
		return 0
	}
	return nil
}

// shortOffset writes -4:00, as the vendor's example does.
func shortOffset(t time.Time) string {
	sign, rest := t.Format("-07:00")[:1], t.Format("-07:00")[1:]
	if short, ok := strings.CutPrefix(rest, "0"); ok {
		rest = short
	}
	return sign + rest
}

// upcoming are a patient's next appointments in short.
func (s *Sim) upcoming(p simserver.Patient) []object {
	now := s.server.Clock().Now()
	all := []object{}
	for _, a := range s.clinic.Appointments() {
		if a.Patient != p.ID || !a.Status.Live() || !a.Start.After(now) {
			continue
		}
		o := s.appointmentObject(a)
		all = append(all, object{
			"id": o["id"], "provider_id": o["provider_id"], "provider_name": o["provider_name"], "start_time": o["start_time"],
			"end_time": o["end_time"], "location_id": o["location_id"], "confirmed": o["confirmed"],
		})
	}
	return all
}
