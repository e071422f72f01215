package nexhealth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// steps of a change: how each is asked for, and what shows it.
func visitChanges(t *testing.T) map[string]func(context.Context, parts) (*emr.Appointment, error) {
	a := &emr.Appointment{ID: visitID, Patient: tessaID, Practitioner: "501", Location: "9001", Type: "77", Start: visitSlot(t).Start}
	to := visitSlot(t)
	to.Start, to.End = instant(t, "2031-03-04T15:00:00Z"), instant(t, "2031-03-04T15:30:00Z")
	return map[string]func(context.Context, parts) (*emr.Appointment, error){
		"confirm": func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Confirm(ctx, a) },
		"arrive":  func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Arrive(ctx, a) },
		"cancel":  func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Cancel(ctx, a, nil) },
		"move": func(ctx context.Context, p parts) (*emr.Appointment, error) {
			return p.Reschedule(ctx, a, &emr.Move{Appointment: visitID, To: to})
		},
	}
}

var shown = map[string][]string{
	"confirm": {`"confirmed":false`, `"confirmed":true`}, "arrive": {`"cancelled":false`, `"checkin_at":"2031-03-03T13:55:00Z"`},
	"cancel": {`"cancelled":false`, `"cancelled":true`}, "move": {"2031-03-03T14:00:00.000Z", "2031-03-04T15:00:00.000Z"},
}

// TestAChangeIsProvenByTheAppointment, that of the answer or else one that is read.
func TestAChangeIsProvenByTheAppointment(t *testing.T) {
	t.Parallel()
	for name, do := range visitChanges(t) {
		done := visitRecord(shown[name]...)
		for what, c := range map[string]struct {
			steps []step
			kind  emr.Kind
			sent  int
		}{
			"answered":             {[]step{{body: good(`{"appt":` + done + `}`)}}, "", 1},
			"answered bare":        {[]step{{body: good(done)}}, "", 1},
			"answered as before":   {[]step{{body: good(`{"appt":` + visitRecord() + `}`)}, {body: good(done)}}, "", 2},
			"answered with little": {[]step{{body: good(`{"appt":{"id":88001}}`)}, {body: good(done)}}, "", 2},
			"answered by halves":   {[]step{{body: good(`{"appt":` + strings.Replace(done, `"start_time"`, `"x"`, 1) + `}`)}, {body: good(done)}}, "", 2},
			"answered otherwise":   {[]step{{body: good(`{"appt":` + visitRecord(append([]string{"88001", "88002"}, shown[name]...)...) + `}`)}, {body: good(done)}}, "", 2},
			"not done":             {[]step{{body: good(`{"appt":` + visitRecord() + `}`)}, {body: good(visitRecord())}}, emr.KindConflict, 2},
			"not readable":         {[]step{{body: good("{}")}, {status: 403}}, emr.KindAmbiguous, 2},
		} {
			client, r := connect(t, func(c *Config) { c.Zone = ny(t) }, c.steps...)
			a, err := do(t.Context(), parts{client})
			want := c.kind
			if name == "move" && want == emr.KindConflict {
				want = emr.KindAmbiguous // a conflict would mean that the time is taken
			}
			if emr.KindOf(err) != want || len(r.seen) != c.sent {
				t.Errorf("%s, %s: %v after %d requests", name, what, err, len(r.seen))
			}
			if err == nil && (a.Write != emr.WriteAccepted || a.ID != visitID) {
				t.Errorf("%s, %s: %+v", name, what, a)
			}
		}
	}
}

// TestFault_B6_whatWasDoneBeforeIsASuccess: NexHealth answers it with 400 or 422.
func TestFault_B6_whatWasDoneBeforeIsASuccess(t *testing.T) {
	t.Parallel()
	said := map[string]string{"confirm": "Appointment is already confirmed", "cancel": "Appointment already cancelled", "arrive": "Patient already checked in"}
	for name, text := range said {
		do := visitChanges(t)[name]
		for _, status := range []int{400, 422, 409, 200} {
			refusal := step{status: status, body: `{"code":false,"description":null,"error":["` + text + `"],"data":null}`}
			client, r := connect(t, func(c *Config) { c.Zone = ny(t) }, refusal, step{body: good(visitRecord(shown[name]...))})
			if a, err := do(t.Context(), parts{client}); err != nil || a.ID != visitID || len(r.seen) != 2 {
				t.Errorf("%s %d: %v", name, status, err)
			}
			client, _ = connect(t, func(c *Config) { c.Zone = ny(t) }, refusal, step{status: 403}) // unreadable: what is known of it
			a, err := do(t.Context(), parts{client})
			want := map[string]emr.Status{"confirm": emr.StatusBooked, "cancel": emr.StatusCancelled, "arrive": emr.StatusArrived}[name]
			if err != nil || a.ID != visitID || a.Status != want || a.Confirmed != (name == "confirm") {
				t.Errorf("%s %d: %v, %v", name, status, a, err)
			}
			client, _ = connect(t, func(c *Config) { c.Zone = ny(t) }, refusal, step{body: good(visitRecord())}) // but it is not
			if _, err := do(t.Context(), parts{client}); emr.KindOf(err) != emr.KindConflict {
				t.Errorf("%s %d: %v", name, status, err)
			}
		}
	}
	c, r := connect(t, nil)
	known := &emr.Appointment{ID: visitID, Status: emr.StatusCancelled}
	if a, err := (parts{c}).Cancel(t.Context(), known, nil); err != nil || a != known || len(r.seen) != 0 {
		t.Errorf("%v", err)
	}
}

// TestWhoWasThereNeedsNoConfirming: a later state proves an earlier one.
func TestWhoWasThereNeedsNoConfirming(t *testing.T) {
	t.Parallel()
	there := []string{`"checkin_at":"2031-03-03T13:55:00Z"`, `"checked_out":true`}
	for _, name := range []string{"confirm", "arrive"} {
		for _, state := range there {
			c, r := connect(t, func(c *Config) { c.Zone = ny(t) }, step{body: good(`{"appt":` + visitRecord(`"cancelled":false`, state) + `}`)})
			if _, err := visitChanges(t)[name](t.Context(), parts{c}); err != nil || len(r.seen) != 1 {
				t.Errorf("%s, %s: %v", name, state, err)
			}
		}
	}
}

// TestWhyAChangeCannotBeSeenIsTold: the error of the look is the cause.
func TestWhyAChangeCannotBeSeenIsTold(t *testing.T) {
	t.Parallel()
	for name, do := range visitChanges(t) {
		c, _ := connect(t, nil, step{body: good("{}")}, step{status: 403})
		_, err := do(t.Context(), parts{c})
		if wantKind(t, err, emr.KindAmbiguous); !errors.Is(err, emr.ErrPermission) {
			t.Errorf("%s: %v does not tell why", name, err)
		}
	}
}

// TestAChangeKeepsTheZoneOfWhatItChanges where the answer names none: that of the
// appointment given, else the location's.
func TestAChangeKeepsTheZoneOfWhatItChanges(t *testing.T) {
	t.Parallel()
	done := visitRecord(append([]string{`"timezone":"America/New_York",`, ""}, shown["confirm"]...)...)
	for name, c := range map[string]struct {
		start time.Time
		want  string
	}{
		"its own":       {instant(t, "2031-03-03T14:00:00Z").In(time.FixedZone("", -7*3600)), "2031-03-03T07:00:00-07:00"},
		"a stored one":  {instant(t, "2031-03-03T14:00:00Z"), "2031-03-03T09:00:00-05:00"},
		"the machine's": {instant(t, "2031-03-03T14:00:00Z").In(time.Local), "2031-03-03T09:00:00-05:00"},
		"none":          {time.Time{}.In(time.FixedZone("", 3600)), "2031-03-03T09:00:00-05:00"},
	} {
		client, r := connect(t, nil, step{body: good(`{"appt":` + done + `}`)})
		r.also("GET /locations", office)
		a, err := parts{client}.Confirm(t.Context(), &emr.Appointment{ID: visitID, Start: c.start})
		if err != nil || a.Start.Format(time.RFC3339) != c.want {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
}

// TestARefusedChangeIsNotUnderWay: what is known of the write before holds; a change that
// was taken, or may have been, is accepted until news come.
func TestARefusedChangeIsNotUnderWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer step
		want   emr.WriteState
	}{
		"refused":   {step{status: 400, body: `{"code":false,"error":["No"]}`}, emr.WriteDone},
		"forbidden": {step{status: 403}, emr.WriteDone},
		"lost":      {step{status: 502}, emr.WriteAccepted},
		"taken":     {step{body: good(`{"appt":` + visitRecord(shown["confirm"]...) + `}`)}, emr.WriteAccepted},
	} {
		nx, _ := connect(t, func(c *Config) { c.Zone = ny(t) }, c.answer, step{body: good(visitRecord())})
		nx.cfg.Outcomes.updates.Store(true) // updates are told
		_, _ = parts{nx}.Confirm(t.Context(), &emr.Appointment{ID: visitID})
		a, err := parts{nx}.GetAppointment(t.Context(), visitID)
		if err != nil || a.Write != c.want {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
}

// TestNewsOfAChangeMayBeFasterThanItsAnswer.
func TestNewsOfAChangeMayBeFasterThanItsAnswer(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, func(c *Config) { c.Zone = ny(t) }, step{body: good(`{"appt":` + visitRecord(shown["cancel"]...) + `}`)})
	r.before = func() {
		_ = nx.cfg.Outcomes.add(t.Context(), visitID.Reveal(), WriteNews{State: emr.WriteDone, Change: true, Subdomain: testSubdomain})
	}
	a, err := parts{nx}.Cancel(t.Context(), &emr.Appointment{ID: visitID}, nil)
	if err != nil || a.Write != emr.WriteDone {
		t.Errorf("%v, %v", a, err)
	}
}

func TestACancelledAppointmentCannotBeConfirmed(t *testing.T) {
	t.Parallel()
	refusal := step{status: 400, body: `{"code":false,"error":["Appointment is already cancelled"],"data":null}`}
	for _, name := range []string{"confirm", "arrive", "move"} {
		c, r := connect(t, nil, refusal)
		_, err := visitChanges(t)[name](t.Context(), parts{c})
		if emr.KindOf(err) != emr.KindConflict || len(r.seen) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASystemThatDoesNotTakeAChangeIsUnsupported(t *testing.T) {
	t.Parallel()
	for name, do := range visitChanges(t) {
		c, r := connect(t, nil, step{status: 400, body: `{"code":false,"error":["Updating is not supported for this integration"],"data":null}`})
		if _, err := do(t.Context(), parts{c}); emr.KindOf(err) != emr.KindUnsupported || len(r.seen) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFault_N3_aLostAnswerToAChangeIsAmbiguous and sent once.
func TestFault_N3_aLostAnswerToAChangeIsAmbiguous(t *testing.T) {
	t.Parallel()
	for name, do := range visitChanges(t) {
		for _, status := range []int{500, 502, 503, 504, 408} {
			c, r := connect(t, nil, step{status: status})
			if _, err := do(t.Context(), parts{c}); emr.KindOf(err) != emr.KindAmbiguous || len(r.seen) != 1 {
				t.Errorf("%s %d: %v after %d requests", name, status, err, len(r.seen))
			}
		}
	}
}

func TestOnlyTimeAndOperatoryAreMoved(t *testing.T) {
	t.Parallel()
	old := &emr.Appointment{ID: visitID, Practitioner: "501", Location: "9001", Type: "77"}
	for name, c := range map[string]struct {
		edit func(*emr.Move)
		want emr.Kind
	}{
		"another practitioner": {func(m *emr.Move) { m.To.Practitioner = "502" }, emr.KindUnsupported},
		"another location":     {func(m *emr.Move) { m.To.Location = "9002" }, emr.KindUnsupported},
		"another type":         {func(m *emr.Move) { m.To.Type = "78" }, emr.KindUnsupported},
		"no end":               {func(m *emr.Move) { m.To.End = m.To.Start }, emr.KindInvalid},
		"two operatories":      {func(m *emr.Move) { m.To.Resources = []emr.ResourceID{"1", "2"} }, emr.KindInvalid},
		"no operatory's id":    {func(m *emr.Move) { m.To.Resources = []emr.ResourceID{"x"} }, emr.KindInvalid},
		"a long note":          {func(m *emr.Move) { m.Note = emr.NewPHI(strings.Repeat("é", mostNote+1)) }, emr.KindInvalid},
		"foreign options":      {func(m *emr.Move) { m.Vendor = 7 }, emr.KindInvalid},
		"nowhere":              {func(m *emr.Move) { m.To = nil }, emr.KindInvalid},
	} {
		client, _ := connect(t, nil)
		m := &emr.Move{Appointment: visitID, To: visitSlot(t)}
		c.edit(m)
		if _, err := (parts{client}).Reschedule(t.Context(), old, m); emr.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	// 400 is how a system says that it does not move.
	for body, want := range map[string]emr.Kind{
		`{"code":false,"error":["Cannot update start_time"]}`: emr.KindUnsupported, `{"code":false,"error":["Time slot is not available"]}`: emr.KindConflict,
	} {
		client, r := connect(t, nil, step{status: http.StatusBadRequest, body: body})
		_, err := parts{client}.Reschedule(t.Context(), old, &emr.Move{Appointment: visitID, To: visitSlot(t), Note: emr.NewPHI("later"), Vendor: BookingOptions{}})
		if emr.KindOf(err) != want || want == emr.KindConflict && !errors.Is(err, emr.ErrSlotTaken) || !strings.Contains(r.bodies[0], `"note":"later"`) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestNothingIsChangedWithoutAnAppointment(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil)
	p := parts{c}
	_, err1 := p.Confirm(t.Context(), nil)
	_, err2 := p.Arrive(t.Context(), nil)
	_, err3 := p.Cancel(t.Context(), nil, nil)
	_, err4 := p.Reschedule(t.Context(), nil, nil)
	_, err5 := p.Cancel(t.Context(), &emr.Appointment{ID: visitID}, &emr.Cancellation{Vendor: 7})
	for _, err := range []error{err1, err2, err3, err4, err5} {
		wantKind(t, err, emr.KindInvalid)
	}
}
