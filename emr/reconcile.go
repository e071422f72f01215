package emr

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
)

// checkHint is what to do about a booking of unknown outcome.
const checkHint = "look into the patient's appointments before booking again (Client.FindBooking, or Booking.Again)"

// FindBooking looks whether a booking is in the calendar: live appointments of the
// patient at the slot's start with the slot's practitioner (and with the note, where
// the vendor keeps it). It is the look of Book, for later.
//
// Kinds: not_found (none; after an ambiguous booking that is no proof yet, look again
// after a while), ambiguous (several: the clinic has to sort it out), invalid,
// unsupported, and those of any read.
func (c *Client) FindBooking(ctx context.Context, b *Booking) (*Appointment, error) {
	const op = "find booking"
	ctx, err := c.begin(ctx, op, CanReadAppointments)
	if err != nil {
		return nil, err
	}
	b, refused := checkBooking(op, b)
	if refused == nil && b.Patient.ID.IsZero() {
		refused = Invalid(op, "the patient has no id", "patient")
	}
	if refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	found, err := c.identical(ctx, reservation{op: op, booking: b})
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, c.refuse(ctx, op, KindNotFound, "no such appointment in the calendar")
	case len(found) > 1:
		return nil, c.refuse(ctx, op, KindAmbiguous, severalHint(len(found)))
	}
	return found[0], nil
}

// severalHint reports how many appointments match: more than anybody asked for.
func severalHint(n int) string {
	return fmt.Sprintf("the calendar holds %d such appointments of the patient: ask the clinic to cancel what is too much", n)
}

// reconcile finds out what became of a reservation whose answer was lost. It never
// sends the reservation again.
func (c *Client) reconcile(ctx context.Context, r reservation, lost *Error) (*Appointment, error) {
	if err := ctx.Err(); err != nil { // cancelled, or out of time: no read-back
		return nil, c.fill(ctx, r.op, lost.doubt("the request was under way when the time ran out: "+checkHint).because(err))
	}
	if !c.readsBack(r.booking) {
		if lost.Kind == KindAmbiguous && lost.Hint == "" {
			lost = lost.doubt("the request was sent and its answer lost: " + c.checkHint(r.booking))
		}
		return nil, c.fill(ctx, r.op, lost)
	}
	sent := "the request was sent, " + cmp.Or(r.doubt, "its answer was lost") + ", and "
	hint := sent + "two looks did not find the appointment, which is no proof: " + checkHint
	for look := range 2 {
		if look > 0 && !pause(ctx, secondLook(ctx)) {
			break
		}
		found, err := c.identical(ctx, r)
		switch {
		case len(found) == 1 && err == nil:
			return found[0], nil
		case len(found) > 1 && err == nil:
			return nil, c.fill(ctx, r.op, lost.doubt(severalHint(len(found))))
		case err != nil:
			hint = sent + "the calendar could not be read: " + checkHint
		}
	}
	out := lost.doubt(hint)
	if err := ctx.Err(); err != nil {
		out = out.because(err)
	}
	return nil, c.fill(ctx, r.op, out)
}

// checkHint is what to do where this connection may not be able to look.
func (c *Client) checkHint(b *Booking) string {
	if c.parts.AppointmentReader == nil || b.Patient.ID.IsZero() {
		return "look into the clinic's calendar before booking again"
	}
	return checkHint
}

// identical reads the live appointments that are the booking of r. The slot's location
// is asked for, because some vendors list by location only; what comes back is not
// narrowed by it: a vendor that tells no location, or another name for it, still tells of
// the booking.
func (c *Client) identical(ctx context.Context, r reservation) ([]*Appointment, error) {
	b := r.booking
	q := AppointmentQuery{Patient: b.Patient}
	q.From, q.To = c.daysOf(b.Slot)
	if b.Slot.Location != "" {
		q.Locations = []LocationID{b.Slot.Location}
	}
	var found []*Appointment
	for a, err := range c.calendarOf(unmarked(ctx), r.op, q, nil) {
		if err != nil {
			return nil, err
		}
		if !sameID(c.info.Habits, a.ID, r.ignore) && c.isBooking(a, b) {
			found = append(found, a)
		}
	}
	return found, nil
}

// daysOf returns the days on which an appointment in slot may be listed, To exclusive.
// A slot that is not written in the clinic's zone may be one of a location in another
// zone, or the caller may have written it in a zone of their own.
func (c *Client) daysOf(s *Slot) (from, to Date) {
	from, to = c.dayOf(s.Start), c.dayOf(s.End).AddDays(1)
	if !c.clinicTime(s.Start) || !c.clinicTime(s.End) {
		from, to = from.AddDays(-1), to.AddDays(1)
	}
	return from, to
}

// clinicTime reports whether t is written with the offset the clinic has at t.
func (c *Client) clinicTime(t time.Time) bool {
	if c.info.Zone == nil {
		return false
	}
	_, have := t.Zone()
	_, want := t.In(c.info.Zone).Zone()
	return have == want
}

// isBooking reports whether a is what b asks for.
func (c *Client) isBooking(a *Appointment, b *Booking) bool {
	h := c.info.Habits
	switch {
	case !a.occupies(), a.ID.IsZero(), !a.Start.Equal(b.Slot.Start):
		return false
	case a.Patient.IsZero(), !sameID(h, a.Patient, b.Patient.ID):
		return false
	case a.Practitioner != "" && b.Slot.Practitioner != "" && !sameText(h, a.Practitioner, b.Slot.Practitioner):
		return false
	}
	return !h.KeepsNotes || b.Note.IsZero() || strings.Contains(oneLine(a.Note), oneLine(b.Note))
}

// occupies reports whether the appointment takes its time in the calendar. One whose
// writing timed out may be there.
func (a *Appointment) occupies() bool { return a.Status.Live() && a.Write != WriteFailed }

// sameText compares the clinic's own ids the way the vendor means them.
func sameText[S ~string](h Habits, a, b S) bool {
	return a == b || h.FoldsIDs && strings.EqualFold(string(a), string(b))
}

// oneLine is a note without what calendars do to its blanks.
func oneLine(p PHI) string { return strings.Join(strings.Fields(p.Reveal()), " ") }

// unmarked hides the caller's bookmark from lists that the Client reads for itself.
func unmarked(ctx context.Context) context.Context { return WithBookmark(ctx, Bookmark{}) }
