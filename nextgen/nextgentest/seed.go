package nextgentest

import (
	"strconv"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// seedVisits enters what only NextGen has: a deleted appointment, and one that was moved.
// Nobody of emrtest.People has one.
func (s *Sim) seedVisits(p *practice) {
	people := p.clinic.Patients()
	if s.opts.Appointments < 0 || len(people) <= len(emrtest.People())+2 {
		return
	}
	patient := people[len(emrtest.People())+2].ID
	day := simserver.DayOf(s.seeded.In(p.zone)).Add(3)
	at := func(clock time.Duration) time.Time {
		t, _ := day.At(clock, p.zone)
		return t
	}
	enter := func(clock time.Duration, status simserver.Status) (string, *visit) {
		a := p.clinic.Enter(simserver.Appointment{Patient: patient, Location: "7", Practitioner: "15", Type: "13", Status: status,
			Start: at(clock), End: at(clock + 15*time.Minute)})
		return a.ID, p.visit(a)
	}
	_, gone := enter(17*time.Hour, simserver.Cancelled)
	gone.deleted = true
	old, was := enter(18*time.Hour, simserver.Cancelled)
	was.rescheduled, was.reschedReason = true, "112"
	next, now := enter(19*time.Hour, simserver.Booked)
	switch s.opts.Pointer {
	case PointerBack:
		now.pointer = old
	case PointerForward:
		was.pointer = next
	case PointerNone:
	}
}

func number(id string) int {
	n, _ := strconv.Atoi(id)
	return n
}
