package simserver

import (
	"strconv"
	"strings"
	"time"
)

// Patient is one person of the clinic.
type Patient struct {
	ID                             string // a GUID
	Chart                          string // the chart number
	Given, Middle, Family          string
	Prefix, Nickname               string
	Born                           string // 2006-01-02
	Gender                         string
	SSN                            string // never issued ones only
	Phones                         []Phone
	Emails                         []string
	Lines                          []string
	City, State, Zip, Country      string
	Practitioner                   string // id
	Status, Referral, Type, Marker string // Marker: for what only one vendor knows
	Note                           string
	Created, Updated               time.Time
}

// Phone is a telephone number; Private ones are hidden by vendors that know the flag.
type Phone struct {
	Use, Number string
	Private     bool
}

// Patients returns all, in the order they were entered.
func (c *Clinic) Patients() []Patient {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]Patient, len(c.patients))
	copy(all, c.patients)
	return all
}

// Patient finds one by id, in any case, or by chart number where charts is true.
func (c *Clinic) Patient(id string, charts bool) (Patient, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.patientAt(id, charts); at >= 0 {
		return c.patients[at], true
	}
	return Patient{}, false
}

func (c *Clinic) patientAt(id string, charts bool) int {
	for i := range c.patients {
		if sameID(c.patients[i].ID, id) || charts && sameID(c.patients[i].Chart, id) {
			return i
		}
	}
	return -1
}

// AddPatient enters p with a new id and chart number, unless known says that the clinic
// has the person already; nil asks nobody. Check and entry are one step.
func (c *Clinic) AddPatient(p Patient, known func(have Patient) bool) (added Patient, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, have := range c.patients {
		if known != nil && known(have) {
			return have, false
		}
	}
	return c.addPatient(p), true
}

func (c *Clinic) addPatient(p Patient) Patient {
	n := c.number()
	p.ID, p.Chart = guid(n), strconv.Itoa(20000+n)
	p.Created = c.clock.Now()
	p.Updated = p.Created
	c.patients = append(c.patients, p)
	return p
}

// RemovePatient takes back what AddPatient did.
func (c *Clinic) RemovePatient(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.patientAt(id, false); at >= 0 {
		c.patients = append(c.patients[:at:at], c.patients[at+1:]...)
	}
}

// ChangePatient lets change work on the patient with that id.
func (c *Clinic) ChangePatient(id string, charts bool, change func(*Patient)) (Patient, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.patientAt(id, charts)
	if at < 0 {
		return Patient{}, false
	}
	change(&c.patients[at])
	c.patients[at].Updated = c.clock.Now()
	return c.patients[at], true
}

// SamePerson is the usual duplicate check: first and last name, birth date, postal code,
// one e-mail address and one telephone number agree.
func SamePerson(a, b Patient) bool {
	if !strings.EqualFold(a.Given, b.Given) || !strings.EqualFold(a.Family, b.Family) || a.Born != b.Born || a.Zip != b.Zip {
		return false
	}
	mail, phone := false, false
	for _, m := range a.Emails {
		for _, n := range b.Emails {
			mail = mail || strings.EqualFold(m, n)
		}
	}
	for _, p := range a.Phones {
		for _, q := range b.Phones {
			phone = phone || Digits(p.Number) != "" && Digits(p.Number) == Digits(q.Number)
		}
	}
	return mail && phone
}

// Digits are the last ten digits of a telephone number.
func Digits(number string) string {
	d := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return d[max(0, len(d)-10):]
}
