package emrtest_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// seeded makes a clinic, a client and a booking of its first slot for its first patient.
func seeded(t *testing.T, o emrtest.MemoryOptions) (*emrtest.Memory, *emr.Client, *emr.Booking) {
	t.Helper()
	o.Seeded = true
	m := emrtest.NewMemory(&o)
	c := emr.NewClient(m, nil)
	slot, err := emr.First(c.FindSlots(t.Context(), emr.SlotQuery{}))
	if err != nil {
		t.Fatal(err)
	}
	return m, c, &emr.Booking{Patient: m.Patients()[0], Slot: slot}
}

func TestMemoryFailsOnceForEachErrorAndThenWorks(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{})
	m.Fail(emrtest.OpBook, &emr.Error{Kind: emr.KindUnavailable}, &emr.Error{Kind: emr.KindRateLimited})
	for _, want := range []emr.Kind{emr.KindUnavailable, emr.KindRateLimited, ""} {
		if _, err := c.Book(t.Context(), b); emr.KindOf(err) != want {
			t.Errorf("kind %q, want %q", emr.KindOf(err), want)
		}
	}
	if n := m.Calls(emrtest.OpBook); n != 3 {
		t.Errorf("%d calls counted, want 3", n)
	}
	if n := m.Booked(); n != 1 {
		t.Errorf("%d appointments, want 1: a failed call does nothing", n)
	}
}

func TestMemoryLosesTheReplyOfAWriteThatIsDone(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{})
	m.LoseReply(emrtest.OpBook)
	if _, err := m.Parts().AppointmentBooker.Book(t.Context(), b); !errors.Is(err, emr.ErrAmbiguous) {
		t.Errorf("the part answers %v, want ambiguous", err)
	}
	if n := m.Booked(); n != 1 {
		t.Fatalf("%d appointments, want 1", n)
	}
	if _, err := c.FindBooking(t.Context(), b); err != nil {
		t.Errorf("the booking is not found: %v", err)
	}
}

func TestMemoryStallsUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	arrived := m.Stall(emrtest.OpBook)
	go func() { <-arrived; cancel() }()
	_, err := c.Book(ctx, b)
	if !errors.Is(err, emr.ErrAmbiguous) || !errors.Is(err, context.Canceled) {
		t.Errorf("a stalled booking ends with %v, want ambiguous and canceled", err)
	}
}

func TestMemoryWithoutAndOnlyShareTheClinic(t *testing.T) {
	t.Parallel()
	m, _, b := seeded(t, emrtest.MemoryOptions{})
	reader, writer := m.Without(emr.CanBook, emr.CanCancel), m.Only(emr.CanBook)
	if _, err := emr.NewClient(writer, nil).Book(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	c := emr.NewClient(reader, nil)
	if _, err := c.FindBooking(t.Context(), b); err != nil {
		t.Errorf("the other connection does not see the booking: %v", err)
	}
	if _, err := c.Book(t.Context(), b); !errors.Is(err, emr.ErrUnsupported) {
		t.Errorf("without booking the answer is %v, want unsupported", err)
	}
	if c.Has(emr.CanHold) {
		t.Error("hold is there without cancel")
	}
	if c.Caveat(emr.CanBook) == "" {
		t.Error("a capability that was switched off has no caveat")
	}
	_ = writer.Close()
	if _, err := c.Check(t.Context()); err != nil {
		t.Errorf("closing one connection closes another: %v", err)
	}
}

func TestMemoryWithoutOrOnlyATypoPanics(t *testing.T) {
	t.Parallel()
	m := emrtest.NewMemory(nil)
	for name, with := range map[string]func(){
		"Without":       func() { m.Without(emr.CanBook, "bok") },
		"Only":          func() { m.Only("Book") },
		"MemoryHarness": func() { emrtest.MemoryHarness(nil, "").Open(t, nil) },
	} {
		said := func() (said any) {
			defer func() { said = recover() }()
			with()
			return nil
		}()
		if text, _ := said.(string); !strings.Contains(text, "no capability") {
			t.Errorf("%s says %v", name, said)
		}
	}
}

func TestMemoryTellsWhoWatchesAWrite(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{Habits: &emr.Habits{WritesLater: true}})
	a, err := c.Book(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	watch := m.Parts().WriteWatcher
	news, stop := watch.WatchWrite(a.ID)
	other, stopOther := watch.WatchWrite(emr.NewAppointmentID("another"))
	gone, stopGone := watch.WatchWrite(a.ID)
	stopGone()
	m.SettleWrites(emr.WriteTimedOut)
	if len(news) != 1 || <-news != emr.WriteTimedOut || len(other) != 0 || len(gone) != 0 {
		t.Error("not who watches is told")
	}
	late, stopLate := watch.WatchWrite(a.ID)
	if len(late) != 1 || <-late != emr.WriteTimedOut {
		t.Error("who watches later is not told")
	}
	for _, stop := range []func(){stop, stopOther, stopLate, stop} {
		stop()
	}
	if emrtest.NewMemory(nil).Parts().Has(emr.CanWatchWrites) {
		t.Error("a clinic that writes at once has something to watch")
	}
}

func TestMemoryRefusesSlotsThatAreTaken(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{})
	if err := m.TakeSlot(b.Slot); err != nil {
		t.Fatal(err)
	}
	if err := m.TakeSlot(b.Slot); !errors.Is(err, emr.ErrSlotTaken) {
		t.Errorf("taking twice answers %v", err)
	}
	if _, err := c.Book(t.Context(), b); !errors.Is(err, emr.ErrSlotTaken) {
		t.Errorf("booking a taken slot answers %v", err)
	}
	if m.Booked() != 0 || len(m.Appointments()) != 1 {
		t.Errorf("%d booked of %d appointments, want 0 of 1", m.Booked(), len(m.Appointments()))
	}
}

func TestMemoryHandsOutCopies(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{})
	a, err := c.Book(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	a.Status = emr.StatusNoShow
	b.Patient.Phones[0].Number = emr.NewPHI("changed")
	if got := m.Appointments()[0].Status; got != emr.StatusBooked {
		t.Errorf("a caller's change reached the clinic: %s", got)
	}
	if m.Patients()[0].Phones[0].Number.Reveal() == "changed" {
		t.Error("a caller's change of a list reached the clinic")
	}
}

func TestMemoryIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2031, time.March, 3, 8, 0, 0, 0, time.UTC)
	list := func() (keys []emr.SlotKey) {
		m := emrtest.NewMemory(&emrtest.MemoryOptions{Seeded: true, Now: func() time.Time { return now }})
		slots, err := emr.Collect(emr.NewClient(m, nil).FindSlots(t.Context(), emr.SlotQuery{From: emr.DateOf(now)}))
		if err != nil || len(slots) == 0 {
			t.Fatalf("%d slots, %v", len(slots), err)
		}
		for _, s := range slots {
			keys = append(keys, s.Key)
		}
		return keys
	}
	first, second := list(), list()
	for i := range first {
		if first[i] != second[i] {
			t.Fatal("two clinics made alike differ")
		}
	}
}

func TestMemoryKeepsWallClockHoursAcrossAClockChange(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	before := time.Date(2031, time.March, 5, 12, 0, 0, 0, zone) // clocks go forward on the 9th
	m := emrtest.NewMemory(&emrtest.MemoryOptions{Seeded: true, Zone: zone, Now: func() time.Time { return before }})
	from := emr.DateOf(before)
	offsets := map[int]bool{}
	for s, err := range emr.NewClient(m, nil).FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(10)}) {
		if err != nil {
			t.Fatal(err)
		}
		if h := s.Start.Hour(); h != 9 && h != 10 && h != 14 {
			t.Errorf("a slot starts at %d o'clock", h)
		}
		_, offset := s.Start.Zone()
		offsets[offset] = true
	}
	if len(offsets) != 2 {
		t.Errorf("%d offsets, want those before and after the change", len(offsets))
	}
}

func TestMemoryReportsAVersionThatIsOutOfDate(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{})
	a, err := c.Book(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Confirm(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Parts().AppointmentArriver.Arrive(t.Context(), a); !errors.Is(err, emr.ErrPrecondition) {
		t.Errorf("a change of an old version answers %v, want precondition", err)
	}
}

func TestMemorySettlesAcceptedWrites(t *testing.T) {
	t.Parallel()
	m, c, b := seeded(t, emrtest.MemoryOptions{Habits: &emr.Habits{WritesLater: true}})
	a, err := c.Book(t.Context(), b)
	if err != nil || a.Write != emr.WriteAccepted || a.Status != emr.StatusPending {
		t.Fatalf("booked as %v, %v", a, err)
	}
	m.SettleWrites(emr.WriteFailed)
	if _, err := c.AwaitWritten(t.Context(), a.ID); !errors.Is(err, emr.ErrConflict) {
		t.Errorf("a write that failed answers %v, want conflict", err)
	}
	if m.Booked() != 0 {
		t.Error("a write that failed is in the calendar")
	}
}

func TestMemoryTellsTheHooksAndSurvivesThem(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var audited []emr.AuditEvent
	m := emrtest.NewMemory(&emrtest.MemoryOptions{Seeded: true, Options: &emr.Options{
		Observer: panicking{},
		Audit: func(_ context.Context, e emr.AuditEvent) {
			mu.Lock()
			defer mu.Unlock()
			audited = append(audited, e)
		},
	}})
	c := emr.NewClient(m, nil)
	p := m.Patients()[0]
	if _, err := c.GetPatient(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := emr.Collect(c.Locations(t.Context())); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(audited) != 1 || audited[0].Patient != p.ID || audited[0].CorrelationID == "" {
		t.Errorf("%d audit events, want the one about the patient", len(audited))
	}
}

// panicking is an observer with a defect.
type panicking struct{}

func (panicking) Start(context.Context, emr.CallInfo) (context.Context, func(emr.CallResult)) {
	panic("observer")
}
