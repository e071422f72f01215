package nextech_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

// The whole way: a patient, a free slot, a booking. It runs on the simulator; with
// cfg, err := nextech.ConfigFromEnv() it runs on a real practice.
func Example() {
	ctx := context.Background()
	sim, err := nextechtest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = sim.Close() }()

	nx, err := nextech.New(sim.Config(), nil)
	if err != nil {
		log.Fatal(err)
	}
	c := emr.NewClient(nx, nil)
	defer func() { _ = c.Close() }()

	found, err := c.FindOrCreatePatient(ctx, &emr.NewPatient{
		Given: emr.NewPHI("Mirela"), Family: emr.NewPHI("Hauk"), Born: emr.NewBirthDate(1988, 2, 29),
		Phones:  []emr.Phone{{Number: emr.NewPHI("(206) 555-0173"), Use: "mobile"}},
		Emails:  []emr.PHI{emr.NewPHI("mirela@example.com")},
		Address: emr.Address{PostalCode: emr.NewPHI("98101")},
	})
	if err != nil {
		log.Fatal(err)
	}
	slot, err := emr.First(c.FindSlots(ctx, emr.SlotQuery{}))
	if err != nil {
		log.Fatal(err)
	}
	appt, err := c.Book(ctx, &emr.Booking{Patient: found.Patient, Slot: slot})
	if errors.Is(err, emr.ErrSlotTaken) {
		return // offer the next one
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(appt.Status, appt.Start.Equal(slot.Start))
	fmt.Println(found.Patient.Family) // personal data hides
	// Output:
	// booked true
	// [redacted]
}

// What only Nextech has is reached with emr.As.
func ExampleClient_Purposes() {
	sim, err := nextechtest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	driver, err := nextech.New(sim.Config(), nil)
	if err != nil {
		log.Fatal(err)
	}
	c := emr.NewClient(driver, nil)
	defer func() { _ = c.Close() }()

	if nx, ok := emr.As[*nextech.Client](c); ok {
		purposes, err := nx.Purposes(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(purposes[0].Name, purposes[0].Types)
	}
	// Output: Mole Review [12 13]
}
