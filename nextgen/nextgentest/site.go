package nextgentest

import (
	"fmt"
	"sync"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// The ids of sites are ours; enterprises and practices have the recorded form.
const (
	homeSite   = "5f0cab00-51fe-4b00-8c00-9d00ab12cd34"
	otherSite  = "5f0cab00-51fe-4b00-8c00-9d00ab12cd35"
	beyondSite = "5f0cab00-51fe-4b00-8c00-9d00ab12cd36" // has not approved the application
)

// site is one installation: a database with enterprises and practices.
type site struct {
	id, host  string
	user      int // the service user of the application there
	tokens    *simserver.Tokens
	practices []*practice
}

// practice has its persons, staff and calendar.
type practice struct {
	site                 *site
	enterprise, id, name string
	zone                 *time.Location
	clinic               *simserver.Clinic
	people               map[string]*person // by chart number; what only NextGen knows
	visits               map[string]*visit  // by appointment id
	resources            []resource
	encounters           []encounter
	documents            []document
	guids                sync.Map // ids in answers, by kind and the clinic's id
}

// person is what only NextGen knows of a patient of the clinic.
type person struct {
	charted  bool // has a chart: is a patient
	expired  bool // has died
	external string
	other    string // otherIdNumber
}

// visit is what only NextGen knows of an appointment.
type visit struct {
	deleted, rescheduled        bool
	pointer                     string // rescheduledAppointmentId, as the clinic counts
	cancelReason, reschedReason string // ids of list items
	encounter                   string
	resources                   []string // ids of resources
	rendering, referring        string   // ids of providers in answers
	description, virtual        string
	defined                     map[string]string // UserDefined1 and so on
}

// Practice names a practice of a site.
type Practice struct {
	Site, Enterprise, ID, Name string
}

// found makes the sites. The second practice is in the same enterprise, the third in
// another one of the same site, the fourth has the first one's numbers at another site.
func (s *Sim) found(clk *simserver.Clock) error {
	for _, f := range []struct {
		site, enterprise, id, name string
		patients, appointments     int
	}{
		{homeSite, "00002", "0006", "Lantern Row Medical", s.opts.Patients, s.opts.Appointments},
		{homeSite, "00002", "0007", "Juniper Pediatrics", 1, -1},
		{homeSite, "00001", "0001", "Old Mill Family Practice", 1, -1},
		{otherSite, "00002", "0006", "Quarry Hill Clinic", 1, -1},
	} {
		home := len(s.sites) == 0
		at := s.siteBy(f.site)
		if at == nil {
			at = &site{id: f.site, host: fmt.Sprintf("HOST%02d-VM009.SimClinic", len(s.sites)+1), user: 14 + len(s.sites)}
			at.tokens = simserver.NewTokens(s.tokenRules())
			s.sites = append(s.sites, at)
		}
		clinic, err := simserver.Seed(clk, simserver.SeedOptions{
			Zone: s.opts.Zone, Patients: f.patients, Appointments: f.appointments, Practitioners: staff(s.opts.NightHours),
			Locations: locations(s.opts.Zone),
		})
		if err != nil {
			return err
		}
		p := &practice{site: at, enterprise: f.enterprise, id: f.id, name: f.name, zone: s.opts.Zone, clinic: clinic,
			people: map[string]*person{}, visits: map[string]*visit{}}
		p.resources = resourcesOf(clinic)
		p.seedPeople()
		if home {
			s.home = p
			s.seedVisits(p)
			s.seedRecords(p)
		}
		at.practices = append(at.practices, p)
	}
	return nil
}

func (s *Sim) siteBy(id string) *site {
	for _, at := range s.sites {
		if known(at.id, id) {
			return at
		}
	}
	return nil
}

func (at *site) practice(id string) *practice {
	for _, p := range at.practices {
		if p.id == id {
			return p
		}
	}
	return nil
}

// seedPeople: all persons have a chart but one; one has died.
func (p *practice) seedPeople() {
	for i, have := range p.clinic.Patients() {
		p.people[have.Chart] = &person{charted: have.Marker != "prospect", expired: i == len(emrtest.People())+1}
	}
}

// extra is what NextGen knows of a patient of the clinic.
func (p *practice) extra(have simserver.Patient) *person {
	e := p.people[have.Chart]
	if e == nil {
		e = &person{}
		p.people[have.Chart] = e
	}
	return e
}

// visit is what NextGen knows of an appointment of the clinic.
func (p *practice) visit(a simserver.Appointment) *visit {
	v := p.visits[a.ID]
	if v == nil {
		v = &visit{}
		if r, ok := p.resourceOf(a.Practitioner); ok {
			v.resources = []string{r.id}
		}
		p.visits[a.ID] = v
	}
	return v
}

// patient finds a person by the id in answers.
func (p *practice) patient(wire string) (simserver.Patient, bool) {
	return lookUp(p, "person", wire, p.clinic.Patients(), func(h simserver.Patient) string { return h.Chart })
}

// appointment finds one by the id in answers, not those that are deleted.
func (p *practice) appointment(wire string) (simserver.Appointment, bool) {
	a, ok := lookUp(p, "appointment", wire, p.clinic.Appointments(), func(a simserver.Appointment) string { return a.ID })
	return a, ok && !p.visit(a).deleted
}
