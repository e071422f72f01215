package emr

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Reschedule moves an appointment to another slot: natively where the vendor can, and
// else, only with m.Emulate, by booking the new time and then cancelling the old one.
// A native move that this site answers with unsupported is emulated in the same way.
// The appointment is never cancelled first.
//
// The old one is cancelled only when nothing the vendor tells of the new one contradicts
// the move. When the second step of an emulated move fails, the new appointment comes back
// together with an error of kind partial: both times are taken, cancel the old one
// again. When the first step fails or its outcome is unknown, the old appointment is
// left alone. An emulated move may be repeated after partial and ambiguous: it looks for
// the new appointment before booking it. Blank fields of the slot, and a zero note, are
// taken from the old appointment.
//
// Kinds: those of Book, partial, not_found, conflict (the appointment is no longer
// live), unsupported.
func (c *Client) Reschedule(ctx context.Context, m *Move) (*Appointment, error) {
	const op = "reschedule appointment"
	need := CanReschedule
	emulated := c.parts.AppointmentRescheduler == nil && m != nil && m.Emulate
	if emulated {
		need = CanBook
	}
	ctx, err := c.begin(ctx, op, need)
	if err != nil {
		if need == CanReschedule && errors.Is(err, ErrUnsupported) && c.Caveat(CanReschedule) == "" {
			err = c.refuse(ctx, op, KindUnsupported, "this vendor cannot move appointments: book the new time, then cancel the old one (Move.Emulate does both)")
		}
		return nil, err
	}
	if emulated {
		for _, also := range []Capability{CanCancel, CanReadAppointments} {
			if !c.Has(also) {
				return nil, c.unsupported(ctx, op, also)
			}
		}
	}
	to, refused := checkMove(op, m)
	if refused != nil {
		return nil, c.fill(ctx, op, refused)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()

	old := &Appointment{ID: m.Appointment}
	if c.parts.AppointmentReader != nil {
		if old, err = c.readAppointment(ctx, op, m.Appointment); err != nil {
			return nil, err
		}
		if !old.Status.Live() {
			return nil, c.refuse(ctx, op, KindConflict, "the appointment is no longer live: book a new one")
		}
	}
	move := *m
	move.To = fromOld(to, old)
	if !emulated {
		moved, err := c.moveNatively(ctx, op, old, &move)
		if !m.Emulate || KindOf(err) != KindUnsupported || !c.canMoveInSteps() {
			return moved, err
		}
		// This site cannot move, and nothing was changed.
	}
	return c.moveInSteps(ctx, op, old, &move)
}

// canMoveInSteps reports whether the connection has all that an emulated move takes.
func (c *Client) canMoveInSteps() bool {
	return c.Has(CanBook) && c.Has(CanCancel) && c.Has(CanReadAppointments)
}

// checkMove refuses what cannot be moved.
func checkMove(op string, m *Move) (*Slot, *Error) {
	if m == nil || m.Appointment.IsZero() {
		return nil, Invalid(op, "name the appointment", "appointment")
	}
	// The patient is read from the appointment: a stand-in passes the check of Book.
	b, refused := checkBooking(op, &Booking{Patient: &Patient{ID: NewPatientID("-")}, Slot: m.To, Note: m.Note})
	if refused != nil {
		return nil, refused
	}
	if b.Slot.Start.Before(time.Now()) {
		return nil, Invalid(op, "the slot is in the past: find slots again", "slot")
	}
	return b.Slot, nil
}

// fromOld fills in what the new slot leaves open.
func fromOld(to *Slot, old *Appointment) *Slot {
	s := *to
	if s.Location == "" {
		s.Location = old.Location
	}
	if s.Practitioner == "" {
		s.Practitioner = old.Practitioner
	}
	if len(s.Resources) == 0 {
		s.Resources = slices.Clone(old.Resources)
	}
	if s.Type == "" {
		s.Type = old.Type
	}
	if len(s.Purposes) == 0 {
		s.Purposes = slices.Clone(old.Purposes)
	}
	return &s
}

// moveNatively has the vendor move the appointment, after a look where the vendor
// would move it onto a taken time.
func (c *Client) moveNatively(ctx context.Context, op string, old *Appointment, m *Move) (*Appointment, error) {
	moving := &Booking{Patient: &Patient{ID: old.Patient}, Slot: m.To}
	if _, err := c.lookFirst(ctx, reservation{op: op, booking: moving, ignore: old.ID}); err != nil {
		return nil, err
	}
	readsBack := c.opts.Lost == Reconcile && c.parts.AppointmentReader != nil
	moved, err := once(ctx, readsBack, func(ctx context.Context) (*Appointment, error) {
		return c.parts.AppointmentRescheduler.Reschedule(ctx, old, m)
	})
	doubt := "its answer was lost"
	if err == nil {
		if doubt = c.doubtOf(moved, reservation{booking: moving}); doubt == "" {
			return moved, nil
		}
		err = &Error{Kind: KindAmbiguous, Hint: "the request was sent, " + doubt + ": " + readHint}
	}
	failure := asError(write, err)
	switch {
	case !failure.maybeDone():
		if failure.Kind == KindConflict && !failure.unsent && !errors.Is(failure, ErrSlotTaken) {
			failure = failure.because(ErrSlotTaken)
		}
		return nil, c.fill(ctx, op, failure)
	case ctx.Err() != nil:
		return nil, c.fill(ctx, op, failure.doubt("the request was under way when the time ran out: "+readHint).because(ctx.Err()))
	case !readsBack:
		return nil, c.fill(ctx, op, failure)
	}
	for look := range 2 {
		if look > 0 && !pause(ctx, secondLook(ctx)) {
			break
		}
		if now := c.whereMoved(ctx, op, old, m); now != nil {
			return now, nil
		}
	}
	out := failure.doubt("the request was sent, " + doubt + ", and the calendar does not show the move: " + readHint)
	return nil, c.fill(ctx, op, out.because(ctx.Err()))
}

// whereMoved looks for the moved appointment: under its old id, or, where vendors give
// a new one, by patient, start and practitioner once the old one is no longer live.
func (c *Client) whereMoved(ctx context.Context, op string, old *Appointment, m *Move) *Appointment {
	now, err := c.readAppointment(ctx, op, old.ID)
	if err == nil && now.occupies() {
		if now.Start.Equal(m.To.Start) && !old.Start.Equal(m.To.Start) {
			return now
		}
		return nil
	}
	if err != nil && !errors.Is(err, ErrNotFound) || old.Patient.IsZero() {
		return nil
	}
	b := &Booking{Patient: &Patient{ID: old.Patient}, Slot: m.To}
	found, err := c.identical(ctx, reservation{op: op, booking: b, ignore: old.ID})
	if err != nil || len(found) != 1 {
		return nil
	}
	return found[0]
}

// moveInSteps books the new time, then cancels the old appointment.
func (c *Client) moveInSteps(ctx context.Context, op string, old *Appointment, m *Move) (*Appointment, error) {
	patient := &Patient{ID: old.Patient}
	if old.Patient.IsZero() {
		return nil, c.refuse(ctx, op, KindInvalid, "the appointment names no patient: book and cancel by hand", "appointment")
	}
	if c.Has(CanGetPatient) {
		p, err := c.parts.PatientGetter.GetPatient(ctx, old.Patient)
		if patient, err = something(ctx, c, op, p, err); err != nil {
			return nil, err
		}
	}
	// Again: a move that stopped half way may be repeated, and goes on where it stopped.
	b := &Booking{Patient: patient, Slot: m.To, Note: m.Note, Again: true, Vendor: m.Vendor}
	if b.Note.IsZero() {
		b.Note = old.Note
	}
	made, err := c.reserve(ctx, reservation{op: op, need: CanBook, booking: b, ignore: old.ID,
		send: func(ctx context.Context, b *Booking) (*Appointment, error) {
			return c.parts.AppointmentBooker.Book(ctx, b)
		}})
	if err != nil {
		return nil, err
	}
	if made, err = c.proveNew(ctx, reservation{op: op, booking: b, ignore: old.ID}, made); err != nil {
		return made, err
	}
	if _, err := c.Cancel(ctx, old.ID, nil); err != nil {
		return made, c.partial(ctx, op, err, "the new time is booked, the old one may still be in the calendar: cancel it")
	}
	return made, nil
}

// proveNew makes sure of the new appointment before the old one is cancelled, so that
// the patient is not left with nothing. What it read comes with an error.
func (c *Client) proveNew(ctx context.Context, r reservation, made *Appointment) (*Appointment, error) {
	now, err := made, error(nil)
	switch {
	case made.Write != WriteDone && made.Write != "": // not in the clinic's system yet
		now, err = c.AwaitWritten(ctx, made.ID)
		if errors.Is(err, ErrConflict) {
			return now, err
		}
	case made.Start.IsZero() || made.Patient.IsZero(): // the answer told too little
		now, err = c.readAppointment(ctx, r.op, made.ID)
	}
	if err != nil {
		return made, c.partial(ctx, r.op, err, "the new time is accepted but not known to be written, the old one was left in the calendar: wait until it is written, then cancel the old one (Client.AwaitWritten, Client.Cancel)")
	}
	if why := c.doubtOf(now, r); why != "" {
		hint := "the new time was accepted, but " + why + ", and the old one was left in the calendar: read both before moving again"
		return now, c.failed(ctx, r.op, write, &Error{Kind: KindAmbiguous, Hint: hint})
	}
	return now, nil
}

// partial is the error for a first step done and a second one failed.
func (c *Client) partial(ctx context.Context, op string, cause error, hint string) error {
	return c.failed(ctx, op, write, &Error{Kind: KindPartial, Hint: hint, Err: cause})
}
