package emr

import (
	"context"
	"iter"
	"slices"
)

// Appointments lists the calendar, in the vendor's order. The day of an appointment is
// that of the zone its Start carries; a range longer than the vendor allows is read in
// windows (see FindSlots), and then both ends have to be given.
//
// With Statuses, Locations or Practitioners, others are left out, also those that name
// none: an appointment without a practitioner is not one of the practitioner asked for.
// With Patient, blocks without a patient are left out.
//
// Kinds: invalid, unsupported, too_large (see BookmarkOf), protocol (also when the
// vendor answers with another patient's appointments: nothing of that page is given;
// tell the vendor), and those of any read.
func (c *Client) Appointments(ctx context.Context, q AppointmentQuery) iter.Seq2[*Appointment, error] {
	q.Locations = slices.Clone(q.Locations)
	q.Practitioners = slices.Clone(q.Practitioners)
	q.Statuses = slices.Clone(q.Statuses)
	q.Patient = q.Patient.copied()
	return c.appointments(ctx, "list appointments", q)
}

func (c *Client) appointments(ctx context.Context, op string, q AppointmentQuery) iter.Seq2[*Appointment, error] {
	return c.calendarOf(ctx, op, q, q.Locations)
}

// calendarOf lists what q asks the vendor for, and keeps what is at one of places; none:
// anywhere.
func (c *Client) calendarOf(ctx context.Context, op string, q AppointmentQuery, places []LocationID) iter.Seq2[*Appointment, error] {
	key := func(a *Appointment) string { return a.ID.Reveal() }
	keep := func(a *Appointment) bool {
		day := c.ownDay(a.Start)
		return (q.From.IsZero() || a.Start.IsZero() || !day.Before(q.From)) &&
			(q.To.IsZero() || a.Start.IsZero() || day.Before(q.To)) &&
			(len(q.Statuses) == 0 || slices.Contains(q.Statuses, a.Status)) &&
			among(c.info.Habits, places, a.Location) && among(c.info.Habits, q.Practitioners, a.Practitioner) &&
			(q.Patient == nil || !a.Patient.IsZero())
	}
	most := c.info.Limits.AppointmentWindow
	refused := daysInOrder(op, q.From, q.To)
	if q.Patient != nil && q.Patient.ID.IsZero() { // never taken for everybody
		refused = Invalid(op, "the patient has no id: find the patient first, or leave Patient nil for everybody", "patient")
	}
	if refused == nil && most > 0 && q.From.IsZero() != q.To.IsZero() {
		refused = Invalid(op, "this vendor lists a bounded number of days: give From and To, or neither", "from", "to")
	}
	if refused != nil || most == 0 || q.From.IsZero() || q.From.DaysUntil(q.To) <= most {
		l := list[Appointment]{client: c, op: op, need: CanReadAppointments, refused: refused, key: key, keep: keep}
		l.fetch = func(ctx context.Context, at Cursor) (Page[Appointment], error) { return c.calendarPage(ctx, q, at) }
		return l.all(ctx)
	}
	return sequence(func(yield func(*Appointment, error) bool) error {
		ctx, err := c.begin(ctx, op, CanReadAppointments)
		if err != nil {
			return err
		}
		start, foreign := startOf(ctx, op)
		if foreign != nil {
			return c.fill(ctx, op, foreign)
		}
		s := spread[Appointment]{client: c, op: op, key: key, keep: keep, windows: split(q.From, q.To, most, start)}
		s.fetch = func(ctx context.Context, w window, at Cursor) (Page[Appointment], error) {
			piece := q
			piece.From, piece.To = w.from, w.to
			return c.calendarPage(ctx, piece, at)
		}
		return s.run(ctx, yield)
	})
}

// calendarPage reads one page. A vendor that ignored the patient asked for tells of
// other people: then the page is an error, never shown in part.
func (c *Client) calendarPage(ctx context.Context, q AppointmentQuery, at Cursor) (Page[Appointment], error) {
	page, err := c.parts.AppointmentReader.ListAppointments(ctx, q, at)
	if err != nil || q.Patient == nil {
		return page, err
	}
	for _, a := range page.Items {
		if a != nil && !a.Patient.IsZero() && !sameID(c.info.Habits, a.Patient, q.Patient.ID) {
			return Page[Appointment]{}, &Error{Kind: KindProtocol, Hint: "the vendor ignored the patient asked for and answered with somebody else's appointments"}
		}
	}
	return page, nil
}
