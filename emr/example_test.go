package emr_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// The main job, against the clinic in memory: any vendor's client takes its place.
func Example() {
	c := emr.NewClient(emrtest.NewMemory(&emrtest.MemoryOptions{Seeded: true}), nil)
	defer c.Close()
	ctx := context.Background()

	found, err := c.FindOrCreatePatient(ctx, &emr.NewPatient{
		Given: emr.NewPHI("Noor"), Family: emr.NewPHI("Haddad"), Born: emr.NewBirthDate(1988, 2, 29),
		Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0188"), Use: "mobile"}},
		Emails: []emr.PHI{emr.NewPHI("noor@example.com")},
	})
	if err != nil {
		fmt.Println(err) // fit for a log: nothing personal in it
		return
	}
	if found.Patient == nil {
		fmt.Println("ask for", found.AskFor)
		return
	}
	slot, err := emr.First(c.FindSlots(ctx, emr.SlotQuery{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	appt, err := c.Book(ctx, &emr.Booking{Patient: found.Patient, Slot: slot})
	if errors.Is(err, emr.ErrSlotTaken) {
		fmt.Println("offer the next one")
		return
	}
	fmt.Println(found.Created, appt.Status, appt.Start.Equal(slot.Start), found.Patient.Family)
	// Output: true booked true [redacted]
}

// A booking whose answer is lost is looked for. When that gives no answer either, the
// application looks first the next time.
func ExampleRedoOf() {
	m := emrtest.NewMemory(&emrtest.MemoryOptions{Seeded: true})
	c := emr.NewClient(m, &emr.ClientOptions{Lost: emr.Report})
	ctx := context.Background()
	slot, _ := emr.First(c.FindSlots(ctx, emr.SlotQuery{}))
	person := emrtest.People()[0]
	found, _ := c.FindOrCreatePatient(ctx, &person)
	b := &emr.Booking{Patient: found.Patient, Slot: slot}

	m.LoseReply(emrtest.OpBook)
	_, err := c.Book(ctx, b)
	fmt.Println(emr.KindOf(err), emr.RedoOf(err))
	b.Again = emr.RedoOf(err) == emr.CheckFirst
	appt, err := c.Book(ctx, b)
	fmt.Println(appt.Status, err)
	// Output:
	// ambiguous check_first
	// booked <nil>
}

// A slot goes to a web page as its key, and comes back as a slot.
func ExampleParseSlotKey() {
	zone, err := emr.LoadZone("America/New_York")
	if err != nil {
		fmt.Println(err)
		return
	}
	start := time.Date(2030, 3, 4, 14, 0, 0, 0, zone)
	key := (&emr.Slot{Start: start, End: start.Add(30 * time.Minute), Practitioner: "15"}).MakeKey()
	slot, err := emr.ParseSlotKey(key)
	fmt.Println(slot.Start.Format(time.RFC3339), slot.Length(), slot.Practitioner, err)
	// Output: 2030-03-04T14:00:00-05:00 30m0s 15 <nil>
}

// Storing a model in plain text is done on purpose, and shows in the code.
func ExampleReveal() {
	p := emr.Patient{ID: emr.NewPatientID("81"), Given: emr.NewPHI("Noor"), Born: emr.NewBirthDate(1988, 2, 29)}
	_, err := json.Marshal(p)
	fmt.Println(err != nil)
	data, err := json.Marshal(emr.Reveal(p))
	fmt.Println(string(data), err)
	fmt.Println(p.Given, emr.Reveal(p))
	// Output:
	// true
	// {"id":"81","given":"Noor","birth_date":"1988-02-29"} <nil>
	// [redacted] [redacted]
}

// A time that comes twice has to be chosen.
func ExampleLocalTime() {
	zone, _ := emr.LoadZone("America/New_York")
	_, err := emr.LocalTime(emr.Date{Year: 2026, Month: time.November, Day: 1}, 1, 30, zone)
	var twice *emr.RepeatedTimeError
	if errors.As(err, &twice) {
		fmt.Println(twice.Earlier.Format(time.RFC3339), "or", twice.Later.Format(time.RFC3339))
	}
	_, err = emr.LocalTime(emr.Date{Year: 2026, Month: time.March, Day: 8}, 2, 30, zone)
	fmt.Println(err)
	// Output:
	// 2026-11-01T01:30:00-04:00 or 2026-11-01T01:30:00-05:00
	// local time: invalid (fields hour, minute): this time does not exist: clocks go forward over it
}
