package nextechtest

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// takenComment is ours: no vendor sample of a refusal was found.
const takenComment = "The selected time is no longer available."

// book is POST /Appointment/. Documented: status proposed, start and end with an offset,
// location and practitioner; Select wants type and purpose (preference of 16.3), takes a
// contained Patient for a new prospect and removes it when it refuses with 409; Practice+
// wants the type, an existing patient, and answers 409 to missing data. Assumed: 201 with
// the appointment on both; a booking has the status booked; a time outside of working
// hours is refused as taken.
func (s *Sim) book(q *query) *simserver.Reply {
	body, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	a, prospect, problems := s.readBooking(q, body)
	if len(problems) > 0 {
		return s.incomplete("Invalid or missing: " + joined(problems))
	}
	if s.opts.OnlineScheduling == ScheduleNotAllowed {
		return s.refused("Online scheduling is not allowed by the practice")
	}
	if prospect != nil {
		added, _ := s.clinic.AddPatient(*prospect, nil)
		a.Patient = added.ID
	}
	if q.Take(emrtest.FaultSlotTaken) {
		_ = s.clinic.TakeSlot(a.Location, a.Practitioner, a.Type, a.Start, a.End) // taken before is as good
	}
	made, err := s.clinic.Book(a)
	if err != nil {
		if prospect != nil {
			s.clinic.RemovePatient(a.Patient)
		}
		if errors.Is(err, simserver.ErrNoHours) {
			return s.refused("The selected time is outside of the schedule")
		}
		return s.refused(takenComment)
	}
	return s.done(http.StatusCreated, s.appointment(made))
}

// incomplete: Select 400, Practice+ 409 with a message.
func (s *Sim) incomplete(text string) *simserver.Reply {
	if s.d.plus() {
		return answer(http.StatusConflict, object{"message": text})
	}
	return invalid(text)
}

// refused: Select 409 with an AppointmentResponse; that Practice+ says a message in its
// place is assumed.
func (s *Sim) refused(text string) *simserver.Reply {
	if s.d.plus() {
		return answer(http.StatusConflict, object{"message": text})
	}
	return declined(text)
}

// readBooking reads the request and names what is wrong with it.
func (s *Sim) readBooking(q *query, body map[string]any) (a simserver.Appointment, prospect *simserver.Patient, problems []string) {
	need := func(ok bool, what string) {
		if !ok {
			problems = append(problems, what)
		}
	}
	onlyMembers(q.Call, body, "the booking", "resourceType", "extension", "status", "start", "end", "comment", "participant", "contained")
	need(simserver.StringIn(body, "resourceType") == "Appointment", "resourceType")
	need(simserver.StringIn(body, "status") == "proposed", "status")
	problems = append(problems, s.readParticipants(body, &a)...)
	var ok1, ok2 bool
	a.Start, ok1 = s.readInstant(q, simserver.StringIn(body, "start"), a.Location)
	a.End, ok2 = s.readInstant(q, simserver.StringIn(body, "end"), a.Location)
	need(ok1, "start")
	need(ok2 && a.End.After(a.Start), "end")
	a.Note = simserver.StringIn(body, "comment")
	a.ViaAPI = true

	optional := s.opts.PurposeOptional || s.d.plus()
	a.Type, _ = refID(simserver.ObjectIn(s.extension(q, body, s.d.scheduling("appointment-type")), "valueReference"), "appointment-type")
	_, known := s.clinic.Type(a.Type)
	need(known || a.Type == "" && s.opts.PurposeOptional && !s.d.plus(), "appointment-type")
	for _, e := range s.extensions(q, body, s.d.scheduling("appointment-purpose")) {
		id, _ := refID(simserver.ObjectIn(e, "valueReference"), "appointment-purpose")
		p, known := s.clinic.Purpose(id)
		need(known && (s.d.plus() || p.Allows(a.Type)), "appointment-purpose")
		a.Purposes = append(a.Purposes, id)
	}
	need(optional || len(a.Purposes) > 0, "appointment-purpose")
	a.Author = simserver.StringIn(simserver.ObjectIn(s.extension(q, body, "external-author-id"), "valueIdentifier"), "value")
	need(s.readSchedule(q, body, &a), "appointment-schedule")

	contained := children(body, "contained")
	switch {
	case len(contained) > 0 && s.d.plus():
		q.Violate("Practice+ takes no contained patient")
		problems = append(problems, "contained")
	case len(contained) > 0 && a.Patient == "":
		prospect = s.readProspect(contained[0])
		need(prospect != nil, "contained")
	default:
		_, known := s.clinic.Patient(a.Patient, s.charts())
		need(known && len(contained) == 0, "patient")
	}
	if p, ok := s.clinic.Patient(a.Patient, s.charts()); ok {
		a.Patient = p.ID // a chart number has become the GUID
	}
	return a, prospect, problems
}

// readSchedule: book or hold; left out, the practice's preference decides.
func (s *Sim) readSchedule(q *query, body map[string]any, a *simserver.Appointment) bool {
	word := simserver.StringIn(s.extension(q, body, s.d.scheduling("appointment-schedule")), "valueString")
	if word == "" {
		word = string(s.opts.OnlineScheduling)
	}
	switch word {
	case "hold":
		a.Status = simserver.Held
	case "book", string(ScheduleNotAllowed):
		a.Status = simserver.Booked
		a.PracticeStatus = s.opts.BookingStatus
	default:
		return false
	}
	return true
}

// readParticipants selects by reference type, in any case and order.
func (s *Sim) readParticipants(body map[string]any, a *simserver.Appointment) (problems []string) {
	for _, p := range children(body, "participant") {
		actor := simserver.ObjectIn(p, "actor")
		for kind, to := range map[string]*string{"patient": &a.Patient, "location": &a.Location, "practitioner": &a.Practitioner} {
			if id, ok := refID(actor, kind); ok {
				*to = id
			}
		}
		if s.d.plus() && simserver.StringIn(p, "status") != "accepted" {
			problems = append(problems, "participant.status")
		}
	}
	if _, ok := s.clinic.Location(a.Location); !ok {
		problems = append(problems, "location")
	}
	if p, ok := s.clinic.Practitioner(a.Practitioner); !ok || !p.Visible() {
		problems = append(problems, "practitioner")
	}
	return problems
}

// readInstant wants 2026-03-02T14:00:00-05:00. Z is read, and a violation; so is an
// offset that the location does not have at that instant.
func (s *Sim) readInstant(q *query, text, location string) (time.Time, bool) {
	t, err := time.Parse("2006-01-02T15:04:05Z07:00", text)
	if err != nil {
		return t, false
	}
	if strings.HasSuffix(text, "Z") {
		q.Violate("a time is written with Z in place of the practice's offset")
		return t, true
	}
	l, known := s.clinic.Location(location)
	if _, have := t.Zone(); known && offsetAt(t, l.Zone) != have {
		q.Violate("a time does not have the offset of the location at that time")
	}
	return t, true
}

// offsetAt is the offset of zone at t, in seconds.
func offsetAt(t time.Time, zone *time.Location) int {
	_, offset := t.In(zone).Zone()
	return offset
}

// readProspect wants a name, one telephone and an e-mail address; nil without.
func (s *Sim) readProspect(contained map[string]any) *simserver.Patient {
	var p simserver.Patient
	if simserver.StringIn(contained, "resourceType") != "Patient" {
		return nil
	}
	s.readName(contained, &p)
	s.readTelecom(contained, &p)
	s.readAddress(contained, &p)
	if _, ok := simserver.ParseDay(simserver.StringIn(contained, "birthDate")); ok {
		p.Born = simserver.StringIn(contained, "birthDate")
	}
	if p.Given == "" || p.Family == "" || len(p.Phones) == 0 || len(p.Emails) == 0 {
		return nil
	}
	p.Status = "prospect"
	return &p
}
