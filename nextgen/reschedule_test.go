package nextgen

import (
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// afternoon is where the fixtures' appointment is moved to.
func afternoon(t testing.TB) *emr.Slot {
	s := morning(t)
	s.Start, s.End = s.Start.Add(5*time.Hour), s.End.Add(5*time.Hour)
	return s
}

// moveRecords are the old appointment and the new one after a move; pointer says which of
// them names the other.
func moveRecords(t testing.TB, pointer string) (old, moved string) {
	none := `"rescheduledAppointmentId": null`
	old = visitRecord(t, `"isRescheduled": false`, `"isRescheduled": true`)
	moved = visitRecord(t, visit, movedVisit, `"0915"`, `"1415"`, `"0930"`, `"1430"`)
	switch pointer {
	case "forward":
		old = strings.ReplaceAll(old, none, `"rescheduledAppointmentId": "`+movedVisit+`"`)
	case "back":
		moved = strings.ReplaceAll(moved, none, `"rescheduledAppointmentId": "`+strings.ToUpper(visit)+`"`)
	}
	return old, moved
}

// TestAMoveAnswersWithTheNewAppointmentWhereverItsIDIs: body, Location, either pointer, or
// the new time alone. It is sent once.
func TestAMoveAnswersWithTheNewAppointmentWhereverItsIDIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer  reply
		pointer string
		then    func(old, moved string) []reply
		read    int // requests after the move
	}{
		"Location":                     {answer: located("/appointments", movedVisit), then: func(_, moved string) []reply { return []reply{{body: moved}} }, read: 1},
		"the body":                     {answer: reply{body: `{"id":"` + movedVisit + `"}`}, then: func(_, moved string) []reply { return []reply{{body: moved}} }, read: 1},
		"the old one points":           {answer: reply{}, pointer: "forward", then: func(old, moved string) []reply { return []reply{{body: old}, {body: moved}} }, read: 2},
		"the new one points":           {answer: reply{body: "{}"}, pointer: "back", then: func(old, moved string) []reply { return []reply{{body: old}, {body: listed(moved)}} }, read: 2},
		"nobody points":                {answer: reply{body: "{}"}, then: func(old, moved string) []reply { return []reply{{body: old}, {body: listed(old, moved)}} }, read: 2},
		"the answer names the old one": {answer: reply{body: `{"id":"` + visit + `"}`}, pointer: "back", then: func(old, moved string) []reply { return []reply{{body: old}, {body: listed(moved)}} }, read: 2},
		"Location names the old one":   {answer: located("/appointments", visit), pointer: "forward", then: func(old, moved string) []reply { return []reply{{body: old}, {body: moved}} }, read: 2},
		"the old one is gone":          {answer: reply{}, pointer: "back", then: func(_, moved string) []reply { return []reply{{status: 404}, {body: listed(moved)}} }, read: 2},
		"an id of something else":      {answer: reply{body: `{"id":"` + tessa + `"}`}, pointer: "back", then: func(old, moved string) []reply { return []reply{{status: 404}, {body: old}, {body: listed(moved)}} }, read: 3},
		"two at the new time": {answer: reply{}, pointer: "back", then: func(old, moved string) []reply {
			other := strings.NewReplacer(movedVisit, drLee, strings.ToUpper(visit), "").Replace(moved)
			return []reply{{body: old}, {body: listed(other, moved)}}
		}, read: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, moved := moveRecords(t, c.pointer)
			p, w := desk(t, nil, append([]reply{c.answer}, c.then(old, moved)...)...)
			a, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: liveVisit(t).ID, To: afternoon(t)})
			if err != nil || a.ID.Reveal() != movedVisit || !a.Start.Equal(afternoon(t).Start) || a.Status != emr.StatusBooked {
				t.Fatalf("%+v, %v after %v", a, err, w.asked())
			}
			asked := w.asked()
			if len(asked) != 1+c.read || asked[0] != "POST /appointments/"+visit+"/reschedule" {
				t.Errorf("asked %v", asked)
			}
			for _, line := range asked[1:] {
				if !strings.HasPrefix(line, "GET ") {
					t.Errorf("%s after the move", line)
				}
			}
		})
	}
}

// TestFault_B1_aMoveThatIsNotToBeSeenIsAmbiguousAndNeverRepeated.
func TestFault_B1_aMoveThatIsNotToBeSeenIsAmbiguousAndNeverRepeated(t *testing.T) {
	t.Parallel()
	old, moved := moveRecords(t, "")
	for name, then := range map[string][]reply{
		"the old one is as it was":                          {answered(t, "appointment/get")},
		"the old one is as it was, with another visit then": {answered(t, "appointment/get"), {body: listed(moved)}},
		"the quota is used up":                              {{}},
		"nothing at the new time":                           {{body: old}, {body: listed(old)}},
		"the day cannot be read":                            {{body: old}, {status: 403}},
		"two at the new time, no pointer":                   {{body: old}, {body: listed(moved, strings.ReplaceAll(moved, movedVisit, drLee))}},
	} {
		p, w := desk(t, nil, append([]reply{{}}, then...)...)
		_, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: liveVisit(t).ID, To: afternoon(t)})
		wantError(t, err, emr.KindAmbiguous)
		if posts := strings.Count(strings.Join(w.asked(), "\n"), "POST "); posts != 1 {
			t.Errorf("%s: %v", name, w.asked())
		}
		clean(t, err)
	}
	// An id that cannot be read is told as it is.
	p, _ := desk(t, nil, located("/appointments", movedVisit), reply{status: 403})
	if a, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: liveVisit(t).ID, To: afternoon(t)}); err != nil || a.ID.Reveal() != movedVisit {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestANoteOfAMoveGoesToTheNewAppointment, and what becomes of it does not undo the move.
func TestANoteOfAMoveGoesToTheNewAppointment(t *testing.T) {
	t.Parallel()
	_, moved := moveRecords(t, "")
	for status, warned := range map[int]bool{200: false, 403: true, 500: true} {
		p, w := desk(t, nil, located("/appointments", movedVisit), reply{body: moved}, reply{status: status})
		a, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: liveVisit(t).ID, To: afternoon(t), Note: emr.NewPHI("Called by phone twice"), Vendor: BookingOptions{AllowDoubleBooking: true, Reason: "patient asked"}})
		if err != nil || a.ID.Reveal() != movedVisit || (len(a.Warnings) > 0) != warned {
			t.Errorf("%d: %+v, %v", status, a, err)
		}
		if asked := w.asked(); len(asked) != 3 || asked[2] != "PATCH /appointments/"+movedVisit || w.bodies[2] != `{"Details":"Called by phone twice"}` {
			t.Errorf("%v %s", asked, w.bodies[len(w.bodies)-1])
		}
		if !strings.Contains(w.bodies[0], `"AllowDoubleBooking":true`) || !strings.Contains(w.bodies[0], `"RescheduleReasonId":"`+moveReason+`"`) || strings.Contains(w.bodies[0], "PersonId") {
			t.Error(w.bodies[0])
		}
	}
}
