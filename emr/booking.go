package emr

import (
	"context"
	"errors"
	"time"
	"unicode"
	"unicode/utf8"
)

// Book makes an appointment. The request is sent once, whatever happens.
//
// With b.Again, or where the vendor would book a taken time (see ClientOptions.Overlap),
// the calendar is read first: with Again the identical appointment is the answer, else
// it is a conflict. If the vendor's answer is lost, Book reads back (see
// ClientOptions.Lost) by patient, start and practitioner; exactly one live appointment
// is the answer. An answer that contradicts the booking (called off or refused, another
// start, another patient) is as good as lost.
//
// Kinds: invalid (nothing sent: no patient, no slot, a slot that is past, has no end, or
// is longer than a day), conflict (ErrSlotTaken: offer the next slot), ambiguous (sent,
// outcome unknown: look with FindBooking, or Book with Again), and those of any call;
// see RedoOf.
func (c *Client) Book(ctx context.Context, b *Booking) (*Appointment, error) {
	return c.reserve(ctx, reservation{op: "book appointment", need: CanBook, booking: b,
		send: func(ctx context.Context, b *Booking) (*Appointment, error) {
			return c.parts.AppointmentBooker.Book(ctx, b)
		}})
}

// Hold reserves a slot without booking it, by the rules of Book. Confirm makes it a
// booking, Cancel releases it. Only where the vendor can also release.
func (c *Client) Hold(ctx context.Context, b *Booking) (*Appointment, error) {
	return c.reserve(ctx, reservation{op: "hold slot", need: CanHold, booking: b,
		send: func(ctx context.Context, b *Booking) (*Appointment, error) {
			return c.parts.AppointmentHolder.Hold(ctx, b)
		}})
}

// reservation is one attempt to put something into the calendar.
type reservation struct {
	op      string
	need    Capability
	booking *Booking
	ignore  AppointmentID // the appointment that is being moved: neither match nor overlap
	send    func(context.Context, *Booking) (*Appointment, error)
	doubt   string // why the vendor's answer is none; "": it was lost
}

func (c *Client) reserve(ctx context.Context, r reservation) (*Appointment, error) {
	ctx, err := c.begin(ctx, r.op, r.need)
	if err != nil {
		return nil, err
	}
	b, refused := checkBooking(r.op, r.booking)
	if refused == nil && b.Slot.Start.Before(time.Now()) {
		refused = Invalid(r.op, "the slot is in the past: find slots again", "slot")
	}
	if refused != nil {
		return nil, c.fill(ctx, r.op, refused)
	}
	r.booking = b
	ctx, cancel := bounded(ctx)
	defer cancel()

	if there, err := c.lookFirst(ctx, r); there != nil || err != nil {
		return there, err
	}
	a, err := once(ctx, c.readsBack(b), func(ctx context.Context) (*Appointment, error) { return r.send(ctx, b) })
	if err == nil {
		if r.doubt = c.doubtOf(a, r); r.doubt == "" {
			return a, nil
		}
		err = &Error{Kind: KindAmbiguous, Hint: "the request was sent, " + r.doubt + ": " + c.checkHint(b)}
	}
	failure := asError(write, err)
	switch {
	case failure.maybeDone():
		return c.reconcile(ctx, r, failure)
	case failure.Kind == KindConflict && !failure.unsent && !errors.Is(failure, ErrSlotTaken) && !errors.Is(failure, ErrDuplicatePatient):
		failure = failure.because(ErrSlotTaken)
		if failure.Hint == "" {
			failure.Hint = "somebody else has the time: offer the next slot"
		}
	}
	return nil, c.fill(ctx, r.op, failure)
}

// readsBack reports whether a lost answer can be looked for.
func (c *Client) readsBack(b *Booking) bool {
	return c.opts.Lost == Reconcile && c.parts.AppointmentReader != nil && !b.Patient.ID.IsZero()
}

// checkBooking refuses what cannot be booked and returns a copy to work with, its
// slot filled in from its key where only the key came back from a web page.
func checkBooking(op string, b *Booking) (*Booking, *Error) {
	switch {
	case b == nil:
		return nil, Invalid(op, "give a booking", "booking")
	case b.Patient == nil:
		return nil, Invalid(op, "name the patient: find or create them first (Client.FindOrCreatePatient)", "patient")
	case b.Patient.ID.IsZero() && b.Vendor == nil:
		return nil, Invalid(op, "the patient has no id: find or create the patient first", "patient")
	case b.Slot == nil:
		return nil, Invalid(op, "choose a free slot first (Client.FindSlots)", "slot")
	case !sound(b.Note, "\n\r\t"):
		return nil, Invalid(op, "the note holds control characters or is not UTF-8", "note")
	}
	slot := *b.Slot
	if slot.Start.IsZero() && slot.Key != "" {
		parsed, err := ParseSlotKey(slot.Key)
		if err != nil {
			return nil, Invalid(op, "the slot's key cannot be read: find slots again", "slot")
		}
		slot = *parsed
	}
	switch {
	case slot.Start.IsZero():
		return nil, Invalid(op, "the slot has no start", "slot")
	case slot.End.IsZero():
		return nil, Invalid(op, "the slot has no end", "slot")
	case !slot.Start.Before(slot.End):
		return nil, Invalid(op, "the slot must end after its start", "slot")
	case slot.Length() > 24*time.Hour:
		return nil, Invalid(op, "the slot is longer than a day", "slot")
	}
	out := *b
	out.Slot = &slot
	return &out, nil
}

// sound reports whether a text can be sent as it is: UTF-8, and no control characters
// but those of allowed.
func sound(p PHI, allowed string) bool {
	text := p.Reveal()
	if !utf8.ValidString(text) {
		return false
	}
next:
	for _, r := range text {
		if !unicode.IsControl(r) {
			continue
		}
		for _, ok := range allowed {
			if r == ok {
				continue next
			}
		}
		return false
	}
	return true
}
