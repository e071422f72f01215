package simserver

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Clinic is the state behind a simulator. Locations, practitioners, types and purposes
// are fixed after Seed; patients and appointments change. Values go in and out as
// copies; slices in them are replaced, never changed.
type Clinic struct {
	Locations     []Location
	Practitioners []Practitioner
	Types         []AppointmentType
	Purposes      []Purpose

	clock *Clock

	mu           sync.Mutex
	patients     []Patient
	appointments []Appointment
	lastNumber   int
	somebody     string // the patient who takes slots behind the client's back
}

// Location is a place with a zone of its own.
type Location struct {
	ID, Name          string
	Zone              *time.Location
	Lines             []string
	City, State, Zip  string
	Phone, Other, Fax string
	Active            bool
	Managed           bool // false: another clinic's, known by name
}

// Practitioner sees patients in certain hours.
type Practitioner struct {
	ID, Given, Family string
	NPI               string
	Gender            string
	Phone, Email      string
	Active            bool
	Linked            bool // has a user account of his own
	Listed            int  // how often lists show the entry: 2 is a known fault of vendors
	Hours             []Hours
}

// Visible reports whether the practitioner can be found and booked.
func (p Practitioner) Visible() bool { return p.Active && p.Linked }

// Hours are working hours at a location, in its local time.
type Hours struct {
	Location string
	Days     []time.Weekday
	From, To time.Duration // since midnight, by the clock on the wall
}

// AppointmentType is a kind of visit; Length 0 is a type without a default length.
type AppointmentType struct {
	ID, Name string
	Length   time.Duration
}

// Purpose is a reason for a visit.
type Purpose struct {
	ID, Name string
	Types    []string
}

// Find returns the element with that id.
func Find[T any](all []T, id string, idOf func(T) string) (T, bool) {
	for _, v := range all {
		if idOf(v) == id {
			return v, true
		}
	}
	var none T
	return none, false
}

// Location finds one by id.
func (c *Clinic) Location(id string) (Location, bool) {
	return Find(c.Locations, id, func(l Location) string { return l.ID })
}

// Practitioner finds one by id.
func (c *Clinic) Practitioner(id string) (Practitioner, bool) {
	return Find(c.Practitioners, id, func(p Practitioner) string { return p.ID })
}

// Type finds one by id.
func (c *Clinic) Type(id string) (AppointmentType, bool) {
	return Find(c.Types, id, func(t AppointmentType) string { return t.ID })
}

// Purpose finds one by id.
func (c *Clinic) Purpose(id string) (Purpose, bool) {
	return Find(c.Purposes, id, func(p Purpose) string { return p.ID })
}

// Allows reports whether the purpose may be used with the type.
func (p Purpose) Allows(typeID string) bool {
	return len(p.Types) == 0 || slices.Contains(p.Types, typeID)
}

// Zone is the zone of a location, UTC for an unknown one.
func (c *Clinic) Zone(location string) *time.Location {
	if l, ok := c.Location(location); ok && l.Zone != nil {
		return l.Zone
	}
	return time.UTC
}

// number gives out ids; the caller holds the lock.
func (c *Clinic) number() int {
	c.lastNumber++
	return c.lastNumber
}

// guid makes the nth id of a patient: lower case, with letters whose case can change.
func guid(n int) string {
	return fmt.Sprintf("5f0cab%02x-6b1e-4c2a-9d3f-e1b2c3%06x", (n*37)%256, n)
}

// sameID compares ids without regard to case.
func sameID(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
