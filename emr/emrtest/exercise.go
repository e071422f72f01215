package emrtest

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// anyCall is a call of the client that uses one capability.
type anyCall struct {
	can   emr.Capability
	name  string
	write bool
	do    func(context.Context, *emr.Client) error
}

// calls returns at least one well-formed call for each capability, for the sentences
// about calls that never get as far as the clinic: the ids in them are of the vendor's form
// and nobody has them.
func (s *suite) calls() []anyCall {
	patient := emr.NewPatientID(s.clinic.unknown())
	id := emr.NewAppointmentID(s.clinic.unknown())
	person := s.invent()
	mail := person.Emails
	booking := func() *emr.Booking { return s.booking(&emr.Patient{ID: patient}, s.madeUpSlot()) }
	raw := &emr.RawRequest{Path: "/conformance"}
	if s.clinic.Raw != nil {
		raw = s.clinic.Raw
	}
	type ctx = context.Context
	type client = *emr.Client
	return []anyCall{
		{emr.CanFindPatients, "FindPatients", false, func(ctx ctx, c client) error {
			return drain(c.FindPatients(ctx, s.look(person)))
		}},
		{emr.CanGetPatient, "GetPatient", false, func(ctx ctx, c client) error { return second(c.GetPatient(ctx, patient)) }},
		{emr.CanCreatePatient, "CreatePatient", true, func(ctx ctx, c client) error { return second(c.CreatePatient(ctx, person)) }},
		{emr.CanUpdatePatient, "UpdatePatient", true, func(ctx ctx, c client) error {
			return second(c.UpdatePatient(ctx, &emr.PatientUpdate{ID: patient, Emails: mail}))
		}},
		{emr.CanListLocations, "Locations", false, func(ctx ctx, c client) error { return drain(c.Locations(ctx)) }},
		{emr.CanListPractitioners, "Practitioners", false, func(ctx ctx, c client) error { return drain(c.Practitioners(ctx)) }},
		{emr.CanListAppointmentTypes, "AppointmentTypes", false, func(ctx ctx, c client) error { return drain(c.AppointmentTypes(ctx)) }},
		{emr.CanFindSlots, "FindSlots", false, func(ctx ctx, c client) error { return drain(c.FindSlots(ctx, s.clinic.Slots)) }},
		{emr.CanReadAppointments, "GetAppointment", false, func(ctx ctx, c client) error { return second(c.GetAppointment(ctx, id)) }},
		{emr.CanReadAppointments, "Appointments", false, func(ctx ctx, c client) error {
			return drain(c.Appointments(ctx, emr.AppointmentQuery{From: s.clinic.Slots.From, To: s.clinic.Slots.To}))
		}},
		{emr.CanReadAppointments, "FindBooking", false, func(ctx ctx, c client) error { return second(c.FindBooking(ctx, booking())) }},
		{emr.CanBook, "Book", true, func(ctx ctx, c client) error { return second(c.Book(ctx, booking())) }},
		{emr.CanHold, "Hold", true, func(ctx ctx, c client) error { return second(c.Hold(ctx, booking())) }},
		{emr.CanConfirm, "Confirm", true, func(ctx ctx, c client) error { return second(c.Confirm(ctx, id)) }},
		{emr.CanArrive, "Arrive", true, func(ctx ctx, c client) error { return second(c.Arrive(ctx, id)) }},
		{emr.CanCancel, "Cancel", true, func(ctx ctx, c client) error { return second(c.Cancel(ctx, id, nil)) }},
		{emr.CanReschedule, "Reschedule", true, func(ctx ctx, c client) error {
			return second(c.Reschedule(ctx, &emr.Move{Appointment: id, To: s.madeUpSlot()}))
		}},
		{emr.CanReadDocuments, "Documents", false, func(ctx ctx, c client) error {
			return drain(c.Documents(ctx, emr.DocumentQuery{Patient: &emr.Patient{ID: patient}}))
		}},
		{emr.CanReadDocuments, "OpenDocument", false, func(ctx ctx, c client) error {
			return opened(c.OpenDocument(ctx, &emr.Document{ID: emr.NewDocumentID(s.clinic.unknown()), Patient: patient}))
		}},
		{emr.CanUploadDocuments, "UploadDocument", true, func(ctx ctx, c client) error {
			return second(c.UploadDocument(ctx, s.document(&emr.Patient{ID: patient})))
		}},
		{emr.CanReadEncounters, "Encounters", false, func(ctx ctx, c client) error {
			return drain(c.Encounters(ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: patient}}))
		}},
		{emr.CanReadSummaries, "OpenSummary", false, func(ctx ctx, c client) error {
			return opened(c.OpenSummary(ctx, s.summary(patient)))
		}},
		{emr.CanReadChanges, "Changes", false, func(ctx ctx, c client) error {
			return drain(c.Changes(ctx, emr.ChangeQuery{Since: time.Now().Add(-time.Hour)}))
		}},
		{emr.CanCheck, "Check", false, func(ctx ctx, c client) error { return second(c.Check(ctx)) }},
		{emr.CanRaw, "Raw", false, func(ctx ctx, c client) error { return second(c.Raw(ctx, raw)) }},
	}
}

// madeUpSlot is a slot as the clinic might offer it, at noon of the second day.
func (s *suite) madeUpSlot() *emr.Slot {
	q := s.clinic.Slots
	day := q.From.AddDays(1)
	start := time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, s.clinic.Zone)
	id := "1"
	if s.clinic.Unknown != "" { // the vendor's form
		id = s.clinic.Unknown
	}
	slot := &emr.Slot{Start: start, End: start.Add(30 * time.Minute), Location: emr.LocationID(id), Practitioner: emr.PractitionerID(id), Type: q.Type, Purposes: q.Purposes}
	if len(q.Locations) > 0 {
		slot.Location = q.Locations[0]
	}
	if len(q.Practitioners) > 0 {
		slot.Practitioner = q.Practitioners[0]
	}
	if slot.Type == "" && s.client.Has(emr.CanListAppointmentTypes) {
		slot.Type = emr.AppointmentTypeID(id)
	}
	slot.Key = slot.MakeKey()
	return slot
}

// document is a small PDF for a patient.
func (s *suite) document(p *emr.Patient) *emr.NewDocument {
	n := &emr.NewDocument{
		Patient: p, Title: emr.NewPHI("Qualenbrief"), ContentType: "application/pdf",
		TypeCode: "11503-0", Content: strings.NewReader("%PDF-1.4\n%%EOF\n"),
	}
	if s.clinic.FillDocument != nil {
		s.clinic.FillDocument(n)
	}
	s.seen.canary("document title", n.Title.Reveal())
	return n
}

// second drops the value of a call.
func second[V any](_ V, err error) error { return err }

// opened closes what a call opened.
func opened(c *emr.Content, err error) error {
	if err == nil && c != nil && c.Body != nil {
		_ = c.Body.Close()
	}
	return err
}

// drain reads a list to its end and drops the items.
func drain[V any](seq iter.Seq2[*V, error]) error {
	_, err := emr.Collect(seq)
	return err
}

// unsupported wants every call of a capability answered unsupported, with nothing sent.
func (s *suite) unsupported(missing emr.Capability) {
	s.Helper()
	if s.client.Has(missing) {
		s.Errorf("Client.Has(%q) is true without the part", missing)
	}
	for _, call := range s.calls() {
		if call.can == missing {
			s.sends(call.name, 0, 0, func() { s.kind(call.name, call.do(s.ctx, s.client), emr.KindUnsupported) })
		}
	}
}
