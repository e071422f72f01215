package medtech

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/cursor"
	"github.com/emrkit/emrkit/internal/transport"
)

// GetAppointment reads GET /Appointment/{id}.
func (p parts) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	return p.getAppointment(ctx, opGetAppointment, id)
}

// getAppointment reads one, under the id that the caller has: ALEX may escape it otherwise.
func (p parts) getAppointment(ctx context.Context, op string, id emr.AppointmentID) (*emr.Appointment, error) {
	a, err := p.readAppointment(ctx, op, id)
	if err == nil {
		a.ID = id
	}
	return a, err
}

// readAppointment reads one, under the id that its record has.
func (p parts) readAppointment(ctx context.Context, op string, id emr.AppointmentID) (*emr.Appointment, error) {
	call, err := p.call(op, http.MethodGet, "Appointment", id.Reveal())
	if err != nil {
		return nil, err
	}
	r, answer, err := read[fhir.Appointment](ctx, p.Client, call)
	if err != nil {
		return nil, err
	}
	if !isSame(r.ID, id.Reveal()) {
		return nil, p.failure(call, answer, emr.KindProtocol, "ALEX answered with another appointment than the one asked for")
	}
	a, err := p.appointment(call, answer, r)
	if err != nil {
		return nil, err
	}
	p.settle(ctx, op, a, nil)
	return a, nil
}

// ListAppointments searches GET /Appointment by the patient's NHI, or by practitioner, one
// after the other behind the cursor; with neither, by all practitioners of the facility.
// The patient's record is read first where Patient has no NHI.
//
// Kind precondition for a patient without an NHI, invalid for a practitioner without a
// number. Kind protocol when ALEX answers with somebody else's appointments.
func (p parts) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	var page emr.Page[emr.Appointment]
	if q.Vendor != nil {
		return page, invalid(opListAppointments, "ALEX has no vendor options here", "vendor")
	}
	filters, err := p.calendars(ctx, q)
	if err != nil || len(filters) == 0 {
		return page, err
	}
	nth, position, err := cursor.Split(opListAppointments, at, len(filters))
	if err != nil {
		return page, err
	}
	filter := filters[nth]
	p.addDays(filter, q.From, q.To)
	if word := soleStatus(q.Statuses); word != "" {
		filter.Add("status", word)
	}
	call, err := p.call(opListAppointments, http.MethodGet, "Appointment")
	if err != nil {
		return page, err
	}
	if q.Patient != nil {
		call.Patient = q.Patient.ID
	}
	b, next, err := p.search(ctx, call, filter, position)
	if err != nil {
		return page, err
	}
	found, err := matches[fhir.Appointment](b, "Appointment")
	if err != nil {
		return page, p.unreadable(call, b.answer, err)
	}
	for _, r := range found {
		a, err := p.appointment(call, b.answer, r)
		if err != nil {
			return page, err
		}
		p.settle(ctx, opListAppointments, a, q.Patient)
		if q.Patient != nil && !q.Patient.ID.IsZero() && !a.Patient.IsZero() && a.Patient != q.Patient.ID {
			return page, p.failure(call, b.answer, emr.KindProtocol, "ALEX ignored the patient asked for")
		}
		if wanted(a, q) {
			page.Items = append(page.Items, a)
		}
	}
	page.Next = cursor.Join(nth, next, len(filters))
	return page, nil
}

// calendars are the searches that together hold what q asks for.
func (p parts) calendars(ctx context.Context, q emr.AppointmentQuery) ([]*fhir.Query, error) {
	if q.Patient != nil {
		number, err := p.nhi(ctx, opListAppointments, q.Patient)
		if err != nil {
			return nil, err
		}
		return []*fhir.Query{new(fhir.Query).Token("patient.identifier", NHISystem, number)}, nil
	}
	who, err := p.scheduled(ctx, opListAppointments, q.Practitioners)
	if err != nil {
		return nil, err
	}
	var all []*fhir.Query
	for _, m := range who {
		all = append(all, new(fhir.Query).Token("practitioner.identifier", m.system, m.number))
	}
	return all, nil
}

// addDays adds date=ge..&date=le.. for the practice's own days, to exclusive.
func (c *Client) addDays(filter *fhir.Query, from, to emr.Date) {
	if !from.IsZero() {
		filter.Compare("date", fhir.GE, string(c.instant(from.Start(c.cfg.Zone))))
	}
	if !to.IsZero() {
		filter.Compare("date", fhir.LE, string(c.instant(to.Start(c.cfg.Zone).Add(-time.Second))))
	}
}

// soleStatus is the word for the one state asked for, "" where several words mean it.
func soleStatus(all []emr.Status) string {
	if len(all) != 1 {
		return ""
	}
	switch all[0] {
	case emr.StatusBooked:
		return statusBooked
	case emr.StatusFulfilled:
		return "fulfilled"
	case emr.StatusNoShow:
		return "noshow"
	}
	return ""
}

// wanted applies the query again: filters have been ignored before.
func wanted(a *emr.Appointment, q emr.AppointmentQuery) bool {
	if !a.Start.IsZero() {
		day := emr.DateOf(a.Start)
		if !q.From.IsZero() && day.Before(q.From) || !q.To.IsZero() && !day.Before(q.To) {
			return false
		}
	}
	if len(q.Practitioners) > 0 && a.Practitioner != "" && !slices.ContainsFunc(q.Practitioners, func(id emr.PractitionerID) bool { return isSame(string(id), string(a.Practitioner)) }) {
		return false
	}
	return len(q.Statuses) == 0 || slices.Contains(q.Statuses, a.Status)
}

// appointment maps one; answer is for the error. Patient and practitioner may be missing.
func (c *Client) appointment(call *transport.Call, answer *transport.Answer, r *fhir.Appointment) (*emr.Appointment, error) {
	start, err1 := c.moment(string(r.Start))
	end, err2 := c.moment(string(r.End))
	if r.ID == "" || err1 != nil || err2 != nil {
		kind := emr.KindProtocol
		if !call.Safe {
			kind = emr.KindAmbiguous
		}
		return nil, c.failure(call, answer, kind, "ALEX sent an appointment without an id, or whose time cannot be read: report it with the request id")
	}
	a := &emr.Appointment{
		ID: emr.NewAppointmentID(r.ID), Status: statusOf(r.Status), VendorStatus: r.Status, Write: emr.WriteDone,
		Start: start, End: end, Note: emr.NewPHI(r.Comment), Source: emr.NewSource(r.Raw().Bytes()),
	}
	if a.Note.IsZero() {
		a.Note = emr.NewPHI(r.Description)
	}
	a.Created, _ = c.moment(string(r.Created))
	a.Updated, _ = c.moment(string(r.Meta.LastUpdated))
	for _, s := range r.Slot {
		if id := refersTo(s, "Slot"); id != "" {
			a.Resources = append(a.Resources, slotResource(id, start))
		}
	}
	for _, part := range r.Participant { // never by position
		switch {
		case refersTo(part.Actor, "Patient") != "":
			a.Patient = emr.NewPatientID(refersTo(part.Actor, "Patient"))
		case refersTo(part.Actor, "Practitioner") != "":
			a.Practitioner = emr.PractitionerID(refersTo(part.Actor, "Practitioner"))
		case refersTo(part.Actor, "Location") != "":
			a.Location = emr.LocationID(refersTo(part.Actor, "Location"))
		}
	}
	return a, nil
}
