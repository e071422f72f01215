package nexhealth_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// Example books the first free time and waits until the practice's own system has it.
func Example() {
	ctx := context.Background()
	sim, err := nexhealthtest.Start(nil) // live: cfg, err := nexhealth.ConfigFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	nx, err := nexhealth.New(sim.Config(), nil)
	if err != nil {
		log.Fatal(err)
	}
	c := emr.NewClient(nx, nil)
	defer func() { _ = c.Close() }()

	found, err := c.FindOrCreatePatient(ctx, &emr.NewPatient{
		Given: emr.NewPHI("Wren"), Family: emr.NewPHI("Stone"), Born: emr.NewBirthDate(1988, 4, 12), Sex: emr.SexFemale,
		Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0177"), Use: "mobile"}},
		Emails: []emr.PHI{emr.NewPHI("wren.stone@example.com")},
	})
	if err != nil || found.Patient == nil {
		log.Fatal(err, found)
	}
	slot, err := emr.First(c.FindSlots(ctx, emr.SlotQuery{}))
	if err != nil {
		log.Fatal(err)
	}
	made, err := c.Book(ctx, &emr.Booking{Patient: found.Patient, Slot: slot})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(made.Write)

	sim.Advance(time.Minute) // the practice's system catches up
	written, err := c.AwaitWritten(ctx, made.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(written.Write)
	// Output:
	// accepted
	// written
}

// ExampleClient_CreateWorkingHour opens a morning: without working hours NexHealth offers
// no slots, however free the practice's calendar is.
func ExampleClient_CreateWorkingHour() {
	ctx := context.Background()
	sim, err := nexhealthtest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = sim.Close() }()
	nx, err := nexhealth.New(sim.Config(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = nx.Close() }()

	h, err := nx.CreateWorkingHour(ctx, "", &nexhealth.WorkingHour{
		Practitioner: "15", Begin: nexhealth.Clock{Hour: 8}, End: nexhealth.Clock{Hour: 12, Minute: 30},
		Days: []time.Weekday{time.Saturday}, Active: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(h.Begin, h.End, h.Days, h.Source)
	// Output: 08:00 12:30 [Saturday] manual
}
