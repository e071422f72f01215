package emrtest_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// TestFault_B2_aThousandBookingsWithRandomFaultsGiveOneAppointmentEach does what the
// documentation tells callers: repeat what RedoOf calls safe, and book with Again after
// an ambiguous answer. Time is that of a bubble: the client's pauses cost nothing.
func TestFault_B2_aThousandBookingsWithRandomFaultsGiveOneAppointmentEach(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for run := range 1000 {
			random := rand.New(rand.NewPCG(7, uint64(run)))
			m := emrtest.NewMemory(&emrtest.MemoryOptions{
				Habits: &emr.Habits{AcceptsDoubleBooking: random.IntN(2) == 0, WritesLater: random.IntN(4) == 0, FoldsIDs: random.IntN(2) == 0},
			})
			p := m.AddPatient(emrtest.People()[random.IntN(11)])
			slot := m.AddSlot(emr.Slot{Start: time.Now().Add(time.Duration(1+random.IntN(500)) * time.Hour), Location: "west", Practitioner: "okafor"})
			for range 1 + random.IntN(3) {
				addFault(m, random)
			}
			bookWithPatience(t, m, &emr.Booking{Patient: p, Slot: slot}, run)
		}
	})
}

// addFault lets a coming call fail.
func addFault(m *emrtest.Memory, random *rand.Rand) {
	switch random.IntN(5) {
	case 0, 1:
		m.LoseReply(emrtest.OpBook)
	case 2:
		m.Fail(emrtest.OpBook, &emr.Error{Kind: emr.KindAmbiguous, Attempts: 1}) // sent, never done
	case 3:
		m.Fail(emrtest.OpBook, &emr.Error{Kind: emr.KindUnavailable})
	case 4:
		m.Fail(emrtest.OpListAppointments, &emr.Error{Kind: emr.KindUnavailable}, &emr.Error{Kind: emr.KindTimeout})
	}
}

// bookWithPatience books until there is an answer, and wants exactly one appointment.
func bookWithPatience(t *testing.T, m *emrtest.Memory, b *emr.Booking, run int) {
	t.Helper()
	c := emr.NewClient(m, nil)
	for range 10 {
		a, err := c.Book(t.Context(), b)
		switch {
		case err == nil:
			if n := m.Booked(); n != 1 || !a.Start.Equal(b.Slot.Start) {
				t.Fatalf("run %d: %d appointments, want 1", run, n)
			}
			return
		case emr.RedoOf(err) == emr.CheckFirst:
			again := *b
			again.Again = true
			b = &again
		case emr.RedoOf(err) != emr.Safe:
			t.Fatalf("run %d: %v", run, err)
		}
		if errors.Is(err, emr.ErrSlotTaken) {
			t.Fatalf("run %d: our own booking is taken for somebody else's", run)
		}
	}
	t.Fatalf("run %d: no answer after ten tries", run)
}
