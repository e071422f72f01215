package nexhealthtest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

const (
	mostNote  = 128 // characters, documented
	takenText = "The selected time slot is no longer available"
)

var apptFields = []string{
	"patient_id", "provider_id", "operatory_id", "start_time", "end_time", "appointment_type_id", "note", "unavailable", "is_guardian",
	"is_new_clients_patient", "referrer", "patient", "descriptor_ids",
}

// book is POST /appointments: 201 says that NexHealth has it, no more. Documented: the
// fields, future times only, the operatory rule, note. Nothing documented refuses a time
// that is taken or outside of working hours, so both are booked; Options.RefuseTaken
// refuses the former.
func (s *Sim) book(q *query) *simserver.Reply {
	in, _, refusal := q.wrapped("appt", "appointments_per_timeslot")
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "appt", apptFields...)
	a, b, refusal := s.readBooking(q, in)
	if refusal != nil {
		return refusal
	}
	if q.Take(emrtest.FaultSlotTaken) {
		_ = s.takeSlot(&emr.Slot{ // taken before is as good
			Location: emr.LocationID(a.Location), Practitioner: emr.PractitionerID(a.Practitioner), Type: emr.AppointmentTypeID(a.Type),
			Start: a.Start, End: a.End,
		})
		return q.fail(s.stateStatus(), takenText)
	}
	if s.opts.RefuseTaken && s.calendar().taken(a.Practitioner, a.Room, a.Start, a.End) {
		return q.fail(s.stateStatus(), takenText)
	}
	made := s.clinic.Enter(a)
	s.bookings[made.ID] = b
	reply := q.done(http.StatusCreated, object{"appt": s.appointmentObject(made), "stripe_client_secret": nil})
	s.accept(write{kind: insertion, id: made.ID, never: q.Take(emrtest.FaultWriteNeverCompleted)})
	return reply
}

// readBooking reads the request; what is missing or wrong is 400, an id that is not
// there 404.
func (s *Sim) readBooking(q *query, in map[string]any) (a simserver.Appointment, b *booking, refusal *simserver.Reply) {
	b = &booking{}
	b.block, _ = truth(in, "unavailable")
	b.guardian, _ = truth(in, "is_guardian")
	b.newClient, _ = truth(in, "is_new_clients_patient")
	b.referrer = simserver.StringIn(in, "referrer")
	a = simserver.Appointment{
		Location: q.site.ID, Practitioner: q.idIn(in, "provider_id"), Room: q.idIn(in, "operatory_id"), Type: q.idIn(in, "appointment_type_id"),
		Note: simserver.StringIn(in, "note"), Status: simserver.Booked, ViaAPI: true,
	}
	patient := q.idIn(in, "patient_id")
	var missing []string
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"patient_id", patient != "" || b.block}, {"provider_id", a.Practitioner != ""}, {"start_time", simserver.StringIn(in, "start_time") != ""},
		{"end_time", simserver.StringIn(in, "end_time") != "" || a.Type != ""}, {"operatory_id", a.Room != "" || !q.site.mapped},
	} {
		if !f.has {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		q.Violate("without the required %s", strings.Join(missing, ", "))
		return a, nil, q.missing(missing...)
	}
	if patient != "" {
		p, ok := s.patientBy(patient)
		if !ok {
			return a, nil, q.unknown("Patient")
		}
		a.Patient = p.ID
	}
	if p, ok := s.clinic.Practitioner(a.Practitioner); !ok || !p.Active {
		return a, nil, q.unknown("Provider")
	}
	if !q.home() || !q.site.Active {
		return a, nil, q.invalid("Location is inactive")
	}
	t := s.typeOf(a.Type)
	if a.Type != "" && t == nil {
		return a, nil, q.unknown("Appointment type")
	}
	if why := s.checkRoom(a.Room, a.Location); why != "" {
		return a, nil, q.invalid(why)
	}
	if why := s.readTimes(q, in, t, &a); why != "" {
		return a, nil, q.invalid(why)
	}
	b.descriptors, _ = q.idsIn(in, "descriptor_ids")
	return a, b, s.readRest(q, in, a, b)
}

// readTimes: the end comes from the type when it is not sent (documented).
func (s *Sim) readTimes(q *query, in map[string]any, t *apptType, a *simserver.Appointment) string {
	var ok bool
	if a.Start, ok = q.instant(in, "start_time"); !ok {
		return "start_time is invalid"
	}
	if a.End, ok = q.instant(in, "end_time"); !ok {
		if simserver.StringIn(in, "end_time") != "" {
			return "end_time is invalid"
		}
		a.End = a.Start.Add(time.Duration(t.minutes) * time.Minute)
	}
	if !a.End.After(a.Start) {
		return "end_time must be after start_time"
	}
	if !a.Start.After(q.Now) {
		return "start_time must be in the future"
	}
	return ""
}

// instant reads a date-time of a body; a time without its zone is none, and one that is
// not UTC is a violation, because the recommended form is.
func (q *query) instant(in map[string]any, name string) (time.Time, bool) {
	v := simserver.StringIn(in, name)
	t, ok := readInstant(v)
	if len(v) == len(time.DateOnly) {
		ok = false
	}
	if _, offset := t.Zone(); ok && offset != 0 {
		q.Violate("%s is not sent as UTC", name)
	}
	return t, ok
}

func (s *Sim) checkRoom(room, location string) string {
	if room == "" {
		return ""
	}
	if o := s.operatoryOf(room); o == nil || !o.active || o.location != location {
		return "operatory_id is invalid"
	}
	return ""
}

// readRest: note, and who a guardian books for.
func (s *Sim) readRest(q *query, in map[string]any, a simserver.Appointment, b *booking) *simserver.Reply {
	if utf8.RuneCountInString(a.Note) > mostNote {
		q.Violate("a note of more than %d characters", mostNote)
		return q.invalid("note is too long")
	}
	child, bio := simserver.ObjectIn(in, "patient"), simserver.ObjectIn(simserver.ObjectIn(in, "patient"), "bio")
	if b.guardian {
		if simserver.StringIn(child, "first_name") == "" || simserver.StringIn(child, "last_name") == "" || simserver.StringIn(bio, "date_of_birth") == "" {
			q.Violate("is_guardian without the dependent's name and birth date")
			return q.missing("patient")
		}
		b.dependent = simserver.StringIn(child, "first_name") + " " + simserver.StringIn(child, "last_name")
	}
	return nil
}

// takeSlot books the slot for somebody else, who is in the practice system already. The
// caller holds the lock.
func (s *Sim) takeSlot(slot *emr.Slot) error {
	l := s.siteOf(string(slot.Location))
	if l == nil || !l.inst.home {
		return fmt.Errorf("nexhealthtest: no location %q", slot.Location)
	}
	a := simserver.Appointment{
		Patient: s.clinic.Somebody(), Location: l.ID, Practitioner: string(slot.Practitioner), Type: string(slot.Type),
		Status: simserver.Booked, Start: slot.Start, End: slot.End,
	}
	for _, id := range slot.Resources {
		if o := s.operatoryOf(string(id)); o != nil {
			a.Room = o.id
		}
	}
	if s.calendar().taken(a.Practitioner, a.Room, a.Start, a.End) {
		return errTaken
	}
	s.appointmentAppeared(s.clinic.Enter(a))
	return nil
}

var errTaken = errors.New("nexhealthtest: the time is taken")
