package nextgen

import (
	"context"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// detailsBody is the body of PATCH /appointments/{id} for a note.
type detailsBody struct {
	Details string `json:"Details"`
}

// Reschedule posts to /appointments/{id}/reschedule once. NextGen makes a new appointment
// and marks the old one as moved: the id of the answer is the truth. It comes from the
// answer's body, from Location, or from the calendar: which of the two appointments points
// to the other is not published, so both are looked at.
//
// Move.Vendor takes a BookingOptions with the override switches and the reason. A note
// goes to the new appointment afterwards; that it could not is a warning of the answer.
func (p parts) Reschedule(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
	if a == nil || m == nil || m.To == nil {
		return nil, emr.Unsent(invalid(opReschedule, "say which appointment, and where to", "appointment", "slot"))
	}
	o, err := emr.VendorOptions[BookingOptions](opReschedule, m.Vendor)
	if err != nil {
		return nil, emr.Unsent(err)
	}
	if a.Status == emr.StatusMoved {
		return nil, emr.Unsent(&emr.Error{Kind: emr.KindPrecondition, Vendor: vendor, Op: opReschedule, Hint: "the appointment was moved already: move the one it was moved to"})
	}
	call, err := p.call(opReschedule, http.MethodPost, "/appointments/{id}/reschedule", a.ID.Reveal())
	if err != nil {
		return nil, emr.Unsent(err)
	}
	call.Patient = a.Patient
	body, slot, err := p.bookingOf(ctx, opReschedule, m.To, o)
	if err != nil {
		return nil, emr.Unsent(err)
	}
	if body.Reason, err = p.reasonFor(ctx, opReschedule, o.Reason); err != nil {
		return nil, emr.Unsent(err)
	}
	answer, err := p.send(ctx, call, nil, body)
	if err != nil {
		return nil, err
	}
	moved, err := p.movedTo(ctx, call, answer, a, slot)
	if err != nil {
		return nil, err
	}
	if !m.Note.IsZero() {
		p.annotate(ctx, moved, m.Note)
	}
	return moved, nil
}

// movedTo finds the new appointment behind a good answer.
func (p parts) movedTo(ctx context.Context, call *transport.Call, answer *transport.Answer, old *emr.Appointment, slot *emr.Slot) (*emr.Appointment, error) {
	fits := func(b *booked) bool { return !b.ID.EqualFold(old.ID) && b.is(slot) }
	if id := emr.NewAppointmentID(madeID(answer, "id", "appointmentId", "newAppointmentId", "rescheduledAppointmentId")); !id.IsZero() && !id.EqualFold(old.ID) {
		found, err := p.getBooked(ctx, opReschedule, id)
		switch kind := emr.KindOf(err); {
		case err == nil && fits(found):
			return found.Appointment, nil
		case err != nil && kind != emr.KindNotFound && kind != emr.KindProtocol:
			return &emr.Appointment{ID: id, Status: emr.StatusBooked, Write: emr.WriteDone}, nil // all that is known
		}
	}
	before, err := p.getBooked(ctx, opReschedule, old.ID)
	if err != nil && emr.KindOf(err) != emr.KindNotFound {
		return nil, p.unshown(call, answer, err)
	}
	who := old.Patient
	if before != nil {
		if before.Status != emr.StatusMoved && before.Status != emr.StatusCancelled {
			return nil, p.unshown(call, answer, nil)
		}
		who = before.Patient
		if to := emr.NewAppointmentID(string(before.record.Other)); !to.IsZero() && !to.EqualFold(old.ID) {
			if found, err := p.getBooked(ctx, opReschedule, to); err == nil && fits(found) {
				return found.Appointment, nil
			}
		}
	}
	if who.IsZero() {
		return nil, p.unshown(call, answer, nil)
	}
	all, err := p.visitsOn(ctx, opReschedule, who, emr.DateOf(slot.Start.In(p.cfg.Zone)))
	if err != nil {
		return nil, p.unshown(call, answer, err)
	}
	all = slices.DeleteFunc(all, func(b *booked) bool { return !fits(b) })
	if pointing := slices.DeleteFunc(slices.Clone(all), func(b *booked) bool { return !sameID(b.record.Other, old.ID.Reveal()) }); len(pointing) > 0 {
		all = pointing
	}
	if one := newest(all); one != nil {
		return one.Appointment, nil
	}
	return nil, p.unshown(call, answer, nil)
}

// annotate writes a note on an appointment that was just moved. It is moved whatever comes
// of this.
func (p parts) annotate(ctx context.Context, a *emr.Appointment, note emr.PHI) {
	call, err := p.call(opReschedule, http.MethodPatch, "/appointments/{id}", a.ID.Reveal())
	if err == nil {
		call.Patient = a.Patient
		_, err = p.send(ctx, call, nil, detailsBody{note.Reveal()})
	}
	if err != nil {
		a.Warnings = append(a.Warnings, "the appointment was moved, and the note may not be on it ("+string(emr.KindOf(err))+")")
		return
	}
	a.Note = note
}
