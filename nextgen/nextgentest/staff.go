package nextgentest

import (
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// locations: 7 and 10 can be booked, 11 cannot be scheduled, 14 is deleted, which is what
// Managed says of one that is not active here.
func locations(zone *time.Location) []simserver.Location {
	return []simserver.Location{
		{ID: "7", Name: "Lantern Row Office", Zone: zone, Lines: []string{"9 Lantern Row", "Suite 4"}, City: "Albany", State: "NY", Zip: "122071234", Phone: "5185550100", Active: true, Managed: true},
		{ID: "10", Name: "Ferry Steps Surgery", Zone: zone, Lines: []string{"1 Ferry Steps"}, City: "Kingston", State: "NY", Zip: "12401", Phone: "8455550106", Active: true, Managed: true},
		{ID: "11", Name: "Old Annex", Zone: zone, Lines: []string{"3 Mill Alley"}, City: "Albany", State: "NY", Zip: "12207"},
		{ID: "14", Name: "Closed Office", Zone: zone, Lines: []string{"22 Quarry Hill"}, City: "Troy", State: "NY", Zip: "12180", Managed: true},
	}
}

// staff are those with a calendar and those without. Who has a number is a provider: 36
// and 39, a nurse and a room, are resources only; 30 has left; 33 only refers.
func staff(night bool) []simserver.Practitioner {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	day := func(location string, days ...time.Weekday) []simserver.Hours {
		return []simserver.Hours{
			{Location: location, Days: days, From: 9 * time.Hour, To: 12 * time.Hour},
			{Location: location, Days: days, From: 13 * time.Hour, To: 16 * time.Hour},
		}
	}
	all := []simserver.Practitioner{
		{ID: "15", Given: "Ada", Family: "Okafor", NPI: "1000000015", Phone: "5185550115", Email: "okafor@example.com", Active: true, Linked: true, Hours: day("7", week...)},
		{ID: "21", Given: "Nils", Family: "Brandt", NPI: "1000000021", Phone: "5185550121", Email: "brandt@example.com", Active: true, Linked: true,
			Hours: append(day("7", time.Monday, time.Wednesday), day("10", time.Tuesday, time.Thursday)...)},
		{ID: "24", Given: "Lía", Family: "Ferro", NPI: "1000000024", Phone: "8455550124", Active: true, Linked: true, Hours: day("10", week...)},
		{ID: "27", Given: "Mara", Family: "Quist", NPI: "1000000027", Phone: "8455550127", Active: true, Linked: true, Hours: day("10", time.Monday, time.Wednesday, time.Friday)},
		{ID: "30", Given: "Emil", Family: "Vogel", NPI: "1000000030", Linked: true, Hours: day("7", week...)},
		{ID: "33", Given: "Jo", Family: "Imani", NPI: "1000000033", Phone: "5185550133", Active: true},
		{ID: "36", Family: "Nurse", Active: true, Linked: true, Hours: day("7", week...)},
		{ID: "39", Family: "X Ray", Active: true, Linked: true, Hours: day("10", week...)},
	}
	if night {
		all[0].Hours = append(all[0].Hours, simserver.Hours{Location: "7", Days: []time.Weekday{time.Sunday}, To: 5 * time.Hour})
	}
	return all
}

// resource is a bookable calendar: of a person, with or without a provider, or of a room.
type resource struct {
	id       string // of the one whose hours and appointments it shows
	name     string
	kind     string // resourceType
	provider bool
	deleted  bool
	interval time.Duration
}

// resourcesOf: who has hours has a calendar.
func resourcesOf(c *simserver.Clinic) []resource {
	var all []resource
	for _, p := range c.Practitioners {
		if len(p.Hours) == 0 {
			continue
		}
		r := resource{id: p.ID, name: p.Family + " " + p.Given + " MD", kind: "Person", provider: p.NPI != "", deleted: !p.Active, interval: 15 * time.Minute}
		switch {
		case p.ID == "39":
			r.name, r.kind, r.interval = p.Family, "Place", 10*time.Minute
		case p.NPI == "":
			r.name = p.Family
		case p.ID == "24":
			r.interval = 10 * time.Minute
		}
		all = append(all, r)
	}
	return all
}

// resourceOf is the calendar of somebody.
func (p *practice) resourceOf(id string) (resource, bool) {
	for _, r := range p.resources {
		if r.id == id {
			return r, true
		}
	}
	return resource{}, false
}

// resource finds a calendar by the id in answers.
func (p *practice) resource(wire string) (resource, bool) {
	return lookUp(p, "resource", wire, p.resources, func(r resource) string { return r.id })
}

// category is a kind of hours in the schedule template.
type category struct {
	id, name string
	exclude  bool     // excludeSlotsInSearch
	events   []string // ids of types that may be booked in it
	color    int
}

// The categories.
const (
	clinicHours = "1"
	procedures  = "2"
	lunch       = "3"
)

func categories() []category {
	return []category{
		{id: clinicHours, name: "Clinic Hours", events: []string{"12", "13", "25", "9"}, color: 15448071},
		{id: procedures, name: "Procedures", events: []string{"12", "25", "9"}, color: 16754856},
		{id: lunch, name: "Lunch", exclude: true, color: 8421440},
	}
}

func categoryOf(id string) category {
	for _, c := range categories() {
		if c.id == id {
			return c
		}
	}
	return category{}
}

// group is an appointment class.
type group struct {
	id, name  string
	resources []string
}

func groups() []group {
	return []group{{"1", "All Providers", []string{"15", "21", "24", "27"}}, {"2", "Lantern Row", []string{"15", "21", "36"}}}
}

// eventAt reports whether an event may be booked at a location: surgery only at 10.
func eventAt(typeID, location string) bool { return typeID != "9" || location == "10" }
