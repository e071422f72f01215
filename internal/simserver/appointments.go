package simserver

import (
	"errors"
	"slices"
	"strconv"
	"time"
)

// Status is the state of an appointment; vendors have their own words.
type Status string

// The states.
const (
	Held      Status = "held"
	Pending   Status = "pending"
	Booked    Status = "booked"
	Arrived   Status = "arrived"
	Fulfilled Status = "fulfilled"
	Cancelled Status = "cancelled"
	NoShow    Status = "noshow"
)

// Live reports whether the appointment takes its time.
func (s Status) Live() bool { return s != Cancelled && s != NoShow }

// Appointment is an entry in the calendar.
type Appointment struct {
	ID                                    string
	Patient, Location, Practitioner, Type string // ids; Patient and Practitioner may be none
	Purposes                              []string
	Status                                Status
	PracticeStatus                        string // a status of the practice's own that hides Status; "" for none
	Confirmed                             bool
	CancelAsked                           bool   // a request to cancel waits for the staff
	Tied                                  string // why the vendor does not cancel it; "" for no reason
	WasArrived                            bool
	Start, End                            time.Time // in the location's zone
	ArrivedAt                             time.Time
	Room                                  string // id; "" for none
	Note, Author, Editor                  string
	Created, Updated                      time.Time
	ViaAPI                                bool
}

// The reasons why Book refuses.
var (
	ErrTaken   = errors.New("simserver: the time is taken")
	ErrNoHours = errors.New("simserver: outside of working hours")
)

// Appointments returns all, in the order they were entered.
func (c *Clinic) Appointments() []Appointment {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.appointments)
}

// Appointment finds one by id.
func (c *Clinic) Appointment(id string) (Appointment, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.appointments {
		if a.ID == id {
			return a, true
		}
	}
	return Appointment{}, false
}

// Book enters a with a new id if its time is free and within working hours: checking
// and entering are one step. ErrTaken or ErrNoHours otherwise.
func (c *Clinic) Book(a Appointment) (Appointment, error) {
	if !c.works(a.Location, a.Practitioner, a.Start, a.End) {
		return Appointment{}, ErrNoHours
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if overlapsAny(c.busyLocked(a.Practitioner), a.Start, a.End) {
		return Appointment{}, ErrTaken
	}
	return c.enter(a), nil
}

// Somebody is the patient who takes slots behind the client's back.
func (c *Clinic) Somebody() string { return c.somebody }

// Enter puts a into the calendar as it is, with a new id.
func (c *Clinic) Enter(a Appointment) Appointment {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.enter(a)
}

func (c *Clinic) enter(a Appointment) Appointment {
	zone := c.Zone(a.Location)
	a.ID = strconv.Itoa(31000 + c.number())
	a.Start, a.End = a.Start.In(zone), a.End.In(zone)
	if a.Created.IsZero() {
		a.Created = c.clock.Now()
	}
	a.Updated = a.Created
	c.appointments = append(c.appointments, a)
	return a
}

// TakeSlot books a time for somebody else.
func (c *Clinic) TakeSlot(location, practitioner, typeID string, start, end time.Time) error {
	_, err := c.Book(Appointment{
		Patient: c.somebody, Location: location, Practitioner: practitioner, Type: typeID,
		Status: Booked, Start: start, End: end,
	})
	return err
}

// Change lets change work on the appointment with that id; the appointment stays as it
// was when change returns an error.
func (c *Clinic) Change(id string, change func(*Appointment) error) (Appointment, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.appointments {
		if c.appointments[i].ID != id {
			continue
		}
		a := c.appointments[i]
		if err := change(&a); err != nil {
			return c.appointments[i], err
		}
		a.Updated = c.clock.Now()
		c.appointments[i] = a
		return a, nil
	}
	return Appointment{}, ErrUnknown
}

// ErrUnknown says that there is no such appointment.
var ErrUnknown = errors.New("simserver: no such appointment")

// BookedViaAPI counts the live appointments that came through the API.
func (c *Clinic) BookedViaAPI() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, a := range c.appointments {
		if a.ViaAPI && a.Status.Live() {
			n++
		}
	}
	return n
}
