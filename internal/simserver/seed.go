package simserver

import (
	"math/rand/v2"
	"time"
	_ "time/tzdata" // the seeded zones exist on every machine

	"github.com/emrkit/emrkit/emr/emrtest"
)

// SeedOptions change the seeded clinic. The zero value is the usual one.
type SeedOptions struct {
	Zone         *time.Location // of all locations; nil: New York, Los Angeles, New York
	Patients     int            // how many, emrtest.People first; 0: 30
	Appointments int            // how many besides the special ones; 0: 45, below 0: none
	// Locations and Practitioners take the place of the usual ones; nil: those. There must
	// be a location 7 and four practitioners or more, 15 and 21 among them.
	Locations     []Location
	Practitioners []Practitioner
}

// Seed makes the clinic, the same for the same options and day.
func Seed(clock *Clock, o SeedOptions) (*Clinic, error) {
	east, err := time.LoadLocation("America/New_York")
	if err != nil {
		return nil, err
	}
	west, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		return nil, err
	}
	if o.Zone != nil {
		east, west = o.Zone, o.Zone
	}
	if o.Patients == 0 {
		o.Patients = 30
	}
	if o.Appointments == 0 {
		o.Appointments = 45
	}
	c := &Clinic{clock: clock, Locations: locations(east, west), Practitioners: practitioners()}
	if o.Locations != nil {
		c.Locations = o.Locations
	}
	if o.Practitioners != nil {
		c.Practitioners = o.Practitioners
	}
	c.Types = []AppointmentType{
		{ID: "12", Name: "Consult", Length: 30 * time.Minute},
		{ID: "13", Name: "Follow Up", Length: 15 * time.Minute},
		{ID: "25", Name: "Procedure", Length: time.Hour},
		{ID: "9", Name: "Surgery", Length: 0},
	}
	c.Purposes = []Purpose{
		{ID: "9", Name: "Mole Review", Types: []string{"12", "13"}},
		{ID: "161", Name: "Skin Check", Types: []string{"12"}},
		{ID: "202", Name: "Peel", Types: []string{"25", "9"}},
		{ID: "53", Name: "Laser Resurfacing", Types: []string{"25", "9"}},
	}
	c.seedPatients(o.Patients)
	if o.Appointments > 0 {
		c.seedAppointments(o.Appointments)
	}
	return c, nil
}

func locations(east, west *time.Location) []Location {
	return []Location{
		{ID: "7", Name: "West Office", Zone: east, Lines: []string{"9 Lantern Row", "Suite 4"}, City: "Albany", State: "NY", Zip: "12207",
			Phone: "(518) 555-0100", Other: "(518) 555-0101", Fax: "(518) 555-0102", Active: true, Managed: true},
		{ID: "8", Name: "Bay Office", Zone: west, Lines: []string{"70 Juniper Bend"}, City: "Oakland", State: "CA", Zip: "94612",
			Phone: "(510) 555-0103", Other: "(510) 555-0104", Fax: "(510) 555-0105", Active: true, Managed: true},
		{ID: "10", Name: "Harbor Surgery Center", Zone: east, Lines: []string{"1 Ferry Steps"}, City: "Kingston", State: "NY", Zip: "12401",
			Phone: "(845) 555-0106", Other: "(845) 555-0107", Fax: "(845) 555-0108", Active: true, Managed: true},
		{ID: "11", Name: "Old Annex", Zone: east, Lines: []string{"3 Mill Alley"}, City: "Albany", State: "NY", Zip: "12207",
			Phone: "(518) 555-0109", Managed: true},
		{ID: "14", Name: "Referral Partner", Zone: east, Lines: []string{"22 Quarry Hill"}, City: "Troy", State: "NY", Zip: "12180",
			Phone: "(518) 555-0110", Active: true},
	}
}

// practitioners are the staff: 27 is listed twice, 30 has left, 33 has no user account.
func practitioners() []Practitioner {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	day := func(location string, days ...time.Weekday) []Hours {
		return []Hours{
			{Location: location, Days: days, From: 9 * time.Hour, To: 12 * time.Hour},
			{Location: location, Days: days, From: 13 * time.Hour, To: 16 * time.Hour},
		}
	}
	return []Practitioner{
		{ID: "15", Given: "Ada", Family: "Okafor", NPI: "1000000015", Gender: "female", Phone: "(518) 555-0115", Email: "okafor@example.com",
			Active: true, Linked: true, Listed: 1, Hours: day("7", week...)},
		{ID: "21", Given: "Nils", Family: "Brandt", NPI: "1000000021", Gender: "male", Phone: "(518) 555-0121", Email: "brandt@example.com",
			Active: true, Linked: true, Listed: 1,
			Hours: append(day("7", time.Monday, time.Wednesday), day("10", time.Tuesday, time.Thursday)...)},
		{ID: "24", Given: "Lía", Family: "Ferro", NPI: "1000000024", Gender: "female", Phone: "(510) 555-0124", Email: "ferro@example.com",
			Active: true, Linked: true, Listed: 1, Hours: day("8", week...)},
		{ID: "27", Given: "Mara", Family: "Quist", NPI: "1000000027", Gender: "female", Phone: "(845) 555-0127", Email: "quist@example.com",
			Active: true, Linked: true, Listed: 2, Hours: day("10", time.Monday, time.Wednesday, time.Friday)},
		{ID: "30", Given: "Emil", Family: "Vogel", NPI: "1000000030", Gender: "male", Phone: "(518) 555-0130", Email: "vogel@example.com",
			Linked: true, Listed: 1, Hours: day("7", week...)},
		{ID: "33", Given: "Jo", Family: "Imani", NPI: "1000000033", Gender: "other", Phone: "(518) 555-0133", Email: "imani@example.com",
			Active: true, Listed: 1, Hours: day("7", week...)},
	}
}

// seedPatients enters emrtest.People and invented others, and one more: somebody, who
// takes slots behind the client's back.
func (c *Clinic) seedPatients(n int) {
	people := emrtest.People()
	for i := range max(n, len(people)) {
		m := emrtest.Invent(max(0, i-len(people)))
		if i < len(people) {
			m = people[i]
		}
		p := Patient{
			Given: m.Given.Reveal(), Family: m.Family.Reveal(), Born: m.Born.Reveal().String(), Gender: string(m.Sex),
			City: m.Address.City.Reveal(), State: m.Address.State.Reveal(), Zip: m.Address.PostalCode.Reveal(), Country: "USA",
			Practitioner: "15", SSN: "000-00-0100",
		}
		for _, l := range m.Address.Lines {
			p.Lines = append(p.Lines, l.Reveal())
		}
		for _, t := range m.Phones {
			p.Phones = append(p.Phones, Phone{Use: t.Use, Number: t.Number.Reveal()})
		}
		for _, e := range m.Emails {
			p.Emails = append(p.Emails, e.Reveal())
		}
		switch i { // what real data looks like
		case 3:
			p.Nickname, p.Prefix, p.Note = "Nessa", "Ms.", "prefers mornings"
		case 4:
			p.Middle = "Lou"
			p.Phones = append(p.Phones, Phone{Use: "home", Number: "(206) 555-0199", Private: true})
		case 8:
			p.Marker = "prospect"
		case len(people): // an e-mail address that is none
			p.Emails = []string{"none, call instead"}
		}
		c.AddPatient(p, nil)
	}
	m := emrtest.Invent(5000)
	c.somebody = c.addPatient(Patient{
		Given: m.Given.Reveal(), Family: m.Family.Reveal(), Born: m.Born.Reveal().String(),
		Emails: []string{m.Emails[0].Reveal()}, Phones: []Phone{{Use: "home", Number: m.Phones[0].Number.Reveal()}},
		Zip: "98101", Country: "USA", Practitioner: "15",
	}).ID
}

// seedAppointments fills the calendar a little, thirty days to both sides, and enters the
// special cases: a block without a patient, a room without a practitioner, a held time,
// one that is tied to an order, and one with a status of the practice's own. Nobody of
// emrtest.People has an appointment.
func (c *Clinic) seedAppointments(n int) {
	random := rand.New(rand.NewPCG(7, 2026))
	patients := c.patients[len(emrtest.People()):]
	today := DayOf(c.clock.Now().In(c.Zone("7")))
	entered := 0
	for tries := 0; entered < n && tries < 20*n; tries++ {
		p := c.Practitioners[random.IntN(4)]
		h := p.Hours[random.IntN(len(p.Hours))]
		offset := random.IntN(60) - 30
		d := today.Add(offset)
		at := h.From + time.Duration(random.IntN(int((h.To-h.From)/(30*time.Minute))))*30*time.Minute
		start, exists := d.At(at, c.Zone(h.Location))
		a := Appointment{
			Patient: patients[random.IntN(len(patients))].ID, Location: h.Location, Practitioner: p.ID,
			Type: "12", Purposes: []string{"9"}, Status: Booked, Start: start, End: start.Add(30 * time.Minute),
			Created: c.clock.Now().Add(-time.Duration(40*24-tries) * time.Hour),
		}
		if offset < 0 {
			a.Status = []Status{Fulfilled, Fulfilled, Cancelled, NoShow}[entered%4]
		} else if entered%5 == 0 {
			a.Status = Pending
		}
		if !exists || !c.works(a.Location, a.Practitioner, a.Start, a.End) || overlapsAny(c.busy(a.Practitioner), a.Start, a.End) {
			continue
		}
		c.Enter(a)
		entered++
	}
	c.seedSpecial(today, patients[0].ID)
}

func (c *Clinic) seedSpecial(today Day, patient string) {
	day := today.Add(1)
	for day.Weekday() != time.Monday {
		day = day.Add(1)
	}
	at := func(clock time.Duration) time.Time {
		t, _ := day.At(clock, c.Zone("7"))
		return t
	}
	for _, a := range []Appointment{
		{Practitioner: "15", Note: "staff meeting", Status: Booked, Start: at(8 * time.Hour), End: at(9 * time.Hour)},
		{Patient: patient, Type: "25", Purposes: []string{"202"}, Status: Booked, Start: at(8 * time.Hour), End: at(9 * time.Hour)},
		{Patient: patient, Practitioner: "21", Type: "12", Status: Held, Start: at(16 * time.Hour), End: at(16*time.Hour + 30*time.Minute)},
		{Patient: patient, Practitioner: "15", Type: "12", Purposes: []string{"9"}, Status: Booked, Tied: "the appointment is tied to an order",
			Start: at(16 * time.Hour), End: at(16*time.Hour + 30*time.Minute)},
		{Patient: patient, Practitioner: "15", Type: "12", Purposes: []string{"161"}, Status: Booked, PracticeStatus: "8",
			Start: at(17 * time.Hour), End: at(17*time.Hour + 30*time.Minute)},
	} {
		a.Location = "7"
		c.Enter(a)
	}
}
