package emrtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

func (d memoryParts) ListLocations(ctx context.Context, at emr.Cursor) (emr.Page[emr.Location], error) {
	return call(ctx, d.m, OpListLocations, emr.PatientID{}, func(c *clinic) (emr.Page[emr.Location], error) {
		var active []*emr.Location
		for _, l := range c.locations {
			if l.Active {
				out := *l
				active = append(active, &out)
			}
		}
		return page(c, active, at)
	})
}

func (d memoryParts) ListPractitioners(ctx context.Context, at emr.Cursor) (emr.Page[emr.Practitioner], error) {
	return call(ctx, d.m, OpListPractitioners, emr.PatientID{}, func(c *clinic) (emr.Page[emr.Practitioner], error) {
		var active []*emr.Practitioner
		for _, p := range c.practitioners {
			if p.Active {
				out := *p
				out.Locations = slices.Clone(p.Locations)
				active = append(active, &out)
			}
		}
		return page(c, active, at)
	})
}

func (d memoryParts) ListAppointmentTypes(ctx context.Context, at emr.Cursor) (emr.Page[emr.AppointmentType], error) {
	return call(ctx, d.m, OpListAppointmentTypes, emr.PatientID{}, func(c *clinic) (emr.Page[emr.AppointmentType], error) {
		var all []*emr.AppointmentType
		for _, t := range c.types {
			out := *t
			all = append(all, &out)
		}
		return page(c, all, at)
	})
}

// page cuts the page at the cursor, which is the number of the first item.
func page[V any](c *clinic, all []*V, at emr.Cursor) (emr.Page[V], error) {
	from := 0
	if at != "" {
		n, err := strconv.Atoi(string(at))
		if err != nil || n < 0 {
			return emr.Page[V]{}, fail(emr.KindInvalid, "use the cursor as it came", "cursor")
		}
		from = min(n, len(all))
	}
	to := min(from+c.pageSize, len(all))
	p := emr.Page[V]{Items: all[from:to]}
	if to < len(all) {
		p.Next = emr.Cursor(strconv.Itoa(to))
	}
	return p, nil
}

// checkID refuses ids that a careless client would turn into another record's URL.
func checkID(id, field string) *emr.Error {
	ok := len(id) > 0 && len(id) <= 64 && id != "." && id != ".."
	for _, r := range id {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.'
		ok = ok && letter
	}
	if ok {
		return nil
	}
	return fail(emr.KindInvalid, "use the id as it came from the clinic", field)
}

// nextID makes the id of a new record. The clinic's lock is held.
func (c *clinic) nextID(prefix string) string {
	c.serial++
	return fmt.Sprintf("%s-%d", prefix, c.serial)
}

// spell returns an id in another letter case at every second reading, for vendors
// whose ids differ in case between calls.
func (c *clinic) spell(id string) string {
	if !c.habits.FoldsIDs {
		return id
	}
	c.reads++
	if c.reads%2 == 0 {
		return strings.ToUpper(id)
	}
	return id
}

// patient finds a patient by id, nil when there is none.
func (c *clinic) patient(id emr.PatientID) *emr.Patient {
	for _, p := range c.patients {
		if c.same(p.ID, id) {
			return p
		}
	}
	return nil
}

// same compares patient ids the way this clinic means them.
func (c *clinic) same(a, b emr.PatientID) bool {
	return a == b || c.habits.FoldsIDs && a.EqualFold(b)
}

// outPatient copies a patient for the caller.
func (c *clinic) outPatient(p *emr.Patient) *emr.Patient {
	out := *p
	out.ID = emr.NewPatientID(c.spell(p.ID.Reveal()))
	out.Phones = slices.Clone(p.Phones)
	out.Emails = slices.Clone(p.Emails)
	out.Identifiers = slices.Clone(p.Identifiers)
	out.Address.Lines = slices.Clone(p.Address.Lines)
	return &out
}

// knownPlace checks the ids of a slot against the directory. A clinic without a
// directory accepts any.
func (c *clinic) knownPlace(s *emr.Slot) *emr.Error {
	if s.Location != "" && len(c.locations) > 0 &&
		!slices.ContainsFunc(c.locations, func(l *emr.Location) bool { return l.ID == s.Location && l.Active }) {
		return fail(emr.KindInvalid, "the clinic has no such location", "location")
	}
	if s.Practitioner != "" && len(c.practitioners) > 0 &&
		!slices.ContainsFunc(c.practitioners, func(p *emr.Practitioner) bool { return p.ID == s.Practitioner && p.Active }) {
		return fail(emr.KindInvalid, "the clinic has no such practitioner", "practitioner")
	}
	if s.Type != "" && len(c.types) > 0 &&
		!slices.ContainsFunc(c.types, func(t *emr.AppointmentType) bool { return t.ID == s.Type }) {
		return fail(emr.KindInvalid, "the clinic has no such appointment type", "type")
	}
	return nil
}
