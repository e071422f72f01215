package emrtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// A clinic in memory stands in for a vendor in unit tests.
func ExampleNewMemory() {
	ctx := context.Background()
	m := emrtest.NewMemory(&emrtest.MemoryOptions{Seeded: true})
	c := emr.NewClient(m, nil)

	patient := m.Patients()[0]
	slot, err := emr.First(c.FindSlots(ctx, emr.SlotQuery{Practitioners: []emr.PractitionerID{"okafor"}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	m.LoseReply(emrtest.OpBook) // the booking is made, its answer is lost
	a, err := c.Book(ctx, &emr.Booking{Patient: patient, Slot: slot})
	fmt.Println(a.Status, err, m.Calls(emrtest.OpBook), m.Booked())

	_, err = c.Book(ctx, &emr.Booking{Patient: m.Patients()[1], Slot: slot})
	fmt.Println(errors.Is(err, emr.ErrSlotTaken))
	// Output:
	// booked <nil> 1 1
	// true
}

// A driver's package runs the suite against its own simulator.
func ExampleRun() {
	testConformance := func(t *testing.T) {
		emrtest.Run(t, emrtest.MemoryHarness(nil))
	}
	_ = testConformance // in a file conformance_test.go: func TestConformance(t *testing.T)
}

// The sentences that Run holds a driver to, for documentation.
func ExampleContract() {
	for _, clause := range emrtest.Contract()[:1] {
		fmt.Printf("%s/%s: %s\n", clause.Topic, clause.Name, clause.Text)
	}
	// Output:
	// connection/info and parts are pure: Info and Parts give the same answer each time and send nothing.
}
