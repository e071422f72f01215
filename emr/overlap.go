package emr

import (
	"context"
	"slices"
)

// lookFirst reads the calendar before a reservation where that is called for. It
// returns the identical appointment, or an error, or neither: go ahead.
func (c *Client) lookFirst(ctx context.Context, r reservation) (*Appointment, error) {
	b := r.booking
	overlaps := c.info.Habits.AcceptsDoubleBooking && c.opts.Overlap == Refuse
	if !b.Again && !overlaps {
		return nil, nil
	}
	if c.parts.AppointmentReader == nil {
		hint := "appointments cannot be read here, so it cannot be known whether this one exists: look into the clinic's calendar before booking (then without Booking.Again)"
		if !b.Again {
			hint = "this vendor books taken times and its calendar cannot be read, so nothing was booked: ask the clinic (ClientOptions.Overlap: Allow books all the same)"
		}
		return nil, c.refuse(ctx, r.op, KindUnsupported, hint)
	}
	if b.Again {
		if b.Patient.ID.IsZero() {
			return nil, c.refuse(ctx, r.op, KindInvalid, "looking for an earlier try needs the patient's id", "patient")
		}
		found, err := c.identical(ctx, r)
		switch {
		case err != nil:
			return nil, err
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return nil, c.refuse(ctx, r.op, KindAmbiguous, severalHint(len(found)))
		}
	}
	if !overlaps {
		return nil, nil
	}
	q := AppointmentQuery{}
	q.From, q.To = c.daysOf(b.Slot)
	switch {
	case b.Slot.Practitioner != "" && len(b.Slot.Resources) == 0:
		q.Practitioners = []PractitionerID{b.Slot.Practitioner}
		if b.Slot.Location != "" && c.info.Habits.ListsByLocation { // the connection's own is another calendar
			q.Locations = []LocationID{b.Slot.Location}
		}
	case b.Slot.Location != "":
		q.Locations = []LocationID{b.Slot.Location}
	}
	for a, err := range c.calendarOf(unmarked(ctx), r.op, q, nil) { // one that tells no location counts
		if err != nil {
			return nil, err
		}
		if sameID(c.info.Habits, a.ID, r.ignore) || !a.occupies() || !c.overlap(a, b.Slot) {
			continue
		}
		hint := "somebody else has the time: offer the next slot"
		if c.isBooking(a, b) {
			hint = "the patient already has this appointment: do not book it a second time (Booking.Again returns it)"
		}
		return nil, c.failed(ctx, r.op, read, &Error{Kind: KindConflict, Hint: hint, Err: ErrSlotTaken})
	}
	return nil, nil
}

// overlap reports whether a takes time that s needs: of its practitioner, of one of
// its resources, or, where a slot has neither, of its location.
func (c *Client) overlap(a *Appointment, s *Slot) bool {
	end := a.End
	if !end.After(a.Start) {
		end = a.Start.Add(1)
	}
	if !a.Start.Before(s.End) || !s.Start.Before(end) {
		return false
	}
	h := c.info.Habits
	if s.Practitioner == "" && len(s.Resources) == 0 {
		return s.Location == "" || sameText(h, a.Location, s.Location)
	}
	return s.Practitioner != "" && sameText(h, a.Practitioner, s.Practitioner) ||
		slices.ContainsFunc(s.Resources, func(r ResourceID) bool {
			return slices.ContainsFunc(a.Resources, func(t ResourceID) bool { return sameText(h, r, t) })
		})
}
