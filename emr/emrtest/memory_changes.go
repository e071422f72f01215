package emrtest

import (
	"context"
	"slices"

	"github.com/emrkit/emrkit/emr"
)

func (d memoryParts) Confirm(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return d.alter(ctx, OpConfirm, a, func(c *clinic, stored *emr.Appointment) error {
		switch stored.Status {
		case emr.StatusHeld, emr.StatusPending:
			stored.Status = emr.StatusBooked
		case emr.StatusBooked, emr.StatusArrived:
		default:
			return fail(emr.KindConflict, "the appointment is over or called off")
		}
		stored.Confirmed = true
		return nil
	})
}

func (d memoryParts) Arrive(ctx context.Context, a *emr.Appointment) (*emr.Appointment, error) {
	return d.alter(ctx, OpArrive, a, func(c *clinic, stored *emr.Appointment) error {
		switch stored.Status {
		case emr.StatusBooked, emr.StatusPending, emr.StatusArrived:
			stored.Status = emr.StatusArrived
			return nil
		}
		return fail(emr.KindConflict, "the appointment is held, over or called off")
	})
}

func (d memoryParts) Cancel(ctx context.Context, a *emr.Appointment, _ *emr.Cancellation) (*emr.Appointment, error) {
	return d.alter(ctx, OpCancel, a, func(c *clinic, stored *emr.Appointment) error {
		switch stored.Status {
		case emr.StatusFulfilled, emr.StatusNoShow, emr.StatusMoved:
			return fail(emr.KindConflict, "the appointment is over")
		}
		stored.Status = emr.StatusCancelled
		return nil
	})
}

// Reschedule makes a new appointment and marks the old one as moved, as most systems
// do: code that goes on with the old id fails.
func (d memoryParts) Reschedule(ctx context.Context, a *emr.Appointment, m *emr.Move) (*emr.Appointment, error) {
	var moved *emr.Appointment
	_, err := d.alter(ctx, OpReschedule, a, func(c *clinic, stored *emr.Appointment) error {
		if !stored.Status.Live() {
			return fail(emr.KindConflict, "the appointment is called off")
		}
		if err := c.bookable(m.To, stored.ID); err != nil {
			return err
		}
		next := newAppointment(m.To, stored.Patient, stored.Status)
		next.Confirmed, next.Note = stored.Confirmed, stored.Note
		if !m.Note.IsZero() && c.habits.KeepsNotes {
			next.Note = m.Note
		}
		stored.Status = emr.StatusMoved
		moved = c.outAppointment(c.addAppointment(next))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return moved, nil
}

// alter changes one stored appointment, unless it changed since a was read.
func (d memoryParts) alter(ctx context.Context, op Op, a *emr.Appointment, change func(*clinic, *emr.Appointment) error) (*emr.Appointment, error) {
	if a == nil {
		a = &emr.Appointment{}
	}
	if err := checkID(a.ID.Reveal(), "appointment"); err != nil {
		return nil, d.m.before(ctx, op, err)
	}
	return call(ctx, d.m, op, a.Patient, func(c *clinic) (*emr.Appointment, error) {
		stored, err := c.appointment(a.ID)
		if err != nil {
			return nil, err
		}
		if a.Version != "" && a.Version != stored.Version {
			return nil, fail(emr.KindPrecondition, "read the appointment again")
		}
		before := stored.Status
		if err := change(c, stored); err != nil {
			return nil, err
		}
		if before != emr.StatusCancelled || stored.Status != before {
			c.touched(stored)
		}
		return c.outAppointment(stored), nil
	})
}

func (d memoryParts) ListChanges(ctx context.Context, q emr.ChangeQuery, at emr.Cursor) (emr.Page[emr.Change], error) {
	return call(ctx, d.m, OpListChanges, emr.PatientID{}, func(c *clinic) (emr.Page[emr.Change], error) {
		kinds := q.Kinds
		if kinds == nil {
			kinds = []emr.ChangeKind{emr.ChangeAppointment}
		}
		var found []*emr.Change
		for _, ch := range c.changes {
			if !ch.At.Before(q.Since) && slices.Contains(kinds, ch.Kind) {
				out := *ch
				if ch.Appointment != nil {
					out.Appointment = c.outAppointment(ch.Appointment)
				}
				if ch.Patient != nil {
					out.Patient = c.outPatient(ch.Patient)
				}
				found = append(found, &out)
			}
		}
		return page(c, found, at)
	})
}

// changed notes that a record was made or changed; it keeps a copy as it is now.
func (c *clinic) changed(ch emr.Change) {
	ch.Action, ch.At = emr.ActionChanged, c.now().In(c.zone)
	if ch.Appointment != nil {
		a := *ch.Appointment
		ch.Appointment = &a
	}
	if ch.Patient != nil {
		p := *ch.Patient
		ch.Patient = &p
	}
	c.changes = append(c.changes, &ch)
}
