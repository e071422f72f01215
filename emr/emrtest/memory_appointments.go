package emrtest

import (
	"context"
	"slices"

	"github.com/emrkit/emrkit/emr"
)

func (d memoryParts) GetAppointment(ctx context.Context, id emr.AppointmentID) (*emr.Appointment, error) {
	if err := checkID(id.Reveal(), "appointment"); err != nil {
		return nil, d.m.before(ctx, OpGetAppointment, err)
	}
	return call(ctx, d.m, OpGetAppointment, emr.PatientID{}, func(c *clinic) (*emr.Appointment, error) {
		a, err := c.appointment(id)
		if err != nil {
			return nil, err
		}
		return c.outAppointment(a), nil
	})
}

func (d memoryParts) ListAppointments(ctx context.Context, q emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
	return call(ctx, d.m, OpListAppointments, patientID(q.Patient), func(c *clinic) (emr.Page[emr.Appointment], error) {
		if c.limits.AppointmentWindow > 0 && !q.From.IsZero() && !q.To.IsZero() && q.From.DaysUntil(q.To) > c.limits.AppointmentWindow {
			return emr.Page[emr.Appointment]{}, fail(emr.KindInvalid, "ask for fewer days at once", "from", "to")
		}
		var found []*emr.Appointment
		for _, a := range c.appointments {
			if c.asked(a, q) {
				found = append(found, c.outAppointment(a))
			}
		}
		return page(c, found, at)
	})
}

func (c *clinic) asked(a *emr.Appointment, q emr.AppointmentQuery) bool {
	day := emr.DateOf(a.Start)
	switch {
	case !q.From.IsZero() && day.Before(q.From), !q.To.IsZero() && !day.Before(q.To):
		return false
	case q.Patient != nil && !c.same(a.Patient, q.Patient.ID):
		return false
	case len(q.Locations) > 0 && !slices.Contains(q.Locations, a.Location):
		return false
	case len(q.Practitioners) > 0 && !slices.Contains(q.Practitioners, a.Practitioner):
		return false
	}
	return len(q.Statuses) == 0 || slices.Contains(q.Statuses, a.Status)
}

func (d memoryParts) Book(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return d.enter(ctx, OpBook, b, emr.StatusBooked)
}

func (d memoryParts) Hold(ctx context.Context, b *emr.Booking) (*emr.Appointment, error) {
	return d.enter(ctx, OpHold, b, emr.StatusHeld)
}

// enter puts a booking into the calendar.
func (d memoryParts) enter(ctx context.Context, op Op, b *emr.Booking, as emr.Status) (*emr.Appointment, error) {
	if b == nil || b.Patient == nil || b.Slot == nil {
		return nil, d.m.before(ctx, op, fail(emr.KindInvalid, "give a patient and a slot", "patient", "slot"))
	}
	if err := checkID(b.Patient.ID.Reveal(), "patient"); err != nil {
		return nil, d.m.before(ctx, op, err)
	}
	return call(ctx, d.m, op, b.Patient.ID, func(c *clinic) (*emr.Appointment, error) {
		p := c.patient(b.Patient.ID)
		if p == nil {
			return nil, fail(emr.KindNotFound, "no patient has this id")
		}
		if err := c.bookable(b.Slot, emr.AppointmentID{}); err != nil {
			return nil, err
		}
		a := newAppointment(b.Slot, p.ID, as)
		if c.habits.KeepsNotes {
			a.Note = b.Note
		}
		if c.habits.WritesLater {
			a.Write = emr.WriteAccepted
			if as == emr.StatusBooked {
				a.Status = emr.StatusPending
			}
		}
		return c.outAppointment(c.addAppointment(a)), nil
	})
}

// newAppointment fills the slot for a patient.
func newAppointment(s *emr.Slot, p emr.PatientID, as emr.Status) *emr.Appointment {
	return &emr.Appointment{
		Status: as, Write: emr.WriteDone, Patient: p,
		Start: s.Start, End: s.End, Location: s.Location, Practitioner: s.Practitioner,
		Resources: slices.Clone(s.Resources), Type: s.Type, Purposes: slices.Clone(s.Purposes),
	}
}

// bookable refuses times that cannot be booked; except is the appointment being moved.
func (c *clinic) bookable(s *emr.Slot, except emr.AppointmentID) error {
	if !s.Start.Before(s.End) {
		return fail(emr.KindInvalid, "the end comes after the start", "start", "end")
	}
	if err := c.knownPlace(s); err != nil {
		return err
	}
	if !c.habits.AcceptsDoubleBooking && c.busy(s, except) {
		e := fail(emr.KindConflict, "offer another slot")
		e.Status, e.Err = 409, emr.ErrSlotTaken
		return e
	}
	return nil
}

// appointment finds an appointment by id.
func (c *clinic) appointment(id emr.AppointmentID) (*emr.Appointment, error) {
	for _, a := range c.appointments {
		if a.ID == id || c.habits.FoldsIDs && a.ID.EqualFold(id) {
			return a, nil
		}
	}
	return nil, fail(emr.KindNotFound, "no appointment has this id")
}

// addAppointment stores a new appointment, in the zone of its place.
func (c *clinic) addAppointment(a *emr.Appointment) *emr.Appointment {
	a.ID = emr.NewAppointmentID(c.nextID("appointment"))
	a.Start, a.End = a.Start.In(c.zoneOf(a.Location)), a.End.In(c.zoneOf(a.Location))
	a.Created = c.now().In(c.zone)
	c.appointments = append(c.appointments, a)
	c.touched(a)
	return a
}

// touched notes a change of a.
func (c *clinic) touched(a *emr.Appointment) {
	a.Updated = c.now().In(c.zone)
	a.VendorStatus = string(a.Status)
	a.Version = c.nextID("v")
	c.changed(emr.Change{Kind: emr.ChangeAppointment, Appointment: a})
}

// outAppointment copies an appointment for the caller.
func (c *clinic) outAppointment(a *emr.Appointment) *emr.Appointment {
	out := *a
	out.ID = emr.NewAppointmentID(c.spell(a.ID.Reveal()))
	out.Patient = emr.NewPatientID(c.spell(a.Patient.Reveal()))
	out.Resources = slices.Clone(a.Resources)
	out.Purposes = slices.Clone(a.Purposes)
	out.Warnings = slices.Clone(a.Warnings)
	return &out
}
