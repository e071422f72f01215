package emrtest

import (
	"time"

	"github.com/emrkit/emrkit/emr"
)

// AddLocation adds an active place; an ID is given when there is none.
func (m *Memory) AddLocation(l emr.Location) *emr.Location {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.ID == "" {
		l.ID = emr.LocationID(c.nextID("loc"))
	}
	if l.Zone == nil {
		l.Zone = c.zoneOf(l.ID)
	}
	l.Active = true
	stored := l
	c.locations = append(c.locations, &stored)
	return &l
}

// zoneOf is the zone of a location: the clinic's, where it has none of its own.
func (c *clinic) zoneOf(l emr.LocationID) *time.Location {
	if z := c.zones[l]; z != nil {
		return z
	}
	return c.zone
}

// AddPractitioner adds somebody who sees patients; an ID is given when there is none.
func (m *Memory) AddPractitioner(p emr.Practitioner) *emr.Practitioner {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.ID == "" {
		p.ID = emr.PractitionerID(c.nextID("prac"))
	}
	p.Active = true
	stored := p
	c.practitioners = append(c.practitioners, &stored)
	return &p
}

// AddAppointmentType adds a kind of visit; an ID is given when there is none.
func (m *Memory) AddAppointmentType(t emr.AppointmentType) *emr.AppointmentType {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.ID == "" {
		t.ID = emr.AppointmentTypeID(c.nextID("type"))
	}
	stored := t
	c.types = append(c.types, &stored)
	return &t
}

// AddPatient adds a patient and returns the record, with its new id.
func (m *Memory) AddPatient(n emr.NewPatient) *emr.Patient {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.outPatient(c.addPatient(n))
}

func (c *clinic) addPatient(n emr.NewPatient) *emr.Patient {
	p := &emr.Patient{
		ID: emr.NewPatientID(c.nextID("patient")), Given: n.Given, Middle: n.Middle, Family: n.Family,
		Born: n.Born, Sex: n.Sex, Address: n.Address, Practitioner: n.Practitioner, Status: "active",
	}
	setList(&p.Phones, n.Phones)
	setList(&p.Emails, n.Emails)
	setList(&p.Identifiers, n.Identifiers)
	if len(p.Identifiers) == 0 { // every clinic numbers its charts
		p.Identifiers = []emr.Identifier{{System: "urn:emrkit:chart", Use: "usual", Value: emr.NewPHI("C-" + p.ID.Reveal())}}
	}
	c.patients = append(c.patients, p)
	c.changed(emr.Change{Kind: emr.ChangePatient, Patient: p})
	return p
}

// AddSlot offers a time and returns it as FindSlots will, with its key and in the
// zone of its location. End zero means half an hour.
func (m *Memory) AddSlot(s emr.Slot) *emr.Slot {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.outSlot(c.addSlot(s), emr.SlotQuery{})
}

func (c *clinic) addSlot(s emr.Slot) *emr.Slot {
	if s.End.IsZero() {
		s.End = s.Start.Add(30 * time.Minute)
	}
	s.Start, s.End = s.Start.In(c.zoneOf(s.Location)), s.End.In(c.zoneOf(s.Location))
	c.slots = append(c.slots, &s)
	return &s
}

// AddAppointment puts an appointment into the calendar as it is and returns it with
// its new id; Status zero means booked.
func (m *Memory) AddAppointment(a emr.Appointment) *emr.Appointment {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.Status == "" {
		a.Status = emr.StatusBooked
	}
	if a.Write == "" {
		a.Write = emr.WriteDone
	}
	return c.outAppointment(c.addAppointment(&a))
}

// seed fills the default clinic. Its slots are added one practitioner after the
// other, so that the pages of FindSlots are not in order of time.
func (m *Memory) seed() {
	west := m.AddLocation(emr.Location{ID: "west", Name: "West Office", Phone: "(206) 555-0100", Address: "9 Lantern Row, Seattle"})
	east := m.AddLocation(emr.Location{ID: "east", Name: "East Office", Phone: "(206) 555-0101", Address: "70 Juniper Bend, Seattle"})
	consult := m.AddAppointmentType(emr.AppointmentType{ID: "consult", Name: "Consult", Length: 30 * time.Minute})
	m.AddAppointmentType(emr.AppointmentType{ID: "review", Name: "Review", Length: 30 * time.Minute})
	m.AddAppointmentType(emr.AppointmentType{ID: "procedure", Name: "Procedure", Length: time.Hour})
	staff := []*emr.Practitioner{
		m.AddPractitioner(emr.Practitioner{ID: "okafor", Name: "Okafor, Ada", Given: "Ada", Family: "Okafor", Locations: []emr.LocationID{west.ID}}),
		m.AddPractitioner(emr.Practitioner{ID: "brandt", Name: "Brandt, Nils", Given: "Nils", Family: "Brandt", Locations: []emr.LocationID{west.ID}}),
		m.AddPractitioner(emr.Practitioner{ID: "ferro", Name: "Ferro, Lia", Given: "Lia", Family: "Ferro", Locations: []emr.LocationID{east.ID}}),
	}
	tomorrow := emr.DateOf(m.clinic.now().In(m.clinic.zone)).AddDays(1)
	for _, who := range staff {
		for day := range 14 {
			d := tomorrow.AddDays(day)
			for _, hour := range []int{9, 10, 14} {
				for _, minute := range []int{0, 30} {
					m.AddSlot(emr.Slot{
						Start:    time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, m.clinic.zoneOf(who.Locations[0])),
						Location: who.Locations[0], Practitioner: who.ID, Type: consult.ID,
					})
				}
			}
		}
	}
	var first *emr.Patient
	for _, n := range People() {
		p := m.AddPatient(n)
		if first == nil {
			first = p
		}
	}
	visit := tomorrow.AddDays(-30)
	m.AddEncounter(emr.Encounter{Patient: first.ID, Practitioner: staff[0].ID, Start: visit, End: visit, Type: emr.NewPHI("Consult"), Locked: true})
	m.AddDocument(&emr.NewDocument{Patient: first, Title: emr.NewPHI("Referral"), ContentType: "application/pdf"}, []byte("%PDF-1.4\n%%EOF\n"))
	m.SetSummary(first.ID, "application/xml", []byte(`<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Summary</title></ClinicalDocument>`))
}
