package nextechtest

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// fhirStatus is the vendor's word for a state.
func fhirStatus(st simserver.Status) string {
	if st == simserver.Held {
		return "proposed"
	}
	return string(st)
}

// created: UTC, Select with Z, Practice+ with +00:00, two or three digits (recorded).
func (s *Sim) created(t time.Time) string {
	zone := "Z"
	if s.d.plus() {
		zone = "+00:00"
	}
	text := t.UTC().Format("2006-01-02T15:04:05.000")
	return strings.TrimSuffix(text, "0") + zone
}

// appointment dresses a as the published samples.
func (s *Sim) appointment(a simserver.Appointment) object {
	o := object{
		"resourceType": "Appointment", "id": a.ID, "identifier": official(a.ID),
		"meta":  object{"lastUpdated": updated(a.Updated)},
		"start": localTime(a.Start), "end": localTime(a.End), "created": s.created(a.Created),
		"participant": s.participants(a), "extension": s.appointmentExtensions(a),
	}
	// Select leaves the status out when the practice's own maps to none of FHIR's.
	if a.PracticeStatus == "" || s.d.plus() {
		o["status"] = fhirStatus(a.Status)
	}
	o.with("comment", a.Note).with("description", s.description(a))
	if !s.d.plus() {
		o["contained"] = s.appointmentContained(a)
	}
	return o
}

func (s *Sim) description(a simserver.Appointment) string {
	var words []string
	if t, ok := s.clinic.Type(a.Type); ok {
		words = append(words, t.Name)
	}
	for _, id := range a.Purposes {
		if p, ok := s.clinic.Purpose(id); ok {
			words = append(words, p.Name)
		}
	}
	text := strings.Join(words, " - ")
	if p, ok := s.clinic.Practitioner(a.Practitioner); ok && text != "" {
		text += " for " + p.Given + " " + p.Family
	}
	return text
}

func (s *Sim) appointmentContained(a simserver.Appointment) []object {
	l, _ := s.clinic.Location(a.Location)
	all := []object{{"resourceType": "Location", "id": l.ID, "identifier": official(l.ID), "name": l.Name}}
	if p, ok := s.clinic.Practitioner(a.Practitioner); ok {
		all = append(all, s.containedPractitioner(p))
	}
	return all
}

// participants: no patient on a block, no practitioner on a room that is nobody's. The
// patient's GUID is in upper case here, in lower case elsewhere (recorded: both cases).
func (s *Sim) participants(a simserver.Appointment) []object {
	var all []object
	add := func(ref, display string) {
		p := object{"actor": reference(ref, display)}
		if s.d.plus() {
			p["status"] = "accepted"
		}
		all = append(all, p)
	}
	if p, ok := s.clinic.Patient(a.Patient, false); ok {
		id, name := p.ID, p.Family+", "+p.Given
		if !s.opts.StableIDs {
			id = strings.ToUpper(id)
		}
		if s.d.plus() {
			name = p.Given + " " + p.Family
		}
		add("Patient/"+id, name)
	}
	if l, ok := s.clinic.Location(a.Location); ok {
		add("Location/"+l.ID, l.Name)
	}
	if p, ok := s.clinic.Practitioner(a.Practitioner); ok {
		add("Practitioner/"+p.ID, p.Family+", "+p.Given)
	}
	return all
}

func (s *Sim) appointmentExtensions(a simserver.Appointment) []object {
	var all []object
	if s.d.plus() {
		if !a.ArrivedAt.IsZero() {
			all = append(all, ext("arrival-time", "valueDateTime", localTime(a.ArrivedAt)))
		}
		if a.Editor != "" {
			all = append(all, ext("modifiedBy", "valueIdentifier", object{"id": "modifiedBy", "value": a.Editor}))
		}
		if a.Author != "" {
			all = append(all, ext("external-author-id", "valueIdentifier", object{"id": "external-author-id", "value": a.Author}))
		}
	} else if id := practiceStatus(a); id != "" {
		all = append(all, ext(s.d.scheduling("appointment-status"), "valueReference", reference("appointment-status/"+id, statusName(id))))
	}
	if t, ok := s.clinic.Type(a.Type); ok {
		all = append(all, ext(s.d.scheduling("appointment-type"), "valueReference", reference("appointment-type/"+t.ID, t.Name)))
	}
	for _, id := range a.Purposes {
		p, ok := s.clinic.Purpose(id)
		if !ok {
			continue
		}
		ref := reference("appointment-purpose/"+id, p.Name)
		if s.d.plus() && a.PracticeStatus != "" { // Practice+ may name a purpose without an id (recorded)
			ref = object{"display": p.Name}
		}
		all = append(all, ext(s.d.scheduling("appointment-purpose"), "valueReference", ref))
	}
	return all
}

// practiceStatus is the practice's word for the state (Select 15.9). The one published
// sample has booked beside "Pending": confirmation is told apart here only.
func practiceStatus(a simserver.Appointment) string {
	switch {
	case a.PracticeStatus != "":
		return a.PracticeStatus
	case a.Status == simserver.Arrived:
		return "2"
	case a.Status == simserver.Fulfilled:
		return "3"
	case a.Status == simserver.NoShow:
		return "4"
	case a.Confirmed:
		return "1"
	case a.Status == simserver.Held:
		return ""
	}
	return "0"
}
