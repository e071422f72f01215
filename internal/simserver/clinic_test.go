package simserver

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// seeded is a clinic at 08:00 in New York on that day.
func seeded(t *testing.T, day string, o SeedOptions) (*Clinic, *Clock) {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	d, _ := ParseDay(day)
	at, _ := d.At(8*time.Hour, zone)
	clock := &Clock{}
	clock.Set(at)
	c, err := Seed(clock, o)
	if err != nil {
		t.Fatal(err)
	}
	return c, clock
}

// starts are the beginnings of the free consults of practitioner 15 at location 7.
func starts(c *Clinic, from, to string) []string {
	a, _ := ParseDay(from)
	b, _ := ParseDay(to)
	var all []string
	for _, s := range c.FreeSlots("7", "15", a, b, 30*time.Minute) {
		all = append(all, s.Start.Format("01-02 15:04 -0700"))
	}
	return all
}

func TestFreeSlotsAreWorkingHoursMinusAppointments(t *testing.T) {
	t.Parallel()
	c, clock := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	want := []string{
		"03-02 09:00 -0500", "03-02 09:30 -0500", "03-02 10:00 -0500", "03-02 10:30 -0500", "03-02 11:00 -0500", "03-02 11:30 -0500",
		"03-02 13:00 -0500", "03-02 13:30 -0500", "03-02 14:00 -0500", "03-02 14:30 -0500", "03-02 15:00 -0500", "03-02 15:30 -0500",
	}
	if diff := cmp.Diff(want, starts(c, "2026-03-02", "2026-03-03")); diff != "" {
		t.Fatal(diff)
	}
	first := c.FreeSlots("7", "15", Day{2026, 3, 2}, Day{2026, 3, 3}, 30*time.Minute)[0]
	if err := c.TakeSlot("7", "15", "12", first.Start, first.End); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Hour) // 10:00: what has begun is no longer offered
	if diff := cmp.Diff(want[3:], starts(c, "2026-03-02", "2026-03-03")); diff != "" {
		t.Error(diff)
	}
	if got := starts(c, "2026-03-07", "2026-03-09"); got != nil {
		t.Errorf("a weekend has slots: %v", got)
	}
}

func TestSlotsKeepTheWallClockAcrossTheChangeOfTime(t *testing.T) {
	t.Parallel()
	c, _ := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	for day, want := range map[string]string{"2026-03-06": "03-06 09:00 -0500", "2026-03-09": "03-09 09:00 -0400"} {
		d, _ := ParseDay(day)
		next := d.Add(1)
		got := c.FreeSlots("7", "15", d, next, 30*time.Minute)
		if len(got) != 12 || got[0].Start.Format("01-02 15:04 -0700") != want {
			t.Errorf("%s: %d slots, first %v", day, len(got), got[0].Start)
		}
	}
	west := c.FreeSlots("8", "24", Day{2026, 3, 9}, Day{2026, 3, 10}, 30*time.Minute)
	if got := west[0].Start.Format(time.RFC3339); got != "2026-03-09T09:00:00-07:00" {
		t.Errorf("the other coast starts at %s", got)
	}
}

func TestATimeTheClockNeverShowsIsNoSlot(t *testing.T) {
	t.Parallel()
	zone, _ := time.LoadLocation("America/New_York")
	gap, _ := ParseDay("2026-03-08")
	if at, ok := gap.At(2*time.Hour+30*time.Minute, zone); ok {
		t.Errorf("02:30 exists: %v", at)
	}
	if at, ok := gap.At(3*time.Hour, zone); !ok || at.Format(time.RFC3339) != "2026-03-08T03:00:00-04:00" {
		t.Errorf("03:00: %v %v", at, ok)
	}
	if n := (Day{2026, 3, 1}).Until(Day{2026, 4, 1}); n != 31 {
		t.Errorf("%d days in March", n)
	}
}

func TestWhoCannotBeBookedHasNoSlots(t *testing.T) {
	t.Parallel()
	c, _ := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	for _, pair := range [][2]string{{"7", "30"}, {"7", "33"}, {"8", "15"}, {"11", "15"}, {"7", "none"}, {"none", "15"}} {
		if got := c.FreeSlots(pair[0], pair[1], Day{2026, 3, 2}, Day{2026, 3, 9}, 30*time.Minute); got != nil {
			t.Errorf("%v has %d slots", pair, len(got))
		}
	}
	if got := c.FreeSlots("7", "15", Day{2026, 3, 2}, Day{2026, 3, 9}, 0); got != nil {
		t.Error("length 0 has slots")
	}
}

func TestOfManyBookingsOfOneTimeExactlyOneSucceeds(t *testing.T) {
	t.Parallel()
	c, _ := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	s := c.FreeSlots("7", "15", Day{2026, 3, 3}, Day{2026, 3, 4}, 30*time.Minute)[2]
	var wg sync.WaitGroup
	results := make(chan error, 20)
	for i := range 20 {
		wg.Go(func() {
			shift := time.Duration(i%3-1) * 10 * time.Minute // overlapping is enough
			_, err := c.Book(Appointment{Location: "7", Practitioner: "15", Status: Booked, Start: s.Start.Add(shift), End: s.End.Add(shift), ViaAPI: true})
			results <- err
		})
	}
	wg.Wait()
	close(results)
	booked := 0
	for err := range results {
		if err == nil {
			booked++
		} else if !errors.Is(err, ErrTaken) {
			t.Error(err)
		}
	}
	if booked != 1 || c.BookedViaAPI() != 1 {
		t.Errorf("%d booked, %d counted", booked, c.BookedViaAPI())
	}
}

func TestBookingOutsideOfWorkingHoursIsRefused(t *testing.T) {
	t.Parallel()
	c, _ := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	zone := c.Zone("7")
	for name, start := range map[string]time.Time{
		"before": time.Date(2026, 3, 3, 8, 45, 0, 0, zone), "over noon": time.Date(2026, 3, 3, 11, 45, 0, 0, zone),
		"evening": time.Date(2026, 3, 3, 16, 0, 0, 0, zone), "weekend": time.Date(2026, 3, 7, 10, 0, 0, 0, zone),
	} {
		_, err := c.Book(Appointment{Location: "7", Practitioner: "15", Start: start, End: start.Add(30 * time.Minute)})
		if !errors.Is(err, ErrNoHours) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACancelledTimeIsFreeAgain(t *testing.T) {
	t.Parallel()
	c, _ := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	s := c.FreeSlots("7", "15", Day{2026, 3, 3}, Day{2026, 3, 4}, 30*time.Minute)[0]
	a, err := c.Book(Appointment{Location: "7", Practitioner: "15", Status: Booked, Start: s.Start, End: s.End, ViaAPI: true})
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	if _, err := c.Change(a.ID, func(a *Appointment) error { a.Status = Cancelled; return refused }); !errors.Is(err, refused) || c.BookedViaAPI() != 1 {
		t.Errorf("a refused change was kept: %v", err)
	}
	if _, err := c.Change(a.ID, func(a *Appointment) error { a.Status = Cancelled; return nil }); err != nil {
		t.Fatal(err)
	}
	if c.BookedViaAPI() != 0 || starts(c, "2026-03-03", "2026-03-04")[0] != "03-03 09:00 -0500" {
		t.Error("the time is not free")
	}
	if _, err := c.Change("0", func(*Appointment) error { return nil }); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
}

func TestTheSeedIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	state := func() any {
		c, _ := seeded(t, "2026-03-02", SeedOptions{})
		type entry struct{ ID, Patient, Practitioner, Start, Status string }
		var all []entry
		for _, a := range c.Appointments() {
			all = append(all, entry{a.ID, a.Patient, a.Practitioner, a.Start.Format(time.RFC3339), string(a.Status)})
		}
		for _, p := range c.Patients() {
			all = append(all, entry{ID: p.ID, Patient: p.Given + p.Family})
		}
		return all
	}
	if diff := cmp.Diff(state(), state()); diff != "" {
		t.Error(diff)
	}
}

func TestTheSeedHasWhatMakesClientsFail(t *testing.T) {
	t.Parallel()
	c, _ := seeded(t, "2026-03-02", SeedOptions{})
	patients := c.Patients()
	if len(patients) != 31 || patients[0].Family != patients[1].Family || patients[0].Born != patients[1].Born || len(patients[9].Phones) != 0 {
		t.Error("people")
	}
	count := map[string]int{}
	people := map[string]bool{}
	for _, p := range patients[:len(emrtest.People())] {
		people[p.ID] = true
	}
	for _, a := range c.Appointments() {
		for what, is := range map[string]bool{
			"block": a.Patient == "", "room": a.Practitioner == "", "held": a.Status == Held, "tied": a.Tied != "",
			"practice status": a.PracticeStatus != "", "usual": a.Practitioner != "" && a.Patient != "",
		} {
			if is {
				count[what]++
			}
		}
		if people[a.Patient] {
			t.Error("one of emrtest.People has an appointment")
		}
	}
	if count["block"] != 1 || count["room"] != 1 || count["held"] != 1 || count["tied"] != 1 || count["practice status"] != 1 || count["usual"] != 48 {
		t.Errorf("%v", count)
	}
	for _, p := range patients {
		for _, t2 := range p.Phones {
			if !strings.Contains(t2.Number, "555-01") {
				t.Errorf("a telephone number that could be somebody's")
			}
		}
	}
}

func TestThePersonWhoTakesSlotsIsNobodyElse(t *testing.T) {
	t.Parallel()
	c, _ := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	s := c.FreeSlots("7", "15", Day{2026, 3, 3}, Day{2026, 3, 4}, 30*time.Minute)[0]
	if err := c.TakeSlot("7", "15", "12", s.Start, s.End); err != nil {
		t.Fatal(err)
	}
	if err := c.TakeSlot("7", "15", "12", s.Start, s.End); !errors.Is(err, ErrTaken) {
		t.Errorf("taken twice: %v", err)
	}
	a := c.Appointments()[0]
	if p, ok := c.Patient(a.Patient, false); !ok || p.ID != c.somebody || a.ViaAPI || c.BookedViaAPI() != 0 {
		t.Error("not booked for somebody else")
	}
}

func TestADuplicateNeedsEverythingToAgree(t *testing.T) {
	t.Parallel()
	base := Patient{
		Given: "Ines", Family: "Roy", Born: "1991-05-17", Zip: "98101", Emails: []string{"a@example.com"}, Phones: []Phone{{Number: "(206) 555-0142"}},
	}
	same := base
	same.Given, same.Emails, same.Phones = "INES", []string{"b@example.com", "A@example.com"}, []Phone{{Number: "+1 206 555 0142"}}
	if !SamePerson(base, same) {
		t.Error("not seen as the same")
	}
	for name, change := range map[string]func(*Patient){
		"family": func(p *Patient) { p.Family = "Royce" }, "birth date": func(p *Patient) { p.Born = "1991-05-18" },
		"postal code": func(p *Patient) { p.Zip = "98102" }, "mail": func(p *Patient) { p.Emails = []string{"c@example.com"} },
		"phone": func(p *Patient) { p.Phones = []Phone{{Number: "(206) 555-0143"}} }, "no phone": func(p *Patient) { p.Phones = nil },
	} {
		other := base
		if change(&other); SamePerson(base, other) {
			t.Errorf("another %s: still the same", name)
		}
	}
}

func TestPatientsAreEnteredOnceAndChangedInPlace(t *testing.T) {
	t.Parallel()
	c, clock := seeded(t, "2026-03-02", SeedOptions{Appointments: -1})
	p := Patient{Given: "Vera", Family: "Stone"}
	known := func(have Patient) bool { return have.Family == "Stone" }
	added, ok := c.AddPatient(p, known)
	again, ok2 := c.AddPatient(p, known)
	if !ok || ok2 || added.ID != again.ID || added.Chart == "" {
		t.Fatalf("added %v %v", ok, ok2)
	}
	clock.Advance(time.Minute)
	changed, ok := c.ChangePatient(strings.ToUpper(added.ID), false, func(p *Patient) { p.City = "Troy" })
	if !ok || changed.City != "Troy" || !changed.Updated.After(added.Updated) {
		t.Error("not changed by an id in upper case")
	}
	if byChart, ok := c.Patient(added.Chart, true); !ok || byChart.ID != added.ID {
		t.Error("not found by chart number")
	}
	if _, ok := c.Patient(added.Chart, false); ok {
		t.Error("chart number taken for an id")
	}
	before := c.Patients()
	c.RemovePatient(added.ID)
	if _, ok := c.Patient(added.ID, false); ok || len(before) != len(c.Patients())+1 || before[len(before)-1].ID != added.ID {
		t.Error("not removed, or removed from a copy too")
	}
	if _, ok := c.ChangePatient("none", false, func(*Patient) {}); ok {
		t.Error("changed nobody")
	}
}
