package nexhealth

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

type failingOutcomes struct{}

func (failingOutcomes) Add(context.Context, string, WriteNews, time.Duration) error { return errStore }
func (failingOutcomes) List(context.Context, string) ([]WriteNews, error)           { return nil, errStore }

// told is news as a test writes it: at is in seconds, 0 for not told.
func told(state emr.WriteState, change bool, at int) WriteNews {
	n := WriteNews{State: state, Change: change}
	if at > 0 {
		n.At = time.Unix(int64(at), 0)
	}
	return n
}

func TestOutcomesDecideWhatHoldsWhateverTheOrder(t *testing.T) {
	t.Parallel()
	const booking, change = false, true
	for name, c := range map[string]struct {
		news []WriteNews
		want emr.WriteState // "": nothing decisive
	}{
		"nothing":                         {nil, ""},
		"written":                         {[]WriteNews{told(emr.WriteDone, booking, 1)}, emr.WriteDone},
		"written, then failed":            {[]WriteNews{told(emr.WriteDone, booking, 1), told(emr.WriteFailed, booking, 2)}, emr.WriteDone},
		"failed, then written":            {[]WriteNews{told(emr.WriteFailed, booking, 2), told(emr.WriteDone, booking, 1)}, emr.WriteDone},
		"failed, then timed out":          {[]WriteNews{told(emr.WriteFailed, booking, 1), told(emr.WriteTimedOut, booking, 2)}, emr.WriteTimedOut},
		"the same, the other way round":   {[]WriteNews{told(emr.WriteTimedOut, booking, 2), told(emr.WriteFailed, booking, 1)}, emr.WriteTimedOut},
		"without times, by arrival":       {[]WriteNews{told(emr.WriteTimedOut, booking, 0), told(emr.WriteFailed, booking, 0)}, emr.WriteFailed},
		"a change refused":                {[]WriteNews{told(emr.WriteDone, booking, 1), told(emr.WriteFailed, change, 2)}, emr.WriteFailed},
		"a change refused, told first":    {[]WriteNews{told(emr.WriteFailed, change, 2), told(emr.WriteDone, booking, 1)}, emr.WriteFailed},
		"a change made after a refusal":   {[]WriteNews{told(emr.WriteFailed, change, 1), told(emr.WriteDone, change, 2)}, emr.WriteDone},
		"an old success, late":            {[]WriteNews{told(emr.WriteFailed, change, 2), told(emr.WriteDone, change, 1)}, emr.WriteFailed},
		"a new change begins":             {[]WriteNews{told(emr.WriteFailed, change, 1), told(emr.WriteAccepted, change, 9)}, ""},
		"which is refused at once":        {[]WriteNews{told(emr.WriteDone, booking, 1), told(emr.WriteAccepted, change, 9), told("", change, 0)}, emr.WriteDone},
		"of a booking that failed":        {[]WriteNews{told(emr.WriteFailed, booking, 1), told(emr.WriteAccepted, change, 9)}, emr.WriteFailed},
		"of a booking that is there":      {[]WriteNews{told(emr.WriteDone, booking, 1), told(emr.WriteFailed, change, 1), told(emr.WriteAccepted, change, 9)}, ""},
		"and is refused again":            {[]WriteNews{told(emr.WriteFailed, change, 1), told(emr.WriteAccepted, change, 9), told(emr.WriteFailed, change, 3)}, emr.WriteFailed},
		"failed, and a change seen there": {[]WriteNews{told(emr.WriteFailed, booking, 1), told(emr.WriteDone, change, 2)}, emr.WriteDone},
		"twice":                           {[]WriteNews{told(emr.WriteFailed, booking, 1), told(emr.WriteFailed, booking, 1)}, emr.WriteFailed},
	} {
		if got := decide(c.news, "").news; got.State != c.want {
			t.Errorf("%s: %q, want %q", name, got.State, c.want)
		}
	}
}

func TestOutcomesOfAnotherInstitutionDoNotCount(t *testing.T) {
	t.Parallel()
	o := NewOutcomes(OutcomesConfig{})
	id := emr.NewAppointmentID("1")
	e := &Event{Name: AppointmentInsertion, Outcome: OutcomeFailed, Subdomain: "Acme-Dental", Appointments: []*emr.Appointment{{ID: id}}}
	if err := o.Observe(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	for subdomain, want := range map[string]bool{"acme-dental": true, "": true, "other-dental": false} {
		if _, ok, err := o.Of(t.Context(), subdomain, id); ok != want || err != nil {
			t.Errorf("%q: %v, %v", subdomain, ok, err)
		}
	}
}

func TestOutcomesShowWhatTheRecordDoesNotTell(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	for name, c := range map[string]struct {
		news    WriteNews
		record  emr.WriteState
		updated time.Time
		want    emr.WriteState
	}{
		"a booking that failed":                {told(emr.WriteFailed, false, 5), emr.WriteAccepted, at(9), emr.WriteFailed},
		"one that timed out":                   {told(emr.WriteTimedOut, false, 5), emr.WriteAccepted, at(1), emr.WriteTimedOut},
		"one that is there after all":          {told(emr.WriteFailed, false, 5), emr.WriteDone, at(1), emr.WriteDone},
		"one written, the copy lags":           {told(emr.WriteDone, false, 5), emr.WriteAccepted, at(1), emr.WriteDone},
		"a change refused":                     {told(emr.WriteFailed, true, 5), emr.WriteDone, at(5), emr.WriteTimedOut},
		"a change refused, the record changed": {told(emr.WriteFailed, true, 5), emr.WriteDone, at(6), emr.WriteDone},
		"a change refused, no time told":       {told(emr.WriteFailed, true, 0), emr.WriteDone, at(6), emr.WriteTimedOut},
		"a change made":                        {told(emr.WriteDone, true, 5), emr.WriteDone, at(1), emr.WriteDone},
		"a change made, the copy lags":         {told(emr.WriteDone, true, 5), emr.WriteAccepted, at(1), emr.WriteDone},
	} {
		o := NewOutcomes(OutcomesConfig{})
		_ = o.add(t.Context(), "1", c.news)
		a := &emr.Appointment{ID: emr.NewAppointmentID("1"), Write: c.record, Updated: c.updated}
		if err := o.show(t.Context(), "", a); err != nil || a.Write != c.want {
			t.Errorf("%s: %q, want %q (%v)", name, a.Write, c.want, err)
		}
	}
}

func TestOutcomesShowAChangeThatIsUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := NewOutcomes(OutcomesConfig{})
		id := emr.NewAppointmentID("1")
		show := func(want emr.WriteState) {
			t.Helper()
			a := &emr.Appointment{ID: id, Write: emr.WriteDone}
			if err := o.show(t.Context(), "acme", a); err != nil || a.Write != want {
				t.Errorf("%q, %v, want %q", a.Write, err, want)
			}
		}
		_ = o.changing(t.Context(), "acme", "1")
		show(emr.WriteDone) // nobody tells of updates: the record is all there is
		_ = o.Observe(t.Context(), &Event{Name: AppointmentUpdated})
		show(emr.WriteAccepted)
		_ = o.unchanged(t.Context(), "acme", "1")
		show(emr.WriteDone)
		_ = o.changing(t.Context(), "acme", "1")
		time.Sleep(29 * time.Minute)
		show(emr.WriteAccepted)
		time.Sleep(2 * time.Minute)
		show(emr.WriteDone) // too long: the news was lost
		_ = o.changing(t.Context(), "acme", "1")
		_ = o.Observe(t.Context(), &Event{Name: AppointmentUpdated, Appointments: []*emr.Appointment{{ID: id, Write: emr.WriteDone}}})
		show(emr.WriteDone)
	})
}

func TestOutcomesAreBoundedInNumberAndTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := NewOutcomes(OutcomesConfig{Most: 10, TTL: time.Hour})
		for i := range 100 {
			for range 50 {
				_ = o.add(t.Context(), strconv.Itoa(i), told(emr.WriteFailed, true, i+1))
			}
		}
		if n := o.near.Len(); n != 10 {
			t.Errorf("%d appointments are kept", n)
		}
		if all, _ := o.near.List(t.Context(), "99"); len(all) != newsOfOne {
			t.Errorf("%d news of one are kept", len(all))
		}
		time.Sleep(59 * time.Minute)
		if o.known("", "99").news.State == "" {
			t.Error("forgotten too early")
		}
		time.Sleep(2 * time.Minute)
		if o.known("", "99").news.State != "" {
			t.Error("not forgotten")
		}
	})
}

// TestOutcomesKeepNothingOfAnySize: what comes is as large as a delivery may be, and is kept
// for days.
func TestOutcomesKeepNothingOfAnySize(t *testing.T) {
	t.Parallel()
	o := NewOutcomes(OutcomesConfig{})
	long := strings.Repeat("7", 100_000)
	for _, e := range []*Event{
		{Name: AppointmentInsertion, Outcome: OutcomeFailed, Appointments: []*emr.Appointment{{ID: emr.NewAppointmentID(long)}}},
		{Name: AppointmentInsertion, Outcome: OutcomeFailed, Appointments: []*emr.Appointment{{ID: emr.NewAppointmentID("a/b")}}},
		{Name: AppointmentInsertion, Outcome: OutcomeFailed, Subdomain: long, Appointments: []*emr.Appointment{{ID: emr.NewAppointmentID("7")}}},
	} {
		if err := o.Observe(t.Context(), e); err != nil || o.near.Len() != 0 {
			t.Fatalf("%d appointments kept, %v", o.near.Len(), err)
		}
	}
}

func TestOutcomesAreSharedThroughTheirStore(t *testing.T) {
	t.Parallel()
	shared := NewOutcomeMemory(0)
	one, two := NewOutcomes(OutcomesConfig{Store: shared}), NewOutcomes(OutcomesConfig{Store: shared})
	id := emr.NewAppointmentID("1")
	if err := one.add(t.Context(), "1", told(emr.WriteFailed, false, 1)); err != nil {
		t.Fatal(err)
	}
	if n, ok, err := two.Of(t.Context(), "", id); n.State != emr.WriteFailed || !ok || err != nil {
		t.Errorf("the other replica knows %q, %v, %v", n.State, ok, err)
	}
	broken := NewOutcomes(OutcomesConfig{Store: failingOutcomes{}})
	if err := broken.add(t.Context(), "1", told(emr.WriteFailed, false, 1)); err == nil {
		t.Error("the store's failure is not told")
	}
	if n, ok, err := broken.Of(t.Context(), "", id); n.State != emr.WriteFailed || !ok || err == nil {
		t.Errorf("with a broken store: %q, %v, %v", n.State, ok, err)
	}
}

func TestWatchTellsTheLatestAndWhatIsKnownAtOnce(t *testing.T) {
	t.Parallel()
	o := NewOutcomes(OutcomesConfig{})
	next := func(news <-chan emr.WriteState) emr.WriteState {
		select {
		case s := <-news:
			return s
		default:
			return ""
		}
	}
	before, stopBefore := o.watch("", "1")
	if s := next(before); s != "" {
		t.Errorf("news of nothing: %q", s)
	}
	_ = o.add(t.Context(), "1", told(emr.WriteFailed, false, 1))
	_ = o.add(t.Context(), "1", told(emr.WriteDone, false, 2))
	_ = o.add(t.Context(), "2", told(emr.WriteTimedOut, false, 2))
	after, stopAfter := o.watch("", "1")
	for name, news := range map[string]<-chan emr.WriteState{"before": before, "after": after} {
		if s := next(news); s != emr.WriteDone {
			t.Errorf("%s: %q", name, s)
		}
	}
	stopBefore()
	stopBefore()
	_ = o.add(t.Context(), "1", told(emr.WriteDone, false, 3))
	if s := next(before); s != "" {
		t.Errorf("a watch that was stopped is told %q", s)
	}
	if s := next(after); s != emr.WriteDone {
		t.Errorf("the other one is told %q", s)
	}
	stopAfter()
	if len(o.watches) != 0 {
		t.Errorf("%d watches stay", len(o.watches))
	}
}
