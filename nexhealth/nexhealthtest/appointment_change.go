package nexhealthtest

import (
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

var changeFields = []string{"confirmed", "cancelled", "checkin_at", "start_time", "end_time", "operatory_id", "note"}

// refused is a change that the record's state does not allow.
type refused string

func (r refused) Error() string { return string(r) }

// changeAppointment is PATCH. Documented: the fields, confirmed from false to true and
// checkin_at from null only, times and note where the practice system can. The texts
// "already cancelled" and "already confirmed" were seen.
func (s *Sim) changeAppointment(q *query) *simserver.Reply {
	in, _, refusal := q.wrapped("appt")
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "appt", changeFields...)
	before, ok := s.clinic.Appointment(q.appointmentID())
	if !ok || !q.home() || s.siteOf(before.Location) == nil {
		return q.unknown("Appointment")
	}
	b := *s.bookingOf(before)
	previous := object{}
	a, err := s.clinic.Change(before.ID, func(a *simserver.Appointment) error {
		for _, step := range []func(*query, map[string]any, *simserver.Appointment, *booking, object) error{
			s.changeCancelled, s.changeConfirmed, s.changeArrival, s.changeTimes,
		} {
			if err := step(q, in, a, &b, previous); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return q.fail(s.stateStatus(), err.Error())
	}
	*s.bookingOf(before) = b
	reply := q.done(http.StatusOK, object{"appt": s.appointmentObject(a), "stripe_client_secret": nil})
	if len(previous) > 0 {
		s.accept(write{kind: update, id: a.ID, previous: previous, never: q.Take(emrtest.FaultWriteNeverCompleted)})
	}
	return reply
}

// changeCancelled: cancelled_at is not cleared when somebody takes the cancellation back
// (documented).
func (s *Sim) changeCancelled(q *query, in map[string]any, a *simserver.Appointment, b *booking, previous object) error {
	off, has := truth(in, "cancelled")
	switch {
	case !has:
		return nil
	case off && a.Status == simserver.Cancelled:
		return refused("Appointment is already cancelled")
	case off && a.Tied != "":
		return refused("Appointment cannot be cancelled")
	case off && (a.Status == simserver.Fulfilled || a.Status == simserver.NoShow):
		return refused("Appointment is in the past")
	case off:
		a.Status, b.cancelledAt = simserver.Cancelled, q.Now
	case a.Status == simserver.Cancelled:
		a.Status = simserver.Booked
	default:
		return nil
	}
	previous["cancelled"] = !off
	return nil
}

func (s *Sim) changeConfirmed(q *query, in map[string]any, a *simserver.Appointment, b *booking, previous object) error {
	yes, has := truth(in, "confirmed")
	switch {
	case !has:
		return nil
	case !yes:
		return refused("confirmed can only be changed from false to true")
	case a.Confirmed:
		return refused("Appointment is already confirmed")
	case !a.Status.Live():
		return refused("Appointment is already cancelled")
	}
	a.Confirmed, b.confirmedAt = true, q.Now
	previous["confirmed"] = false
	return nil
}

func (s *Sim) changeArrival(q *query, in map[string]any, a *simserver.Appointment, _ *booking, previous object) error {
	if simserver.StringIn(in, "checkin_at") == "" {
		return nil
	}
	at, ok := q.instant(in, "checkin_at")
	switch {
	case !ok:
		return refused("checkin_at is invalid")
	case !a.ArrivedAt.IsZero() || a.Status == simserver.Fulfilled:
		return refused("checkin_at can only be changed from null")
	case !a.Status.Live():
		return refused("Appointment is already cancelled")
	}
	a.ArrivedAt, a.Status, a.WasArrived = at, simserver.Arrived, true
	previous["checkin_at"] = nil
	return nil
}

// changeTimes moves the appointment, to another operatory too, and changes its note.
func (s *Sim) changeTimes(q *query, in map[string]any, a *simserver.Appointment, _ *booking, previous object) error {
	moves := false
	for _, name := range []string{"start_time", "end_time", "operatory_id", "note"} {
		_, sent := in[name]
		moves = moves || sent
	}
	switch {
	case !moves:
		return nil
	case s.opts.NoMoves:
		return refused("Updating this appointment is not supported by the practice system")
	case !a.Status.Live():
		return refused("Appointment is already cancelled")
	}
	start, end := a.Start, a.End
	for name, to := range map[string]*time.Time{"start_time": &start, "end_time": &end} {
		if simserver.StringIn(in, name) == "" {
			continue
		}
		t, ok := q.instant(in, name)
		if !ok {
			return refused(name + " is invalid")
		}
		previous[name] = stamp(*to)
		*to = t.In(s.clinic.Zone(a.Location))
	}
	if previous["start_time"] != nil && !start.After(q.Now) {
		return refused("start_time must be in the future")
	}
	if !end.After(start) {
		return refused("end_time must be after start_time")
	}
	if room := q.idIn(in, "operatory_id"); room != "" {
		if why := s.checkRoom(room, a.Location); why != "" {
			return refused(why)
		}
		previous["operatory_id"] = number(a.Room)
		a.Room = room
	}
	if note, sent := in["note"].(string); sent {
		if utf8.RuneCountInString(note) > mostNote {
			return refused("note is too long")
		}
		previous["note"] = orNull(a.Note)
		a.Note = note
	}
	a.Start, a.End = start, end
	return nil
}
