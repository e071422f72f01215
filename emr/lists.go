package emr

import (
	"context"
	"iter"
	"slices"
)

// FindPatients lists the people the vendor matches with q. Vendors match differently
// (by the start of a name, say): compare what comes back, or use FindOrCreatePatient.
// Kind invalid when q is empty.
func (c *Client) FindPatients(ctx context.Context, q PatientQuery) iter.Seq2[*Patient, error] {
	return c.patients(ctx, "find patients", q)
}

func (c *Client) patients(ctx context.Context, op string, q PatientQuery) iter.Seq2[*Patient, error] {
	l := list[Patient]{client: c, op: op, need: CanFindPatients}
	if q.IsZero() {
		l.refused = Invalid(l.op, "say whom to look for: an empty query would list everybody",
			string(FieldFamily), string(FieldGiven), string(FieldBorn))
	}
	l.fetch = func(ctx context.Context, at Cursor) (Page[Patient], error) {
		return c.parts.PatientFinder.FindPatients(ctx, q, at)
	}
	l.key = func(p *Patient) string { return p.ID.Reveal() }
	return l.all(ctx)
}

// Locations lists the clinic's active locations.
func (c *Client) Locations(ctx context.Context) iter.Seq2[*Location, error] {
	l := list[Location]{client: c, op: "list locations", need: CanListLocations}
	l.fetch = func(ctx context.Context, at Cursor) (Page[Location], error) {
		return c.parts.LocationLister.ListLocations(ctx, at)
	}
	l.key = func(v *Location) string { return string(v.ID) }
	return l.all(ctx)
}

// Practitioners lists the clinic's active practitioners.
func (c *Client) Practitioners(ctx context.Context) iter.Seq2[*Practitioner, error] {
	l := list[Practitioner]{client: c, op: "list practitioners", need: CanListPractitioners}
	l.fetch = func(ctx context.Context, at Cursor) (Page[Practitioner], error) {
		return c.parts.PractitionerLister.ListPractitioners(ctx, at)
	}
	l.key = func(v *Practitioner) string { return string(v.ID) }
	return l.all(ctx)
}

// AppointmentTypes lists what can be booked.
func (c *Client) AppointmentTypes(ctx context.Context) iter.Seq2[*AppointmentType, error] {
	l := list[AppointmentType]{client: c, op: "list appointment types", need: CanListAppointmentTypes}
	l.fetch = func(ctx context.Context, at Cursor) (Page[AppointmentType], error) {
		return c.parts.AppointmentTypeLister.ListAppointmentTypes(ctx, at)
	}
	l.key = func(v *AppointmentType) string { return string(v.ID) }
	return l.all(ctx)
}

// Documents lists the documents of one patient. Kind invalid without a patient.
func (c *Client) Documents(ctx context.Context, q DocumentQuery) iter.Seq2[*Document, error] {
	l := list[Document]{client: c, op: "list documents", need: CanReadDocuments}
	l.refused = ofPatient(l.op, q.Patient, q.From, q.To)
	q.Patient = q.Patient.copied()
	l.fetch = func(ctx context.Context, at Cursor) (Page[Document], error) {
		return c.parts.DocumentReader.ListDocuments(ctx, q, at)
	}
	l.key = func(v *Document) string { return v.ID.Reveal() }
	return l.all(ctx)
}

// Encounters lists the visits of one patient. Kind invalid without a patient.
func (c *Client) Encounters(ctx context.Context, q EncounterQuery) iter.Seq2[*Encounter, error] {
	q.Sections = slices.Clone(q.Sections)
	l := list[Encounter]{client: c, op: "list encounters", need: CanReadEncounters}
	l.refused = ofPatient(l.op, q.Patient, q.From, q.To)
	q.Patient = q.Patient.copied()
	l.fetch = func(ctx context.Context, at Cursor) (Page[Encounter], error) {
		return c.parts.EncounterReader.ListEncounters(ctx, q, at)
	}
	l.key = func(v *Encounter) string { return v.ID.Reveal() }
	return l.all(ctx)
}

// Changes lists what was made, changed, removed or merged since an instant, as the vendor
// tells it: one record may come several times, and one that was made may come as changed
// only. Change.Action says what happened. Kind invalid without Since.
func (c *Client) Changes(ctx context.Context, q ChangeQuery) iter.Seq2[*Change, error] {
	q.Kinds = slices.Clone(q.Kinds)
	l := list[Change]{client: c, op: "list changes", need: CanReadChanges}
	if q.Since.IsZero() {
		l.refused = Invalid(l.op, "say since when: the instant of the last look", "since")
	}
	l.fetch = func(ctx context.Context, at Cursor) (Page[Change], error) {
		return c.parts.ChangeReader.ListChanges(ctx, q, at)
	}
	return l.all(ctx)
}

// ofPatient refuses a query that names no patient or whose days run backwards.
func ofPatient(op string, p *Patient, from, to Date) *Error {
	if p.id().IsZero() {
		return Invalid(op, "name the patient: the id is enough", "patient")
	}
	return daysInOrder(op, from, to)
}

// daysInOrder refuses To on or before From, when both are given.
func daysInOrder(op string, from, to Date) *Error {
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		return Invalid(op, "To must be after From: it is the first day that is not asked for", "from", "to")
	}
	return nil
}
