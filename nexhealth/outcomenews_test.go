package nexhealth

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// TestAnEventTellsWhatItTells: the outcome in its name, or a record that is in the
// practice's system, at the later of both times.
func TestAnEventTellsWhatItTells(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	for name, c := range map[string]struct {
		event Event
		a     emr.Appointment
		want  WriteNews
		none  bool
	}{
		"written":                      {Event{Name: AppointmentInsertion, Outcome: OutcomeComplete, Subdomain: "acme"}, emr.Appointment{Updated: at(5)}, WriteNews{State: emr.WriteDone, At: at(5), Subdomain: "acme"}, false},
		"failed, the record as before": {Event{Name: AppointmentInsertion, Outcome: OutcomeFailed, Time: at(9)}, emr.Appointment{Updated: at(5)}, WriteNews{State: emr.WriteFailed, At: at(9)}, false},
		"told before it was updated":   {Event{Name: AppointmentInsertion, Outcome: OutcomeTimedOut, Time: at(5)}, emr.Appointment{Updated: at(9)}, WriteNews{State: emr.WriteTimedOut, At: at(9)}, false},
		"a change":                     {Event{Name: AppointmentUpdated, Time: at(9)}, emr.Appointment{Write: emr.WriteDone}, WriteNews{State: emr.WriteDone, Change: true, At: at(9)}, false},
		"a change refused":             {Event{Name: AppointmentUpdated, Outcome: OutcomeFailed}, emr.Appointment{Write: emr.WriteDone}, WriteNews{State: emr.WriteFailed, Change: true}, false},
		"made in the practice":         {Event{Name: AppointmentCreated}, emr.Appointment{Write: emr.WriteDone}, WriteNews{State: emr.WriteDone}, false},
		"a change of what is waiting":  {Event{Name: AppointmentUpdated}, emr.Appointment{Write: emr.WriteAccepted}, WriteNews{}, true},
		"incomplete":                   {Event{Name: AppointmentInsertion, Outcome: OutcomeIncomplete}, emr.Appointment{Write: emr.WriteDone}, WriteNews{}, true},
	} {
		got, ok := newsOf(&c.event, &c.a)
		if ok == c.none || ok && got != c.want {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

// countingOutcomes counts what it is told, and fails at some of it.
type countingOutcomes struct {
	OutcomeStore
	added []string
	fail  map[string]error
}

func (s *countingOutcomes) Add(_ context.Context, id string, _ WriteNews, _ time.Duration) error {
	s.added = append(s.added, id)
	return s.fail[id]
}

func TestEachAppointmentOfAnEventIsTakenInAndTheFirstFailureTold(t *testing.T) {
	t.Parallel()
	first, second := errors.New("first"), errors.New("second")
	store := &countingOutcomes{fail: map[string]error{"2": first, "3": second}}
	o := NewOutcomes(OutcomesConfig{Store: store})
	e := &Event{Name: AppointmentInsertion, Outcome: OutcomeComplete, Appointments: []*emr.Appointment{{}}}
	for i := range 4 {
		e.Appointments = append(e.Appointments, &emr.Appointment{ID: emr.NewAppointmentID(strconv.Itoa(i + 1))})
	}
	if err := o.Observe(t.Context(), e); !errors.Is(err, first) || len(store.added) != 4 {
		t.Errorf("%v, %v", err, store.added)
	}
	e.Outcome = OutcomeIncomplete
	if err := o.Observe(t.Context(), e); err != nil || len(store.added) != 4 {
		t.Errorf("what decides nothing: %v, %v", err, store.added)
	}
	for i := range 4 { // this process knows all of it
		if n := o.known("", strconv.Itoa(i+1)).news; n.State != emr.WriteDone {
			t.Errorf("%d: %q", i+1, n.State)
		}
	}
}

func TestNewsOfBookingAndChangeAreToldApart(t *testing.T) {
	t.Parallel()
	const booking, change = false, true
	for name, c := range map[string]struct {
		news []WriteNews
		want WriteNews
	}{
		"no booking, no change of it":        {[]WriteNews{told(emr.WriteFailed, booking, 1), told(emr.WriteFailed, change, 2)}, told(emr.WriteFailed, booking, 1)},
		"a change refused":                   {[]WriteNews{told(emr.WriteDone, booking, 1), told(emr.WriteTimedOut, change, 2)}, told(emr.WriteTimedOut, change, 2)},
		"refused at once, and told before":   {[]WriteNews{told(emr.WriteFailed, change, 1), told("", change, 0)}, told(emr.WriteFailed, change, 1)},
		"a time beside none, by arrival":     {[]WriteNews{told(emr.WriteTimedOut, booking, 2), told(emr.WriteFailed, booking, 0)}, told(emr.WriteFailed, booking, 0)},
		"a change that shows it to be there": {[]WriteNews{told(emr.WriteDone, change, 5), told(emr.WriteAccepted, change, 6), told("", change, 0)}, told(emr.WriteDone, booking, 5)},
	} {
		if got := decide(c.news, "").news; got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	o := NewOutcomes(OutcomesConfig{})
	_ = o.add(t.Context(), "1", told(emr.WriteDone, change, 5))
	a := &emr.Appointment{ID: emr.NewAppointmentID("1"), Write: emr.WriteAccepted, Updated: time.Unix(9, 0)}
	if err := o.show(t.Context(), "", a); err != nil || a.Write != emr.WriteDone {
		t.Errorf("a change that was made: %v, %v", a, err)
	}
}

// TestAWatcherOfAChangeIsToldWhatTheAppointmentShows, of its own institution only.
func TestAWatcherOfAChangeIsToldWhatTheAppointmentShows(t *testing.T) {
	t.Parallel()
	for state, want := range map[emr.WriteState]emr.WriteState{emr.WriteDone: emr.WriteDone, emr.WriteFailed: emr.WriteTimedOut, emr.WriteTimedOut: emr.WriteTimedOut} {
		o := NewOutcomes(OutcomesConfig{})
		here, stop := o.watch("acme", "1")
		elsewhere, stopToo := o.watch("other", "1")
		_ = o.add(t.Context(), "1", WriteNews{State: state, Change: true, Subdomain: "ACME"})
		if len(here) != 1 || <-here != want || len(elsewhere) != 0 {
			t.Errorf("%s: %d here, %d elsewhere", state, len(here), len(elsewhere))
		}
		stop()
		stopToo()
	}
}

func TestTheMemoryOfOutcomesForgetsWhatIsOldest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := NewOutcomeMemory(2)
		add := func(id string, at int) {
			_ = m.Add(t.Context(), id, told(emr.WriteFailed, false, at), time.Hour)
		}
		list := func(id string) []WriteNews {
			all, err := m.List(t.Context(), id)
			if err != nil {
				t.Error(err)
			}
			return all
		}
		add("1", 1)
		add("2", 2)
		add("1", 3) // touched
		add("3", 4)
		if len(list("1")) != 2 || len(list("2")) != 0 || len(list("3")) != 1 || m.Len() != 2 {
			t.Errorf("%d %d %d of %d", len(list("1")), len(list("2")), len(list("3")), m.Len())
		}
		add("2", 5) // forgotten, and told of anew
		if len(list("2")) != 1 || len(list("1")) != 0 || m.Len() != 2 {
			t.Errorf("%d %d of %d", len(list("2")), len(list("1")), m.Len())
		}
		for i := range newsOfOne {
			add("2", 6+i)
		}
		all := list("2")
		if len(all) != newsOfOne || all[0].At.Unix() != 6 || all[newsOfOne-1].At.Unix() != 5+newsOfOne {
			t.Errorf("%d news, from %v to %v", len(all), all[0].At, all[len(all)-1].At)
		}
		time.Sleep(time.Hour)
		add("2", 99) // what it knew is over
		if all := list("2"); len(all) != 1 || all[0].At.Unix() != 99 {
			t.Errorf("%d news after an hour", len(all))
		}
		if len(list("3")) != 0 || m.Len() != 1 {
			t.Errorf("%d appointments after an hour", m.Len())
		}
	})
}

// TestAChangeIsUnderWayAtItsOwnInstitutionOnly: connections may share what webhooks tell.
func TestAChangeIsUnderWayAtItsOwnInstitutionOnly(t *testing.T) {
	t.Parallel()
	o := NewOutcomes(OutcomesConfig{})
	o.updates.Store(true)
	show := func(subdomain string, want emr.WriteState) {
		t.Helper()
		a := &emr.Appointment{ID: emr.NewAppointmentID("1"), Write: emr.WriteDone}
		if err := o.show(t.Context(), subdomain, a); err != nil || a.Write != want {
			t.Errorf("%s: %q, %v, want %q", subdomain, a.Write, err, want)
		}
	}
	_ = o.changing(t.Context(), "acme", "1")
	show("acme", emr.WriteAccepted)
	show("other", emr.WriteDone)
	_ = o.unchanged(t.Context(), "other", "1") // that one's refusal is its own
	show("acme", emr.WriteAccepted)
}
