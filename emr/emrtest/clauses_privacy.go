package emrtest

import (
	"encoding/json"
	"fmt"

	"github.com/emrkit/emrkit/emr"
)

// privacyClauses provoke failures on purpose. Beyond them every sub-test of the suite
// searches its errors, log lines and hook events for the data of its people.
func privacyClauses() []Clause {
	return []Clause{
		{
			Topic: "privacy", Name: "failures name nobody",
			Text:  "No error text, log line, hook event or %v holds a name, birth date, phone, e-mail, address, note, id of a patient or secret, whatever fails.",
			check: checkFailuresNameNobody,
		},
		{
			Topic: "privacy", Name: "records hide when printed",
			Text:  "Patients and appointments that a driver returns print nothing personal: what the vendor's free text says stays in hidden fields.",
			check: checkRecordsHide,
		},
		{
			Topic: "privacy", Name: "slots hold nothing of a patient",
			Text:  "A slot's JSON, key and text hold nothing of the people whose appointments surround it.",
			Needs: needs(emr.CanFindSlots, emr.CanBook),
			check: func(s *suite) {
				p := s.patient()
				s.book(p, s.slot())
				for _, slot := range all(s, "slots", s.client.FindSlots(s.ctx, s.clinic.Slots)) {
					text, err := json.Marshal(slot)
					s.ok("marshal a slot", err)
					s.seen.wrote("a slot's JSON", string(text))
					s.seen.wrote("a slot's %+v", fmt.Sprintf("%+v", slot))
				}
			},
		},
	}
}

// checkFailuresNameNobody asks the driver itself as well as the client: the client
// drops the text of errors that are not *emr.Error.
func checkFailuresNameNobody(s *suite) {
	person := s.invent()
	unknown := emr.NewPatientID(s.clinic.unknown())
	note := emr.NewPHI("Qualenote: afraid of needles")
	s.seen.canary("note", note.Reveal())
	if c := s.parts.PatientCreator; c != nil {
		p, err := s.client.CreatePatient(s.ctx, person) // a vendor's answer may not name what it made: the client looks
		s.ok("create a patient", err)
		s.seen.id("patient id", p.ID.Reveal())
		_ = s.failed(second(c.CreatePatient(s.ctx, person))) // known already
		nobody := *person
		nobody.Given, nobody.Born = emr.PHI{}, emr.BirthDate{}
		_ = s.failed(second(c.CreatePatient(s.ctx, &nobody)))
		_ = s.failed(second(s.client.CreatePatient(s.ctx, &nobody)))
	}
	if f := s.parts.PatientFinder; f != nil {
		_ = s.failed(second(f.FindPatients(s.ctx, s.look(person), "no such cursor")))
		_ = s.failed(second(f.FindPatients(s.ctx, emr.PatientQuery{Phone: person.Phones[0].Number, Email: person.Emails[0]}, "")))
	}
	if u := s.parts.PatientUpdater; u != nil {
		_ = s.failed(second(u.UpdatePatient(s.ctx, &emr.PatientUpdate{ID: unknown, Given: &person.Given, Emails: person.Emails, Phones: person.Phones})))
	}
	if w := s.parts.DocumentWriter; w != nil {
		_ = s.failed(second(w.UploadDocument(s.ctx, s.document(&emr.Patient{ID: unknown}))))
	}
	if b := s.parts.AppointmentBooker; b != nil {
		slot := s.slot()
		taken := s.booking(s.patient(), slot)
		taken.Note = note
		if err := s.clinic.Take(slot); err != nil {
			s.Fatalf("harness: take a slot: %v", err)
		}
		_ = s.failed(second(b.Book(s.ctx, taken)))
		_ = s.failed(second(s.client.Book(s.ctx, taken)))
		nobody := s.booking(&emr.Patient{ID: unknown, Given: person.Given, Family: person.Family, Born: person.Born}, slot)
		nobody.Note = note
		_ = s.failed(second(b.Book(s.ctx, nobody)))
	}
	if c := s.parts.AppointmentCanceller; c != nil {
		a := &emr.Appointment{ID: emr.NewAppointmentID(s.clinic.unknown()), Patient: unknown, Note: note}
		_ = s.failed(second(c.Cancel(s.ctx, a, &emr.Cancellation{Note: note})))
	}
	for _, call := range s.calls() {
		if s.client.Has(call.can) {
			_ = s.failed(call.do(s.ctx, s.client))
		}
	}
}

func checkRecordsHide(s *suite) {
	look := func(what string, record any) {
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			s.seen.wrote("a "+what+"'s "+verb, fmt.Sprintf(verb, record))
		}
		for _, log := range s.seen.loggers("a " + what + " in slog") {
			log.Info("read", what, record)
		}
	}
	p := s.patient()
	look("patient", p)
	look("patient value", *p)
	if s.parts.PatientGetter != nil {
		again, err := s.client.GetPatient(s.ctx, p.ID)
		s.ok("read a patient", err)
		look("patient", again)
	}
	if s.parts.AppointmentBooker != nil {
		b := s.booking(p, s.slot())
		b.Note = emr.NewPHI("Qualenote: rings twice")
		s.seen.canary("note", b.Note.Reveal())
		look("booking", b)
		a, err := s.client.Book(s.ctx, b)
		s.ok("book a free slot", err)
		s.seen.id("appointment id", a.ID.Reveal())
		look("appointment", a)
		if s.parts.AppointmentReader != nil {
			look("appointment", s.read(a.ID))
		}
	}
}
